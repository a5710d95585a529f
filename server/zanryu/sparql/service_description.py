"""The SPARQL 1.1 Service Description, computed from the live store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zanryu.graph.namespaces import DATASET_IRI, PREFIXES
from zanryu.sparql.policy import PUBLISHED, Policy
from zanryu.store.backend import Statement, Term, iri
from zanryu.store.documents import FORMATS
from zanryu.web.media_types import GRAPHS, RESULTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zanryu.store.backend import Backend

_SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_TYPE: Final = PREFIXES["rdf"] + "type"
_TRIPLES: Final = PREFIXES["void"] + "triples"
_VERSION: Final = PREFIXES["owl"] + "versionInfo"
_INTEGER: Final = PREFIXES["xsd"] + "integer"


def describe_service(backend: Backend, policy: Policy = PUBLISHED) -> list[Statement]:
    """Return the description: endpoint, languages, features, formats, the dataset's graphs with counts."""
    return [*_service(policy), *_dataset(backend, policy)]


def _service(policy: Policy) -> Iterator[Statement]:
    service = Term("blank", "service")
    yield Statement(service, _TYPE, iri(f"{_SD}Service"))
    yield Statement(service, f"{_SD}endpoint", iri(policy.endpoint))
    yield Statement(service, f"{_SD}supportedLanguage", iri(f"{_SD}SPARQL11Query"))
    if policy.unites:
        yield Statement(service, f"{_SD}feature", iri(f"{_SD}UnionDefaultGraph"))
    if policy.origins:
        yield Statement(service, f"{_SD}feature", iri(f"{_SD}BasicFederatedQuery"))
    if policy.writes:
        yield Statement(service, f"{_SD}supportedLanguage", iri(f"{_SD}SPARQL11Update"))
        yield Statement(service, f"{_SD}feature", iri(f"{_SD}EmptyGraphs"))
        for media_type in GRAPHS:
            if media_type.name in FORMATS:
                yield Statement(service, f"{_SD}inputFormat", iri(media_type.iri))
    for media_type in (*RESULTS, *GRAPHS):
        yield Statement(service, f"{_SD}resultFormat", iri(media_type.iri))
    yield Statement(service, f"{_SD}defaultDataset", _name(policy))


def _name(policy: Policy) -> Term:
    """Return the dataset's name: only what is published has one."""
    return Term("blank", "dataset") if policy.writes else iri(DATASET_IRI)


def _dataset(backend: Backend, policy: Policy) -> Iterator[Statement]:
    dataset, default, graphs, health = (
        _name(policy),
        Term("blank", "default"),
        backend.graphs(),
        backend.health(),
    )
    yield Statement(dataset, _TYPE, iri(f"{_SD}Dataset"))
    yield Statement(dataset, _VERSION, Term("literal", health.version))
    yield Statement(dataset, f"{_SD}defaultGraph", default)
    yield Statement(default, _TYPE, iri(f"{_SD}Graph"))
    unnamed = health.triples if policy.unites else health.triples - sum(graphs.values())
    yield Statement(default, _TRIPLES, _count(unnamed))
    for number, (name, triples) in enumerate(graphs.items()):
        named, graph = Term("blank", f"named{number}"), Term("blank", f"graph{number}")
        yield Statement(dataset, f"{_SD}namedGraph", named)
        yield Statement(named, _TYPE, iri(f"{_SD}NamedGraph"))
        yield Statement(named, f"{_SD}name", iri(name))
        yield Statement(named, f"{_SD}graph", graph)
        yield Statement(graph, _TYPE, iri(f"{_SD}Graph"))
        yield Statement(graph, _TRIPLES, _count(triples))


def _count(number: int) -> Term:
    return Term("literal", str(number), datatype=_INTEGER)
