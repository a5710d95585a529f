"""The graph as walks read it: the edges of a node, and what a pattern matches of them."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain, compress, count, islice
from operator import attrgetter
from typing import TYPE_CHECKING, Final, Generic, NamedTuple, TypeAlias, TypeVar

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from zanryu.graph.validation.patterns import Term

Terms: TypeAlias = "tuple[Term, ...]"
_Edges: TypeAlias = "dict[Term, list[ox.Quad]]"

# Up to so many edges of a node are read at once. What many nodes lead to is met more often than a node that
# leads to many.
_MAX_OUTWARD: Final = 32
_MAX_INWARD: Final = 6
_SLOTS: Final = ("subject", "predicate", "object")


class View:
    """The union of all graphs of some stores, read by patterns with one end bound at least.

    Many rules ask for the edges of the same nodes, one predicate each. So all of them are read when a node is
    first asked for, unless there are many.
    """

    def __init__(self, *stores: ox.Store) -> None:
        self._stores = stores
        self._outward: dict[Term, _Edges | None] = {}
        self._inward: dict[Term, _Edges | None] = {}
        self._kept: dict[tuple[Term | None, Term], _Kept[ox.Quad]] = {}
        self._matches: dict[Edge, _Matches] = {}

    def beside(self, store: ox.Store) -> View:
        """Return the union of this one and another store."""
        return View(*self._stores, store)

    def close(self) -> None:
        """Let go of what was read in part: only the thread that began an engine's iterator may drop it.

        What is kept here, and whatever holds it, stands in circles, which any thread takes apart.
        """
        self._kept.clear()
        self._matches.clear()

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

    def matches(self, edge: Edge) -> _Matches:
        """Return what an edge matches; each look-up is made once."""
        if edge not in self._matches:
            self._matches[edge] = _Matches(self, edge)
        return self._matches[edge]

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


class Edge(NamedTuple):
    """An edge as it is asked for with terms, in the order of its slots.

    A slot is ``True`` where a term is given, ``False`` where none is, and what it has to be otherwise. A loop
    has one variable at both its ends. A closure is a path of any length.
    """

    subject: Term | bool
    predicates: frozenset[ox.NamedNode] | bool
    object: Term | bool
    is_loop: bool = False
    is_closure: bool = False


class _Matches(dict[Terms, "Matched"]):
    """What an edge matches, by the terms that are given: the terms of the other slots, in their order."""

    def __init__(self, view: View, edge: Edge) -> None:
        super().__init__()
        self._view = view
        self._edge = edge
        is_free = (edge.subject is False, edge.predicates is False, edge.object is False and not edge.is_loop)
        self._others = _reading(list(compress(_SLOTS, is_free)))

    def __missing__(self, given: Terms) -> Matched:
        self[given] = found = self._found(iter(given))
        return found

    def _found(self, given: Iterator[Term]) -> Matched:
        edge, quads = self._edge, self._view.quads
        subject = _term(edge.subject, given)
        predicates = [_term(edge.predicates, given)] if isinstance(edge.predicates, bool) else edge.predicates
        value = _term(edge.object, given)
        if edge.is_closure:
            return self._reached(subject, value)
        parts = [quads(subject, predicate, value) for predicate in predicates]
        found = self._others(filter(_is_loop, chain(*parts)) if edge.is_loop else chain(*parts))
        is_read = all(isinstance(part, list | tuple) for part in parts)
        return list(found) if is_read else _Kept(found)

    def _reached(self, start: Term | None, end: Term | None) -> Matched:
        """Follow a closure from its bound end; where both are bound, whether they meet is left open."""
        if start is not None and end is not None:
            return [()]
        predicates = self._edge.predicates
        return _Kept((node,) for node in self._view.closure(start, end, predicates))  # type: ignore[arg-type]


_T = TypeVar("_T")


class _Kept(Generic[_T]):
    """What is read as far as somebody asks for it, and kept."""

    def __init__(self, ahead: Iterator[_T]) -> None:
        self._ahead = ahead
        self._read: list[_T] = []

    def __bool__(self) -> bool:
        return any(True for _ in self)

    def __iter__(self) -> Iterator[_T]:
        yield from self._read
        for place in count(len(self._read)):
            if place == len(self._read):  # nobody else has read on meanwhile
                for following in self._ahead:
                    self._read.append(following)
                    break
                else:
                    return
            yield self._read[place]


Matched: TypeAlias = "list[Terms] | _Kept[Terms]"


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


def _reading(slots: Sequence[str]) -> Callable[[Iterable[ox.Quad]], Iterator[Terms]]:
    """Return what reads the terms of some slots from quads; of none, whether there is a quad."""
    if not slots:
        return lambda quads: (() for _ in islice(quads, 1))
    if len(slots) == 1:
        return lambda quads: zip(map(attrgetter(slots[0]), quads), strict=True)
    return lambda quads: map(attrgetter(*slots), quads)


def _is_loop(quad: ox.Quad) -> bool:
    return may_be(quad.subject, quad.object)


def _term(slot: Term | bool, given: Iterator[Term]) -> Term | None:
    if isinstance(slot, bool):
        return next(given) if slot else None
    return slot
