"""From a change to the focus nodes whose findings it can change: a sound superset, and a small one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox

from zanryu.graph.validation.joining import View, may_be
from zanryu.graph.validation.patterns import THIS, Pattern, variables
from zanryu.graph.validation.targets import Membership

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from zanryu.graph.delta import Delta
    from zanryu.graph.validation.joining import Binding
    from zanryu.graph.validation.patterns import Conjunction, Patterns, Slot, Term
    from zanryu.graph.validation.rules import Rule

# Up to so many focus nodes of a rule are looked at singly, to save the engine a question.
_LOOKED_AT_SINGLY = 32

_Key: TypeAlias = "ox.NamedNode | None"
_NOTHING: Mapping[_Far, list[Rule]] = {}


@dataclass(frozen=True, slots=True)
class _Near:
    """A watched pattern with ``$this`` at an end; ``other`` is the constant at the other end, if any."""

    at_subject: bool
    other: Term | None

    def end_of(self, quad: ox.Quad) -> Term | None:
        """Return the end of the triple where ``$this`` stands, or ``None`` if the other does not fit."""
        node, other = (quad.subject, quad.object) if self.at_subject else (quad.object, quad.subject)
        return node if self.other is None or may_be(self.other, other) else None


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

    def binding(self, quad: ox.Quad) -> Binding | None:
        """Return the shared variables with their terms in the triple, or ``None`` if it does not match."""
        found: Binding = {}
        ends: tuple[tuple[Slot, Term], ...] = (
            (self.pattern.object, quad.object),
            (self.pattern.subject, quad.subject),
        )
        for slot, term in ends:
            if not isinstance(slot, str):
                if not may_be(slot, term):
                    return None
            elif slot in self.shared and not may_be(found.setdefault(slot, term), term):
                return None
        if self.pattern.predicates in self.shared:
            found[str(self.pattern.predicates)] = quad.predicate
        return found


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

    def affected(self, store: ox.Store, delta: Delta) -> dict[Rule, set[Term]]:
        """Return, for each rule, the focus nodes of the state after ``delta`` that it can concern.

        ``store`` holds the state after. Removed triples are looked at beside it: what they led to before is
        found as well.
        """
        after = both = View(store)
        if delta.removed:
            gone = ox.Store()
            gone.bulk_extend(delta.removed)
            both = View(store, gone)
        changed = (*delta.added, *delta.removed)
        found: dict[Rule, set[Term]] = defaultdict(set)
        for part in (self._beside(changed), self._walked(changed, both), self._untraced(changed, after)):
            for rule, nodes in part:
                found[rule].update(nodes)
        membership = Membership(after, found)
        kept = {rule: membership.foci(rule, nodes) for rule, nodes in found.items()}
        return {rule: left for rule, nodes in kept.items() if (left := _promising(rule, nodes, after))}

    def _beside(self, changed: Iterable[ox.Quad]) -> Iterator[tuple[Rule, set[Term]]]:
        """Yield the nodes at an end of a changed triple."""
        found: dict[tuple[_Key, _Near], set[Term]] = defaultdict(set)
        for quad in changed:
            for key in (quad.predicate, None):
                for near in self._near.get(key, ()):
                    node = near.end_of(quad)
                    if node is not None:
                        found[key, near].add(node)
        for (key, near), nodes in found.items():
            for rule in self._near[key][near]:
                yield rule, nodes

    def _walked(self, changed: Iterable[ox.Quad], both: View) -> Iterator[tuple[Rule, set[Term]]]:
        """Yield the nodes that are some steps away; no walk is made twice."""
        reached: dict[tuple[object, ...], set[Term]] = {}
        for quad in changed:
            for key in (quad.predicate, None):
                for far, rules in self._far.get(key, _NOTHING).items():
                    binding = far.binding(quad)
                    if binding is None or not all(both.has(p, binding) for p in far.gate):
                        continue
                    start = (far.number, *sorted(binding.items()))
                    if start not in reached:
                        reached[start] = set(both.focus_nodes(far.way, binding))
                    for rule in rules:
                        yield rule, reached[start]

    def _untraced(self, changed: Iterable[ox.Quad], after: View) -> Iterator[tuple[Rule, set[Term]]]:
        keyed = ((quad, key) for quad in changed for key in (quad.predicate, None))
        hit = {
            rule
            for quad, key in keyed
            for far, rules in self._everywhere.get(key, _NOTHING).items()
            if far.binding(quad) is not None
            for rule in rules
        }
        for rule in hit:
            yield rule, rule.target.every(after)


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
    """Drop focus nodes that cannot give a row, unless there are many."""
    if len(foci) > _LOOKED_AT_SINGLY:
        return foci
    return {
        node
        for node in foci
        if any(next(after.focus_nodes(p, {THIS: node}), None) is not None for p in rule.positive)
    }
