"""The SPARQL 1.1 Service Description, computed from the live store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zanryu.graph.namespaces import BASE, DATASET_IRI, PREFIXES
from zanryu.store.backend import Statement, Term, iri
from zanryu.web.media_types import GRAPHS, RESULTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zanryu.store.backend import Backend

# The public address, not the one a request claims to have come to: a Host header must not get into an answer.
ENDPOINT: Final = f"{BASE}sparql"
_SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_TYPE: Final = PREFIXES["rdf"] + "type"
_TRIPLES: Final = PREFIXES["void"] + "triples"
_VERSION: Final = PREFIXES["owl"] + "versionInfo"
_INTEGER: Final = PREFIXES["xsd"] + "integer"


def describe_service(backend: Backend) -> list[Statement]:
    """Return the description: endpoint, language, formats, union default graph, named graphs with counts."""
    return list(_service(backend))


def _service(backend: Backend) -> Iterator[Statement]:
    service, dataset, union = Term("blank", "service"), iri(DATASET_IRI), Term("blank", "union")
    health = backend.health()
    yield Statement(service, _TYPE, iri(f"{_SD}Service"))
    yield Statement(service, f"{_SD}endpoint", iri(ENDPOINT))
    yield Statement(service, f"{_SD}supportedLanguage", iri(f"{_SD}SPARQL11Query"))
    yield Statement(service, f"{_SD}feature", iri(f"{_SD}UnionDefaultGraph"))
    for media_type in (*RESULTS, *GRAPHS):
        yield Statement(service, f"{_SD}resultFormat", iri(media_type.iri))
    yield Statement(service, f"{_SD}defaultDataset", dataset)
    yield Statement(dataset, _TYPE, iri(f"{_SD}Dataset"))
    yield Statement(dataset, _VERSION, Term("literal", health.version))
    yield Statement(dataset, f"{_SD}defaultGraph", union)
    yield Statement(union, _TYPE, iri(f"{_SD}Graph"))
    yield Statement(union, _TRIPLES, _count(health.triples))
    for number, (name, triples) in enumerate(backend.graphs().items()):
        named, graph = Term("blank", f"named{number}"), Term("blank", f"graph{number}")
        yield Statement(dataset, f"{_SD}namedGraph", named)
        yield Statement(named, _TYPE, iri(f"{_SD}NamedGraph"))
        yield Statement(named, f"{_SD}name", iri(name))
        yield Statement(named, f"{_SD}graph", graph)
        yield Statement(graph, _TYPE, iri(f"{_SD}Graph"))
        yield Statement(graph, _TRIPLES, _count(triples))


def _count(number: int) -> Term:
    return Term("literal", str(number), datatype=_INTEGER)
