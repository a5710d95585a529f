"""Walks from a changed triple to the focus nodes that can see it."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox

from zanryu.graph.validation.patterns import THIS, Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zanryu.graph.validation.patterns import Patterns, Slot, Term

Binding: TypeAlias = "dict[str, Term]"


class View:
    """The union of all graphs of some stores, read by patterns with one end bound at least."""

    def __init__(self, *stores: ox.Store) -> None:
        self._stores = stores
        self._edges: dict[tuple[Term | None, Term | None, Term | None], bool] = {}
        self._outward: dict[tuple[Term, Term], list[ox.Quad]] = {}

    def quads(self, subject: Term | None, predicate: Term | None, value: Term | None) -> Iterator[ox.Quad]:
        """Return the quads of a pattern, lazily; a triple may come more than once."""
        if isinstance(subject, ox.Literal | ox.Triple) or isinstance(
            predicate, ox.Literal | ox.BlankNode | ox.Triple
        ):
            return iter(())
        if subject is None or predicate is None:
            return self._read(subject, predicate, value)
        known = self._outward.get((subject, predicate))
        if known is None:
            known = self._outward[subject, predicate] = list(self._read(subject, predicate, None))
        return iter(known) if value is None else (q for q in known if may_be(q.object, value))

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
        """Return whether an edge with given predicates has a match; many rules ask for the same."""
        subject, value = _bound(pattern.subject, binding), _bound(pattern.object, binding)
        for predicate in _predicates(pattern, binding):
            edge = (subject, predicate, value)
            known = self._edges.get(edge)
            if known is None:
                known = self._edges[edge] = next(self.quads(*edge), None) is not None
            if known:
                return True
        return False

    def matches(self, pattern: Pattern, binding: Binding) -> Iterator[Binding]:
        """Yield the binding extended by each match of a pattern."""
        if pattern.closure:
            yield from self._reached(pattern, binding)
            return
        subject, value = _bound(pattern.subject, binding), _bound(pattern.object, binding)
        for predicate in _predicates(pattern, binding):
            for quad in self.quads(subject, predicate, value):
                found = matched(pattern, quad, binding)
                if found is not None:
                    yield found

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

    def focus_nodes(self, patterns: Patterns, binding: Binding) -> Iterator[Term]:
        """Yield values of ``$this`` with which the patterns may match; each may come more than once.

        What is already bound is checked first; then the pattern with the fewest matches is followed, found by
        letting the patterns race: a hub with a million edges loses against a neighbour with three.
        """
        rest = []
        for pattern in patterns:
            if not pattern.variables <= binding.keys():
                rest.append(pattern)
            elif next(self.matches(pattern, binding), None) is None:
                return
        if (node := binding.get(THIS)) is not None:
            yield node
            return
        runners = [p for p in rest if _is_held(p, binding)] or [p for p in rest if p.predicates in binding]
        winner, extended = self._race(runners, binding)
        remaining = tuple(p for p in rest if p is not winner)
        for following in extended:
            yield from self.focus_nodes(remaining, following)

    def _race(self, runners: list[Pattern], binding: Binding) -> tuple[Pattern, list[Binding]]:
        if len(runners) == 1:
            return runners[0], list(self.matches(runners[0], binding))
        lanes: list[tuple[Pattern, Iterator[Binding], list[Binding]]] = [
            (p, self.matches(p, binding), []) for p in runners
        ]
        while True:
            for pattern, lane, found in lanes:
                following = next(lane, None)
                if following is None:
                    return pattern, found
                found.append(following)


def matched(pattern: Pattern, quad: ox.Quad, binding: Binding) -> Binding | None:
    """Return the binding extended so that the pattern is the quad's triple, or ``None``."""
    extended = dict(binding)
    for slot, term in ((pattern.subject, quad.subject), (pattern.object, quad.object)):
        if not isinstance(slot, str):
            if not may_be(slot, term):
                return None
        elif not may_be(extended.setdefault(slot, term), term):
            return None
    if isinstance(pattern.predicates, str):
        if extended.setdefault(pattern.predicates, quad.predicate) != quad.predicate:
            return None
    elif quad.predicate not in pattern.predicates:
        return None
    return extended


def may_be(one: Term, other: Term) -> bool:
    """Return whether a store may take two terms for one: it keeps a literal's value, not its spelling."""
    return one == other or (isinstance(one, ox.Literal) and isinstance(other, ox.Literal))


def _predicates(pattern: Pattern, binding: Binding) -> Iterable[Term | None]:
    if isinstance(pattern.predicates, str):
        return (binding.get(pattern.predicates),)
    return pattern.predicates


def _bound(slot: Slot, binding: Binding) -> Term | None:
    return binding.get(slot) if isinstance(slot, str) else slot


def _is_held(pattern: Pattern, binding: Binding) -> bool:
    """Return whether an end of the pattern is bound: if not, it is a walk through the whole store."""
    return _bound(pattern.subject, binding) is not None or _bound(pattern.object, binding) is not None
