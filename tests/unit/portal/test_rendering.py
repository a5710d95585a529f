"""Claims in groups: order, contest and denial come from the graph, and nothing of a claim is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from zanryu.graph.namespaces import PREFIXES
from zanryu.portal.description import describe, mentions
from zanryu.portal.labels import Labels
from zanryu.portal.rendering import Page, Renderer
from zanryu.sparql.results import serialise
from zanryu.store.embedded import EmbeddedStore, create_store

if TYPE_CHECKING:
    from pathlib import Path

GRAPH = """
p:a a zr:Person ; skos:prefLabel "A"@en ; zr:heldRank zv:major .
cl:late a zr:Assertion ; rdf:subject p:a ; rdf:predicate zr:headed ; rdf:object ac:x ;
  zr:earliest "1947-01-01" .
cl:early a zr:Assertion ; rdf:subject p:a ; rdf:predicate zr:heldRank ; rdf:object zv:major ;
  zr:earliest "1945-01-01" ; zr:status zv:deprecated ; zr:conflictsWith cl:best ; zr:polarity zv:negative .
cl:best a zr:Assertion ; rdf:subject p:a ; rdf:predicate zr:heldRank ; rdf:object zv:captain ;
  zr:earliest "1946-01-01" ; zr:status zv:preferred ; zr:conflictsWith cl:early ; zr:companion p:b ;
  zr:citation <https://w3id.org/zanryu/id/claim/best/c1> .
<https://w3id.org/zanryu/id/claim/best/c1> a zr:Citation ; zr:work w:w ; zr:locator "p. 1" ;
  zr:cue "perhaps"@en ;
  zr:quality "poor" .
w:w a zr:Work ; skos:prefLabel "W"@en ; zr:tier zv:primary .
cl:name a zr:Assertion ; rdf:subject p:a ; rdf:predicate zr:nickname ; rdf:object "N"@en .
cl:other a zr:Assertion ; rdf:subject p:b ; rdf:predicate zr:met ; rdf:object p:a .
cf:c a zr:Conflict ; zr:concerns cl:early, cl:best ; zr:rationale "why"@en .
"""


@pytest.fixture
def backend(tmp_path: Path) -> EmbeddedStore:
    prefixes = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in PREFIXES)
    quads = ox.parse(prefixes + GRAPH, format=ox.RdfFormat.TURTLE)
    named = [ox.Quad(q.subject, q.predicate, q.object, ox.NamedNode("http://g")) for q in quads]
    ox.serialize(named, tmp_path / "data.nq", ox.RdfFormat.N_QUADS)
    create_store(tmp_path / "store", tmp_path / "data.nq")
    return EmbeddedStore(tmp_path / "store", "v1", serialise)


def iri(name: str) -> str:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def page(backend: EmbeddedStore, name: str) -> Page:
    return Renderer(Labels(backend), "en").page(describe(backend, iri(name), with_disputes=True))


def test_undated_claims_come_first_then_life_in_its_order(backend: EmbeddedStore) -> None:
    assert [g.heading.text for g in page(backend, "p:a").groups] == [
        "zr:nickname",
        "zr:heldRank",
        "zr:headed",
    ]


def test_the_preferred_claim_comes_before_the_deprecated_one(backend: EmbeddedStore) -> None:
    [ranks] = [g for g in page(backend, "p:a").groups if g.heading.text == "zr:heldRank"]

    assert [c.anchor for c in ranks.claims] == ["best", "early"]
    assert ranks.is_contested
    assert [(c.is_deprecated, c.is_denied) for c in ranks.claims] == [(False, False), (True, True)]


def test_a_statement_that_claims_make_is_not_repeated_among_the_properties(backend: EmbeddedStore) -> None:
    assert page(backend, "p:a").properties == []


def test_unknown_properties_of_claims_and_citations_are_shown_too(backend: EmbeddedStore) -> None:
    [claim] = [c for g in page(backend, "p:a").groups for c in g.claims if c.anchor == "best"]
    [cited] = claim.citations

    assert [p.text for p, _ in claim.circumstances] == ["zr:companion"]
    assert [p.text for p, _ in cited.others] == ["zr:quality"]
    assert [t.text for t in cited.tier] == ["zv:primary"]


def test_a_thing_is_mentioned_where_it_is_value_circumstance_or_source(backend: EmbeddedStore) -> None:
    def found(name: str) -> list[str]:
        return [m.claim.value.rsplit("/", 1)[-1] for m in mentions(backend, iri(name))]

    assert found("p:a") == ["other"]
    assert found("p:b") == ["best"]
    assert found("w:w") == ["best"]


def test_the_page_of_a_claim_shows_its_rival_with_its_own_proofs(backend: EmbeddedStore) -> None:
    shown = page(backend, "cl:early")

    assert [c.anchor for g in shown.groups for c in g.claims] == ["early"]
    assert [(c.anchor, len(c.citations)) for c in shown.rivals] == [("best", 1)]
    assert [d.properties[-1][1][0].text for d in shown.disputes] == ["why"]


def test_what_the_graph_does_not_describe_is_no_link(backend: EmbeddedStore) -> None:
    [claim] = [c for g in page(backend, "p:a").groups for c in g.claims if c.anchor == "late"]

    assert claim.value[0].href is None
    assert claim.href == "/page/claim/late"
