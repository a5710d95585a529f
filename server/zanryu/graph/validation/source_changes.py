"""The checks of :mod:`~zanryu.graph.validation.source_checks` for a change: of the quads that it concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox

from zanryu.graph.namespaces import GRAPHS, RDF_TYPE, REIFIERS
from zanryu.graph.validation.node_checks import CITED_BY, CLASS, kinds, repeated_citations, unclassed
from zanryu.graph.validation.source_checks import (
    ARCHIVED_AS,
    CUE,
    ENTITIES,
    OWN_TERMS,
    WORK,
    characters,
    context_terms,
    cues,
    dates,
    entities,
    terms,
    texts_of_citations,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rdflib import Graph

    from zanryu.graph.delta import Delta
    from zanryu.graph.sources import Dataset
    from zanryu.graph.validation.findings import Finding
    from zanryu.graph.validation.joining import View

Subject: TypeAlias = "ox.NamedNode | ox.BlankNode | ox.Triple"


class SourceChecks:
    """What :func:`~zanryu.graph.validation.source_checks.check_sources` finds about the quads of a change."""

    def __init__(self, dataset: Dataset, shapes: Graph) -> None:
        self._archive = dataset.archive()
        self._context = context_terms(dataset)
        self._shapes = shapes

    def findings(self, after: View, delta: Delta) -> list[Finding]:
        """Check what was added, what names a node that has lost its description, and the cues concerned."""
        subjects = _Subjects(after)
        touched = [quad for quad in delta.added if quad.graph_name != REIFIERS]
        orphaned = [
            quad
            for node in {quad.subject for quad in delta.removed}
            if isinstance(node, ox.NamedNode) and node not in subjects
            for quad in _uses(after, node)
        ]
        citations = set(_citations(after, (*delta.added, *delta.removed)))
        works = [q for c in citations for q in after.quads(c, WORK, None)]
        texts = [q for w in {q.object for q in works} for q in _about(after, w)]
        quoted = [q for c in citations for q in after.quads(c, CUE, None)]
        found = [
            *dates(touched, self._shapes),
            *characters(touched, self._shapes),
            *cues(quoted, texts_of_citations(works, texts), self._archive, self._shapes),
            *terms([*touched, *orphaned], subjects, self._context, self._shapes),
            *entities([*touched, *orphaned], subjects, self._shapes),
            *kinds(touched, _Typed(after, things=True), self._shapes),
            *unclassed([*touched, *_left_without_class(after, delta)], _Typed(after), self._shapes),
            *repeated_citations(_citing(after, (*touched, *delta.removed)), self._shapes),
        ]
        return list(dict.fromkeys(found))


class _Subjects:
    """The nodes that the graph describes, each looked up once."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._known: dict[object, bool] = {}

    def __contains__(self, node: object) -> bool:
        if node not in self._known:
            quads = self._view.quads(node, None, None)  # type: ignore[arg-type]
            self._known[node] = any(quad.graph_name != REIFIERS for quad in quads)
        return self._known[node]


class _Typed:
    """The nodes that have a class; or, of them, those that are no classes themselves."""

    def __init__(self, view: View, *, things: bool = False) -> None:
        self._view = view
        self._things = things

    def __contains__(self, node: object) -> bool:
        classes = {quad.object for quad in self._view.quads(node, RDF_TYPE, None)}  # type: ignore[arg-type]
        return bool(classes) and not (self._things and CLASS in classes)


def _left_without_class(view: View, delta: Delta) -> Iterator[ox.Quad]:
    """Yield what is still said of nodes that have lost a class."""
    for node in {quad.subject for quad in delta.removed if quad.predicate == RDF_TYPE}:
        yield from view.quads(node, None, None)


def _citing(view: View, changed: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """Yield the citations, with what they say, of each claim that has or had a hand in the change."""
    subjects = {quad.subject for quad in changed if quad.graph_name == GRAPHS["claims"]}
    claims = {quad.subject for node in subjects for quad in view.quads(None, CITED_BY, node)}
    for claim in claims | subjects:
        links = list(view.quads(claim, CITED_BY, None))
        if len(links) > 1:
            yield from links
            for link in links:
                yield from view.quads(link.object, None, None)


def _uses(view: View, node: ox.NamedNode) -> Iterator[ox.Quad]:
    """Yield the quads that an undescribed node makes doubtful; terms of others only matter as properties."""
    yield from view.quads(None, node, None)
    if node.value.startswith((*OWN_TERMS, ENTITIES)):
        yield from view.quads(None, None, node)


def _citations(view: View, changed: Iterable[ox.Quad]) -> Iterator[Subject]:
    """Yield the citations whose cue, work or archived text may be another now."""
    for quad in changed:
        if quad.predicate in (CUE, WORK):
            yield quad.subject
        elif quad.predicate == ARCHIVED_AS:
            for citing in view.quads(None, WORK, quad.subject):
                yield citing.subject


def _about(view: View, work: object) -> Iterator[ox.Quad]:
    if isinstance(work, ox.NamedNode | ox.BlankNode):
        yield from view.quads(work, ARCHIVED_AS, None)
