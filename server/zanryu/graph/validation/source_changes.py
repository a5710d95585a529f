"""The checks of :mod:`~zanryu.graph.validation.source_checks` for a change: of the quads that it concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox

from zanryu.graph.namespaces import REIFIERS
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
