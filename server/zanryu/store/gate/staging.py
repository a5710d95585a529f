"""A change in the making: carried out in a database that nobody reads, and taken back if need be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from zanryu.errors import CannotBeUndone, MalformedRequest, NotFound, Refused
from zanryu.graph.delta import Delta
from zanryu.graph.writable import WRITABLE, graph_for, refuse_graph
from zanryu.store.embedded import malformed
from zanryu.store.gate.patches import read_patch
from zanryu.store.history.record import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zanryu.graph.derivation import Deriver
    from zanryu.store.gate.changes import GraphChange, Step, Template, Wanted
    from zanryu.store.history.journal import Journal


class Staging:
    """Carries changes out in ``store``; ``delta`` is what they come to, with all that follows from them."""

    def __init__(self, store: ox.Store, deriver: Deriver, journal: Journal) -> None:
        self.delta = Delta()
        self.store = store
        self._deriver = deriver
        self._journal = journal

    def carry_out(self, wanted: Wanted) -> None:
        """Carry a change out.

        :raises ZanryuError: for what may not be written; the store is then to be taken back.
        """
        for step in wanted.steps:
            self._stage(self._effect(step))
        if wanted.graph_change:
            self._stage(self._graph_effect(wanted.graph_change))
        if wanted.reverts is not None:
            self._stage(self._undoing(wanted.reverts))

    def take_back(self) -> None:
        """Undo everything in the database; ``delta`` goes on to say what it would have been."""
        apply(self.store, self.delta.inverse())

    def _stage(self, asserted: Delta) -> None:
        if asserted:
            self._apply(self._deriver.consequences(self.store, asserted))

    def _apply(self, delta: Delta) -> None:
        apply(self.store, delta)
        self.delta = self.delta.then(delta)

    def _effect(self, step: Step) -> Delta:
        removed = {quad for template in step.deletes for quad in self._present(template, step)}
        added = {quad for template in step.inserts for quad in self._placed(template, step)}
        return self._exact(added, removed)

    def _exact(self, added: set[ox.Quad], removed: set[ox.Quad]) -> Delta:
        """Return what changes: what is there is not added, and what stays is not removed."""
        known = {s: self._is_described(s) for s in {quad.subject for quad in added}}
        new = frozenset(quad for quad in added if not known[quad.subject] or quad not in self.store)
        return Delta(new, frozenset(removed - added))

    def _is_described(self, subject: ox.NamedNode | ox.BlankNode | ox.Triple) -> bool:
        """Return whether there is a quad of a subject: of a new one, each need not be looked up."""
        return any(True for _ in self.store.quads_for_pattern(subject, None, None, None))

    def _present(self, template: Template, step: Step) -> Iterable[ox.Quad]:
        graphs = [ox.NamedNode(template.graph)] if template.graph else WRITABLE
        for triple in self._construct(template, step):
            for graph in graphs:
                quad = ox.Quad(triple.subject, triple.predicate, triple.object, graph)
                if quad in self.store:
                    yield quad

    def _placed(self, template: Template, step: Step) -> Iterable[ox.Quad]:
        triples = list(self._construct(template, step))
        for triple in triples:
            graph = ox.NamedNode(template.graph) if template.graph else graph_for(triple)
            yield ox.Quad(triple.subject, triple.predicate, triple.object, graph)

    def _construct(self, template: Template, step: Step) -> ox.QueryTriples:
        try:
            result = self.store.query(
                template.construct,
                use_default_graph_as_union=step.default_graphs is None,
                default_graph=_names(step.default_graphs),
                named_graphs=_names(step.named_graphs),
            )
        except SyntaxError as error:
            raise malformed(str(error.msg), template.construct, "update") from None
        except RuntimeError as error:
            raise Refused(f"The update cannot be carried out: {error}. Nothing was changed.") from None
        if not isinstance(result, ox.QueryTriples):
            raise TypeError(f"not a CONSTRUCT: {template.construct}")
        return result

    def _graph_effect(self, change: GraphChange) -> Delta:
        graph = ox.NamedNode(change.graph)
        present = self.store.quads_for_pattern(None, None, None, graph)
        if change.method == "DELETE" and next(present, None) is None:
            raise NotFound(f"There is no graph <{change.graph}>.", graph=change.graph)
        refuse_graph(graph)
        if change.method == "PATCH":
            return self._patch_effect(change, graph)
        given = {
            ox.Quad(q.subject, q.predicate, q.object, graph)
            for q in ox.parse(change.document, ox.RdfFormat.N_TRIPLES)
        }
        if change.method == "POST":
            return self._exact(given, set())
        return self._exact(given, set(self.store.quads_for_pattern(None, None, None, graph)))

    def _patch_effect(self, change: GraphChange, graph: ox.NamedNode) -> Delta:
        patch = read_patch(change.document, graph)
        for quad in patch.removed:
            if quad not in self.store:
                raise MalformedRequest(f"The patch removes what is not there: {quad}. Nothing was changed.")
        return self._exact(set(patch.added), set(patch.removed))

    def _undoing(self, number: int) -> Delta:
        record = self._journal.read(number)
        if record.kind is Kind.build:
            raise CannotBeUndone(f"Version {number} is a build. Change the files in data/, and build again.")
        undone = record.delta.inverse()
        # What was derived is derived again: by now, something else may give reason for it.
        undone = Delta(
            *(
                frozenset(q for q in quads if q.graph_name in WRITABLE)
                for quads in (undone.added, undone.removed)
            )
        )
        gone = [quad for quad in undone.removed if quad not in self.store]
        back = [quad for quad in undone.added if quad in self.store]
        if gone or back:
            raise CannotBeUndone(
                f"Version {number} cannot be undone alone: a later one changed the same. Undo that one "
                f"first, or correct it by hand. It is about: {(gone + back)[0]}"
            )
        return undone


def apply(store: ox.Store, delta: Delta) -> None:
    """Carry a change out in a database."""
    for quad in delta.removed:
        store.remove(quad)
    store.extend(delta.added)


def _names(graphs: tuple[str, ...] | None) -> list[Any] | None:
    return None if graphs is None else [ox.NamedNode(graph) for graph in graphs]
