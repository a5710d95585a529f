from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from zanryu.graph.asserted import about, asserted, stored_form
from zanryu.graph.materialise import materialise
from zanryu.graph.namespaces import CITATION, GRAPHS, PREFIXES, RDF_TYPE, term
from zanryu.graph.sources import read
from zanryu.graph.writable import graph_for

if TYPE_CHECKING:
    from zanryu.graph.materialise import Materialised
    from zanryu.graph.sources import Dataset

_HEAD = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
_CONFLICTS = term("zr:conflictsWith")


def _read(text: str) -> list[Quad]:
    parsed = parse(_HEAD + text, format=RdfFormat.TURTLE, rename_blank_nodes=True)
    return [Quad(q.subject, q.predicate, q.object, GRAPHS["claims"]) for q in parsed]


def _there_and_back(text: str, *written: Quad) -> list[Quad]:
    return asserted(materialise(_read(text)).plain, frozenset(written))


def test_the_files_and_their_asserted_form_give_the_same_graph(quads: Materialised, dataset: Dataset) -> None:
    files = read(dataset.files())

    back = asserted(quads.plain, frozenset(files))

    assert materialise(back) == quads
    assert materialise(asserted(quads.plain)) == quads
    assert {q for q in back if not _is_blank(q)} == {q for q in files if not _is_blank(q)}


def _is_blank(quad: Quad) -> bool:
    return isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode)


def test_a_date_is_plain_again_and_its_bounds_are_gone() -> None:
    text = "cl:a-1 zr:when '1945' ."

    assert _there_and_back(text) == _read(text)


def test_a_bound_that_no_date_gives_stays() -> None:
    text = "cl:a-1 zr:earliest '1945-01-01'^^xsd:date ."

    assert _there_and_back(text) == _read(text)


def test_citations_and_what_hangs_from_them_are_blank_again() -> None:
    back = _there_and_back("cl:a-1 zr:citation [ zr:selector [ zr:selector [ zr:note 'x' ] ] ] .")

    assert len(back) == 4
    assert {type(q.subject) for q in back} == {NamedNode, BlankNode}
    assert sum(isinstance(q.subject, NamedNode) for q in back) == 1


def test_a_citation_with_an_iri_of_its_own_keeps_it_and_loses_its_type() -> None:
    text = "cl:a-1 zr:citation <https://example.org/c1> ."

    assert _there_and_back(text) == _read(text)


def test_a_type_that_no_claim_gives_stays() -> None:
    text = "<https://example.org/c1> a zr:Citation ."

    assert _there_and_back(text) == _read(text)


def test_saying_that_a_citation_is_one_does_not_change_its_number() -> None:
    said = materialise(_read("cl:a-1 zr:citation [ a zr:Citation ; zr:work w:b ] , [ zr:work w:a ] ."))
    unsaid = materialise(_read("cl:a-1 zr:citation [ zr:work w:b ] , [ zr:work w:a ] ."))

    assert said == unsaid
    assert Quad(term("cl:a-1/c1"), RDF_TYPE, CITATION, GRAPHS["claims"]) in said.plain


_SYMMETRIC = "zr:conflictsWith a owl:SymmetricProperty . cl:a-1 zr:conflictsWith cl:b-1 ."
_ONE = Quad(term("cl:a-1"), _CONFLICTS, term("cl:b-1"), GRAPHS["claims"])
_OTHER = Quad(term("cl:b-1"), _CONFLICTS, term("cl:a-1"), GRAPHS["claims"])


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        pytest.param([], {_ONE}, id="nothing written: the first by name"),
        pytest.param([_OTHER], {_OTHER}, id="as written"),
        pytest.param([_ONE, _OTHER], {_ONE, _OTHER}, id="both written"),
        pytest.param(
            [Quad(term("cl:a-1"), term("zr:note"), Literal("x"), GRAPHS["claims"])],
            {_OTHER},
            id="the new claim says it, not the one that was there",
        ),
    ],
)
def test_of_a_symmetric_pair_one_direction_stays(written: list[Quad], kept: set[Quad]) -> None:
    assert {q for q in _there_and_back(_SYMMETRIC, *written) if q.predicate == _CONFLICTS} == kept


def test_a_store_is_read_for_single_claims_with_all_of_their_citations() -> None:
    text = "cl:a-1 zr:citation [ zr:selector [ zr:note 'x' ] ] ; zr:about cl:b-1 . cl:b-1 zr:note 'y' ."
    store = ox.Store()
    store.extend(materialise(_read(text)).plain)

    found = {q.subject for q in about(store, [term("cl:a-1")])}

    assert found == {term(f"cl:a-1{rest}") for rest in ("", "/c1", "/c1/selector1")}


def test_literals_are_told_as_the_engine_gives_them_back() -> None:
    quads = _read("cl:a-1 zr:note '01'^^xsd:integer , '01' , '1.50'^^xsd:decimal , '1922'^^xsd:gYear .")
    store = ox.Store()
    store.extend(quads)

    assert set(stored_form(quads)) == set(store)


@pytest.mark.parametrize(
    ("triple", "graph"),
    [
        ("cl:a-1 zr:note 'x'", "claims"),
        ("<https://w3id.org/zanryu/id/claim/a-1/c1> zr:work w:a", "claims"),
        ("[] zr:work w:a", "claims"),
        ("cf:x zr:concerns cl:a-1", "claims"),
        ("w:a zr:tier zv:primary", "works"),
        ("p:sato skos:exactMatch wd:Q1", "links"),
        ("p:sato skos:exactMatch p:kato", "entities"),
        ("p:sato skos:prefLabel 'Satō'@en", "entities"),
        ("<https://w3id.org/zanryu/> owl:versionInfo '1'", "entities"),
    ],
)
def test_a_triple_without_a_graph_goes_where_the_build_puts_its_file(triple: str, graph: str) -> None:
    assert graph_for(_read(f"{triple} .")[0].triple) == GRAPHS[graph]


def test_every_triple_of_the_files_is_sent_to_the_graph_of_its_file(dataset: Dataset) -> None:
    strayed = [
        str(quad)
        for quad in read(f for f in dataset.files() if f.path.is_relative_to(dataset.data))
        if graph_for(Triple(quad.subject, quad.predicate, quad.object)) != quad.graph_name
    ]

    assert strayed == []
