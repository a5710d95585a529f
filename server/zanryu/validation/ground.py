"""What a document is judged against: the ontology and vocabularies, or all that is published.

Alone means without the claims of others. But a claim that says something about a person of ours, from a work
of ours, is well formed, and one about a person that nobody knows is not. So the things that a document names,
and does not describe, are looked up: what they are, not what is claimed about them. Nothing is found about
them; they are there for the document to refer to.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from zanryu.graph.asserted import asserted
from zanryu.graph.namespaces import BASE, DATASET_IRI, GRAPHS
from zanryu.store.draft import Draft
from zanryu.validation.document import nodes_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from zanryu.store.worker import Snapshot
    from zanryu.validation.document import Document

_TERMS: Final = ("ontology", "vocabularies")
_THINGS: Final = frozenset(GRAPHS[name] for name in ("entities", "works", "claims", "links"))
_ENTITIES: Final = f"{BASE}id/"
_DERIVED: Final = ("accepted", "reifiers")
_SPOKEN: Final = (f"{BASE}id/claim/", f"{BASE}id/conflict/")


class Ground:
    """A snapshot to judge documents by. ``published`` is a draft of it, and is to be left as it was."""

    def __init__(self, snapshot: Snapshot, drafts: Path) -> None:
        self.snapshot = snapshot
        self._draft = Draft(snapshot.folder, drafts)
        self.published = self._draft.store
        self._alone = ox.Store()
        for name in _TERMS:
            self._alone.extend(self.published.quads_for_pattern(None, None, None, GRAPHS[name]))
        dataset = ox.NamedNode(DATASET_IRI)  # says with which threshold claims are accepted
        self._alone.extend(self.published.quads_for_pattern(dataset, None, None, GRAPHS["entities"]))

    @contextmanager
    def alone_with(self, document: Document) -> Iterator[ox.Store]:
        """Yield a store with the terms, and with the things that a document refers to."""
        things = self.things_of(document)
        self._alone.extend(things)
        try:
            yield self._alone
        finally:
            for quad in things:
                self._alone.remove(quad)

    def things_of(self, document: Document) -> set[ox.Quad]:
        """Return what is known of the things that a document names and does not describe.

        With what they in turn refer to, but not the claims: a work, and the series that it appeared in.
        """
        known: set[ox.Quad] = set()
        seen = document.described()
        waiting = {n for t in document.triples for n in nodes_of(t) if n.value.startswith(_ENTITIES)}
        while waiting := waiting - seen:
            seen |= waiting
            found = [q for node in waiting for q in self._description(node)]
            known.update(found)
            waiting = {n for q in found for n in nodes_of(q) if _leads_on(q, n)}
        return known

    def _description(self, node: ox.NamedNode) -> list[ox.Quad]:
        found = self.published.quads_for_pattern(node, None, None, None)
        return [quad for quad in found if quad.graph_name in _THINGS]

    def asserted(self, written: Collection[ox.Quad]) -> list[ox.Quad]:
        """Return what is published as the hand-edited files say it; ``written`` is what they say now."""
        graphs = [GRAPHS[name] for name in GRAPHS if name not in _DERIVED]
        held = (q for graph in graphs for q in self.published.quads_for_pattern(None, None, None, graph))
        return asserted(held, written)

    def is_of_same_build(self, snapshot: Snapshot) -> bool:
        """Return whether a snapshot is another state of the same build: ``BUILD-7`` of ``BUILD``."""
        return _build_of(self.snapshot) == _build_of(snapshot)

    def close(self) -> None:
        """Remove the draft."""
        del self.published
        self._draft.close()


def _leads_on(quad: ox.Quad, node: ox.NamedNode) -> bool:
    """Return whether to look a node up that a description names: a thing, or a part of the same claim."""
    if not node.value.startswith(_ENTITIES):
        return False
    is_part = isinstance(quad.subject, ox.NamedNode) and node.value.startswith(f"{quad.subject.value}/")
    return is_part or not node.value.startswith(_SPOKEN)


def _build_of(snapshot: Snapshot) -> str:
    base, _, number = snapshot.version.rpartition("-")
    return base if base and number.isdecimal() else snapshot.version
