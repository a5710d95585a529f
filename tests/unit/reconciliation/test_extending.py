"""Which claims give values, and that a value and what qualifies it stand beside each other."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest

from zanryu.errors import BodyTooLarge, MalformedRequest
from zanryu.graph.namespaces import PREFIXES
from zanryu.naming.labels import Labels
from zanryu.reconciliation.extending import Extender, read_extension
from zanryu.sparql.results import serialise
from zanryu.store.embedded import EmbeddedStore, create_store

if TYPE_CHECKING:
    from pathlib import Path

GRAPH = """
p:x a zr:Person ; skos:prefLabel "X"@en, "Ẍ"@vi, "乂"@ja-Hani ; zr:servedIn u:one ;
  skos:exactMatch wd:Q1, <https://sws.geonames.org/7/> .
u:one skos:prefLabel "First Unit"@en . u:two skos:prefLabel "Second Unit"@en . pl:a skos:prefLabel "A"@en .
w:a dcterms:title "Work A"@en . w:b dcterms:title "Work B"@en . zv:major skos:prefLabel "major"@en .
cl:one rdf:subject p:x ; rdf:predicate zr:servedIn ; rdf:object u:one ; zr:status zv:normal ;
  zr:earliest "1940-01-01" ; zr:when "1940~" ; zr:place pl:a, pl:b ; zr:citation <urn:c1>, <urn:c2> .
<urn:c1> zr:work w:a ; zr:locator "p. 3" . <urn:c2> zr:work w:b .
cl:two rdf:subject p:x ; rdf:predicate zr:servedIn ; rdf:object u:two ; zr:status zv:normal ;
  zr:earliest "1939-01-01" .
cl:best rdf:subject p:x ; rdf:predicate zr:heldRank ; rdf:object zv:major ; zr:status zv:preferred ;
  zr:earliest "1945-01-01" ; zr:when "1945" .
cl:lost rdf:subject p:x ; rdf:predicate zr:heldRank ; rdf:object zv:captain ; zr:conflictsWith cl:best .
cl:denied rdf:subject p:x ; rdf:predicate zr:promotedTo ; rdf:object zv:major ; zr:polarity zv:negative .
cl:gone rdf:subject p:x ; rdf:predicate zr:promotedTo ; rdf:object zv:major ; zr:status zv:deprecated .
cl:wrong rdf:subject p:x ; rdf:predicate zr:promotedTo ; rdf:object zv:major ; zr:certainty zv:refuted .
cl:promoted rdf:subject p:x ; rdf:predicate zr:promotedTo ; rdf:object zv:major ; zr:certainty zv:possible ;
  zr:earliest "1944-01-01" ; zr:when "1944" .
cl:unknown rdf:subject p:x ; rdf:predicate zr:birthPlace ; rdf:object zr:someValue ; zr:when "1919" .
cl:born rdf:subject p:x ; rdf:predicate zr:birthDate ; rdf:object "1919-12~"^^edtf:EDTF-level1 .
cl:led rdf:subject p:x ; rdf:predicate zr:headed ; rdf:object u:two .
cl:taught rdf:subject p:x ; rdf:predicate zr:instructedAt ; rdf:object ac:school .
ac:school skos:prefLabel "School"@en .
cl:many rdf:subject p:x ; rdf:predicate zr:numberOf ; rdf:object 300 .
cl:broken rdf:subject p:x ; rdf:predicate zr:numberOf ; rdf:object "many"^^xsd:integer .
"""
X = "person/x"


@pytest.fixture(scope="module")
def extender(tmp_path_factory: pytest.TempPathFactory) -> Extender:
    folder: Path = tmp_path_factory.mktemp("extended")
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    graph = ox.NamedNode("urn:g")
    triples = ox.parse(prefixes + GRAPH, format=ox.RdfFormat.TURTLE)
    quads = (ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples)
    (folder / "data.nq").write_bytes(ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"")
    create_store(folder / "store", folder / "data.nq")
    backend = EmbeddedStore(folder / "store", "v", serialise)
    return Extender(backend, Labels(backend), "en")


def _values(extender: Extender, name: str, identifier: str = X, **settings: object) -> list[dict[str, Any]]:
    asked = {"ids": [identifier], "properties": [{"id": name, "settings": settings}]}
    return extender.rows(read_extension(json.dumps(asked), "extend", 10))[identifier][name]


def test_values_come_in_the_order_of_time(extender: Extender) -> None:
    assert _values(extender, "servedIn") == [
        {"id": "unit/two", "name": "Second Unit"},
        {"id": "unit/one", "name": "First Unit"},
    ]


def test_only_what_is_accepted_is_given_if_that_is_chosen(extender: Extender) -> None:
    assert _values(extender, "servedIn", claims="accepted", content="id") == [{"str": "unit/one"}]


def test_a_group_gathers_its_properties_and_leaves_out_what_is_discarded(extender: Extender) -> None:
    assert _values(extender, "rank") == [{"str": "major"}, {"str": "major"}]
    assert _values(extender, "rank.when") == [{"str": "1945"}, {"str": "1944"}]
    assert len(_values(extender, "rank", claims="all")) == 6


def test_a_group_of_places_of_one_kind_holds_no_others(extender: Extender) -> None:
    assert _values(extender, "academy") == [{"id": "academy/school", "name": "School"}]
    assert {unit["id"] for unit in _values(extender, "unit")} == {"unit/one", "unit/two"}


def test_a_qualifier_that_is_missing_or_there_twice_moves_nothing(extender: Extender) -> None:
    assert _values(extender, "servedIn.when") == [{}, {"str": "1940~"}]
    places = _values(extender, "servedIn.place")
    assert (places[0], len(places)) == ({}, 2)
    assert "A" in places[1]["str"].split("; ")


def test_sources_are_told_with_the_place_in_them(extender: Extender) -> None:
    assert _values(extender, "servedIn.source") == [{}, {"str": "Work A, p. 3; Work B"}]
    assert _values(extender, "source") == [
        {"id": "work/a", "name": "Work A"},
        {"id": "work/b", "name": "Work B"},
    ]


def test_an_unknown_value_is_empty_and_keeps_its_place(extender: Extender) -> None:
    assert _values(extender, "birthPlace") == [{}]
    assert _values(extender, "birthPlace.when") == [{"str": "1919"}]


def test_dates_stay_as_they_are_written_and_numbers_are_numbers(extender: Extender) -> None:
    assert _values(extender, "birthDate") == [{"str": "1919-12~"}]
    assert sorted(map(str, _values(extender, "numberOf"))) == ["{'int': 300}", "{'str': 'many'}"]


def test_names_and_links_are_those_of_the_editors(extender: Extender) -> None:
    assert _values(extender, "name-ja") == [{"str": "乂"}]
    assert _values(extender, "name-vi") == [{"str": "Ẍ"}]
    assert _values(extender, "wikidata") == [{"str": "Q1"}]
    assert _values(extender, "geonames") == [{"str": "7"}]


@pytest.mark.parametrize("identifier", ["person/nobody", "person/..", "", "https://example.org/x", "x" * 200])
def test_what_is_not_known_has_no_values(extender: Extender, identifier: str) -> None:
    assert _values(extender, "rank", identifier) == _values(extender, "name-ja", identifier) == []


def test_an_iri_of_a_thing_or_a_property_will_do(extender: Extender) -> None:
    iri, name = f"{PREFIXES['p']}x", f"{PREFIXES['zr']}birthDate"

    assert _values(extender, name, iri) == [{"str": "1919-12~"}]


@pytest.mark.parametrize("limit", ["0", "", 0, None])
def test_no_limit_is_written_in_many_ways(extender: Extender, limit: object) -> None:
    assert len(_values(extender, "servedIn", limit=limit)) == 2


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"limit": "two"}, "properties[0].settings.limit"),
        ({"limit": -1}, "properties[0].settings.limit"),
        ({"content": "html"}, "properties[0].settings.content"),
        ({"claims": True}, "properties[0].settings.claims"),
    ],
)
def test_a_setting_that_means_nothing_is_refused(
    extender: Extender, settings: dict[str, Any], field: str
) -> None:
    with pytest.raises(MalformedRequest) as refused:
        _values(extender, "servedIn", **settings)

    assert refused.value.members["field"] == field


def test_too_many_identifiers_are_refused() -> None:
    with pytest.raises(BodyTooLarge):
        read_extension('{"ids": ["a", "b", "c"], "properties": []}', "extend", 2)
