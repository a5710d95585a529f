"""The embedded engine meets the protocol of every engine."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest

from zanryu.errors import InputNotFound, MalformedQuery
from zanryu.sparql.results import serialise
from zanryu.store.backend import (
    RESULTS_JSON,
    UNION,
    Backend,
    QueryDataset,
    Solutions,
    Statement,
    Term,
    iri,
    read_solutions,
)
from zanryu.store.embedded import EmbeddedStore, create_store, malformed

NQUADS = """
<http://h/a> <http://h/p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> <http://h/g1> .
<http://h/a> <http://h/p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> <http://h/g2> .
<http://h/a> <http://h/q> "x"@ja-Hani <http://h/g2> .
<http://h/b> <http://h/q> <http://h/a> <http://h/g2> .
_:c <http://h/r> <http://h/a> <http://h/g2> .
<http://h/d> <http://h/s> <<( <http://h/a> <http://h/p> "\\u0022" )>> <http://h/g3> .
"""
A = "http://h/a"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data.nq").write_text(NQUADS, encoding="utf-8")
    create_store(tmp_path / "store", tmp_path / "data.nq")
    return tmp_path / "store"


@pytest.fixture
def store(folder: Path) -> EmbeddedStore:
    return EmbeddedStore(folder, "v1", serialise)


def rows(backend: Backend, text: str, dataset: QueryDataset = UNION) -> list[dict[str, Term]]:
    answer = read_solutions(b"".join(backend.query(text, dataset, RESULTS_JSON)))
    assert isinstance(answer, Solutions)
    return answer.rows


def test_a_store_that_is_not_built_says_how_to_build_it(tmp_path: Path) -> None:
    with pytest.raises(InputNotFound, match="zanryu build"):
        EmbeddedStore(tmp_path / "nothing", "v1", serialise)


def test_a_folder_that_is_no_store_says_how_to_build_one(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()

    with pytest.raises(InputNotFound, match="zanryu build"):
        EmbeddedStore(tmp_path / "store", "v1", serialise)


def test_a_store_of_which_a_file_is_gone_says_how_to_build_one(store: EmbeddedStore, tmp_path: Path) -> None:
    next((tmp_path / "store").glob("*.sst")).unlink()

    with pytest.raises(InputNotFound, match="zanryu build"):
        EmbeddedStore(tmp_path / "store", "v1", serialise)


def test_graphs_have_their_counts_and_health_their_sum(store: EmbeddedStore) -> None:
    assert store.graphs() == {"http://h/g1": 1, "http://h/g2": 4, "http://h/g3": 1}
    assert (store.health().version, store.health().triples) == ("v1", 6)


def test_the_union_has_every_graph_and_a_dataset_only_its_own(store: EmbeddedStore) -> None:
    everything = "SELECT * { ?s ?p ?o }"

    assert len(rows(store, f"{everything} GROUP BY ?s ?p ?o".replace("*", "?s ?p ?o"))) == 5
    assert len(rows(store, everything, QueryDataset(("http://h/g1",)))) == 1
    assert len(rows(store, everything, QueryDataset((), ("http://h/g1",)))) == 0
    assert len(rows(store, everything, QueryDataset(stated_in_query=True))) == 0


@pytest.mark.xfail(strict=True, reason="Oxigraph 0.5.13 repeats in the union a triple that two graphs hold")
def test_a_triple_of_two_graphs_is_in_their_union_once(store: EmbeddedStore) -> None:
    assert len(rows(store, "SELECT * { <http://h/a> <http://h/p> ?o }")) == 1


def test_a_thing_is_described_by_its_triples_each_once(store: EmbeddedStore) -> None:
    integer = "http://www.w3.org/2001/XMLSchema#integer"

    assert store.describe(A) == [
        Statement(iri(A), "http://h/p", Term("literal", "1", datatype=integer)),
        Statement(iri(A), "http://h/q", Term("literal", "x", language="ja-hani")),
    ]
    assert len(store.describe(A, "http://h/b", A)) == 3


def test_what_refers_to_a_thing_is_found_by_predicate(store: EmbeddedStore) -> None:
    assert {s.predicate for s in store.referring(A)} == {"http://h/q", "http://h/r"}
    assert [s.subject for s in store.referring(A, "http://h/q")] == [iri("http://h/b")]
    assert store.referring(A, "http://h/none") == []


@pytest.mark.parametrize("text", ["", "no iri", "http://h/> <x", "relative"])
def test_nothing_is_said_about_what_is_no_iri(store: EmbeddedStore, text: str) -> None:
    assert store.describe(text) == []
    assert store.referring(text) == []


def test_every_kind_of_term_survives_the_way_through_json(store: EmbeddedStore) -> None:
    found = {row["o"] for row in rows(store, "SELECT ?o { ?s ?p ?o }")}
    described = {s.object for name in (A, "http://h/b", "http://h/d") for s in store.describe(name)}

    assert found == described


def test_an_ask_gives_a_boolean(store: EmbeddedStore) -> None:
    assert read_solutions(b"".join(store.query("ASK { ?s ?p ?o }", UNION, RESULTS_JSON))) is True


def test_a_syntax_error_has_line_and_column(store: EmbeddedStore) -> None:
    with pytest.raises(MalformedQuery) as error:
        store.query("SELECT *\nWHERE { ?s }", UNION, RESULTS_JSON)

    assert error.value.members["line"] == 2
    assert "near `WHERE { ?s }`" in error.value.detail


def test_only_words_that_help_are_passed_on_from_the_parser() -> None:
    noise = "error at 1:1: expected one of \"{\", SELECT, ['0'..='9'], [_]"

    assert malformed(noise, "x").detail.endswith('Expected: "{", SELECT.')
    assert malformed("error at 3:1: expected [_]", "x").members == {"line": 3, "column": 1}
    assert "no prefix" in malformed("error at 1:1: no prefix", "x").detail
    assert malformed("something else", "x").detail == "The query is not valid: something else."


def test_a_store_that_nobody_has_any_more_gives_its_files_back_at_once(folder: Path) -> None:
    gc.disable()
    try:
        store = EmbeddedStore(folder, "1", serialise)
        store.describe(A)
        held = _files_of(folder)
        del store
        assert held
        assert not _files_of(folder)
    finally:
        gc.enable()


def _files_of(folder: Path) -> list[str]:
    """Return which files of a folder this process has open."""
    links = [os.path.realpath(link) for link in Path("/proc/self/fd").iterdir()]
    return [link for link in links if link.startswith(str(folder.resolve()))]
