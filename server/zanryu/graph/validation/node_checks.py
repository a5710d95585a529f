"""Nodes as a whole: each node of the data has a class of the model (S58), and no citation comes twice (S61).

The shapes find a node by its class, so none of them asks of a node without one; and they see all graphs as
one, so none can tell a class that editors state from one that the ontology declares.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from zanryu.graph.namespaces import DATASET_IRI, PREFIXES, RDF_TYPE, compact, term
from zanryu.graph.validation.engines import to_rdflib
from zanryu.graph.validation.source_findings import finding
from zanryu.graph.writable import WRITABLE

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Set

    from rdflib import Graph

    from zanryu.graph.validation.findings import Finding

CITED_BY: Final = term("zr:citation")
CLASS: Final = term("owl:Class")

_DATASET: Final = ox.NamedNode(DATASET_IRI)
_MODEL: Final = (PREFIXES["zr"], PREFIXES["oa"])
# What would turn a node of the data into a part of the ontology, or says nothing of its kind.
_NOT_OF_DATA: Final = frozenset(map(term, ("zr:Entity", "zr:ClaimProperty", "zr:SentinelValue")))
_CONCEPTS: Final = frozenset(map(term, ("skos:Concept", "skos:ConceptScheme")))
_DATASETS: Final = frozenset(map(term, ("dcat:Dataset", "void:Dataset")))
# The build states them of what they name, too: whether that is a claim is asked by S37.
_BOTH_WAYS: Final = frozenset(map(term, ("zr:conflictsWith", "zr:alternativeTo")))


def kinds(quads: Iterable[ox.Quad], things: Container[object], shapes: Graph) -> Iterator[Finding]:
    """Yield the classes in the data that are none of the model's (S58).

    ``things`` are the nodes with a class that are no classes themselves: what has none, S54 tells of.
    """
    for quad in quads:
        if quad.predicate != RDF_TYPE or quad.graph_name not in WRITABLE:
            continue
        if not _is_of_model(quad) or quad.object in things:
            named = compact(quad.object.value) if isinstance(quad.object, ox.NamedNode) else str(quad.object)
            yield finding("S58-kind", quad, shapes, {"class": named})


def _is_of_model(quad: ox.Quad) -> bool:
    cls = quad.object
    if not isinstance(cls, ox.NamedNode) or cls in _NOT_OF_DATA:
        return False
    if cls in _DATASETS:
        return quad.subject == _DATASET
    return cls in _CONCEPTS or cls.value.startswith(_MODEL)


def unclassed(quads: Iterable[ox.Quad], classed: Container[object], shapes: Graph) -> Iterator[Finding]:
    """Yield the nodes of the data that have no class at all (S58); ``classed`` are those that have one."""
    told = {q.subject for q in quads if q.graph_name in WRITABLE and q.predicate not in _BOTH_WAYS}
    for node in told - {_DATASET}:
        if node not in classed:
            about = ox.Quad(node, RDF_TYPE, node)
            yield finding("S58-class", about, shapes, {"node": getattr(node, "value", str(node))})


def repeated_citations(quads: Iterable[ox.Quad], shapes: Graph) -> Iterator[Finding]:
    """Yield the citations that say the same as another of their claim, all but the first of them (S61).

    ``quads`` hold the whole description of each citation that they link to a claim.
    """
    quads = list(quads)
    cited: dict[object, dict[object, ox.Quad]] = defaultdict(dict)
    for quad in quads:
        if quad.predicate == CITED_BY:
            cited[quad.subject][quad.object] = quad
    several = [links for links in cited.values() if len(links) > 1]
    said = _said(quads, {node for links in several for node in links}) if several else {}
    for links in several:
        seen: set[frozenset[tuple[object, object]]] = set()
        for citation in sorted(links, key=str):
            if said[citation] in seen and said[citation]:  # of what is not described, others tell
                words = {"value": getattr(citation, "value", str(citation))}
                yield finding("S61-citation", links[citation], shapes, words, to_rdflib(citation))
            seen.add(said[citation])


def _said(quads: Iterable[ox.Quad], nodes: Set[object]) -> dict[object, frozenset[tuple[object, object]]]:
    found: dict[object, set[tuple[object, object]]] = {node: set() for node in nodes}
    for quad in quads:
        if (facts := found.get(quad.subject)) is not None:
            facts.add((quad.predicate, quad.object))
    return {node: frozenset(facts) for node, facts in found.items()}
