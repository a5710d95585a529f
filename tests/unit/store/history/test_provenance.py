from __future__ import annotations

import pyoxigraph as ox
import pytest
from rdflib import FOAF, OWL, PROV, RDF, XSD, Graph, Literal, URIRef

from unit.store.history.entries import CLAIM, NOON, entry
from zanryu.graph.namespaces import BASE
from zanryu.sparql.results import serialise_statements
from zanryu.store.history import patch
from zanryu.store.history.provenance import provenance
from zanryu.store.history.record import Entry, Kind

_TIME = NOON.replace(microsecond=123_000)
ACTIVITY, STATE = URIRef(f"{BASE}history/2#activity"), URIRef(f"{BASE}history/2#state")


def _graph(given: Entry, number: int = 2, media_type: str = "text/turtle") -> Graph:
    heading, _ = patch.write(given, number, "a" * 64, _TIME)
    written = serialise_statements(provenance(heading, [CLAIM]), media_type)
    syntax = ox.RdfFormat.from_media_type(media_type)
    assert syntax
    triples = ox.serialize([q.triple for q in ox.parse(written, syntax)], format=ox.RdfFormat.N_TRIPLES)
    return Graph().parse(triples or b"", format="nt")


@pytest.mark.parametrize("media_type", ["text/turtle", "application/ld+json"])
def test_a_version_is_an_activity_of_its_editor_that_made_one_state_of_another(media_type: str) -> None:
    graph = _graph(entry(), media_type=media_type)
    before, agent = URIRef(f"{BASE}history/1#state"), URIRef(f"{BASE}history#editor-Mori%20Aya")

    for triple in (
        (ACTIVITY, RDF.type, PROV.Activity),
        (ACTIVITY, PROV.used, before),
        (ACTIVITY, PROV.generated, STATE),
        (ACTIVITY, PROV.wasAssociatedWith, agent),
        (ACTIVITY, PROV.endedAtTime, Literal("2026-11-21T12:00:00.123Z", datatype=XSD.dateTime)),
        (STATE, RDF.type, PROV.Entity),
        (STATE, PROV.wasGeneratedBy, ACTIVITY),
        (STATE, PROV.wasRevisionOf, before),
        (STATE, PROV.specializationOf, URIRef(BASE)),
        (STATE, OWL.versionInfo, Literal(2)),
        (before, RDF.type, PROV.Entity),
        (agent, RDF.type, PROV.Agent),
        (agent, FOAF.name, Literal("Mori Aya")),
        (URIRef(CLAIM), PROV.wasInfluencedBy, ACTIVITY),
    ):
        assert triple in graph, triple


def test_the_first_version_used_the_build() -> None:
    graph = _graph(entry(), number=1)

    used = graph.value(URIRef(f"{BASE}history/1#activity"), PROV.used)
    assert used == URIRef(f"{BASE}history#build-0123456789abcdef")


def test_a_revert_was_informed_by_what_it_reverts() -> None:
    graph = _graph(entry(kind=Kind.revert, reverts=1))

    assert graph.value(ACTIVITY, PROV.wasInformedBy) == URIRef(f"{BASE}history/1#activity")


def test_an_editor_of_any_name_gives_an_iri() -> None:
    graph = _graph(entry(editor='森 亜矢 <a>"#/?'))

    (agent,) = graph.subjects(RDF.type, PROV.Agent)
    assert graph.value(agent, FOAF.name) == Literal('森 亜矢 <a>"#/?')
