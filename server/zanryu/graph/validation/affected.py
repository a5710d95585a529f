"""From a change to the focus nodes whose findings it can change: a sound superset, and a small one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox

from zanryu.graph.validation.joining import may_be
from zanryu.graph.validation.patterns import THIS, Pattern, variables
from zanryu.graph.validation.targets import Membership

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from zanryu.graph.delta import Delta
    from zanryu.graph.validation.joining import View
    from zanryu.graph.validation.patterns import Conjunction, Patterns, Slot, Term
    from zanryu.graph.validation.rules import Rule

_Key: TypeAlias = "ox.NamedNode | None"
Start: TypeAlias = "tuple[tuple[str, Term], ...]"
_Changed: TypeAlias = "Mapping[_Key, list[ox.Quad]]"


@dataclass(frozen=True, slots=True)
class _Near:
    """A watched pattern with ``$this`` at an end; ``other`` is the constant at the other end, if any."""

    at_subject: bool
    other: Term | None

    def ends(self, quads: Iterable[ox.Quad]) -> set[Term]:
        """Return the ends where ``$this`` stands, of the triples whose other end fits."""
        here, there = ("subject", "object") if self.at_subject else ("object", "subject")
        other = self.other
        return {getattr(q, here) for q in quads if other is None or may_be(other, getattr(q, there))}


@dataclass(frozen=True, slots=True)
class _Far:
    """A watched pattern from which a ``way`` of others leads to ``$this`` by the variables that they share.

    ``gate`` are those at its own ends: without a match of each, no walk need begin. Equal ways have the same
    ``number``.
    """

    pattern: Pattern
    way: Patterns
    gate: Patterns
    shared: frozenset[str]
    number: int

    def starts(self, quads: Iterable[ox.Quad]) -> set[Start]:
        """Return the shared variables with their terms, once for all triples that say the same."""
        pattern = self.pattern
        ends: tuple[tuple[Slot, str], ...] = ((pattern.subject, "subject"), (pattern.object, "object"))
        constants = [(slot, end) for slot, end in ends if not isinstance(slot, str)]
        shared = {slot: end for slot, end in ends if isinstance(slot, str) and slot in self.shared}
        if isinstance(pattern.predicates, str) and pattern.predicates in self.shared:
            shared[pattern.predicates] = "predicate"
        if pattern.subject == pattern.object:
            quads = (quad for quad in quads if may_be(quad.subject, quad.object))
        return {
            tuple((name, getattr(quad, shared[name])) for name in sorted(shared))
            for quad in quads
            if all(may_be(term, getattr(quad, end)) for term, end in constants)
        }


class Watch:
    """All rules, indexed by the predicates that they look at; ``None`` stands for any predicate."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        self._near: dict[_Key, dict[_Near, list[Rule]]] = defaultdict(lambda: defaultdict(list))
        self._far: dict[_Key, dict[_Far, list[Rule]]] = defaultdict(lambda: defaultdict(list))
        self._everywhere: dict[_Key, dict[_Far, list[Rule]]] = defaultdict(lambda: defaultdict(list))
        self._ways: dict[Patterns, int] = {}
        for rule in self.rules:
            for conjunction in rule.conjunctions:
                self._index(rule, conjunction)
            for pattern in rule.unlocated:
                for key in _keys(pattern):
                    self._everywhere[key][_far(pattern, ())].append(rule)

    def _index(self, rule: Rule, conjunction: Conjunction) -> None:
        (pattern,), way = conjunction.watched, conjunction.patterns
        ends = {True: (pattern.subject, pattern.object), False: (pattern.object, pattern.subject)}
        for key in _keys(pattern):
            for at_subject, (end, other) in ends.items():
                if end == THIS:
                    near = _Near(at_subject, None if isinstance(other, str) else other)
                    self._near[key][near].append(rule)
            if THIS not in pattern.variables:
                self._far[key][_far(pattern, way, self._ways.setdefault(way, len(self._ways)))].append(rule)

    def affected(self, after: View, delta: Delta) -> dict[Rule, set[Term]]:
        """Return, for each rule, the focus nodes of the state after ``delta`` that it can concern.

        Removed triples are looked at beside that state: what they led to before is found as well.
        """
        both = after
        if delta.removed:
            gone = ox.Store()
            gone.bulk_extend(delta.removed)
            both = after.beside(gone)
        changed: dict[_Key, list[ox.Quad]] = defaultdict(list)
        for quad in (*delta.added, *delta.removed):
            changed[quad.predicate].append(quad)
            changed[None].append(quad)
        found: dict[Rule, set[Term]] = defaultdict(set)
        for part in (self._beside(changed), self._walked(changed, both), self._untraced(changed, after)):
            for rule, nodes in part:
                found[rule].update(nodes)
        membership = Membership(after, found)
        kept = {rule: membership.foci(rule, nodes) for rule, nodes in found.items()}
        return {rule: left for rule, nodes in kept.items() if (left := _promising(rule, nodes, after))}

    def _beside(self, changed: _Changed) -> Iterator[tuple[Rule, set[Term]]]:
        """Yield the nodes at an end of a changed triple."""
        for key, quads in changed.items():
            for near, rules in self._near.get(key, {}).items():
                nodes = near.ends(quads)
                for rule in rules:
                    yield rule, nodes

    def _walked(self, changed: _Changed, both: View) -> Iterator[tuple[Rule, set[Term]]]:
        """Yield the nodes that are some steps away; no walk is made twice."""
        reached: dict[tuple[int, Start], set[Term]] = {}
        for far, rules, start in self._starts(self._far, changed):
            binding = dict(start)
            if all(both.has(pattern, binding) for pattern in far.gate):
                walk = (far.number, start)
                if walk not in reached:
                    reached[walk] = set(both.focus_nodes(far.way, binding))
                for rule in rules:
                    yield rule, reached[walk]

    def _untraced(self, changed: _Changed, after: View) -> Iterator[tuple[Rule, set[Term]]]:
        for rule in {rule for _, rules, _ in self._starts(self._everywhere, changed) for rule in rules}:
            yield rule, rule.target.every(after)

    def _starts(
        self, patterns: Mapping[_Key, Mapping[_Far, list[Rule]]], changed: _Changed
    ) -> Iterator[tuple[_Far, list[Rule], Start]]:
        for key, quads in changed.items():
            for far, rules in patterns.get(key, {}).items():
                for start in far.starts(quads):
                    yield far, rules, start


def _far(pattern: Pattern, way: Patterns, number: int = 0) -> _Far:
    start = pattern.variables & variables(way)
    if pattern in way and isinstance(pattern.subject, str):
        start = frozenset([pattern.subject])
    edges = (p for p in way if p != pattern and _is_edge(p) and not start.isdisjoint({p.subject, p.object}))
    # Constants first: they turn most walks away.
    gate = tuple(sorted(edges, key=lambda p: len(p.variables)))
    return _Far(pattern, way, gate, start, number)


def _keys(pattern: Pattern) -> Iterable[_Key]:
    return (None,) if isinstance(pattern.predicates, str) else pattern.predicates


def _is_edge(pattern: Pattern) -> bool:
    return not (pattern.closure or isinstance(pattern.predicates, str))


def _promising(rule: Rule, foci: set[Term], after: View) -> set[Term]:
    """Drop focus nodes that cannot give a row: to look costs less than to ask the engine."""
    return {
        node
        for node in foci
        if any(next(after.focus_nodes(p, {THIS: node}), None) is not None for p in rule.positive)
    }
