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

Subject: TypeAlias = "ox.NamedNode | ox.BlankNode | ox.Triple"


class SourceChecks:
    """What :func:`~zanryu.graph.validation.source_checks.check_sources` finds about the quads of a change."""

    def __init__(self, dataset: Dataset, shapes: Graph) -> None:
        self._archive = dataset.archive()
        self._context = context_terms(dataset)
        self._shapes = shapes

    def findings(self, store: ox.Store, delta: Delta) -> list[Finding]:
        """Check what was added, what names a node that has lost its description, and the cues concerned."""
        subjects = _Subjects(store)
        touched = [quad for quad in delta.added if quad.graph_name != REIFIERS]
        orphaned = [
            quad
            for node in {quad.subject for quad in delta.removed}
            if isinstance(node, ox.NamedNode) and node not in subjects
            for quad in _uses(store, node)
        ]
        citations = set(_citations(store, (*delta.added, *delta.removed)))
        works = [q for c in citations for q in store.quads_for_pattern(c, WORK, None, None)]
        texts = [q for w in {q.object for q in works} for q in _about(store, w)]
        quoted = [q for c in citations for q in store.quads_for_pattern(c, CUE, None, None)]
        found = [
            *dates(touched, self._shapes),
            *characters(touched, self._shapes),
            *cues(quoted, texts_of_citations(works, texts), self._archive, self._shapes),
            *terms([*touched, *orphaned], subjects, self._context, self._shapes),
            *entities([*touched, *orphaned], subjects, self._shapes),
        ]
        return list(dict.fromkeys(found))


class _Subjects:
    """The nodes that a store describes, each looked up once."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        self._known: dict[object, bool] = {}

    def __contains__(self, node: object) -> bool:
        if node not in self._known:
            quads = self._store.quads_for_pattern(node, None, None, None)  # type: ignore[arg-type]
            self._known[node] = any(quad.graph_name != REIFIERS for quad in quads)
        return self._known[node]


def _uses(store: ox.Store, node: ox.NamedNode) -> Iterator[ox.Quad]:
    """Yield the quads that an undescribed node makes doubtful; terms of others only matter as properties."""
    yield from store.quads_for_pattern(None, node, None, None)
    if node.value.startswith((*OWN_TERMS, ENTITIES)):
        yield from store.quads_for_pattern(None, None, node, None)


def _citations(store: ox.Store, changed: Iterable[ox.Quad]) -> Iterator[Subject]:
    """Yield the citations whose cue, work or archived text may be another now."""
    for quad in changed:
        if quad.predicate in (CUE, WORK):
            yield quad.subject
        elif quad.predicate == ARCHIVED_AS:
            for citing in store.quads_for_pattern(None, WORK, quad.subject, None):
                yield citing.subject


def _about(store: ox.Store, work: object) -> Iterator[ox.Quad]:
    if isinstance(work, ox.NamedNode | ox.BlankNode):
        yield from store.quads_for_pattern(work, ARCHIVED_AS, None, None)
