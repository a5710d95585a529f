"""The graph as walks read it: the edges of a node, and what a pattern matches of them."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain, count, islice
from typing import TYPE_CHECKING, Final, TypeAlias

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from zanryu.graph.validation.patterns import Pattern, Slot, Term

Binding: TypeAlias = "dict[str, Term]"
_Edges: TypeAlias = "dict[Term, list[ox.Quad]]"

# Up to so many edges of a node are read at once. What many nodes lead to is met more often than a node that
# leads to many.
_MAX_OUTWARD: Final = 32
_MAX_INWARD: Final = 6


class View:
    """The union of all graphs of some stores, read by patterns with one end bound at least.

    Many rules ask for the edges of the same nodes, one predicate each. So all of them are read when a node is
    first asked for, unless there are many.
    """

    def __init__(self, *stores: ox.Store) -> None:
        self._stores = stores
        self._outward: dict[Term, _Edges | None] = {}
        self._inward: dict[Term, _Edges | None] = {}
        self._kept: dict[tuple[Term | None, Term], _Kept] = {}

    def beside(self, store: ox.Store) -> View:
        """Return the union of this one and another store."""
        return View(*self._stores, store)

    def end(self) -> None:
        """Let go of what was read in part: only the thread that began an engine's iterator may drop it.

        Whatever holds this in a circle, as rdflib's graphs do, is taken apart by any thread.
        """
        self._kept.clear()

    def quads(self, subject: Term | None, predicate: Term | None, value: Term | None) -> Iterable[ox.Quad]:
        """Return the quads of a pattern, lazily; a triple may come more than once."""
        if isinstance(subject, ox.Literal | ox.Triple) or isinstance(
            predicate, ox.Literal | ox.BlankNode | ox.Triple
        ):
            return ()
        if subject is not None and (edges := self._from(subject)) is not None:
            found = _along(edges, predicate)
            return found if value is None else [q for q in found if may_be(q.object, value)]
        if subject is not None or value is None:
            return self._read(subject, predicate, value)
        if (edges := self._to(value)) is not None:
            return _along(edges, predicate)
        if (predicate, value) not in self._kept:
            self._kept[predicate, value] = _Kept(self._read(None, predicate, value))
        return self._kept[predicate, value]

    def _from(self, node: ox.NamedNode | ox.BlankNode) -> _Edges | None:
        if node not in self._outward:
            self._outward[node] = _by_predicate(self._read(node, None, None), _MAX_OUTWARD)
        return self._outward[node]

    def _to(self, node: Term) -> _Edges | None:
        if node not in self._inward:
            self._inward[node] = _by_predicate(self._read(None, None, node), _MAX_INWARD)
        return self._inward[node]

    def _read(
        self,
        subject: ox.NamedNode | ox.BlankNode | None,
        predicate: ox.NamedNode | None,
        value: Term | None,
    ) -> Iterator[ox.Quad]:
        return chain.from_iterable(
            store.quads_for_pattern(subject, predicate, value, None) for store in self._stores
        )

    def has(self, pattern: Pattern, binding: Binding) -> bool:
        """Return whether an edge with given predicates has a match."""
        subject, value = _bound(pattern.subject, binding), _bound(pattern.object, binding)
        for predicate in _predicates(pattern, binding):
            for _ in self.quads(subject, predicate, value):
                return True
        return False

    def matches(self, pattern: Pattern, binding: Binding) -> Iterator[Binding]:
        """Yield the binding extended by each match of a pattern."""
        if pattern.closure:
            yield from self._reached(pattern, binding)
            return
        subject, value = _bound(pattern.subject, binding), _bound(pattern.object, binding)
        ends = [(pattern.subject, True)] if subject is None else []
        if value is None:
            ends.append((pattern.object, False))
        for predicate in _predicates(pattern, binding):
            for quad in self.quads(subject, predicate, value):
                extended = dict(binding)
                if predicate is None:
                    extended[str(pattern.predicates)] = quad.predicate
                for name, is_subject in ends:
                    term = quad.subject if is_subject else quad.object
                    if not may_be(extended.setdefault(str(name), term), term):
                        break
                else:
                    yield extended

    def _reached(self, pattern: Pattern, binding: Binding) -> Iterator[Binding]:
        """Follow a closure from its bound end; where both are bound, whether they meet is left open."""
        start, end = _bound(pattern.subject, binding), _bound(pattern.object, binding)
        if start is not None and end is not None:
            yield binding
            return
        target = pattern.object if start is not None else pattern.subject
        for node in self.closure(start, end, pattern.predicates):  # type: ignore[arg-type]
            yield {**binding, str(target): node}

    def closure(
        self, start: Term | None, end: Term | None, predicates: frozenset[ox.NamedNode]
    ) -> Iterator[Term]:
        """Yield the nodes on paths of any length from ``start``, or to ``end``, that node first."""
        waiting: list[Term] = [n for n in (start, end) if n is not None]
        seen = set(waiting)
        while waiting:
            yield (node := waiting.pop())
            for predicate in predicates:
                ends = (node, None) if start is not None else (None, node)
                for quad in self.quads(ends[0], predicate, ends[1]):
                    following = quad.object if start is not None else quad.subject
                    if following not in seen:
                        seen.add(following)
                        waiting.append(following)


class _Kept:
    """Quads that are read as far as somebody asks for them, and kept."""

    def __init__(self, quads: Iterator[ox.Quad]) -> None:
        self._ahead = quads
        self._read: list[ox.Quad] = []

    def __iter__(self) -> Iterator[ox.Quad]:
        yield from self._read
        for place in count(len(self._read)):
            if place == len(self._read):  # nobody else has read on meanwhile
                following = next(self._ahead, None)
                if following is None:
                    return
                self._read.append(following)
            yield self._read[place]


def may_be(one: Term, other: Term) -> bool:
    """Return whether a store may take two terms for one: it keeps a literal's value, not its spelling."""
    return one == other or (isinstance(one, ox.Literal) and isinstance(other, ox.Literal))


def _by_predicate(quads: Iterator[ox.Quad], limit: int) -> _Edges | None:
    """Return edges by their predicates, or ``None`` if there are too many."""
    found = list(islice(quads, limit + 1))
    if len(found) > limit:
        return None
    edges: defaultdict[Term, list[ox.Quad]] = defaultdict(list)
    for quad in found:
        edges[quad.predicate].append(quad)
    return edges


def _along(edges: _Edges, predicate: Term | None) -> Sequence[ox.Quad]:
    if predicate is None:
        return [quad for along in edges.values() for quad in along]
    return edges.get(predicate, ())


def _predicates(pattern: Pattern, binding: Binding) -> Iterable[Term | None]:
    if isinstance(pattern.predicates, str):
        return (binding.get(pattern.predicates),)
    return pattern.predicates


def _bound(slot: Slot, binding: Binding) -> Term | None:
    return binding.get(slot) if isinstance(slot, str) else slot
