"""Every clause of the two texts the dataset grew from is a claim, cited to its place, and nothing else is.

``seeds.csv`` was written by hand from the texts, clause by clause. An object is a prefixed name, or a value
followed by ``@language``, ``^^edtf`` or ``^^int``. An empty ``when`` or ``role`` asks for nothing; an empty
``cue`` asks for a citation without a hedge.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pytest
from pyoxigraph import Literal, NamedNode

from zanryu.graph.materialise import Description, describe
from zanryu.graph.namespaces import ASSERTION, RDF_OBJECT, RDF_PREDICATE, RDF_SUBJECT, RDF_TYPE, compact, term

if TYPE_CHECKING:
    from zanryu.graph.materialise import Materialised, Node

Index: TypeAlias = "dict[Node, Description]"

SEEDS = ("w:answer", "w:episode-278")


@dataclass(frozen=True)
class Clause:
    """What a seed says in one place, as one claim with one citation must say it."""

    seed: str
    place: str
    subject: str
    predicate: str
    object: str
    hedge: str
    cue: str
    polarity: str
    stance: str


@dataclass(frozen=True)
class Row:
    """A line of the table: a clause, and what further the claim must carry."""

    clause: Clause
    words: str
    when: str
    role: str

    def __str__(self) -> str:
        return f"{self.clause.seed} {self.clause.place}: {self.words}"


@dataclass(frozen=True)
class Found:
    """A claim of the dataset with one of its citations to a seed."""

    claim: str
    clause: Clause
    when: str
    roles: frozenset[str]


def table() -> list[Row]:
    """Read the table."""
    with Path(__file__).with_name("seeds.csv").open(encoding="utf-8", newline="") as file:
        return [
            Row(
                Clause(**{name: line[name] for name in Clause.__dataclass_fields__}),
                line["clause"],
                line["when"],
                line["role"],
            )
            for line in csv.DictReader(file)
        ]


ROWS = table()


def written(value: object) -> str:
    """Write a term as the table does."""
    if isinstance(value, NamedNode):
        return compact(value.value)
    assert isinstance(value, Literal)
    if value.language is not None:
        language, _, script = value.language.partition("-")
        return f"{value.value}@{language}-{script.title()}" if script else f"{value.value}@{language}"
    datatype = compact(value.datatype.value)
    return f"{value.value}^^{ {'edtf:EDTF-level1': 'edtf', 'xsd:integer': 'int'}.get(datatype, datatype) }"


def one(description: Description, property_: str, default: str = "") -> str:
    """Return the only value of a property: the text of a literal, the name of a thing."""
    values = description.get(term(property_), [])
    assert len(values) <= 1, f"{property_} has {len(values)} values"
    if not values:
        return default
    value = values[0]
    return value.value if isinstance(value, Literal) else written(value)


def found_in(index: Index) -> list[Found]:
    """Return all claims with their citations to the seeds."""
    return [
        Found(
            compact(claim.value),
            Clause(
                seed,
                one(citation, "zr:locator"),
                written(properties[RDF_SUBJECT][0]),
                written(properties[RDF_PREDICATE][0]),
                written(properties[RDF_OBJECT][0]),
                one(citation, "zr:hedge"),
                one(citation, "zr:cue"),
                one(properties, "zr:polarity", "zv:affirmative").removeprefix("zv:"),
                one(citation, "zr:stance").removeprefix("zv:"),
            ),
            one(properties, "zr:when"),
            frozenset(written(r) for r in properties.get(term("zr:role"), [])),
        )
        for claim, properties in index.items()
        if isinstance(claim, NamedNode) and ASSERTION in properties.get(RDF_TYPE, ())
        for cited in properties[term("zr:citation")]
        if isinstance(cited, NamedNode)
        for citation in [index[cited]]
        for seed in [one(citation, "zr:work")]
        if seed in SEEDS
    ]


@pytest.fixture(scope="module")
def index(quads: Materialised) -> Index:
    return describe(quads.plain)


@pytest.fixture(scope="module")
def found(index: Index) -> list[Found]:
    return found_in(index)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_clause_is_a_claim_cited_to_its_place(row: Row, found: list[Found]) -> None:
    same = [f for f in found if f.clause == row.clause]
    assert same, f"no claim says {row.clause}"
    fitting = [f for f in same if row.when in ("", f.when) and (not row.role or row.role in f.roles)]
    assert fitting, f"asked for when={row.when!r}, role={row.role!r}; found {same}"


def test_nothing_is_cited_to_a_seed_that_no_clause_says(found: list[Found]) -> None:
    clauses = {row.clause for row in ROWS}
    assert [f for f in found if f.clause not in clauses] == []


def test_every_place_of_the_seeds_is_in_the_table() -> None:
    places = {(row.clause.seed, row.clause.place) for row in ROWS}
    answer = ["question", "heading", *(f"paragraph {n}" for n in range(1, 5))]
    answer += [f"bullet {n}" for n in range(1, 9)] + [f"reference {n}" for n in range(1, 6)]
    notes = ["heading", "paragraph 1", "reading list", *(f"caption {n}" for n in range(1, 4)), "comment 1"]
    notes += [f"comment 1, reply 1, paragraph {n}" for n in (1, 2)]
    assert places == {("w:answer", p) for p in answer} | {("w:episode-278", p) for p in notes}


def test_no_line_of_the_table_is_repeated() -> None:
    assert [row for row, times in Counter(ROWS).items() if times > 1] == []


def test_hedge_is_recognised_by_its_words(index: Index) -> None:
    for clause in {row.clause for row in ROWS if row.clause.cue}:
        words = {w.value for w in index[term(clause.hedge)][term("zr:cueWord")] if isinstance(w, Literal)}
        assert clause.cue in words, f"{clause.cue!r} is no cue of {clause.hedge}"


def test_two_numbers_joined_by_and_or_are_alternatives(index: Index) -> None:
    kempeitai = term("cl:kempeitai-in-viet-minh-count-1")
    officers = term("cl:officers-in-viet-minh-count-1")
    assert officers in index[kempeitai][term("zr:alternativeTo")]
    assert kempeitai in index[officers][term("zr:alternativeTo")]


def test_further_words_of_the_seeds_about_posts_and_opponents(index: Index) -> None:
    position = index[term("cl:kanetoshi-toshihide-position-1")]
    death = index[term("cl:igawa-sei-death-1")]
    assert position[term("zr:postIn")] == [term("p:nguyen-giac-ngo")]
    assert death[term("zr:opponent")] == [term("o:french-forces")]


def test_works_a_seed_lists_are_those_it_refers_to(index: Index) -> None:
    listed: dict[str, set[str]] = {seed: set() for seed in SEEDS}
    for row in ROWS:
        if row.clause.predicate == "zr:printedTitle" and row.clause.subject not in SEEDS:
            listed[row.clause.seed].add(row.clause.subject)
    for seed, works in listed.items():
        assert {written(w) for w in index[term(seed)][term("dcterms:references")]} == works
