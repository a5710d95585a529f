"""The questions under ``queries/``: each runs on two engines with equal rows and finds what the sources say.

Oxigraph answers over the built store, rdflib over the published RDF 1.1 file; a question about RDF 1.2 says
so in a comment and runs on Oxigraph alone. ``expected/`` holds rows written by hand from the sources: the
answer must contain them.
"""

from __future__ import annotations

import csv
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox
import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.query import ResultRow

from zanryu.graph.namespaces import BASE, PREFIXES

if TYPE_CHECKING:
    from zanryu.config import Settings

REPOSITORY = Path(__file__).resolve().parents[2]
QUERIES = sorted((REPOSITORY / "queries").rglob("*.rq"))
TABLE = REPOSITORY / "docs" / "questions.md"
EXPECTED = Path(__file__).parent / "expected"
XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
RDFLIB_SECONDS = 90

_PREFIX_LINE = re.compile(r"^PREFIX (\w+): <([^>]+)>$", re.MULTILINE)
_NOT_NAMES = re.compile(r'"[^"\n]*"|<[^<>\s]*>|^#.*$', re.MULTILINE)
_NAME = re.compile(r"(?<![\w?])([a-z]+):([\w-]*)")

# (kind, value, language in lower case, datatype); None where the variable is unbound.
Cell: TypeAlias = tuple[str, str, str, str] | None
Row: TypeAlias = tuple[Cell, ...]


@dataclass
class Rdflib:
    """The published RDF 1.1 file in rdflib, and the seconds that each question took on it."""

    graph: Graph
    seconds: dict[str, float] = field(default_factory=dict)


def _identifier(path: Path) -> str:
    return path.stem.split("-")[0]


def _is_rdf12(text: str) -> bool:
    return "\n# needs: RDF 1.2\n" in text


every_question = pytest.mark.parametrize("path", QUERIES, ids=_identifier)
every_plain_question = pytest.mark.parametrize(
    "path", [p for p in QUERIES if not _is_rdf12(p.read_text(encoding="utf-8"))], ids=_identifier
)


@pytest.fixture(scope="session")
def store(built: Settings) -> ox.Store:
    return ox.Store.read_only(str(built.store))


@pytest.fixture(scope="session")
def rdflib_union(built: Settings) -> Rdflib:
    return Rdflib(Graph().parse(built.dist / "zanryu.ttl"))


def _on_oxigraph(store: ox.Store, text: str) -> tuple[list[str], list[Row]]:
    result = store.query(text, use_default_graph_as_union=True)
    assert isinstance(result, ox.QuerySolutions)
    variables = result.variables
    return [v.value for v in variables], [tuple(_ox_cell(row[v]) for v in variables) for row in result]


def _ox_cell(term: object) -> Cell:
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        return ("iri", term.value, "", "")
    assert isinstance(term, ox.Literal), f"{term} is neither an IRI nor a literal"
    return _literal(term.value, term.language, term.datatype.value)


def _on_rdflib(graph: Graph, text: str) -> list[Row]:
    rows = []
    for row in graph.query(text):
        assert isinstance(row, ResultRow)
        rows.append(tuple(_rdflib_cell(term) for term in row))
    return rows


def _rdflib_cell(term: object) -> Cell:
    if term is None:
        return None
    if isinstance(term, URIRef):
        return ("iri", str(term), "", "")
    assert isinstance(term, Literal), f"{term!r} is neither an IRI nor a literal"
    return _literal(str(term), term.language, str(term.datatype or XSD_STRING))


def _literal(value: str, language: str | None, datatype: str) -> Cell:
    return ("literal", value, language.lower(), "") if language else ("literal", value, "", datatype)


def _expand(cell: str) -> str:
    """Return the IRI of a prefixed name; any other text is itself."""
    prefix, colon, local = cell.partition(":")
    return PREFIXES[prefix] + local if colon and prefix in PREFIXES and " " not in cell else cell


def _names(text: str) -> set[tuple[str, str]]:
    """Return every prefixed name in the query proper: no strings, IRIs, comments or PREFIX lines."""
    return set(_NAME.findall(_NOT_NAMES.sub(" ", _PREFIX_LINE.sub("", text))))


def test_there_are_at_least_thirty_two_questions_numbered_without_a_gap() -> None:
    assert len(QUERIES) >= 32
    assert [_identifier(p) for p in QUERIES] == [f"cq{n:02}" for n in range(1, len(QUERIES) + 1)]


@every_question
def test_a_file_starts_with_its_question_in_three_languages(path: Path) -> None:
    english, japanese, vietnamese = path.read_text(encoding="utf-8").splitlines()[:3]
    assert re.fullmatch(r"# [A-Z].*\?", english)
    assert re.fullmatch(r"# ja: .*か。.*", japanese)
    assert re.fullmatch(r"# vi: .*\?", vietnamese)


@every_question
def test_prefixes_are_ours_and_each_is_used(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    declared = dict(_PREFIX_LINE.findall(text))
    assert declared == {p: PREFIXES[p] for p in declared}
    assert set(declared) == {prefix for prefix, _ in _names(text)}


@every_question
def test_every_name_in_a_query_occurs_in_the_data(path: Path, store: ox.Store) -> None:
    names = {PREFIXES[p] + local for p, local in _names(path.read_text(encoding="utf-8"))}
    ours = {ox.NamedNode(iri) for iri in names if iri.startswith(BASE)}
    assert not {iri for iri in ours if not any(store.quads_for_pattern(iri, None, None, None))}


@every_question
def test_the_answer_has_an_order(path: Path) -> None:
    assert "\nORDER BY " in path.read_text(encoding="utf-8")


@every_question
def test_oxigraph_finds_what_the_sources_say(path: Path, store: ox.Store) -> None:
    variables, rows = _on_oxigraph(store, path.read_text(encoding="utf-8"))
    with (EXPECTED / f"{_identifier(path)}.csv").open(encoding="utf-8", newline="") as file:
        columns, *expected = csv.reader(file)
    assert set(columns) <= set(variables)
    assert expected
    at = [variables.index(column) for column in columns]
    found = {tuple("" if (cell := row[i]) is None else cell[1] for i in at) for row in rows}
    missing = [row for row in expected if tuple(map(_expand, row)) not in found]
    assert not missing


@every_plain_question
def test_rdflib_gives_the_same_rows(path: Path, store: ox.Store, rdflib_union: Rdflib) -> None:
    text = path.read_text(encoding="utf-8")
    _, rows = _on_oxigraph(store, text)
    started = time.process_time()  # whatever else runs on this machine
    others = _on_rdflib(rdflib_union.graph, text)
    rdflib_union.seconds[path.name] = time.process_time() - started
    assert Counter(others) == Counter(rows)


def test_rdflib_answers_all_questions_quickly(rdflib_union: Rdflib) -> None:
    slowest = sorted(rdflib_union.seconds.items(), key=lambda item: -item[1])[:3]
    assert sum(rdflib_union.seconds.values()) < RDFLIB_SECONDS, slowest


def test_questions_about_rdf_12_are_marked() -> None:
    texts = [p.read_text(encoding="utf-8") for p in QUERIES]
    assert any(map(_is_rdf12, texts))
    assert all(_is_rdf12(text) == ("{|" in text or "<<" in text) for text in texts)


def test_every_question_has_expected_rows_and_no_file_is_left_over() -> None:
    assert {p.stem for p in EXPECTED.glob("*.csv")} == {_identifier(p) for p in QUERIES}


@every_question
def test_the_table_of_questions_lists_it(path: Path) -> None:
    question = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
    number = int(_identifier(path).removeprefix("cq"))
    row = f"| {number} | {question} | [{path.name}](../queries/{path.name}) |"
    assert row in TABLE.read_text(encoding="utf-8").splitlines()


def test_the_table_of_questions_lists_nothing_else() -> None:
    assert TABLE.read_text(encoding="utf-8").count("](../queries/") == len(QUERIES)
