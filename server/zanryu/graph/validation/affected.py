"""From a change to the focus nodes whose findings it can change: a sound superset, and a small one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox

from zanryu.graph.validation.joining import may_be
from zanryu.graph.validation.patterns import THIS, Pattern, variables
from zanryu.graph.validation.targets import Membership

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from zanryu.graph.delta import Delta
    from zanryu.graph.validation.joining import View
    from zanryu.graph.validation.patterns import Conjunction, Patterns, Term
    from zanryu.graph.validation.rules import Rule

_Key: TypeAlias = "ox.NamedNode | None"
Terms: TypeAlias = "tuple[Term, ...]"
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
class _Gate:
    """A pattern that must match for a walk to be worth it; ``places`` are those of its terms in the start."""

    pattern: Pattern
    names: tuple[str, ...]
    places: tuple[int, ...]

    def terms(self, starts: Iterable[Terms]) -> list[Terms]:
        """Return what the pattern is bound to by each start."""
        return list(zip(*(map(itemgetter(place), starts) for place in self.places), strict=True))


@dataclass(frozen=True, slots=True)
class _Far:
    """A watched pattern from which a ``way`` of others leads to ``$this`` by the variables that they share.

    A start is the terms of these. The ``gates`` are at the ends of the watched pattern. Equal ways have the
    same ``number``.
    """

    pattern: Pattern
    way: Patterns
    gates: tuple[_Gate, ...]
    shared: tuple[str, ...]
    number: int

    def fitting(self, quads: Iterable[ox.Quad]) -> list[ox.Quad]:
        """Return those of the triples, of the right predicate, that the watched pattern matches."""
        pattern = self.pattern
        if pattern.subject == pattern.object:
            quads = (quad for quad in quads if may_be(quad.subject, quad.object))
        if not isinstance(subject := pattern.subject, str):
            quads = (quad for quad in quads if may_be(subject, quad.subject))
        if not isinstance(value := pattern.object, str):
            quads = (quad for quad in quads if may_be(value, quad.object))
        return list(quads)

    def starts(self, quads: Iterable[ox.Quad]) -> set[Terms]:
        """Return where walks begin, once for all triples that say the same."""
        pattern, fitting = self.pattern, self.fitting(quads)
        ends = {pattern.subject: "subject", pattern.object: "object", pattern.predicates: "predicate"}
        return set(zip(*(map(attrgetter(ends[name]), fitting) for name in self.shared), strict=True))


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

    def affected(self, after: View, delta: Delta) -> Iterator[dict[Rule, set[Term]]]:
        """Yield, in two parts, the focus nodes of the state after ``delta`` that each rule can concern.

        First those at a changed triple, which are most and are found at once; then what lies further off.
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
        near = _gathered(self._beside(changed))
        yield _promising_foci(near, after)
        far = _gathered(chain(self._walked(changed, both), self._untraced(changed, after)))
        yield _promising_foci({rule: nodes - near.get(rule, set()) for rule, nodes in far.items()}, after)

    def _beside(self, changed: _Changed) -> Iterator[tuple[Rule, set[Term]]]:
        """Yield the nodes at an end of a changed triple."""
        for key, quads in changed.items():
            for near, rules in self._near.get(key, {}).items():
                nodes = near.ends(quads)
                for rule in rules:
                    yield rule, nodes

    def _walked(self, changed: _Changed, both: View) -> Iterator[tuple[Rule, set[Term]]]:
        """Yield the nodes that are some steps away; no walk is made twice."""
        gates = _Gates(both)
        reached: dict[tuple[int, Terms], set[Term]] = {}
        for key, quads in changed.items():
            for far, rules in self._far.get(key, {}).items():
                nodes: set[Term] = set()
                for start in gates.passed(far, far.starts(quads)):
                    walk = (far.number, start)
                    if walk not in reached:
                        binding = dict(zip(far.shared, start, strict=True))
                        reached[walk] = set(both.focus_nodes(far.way, binding))
                    nodes |= reached[walk]
                for rule in rules:
                    yield rule, nodes

    def _untraced(self, changed: _Changed, after: View) -> Iterator[tuple[Rule, set[Term]]]:
        untraced: set[Rule] = set()
        for key, quads in changed.items():
            for far, rules in self._everywhere.get(key, {}).items():
                if far.fitting(quads):
                    untraced.update(rules)
        for rule in untraced:
            yield rule, rule.target.every(after)


class _Matches(dict[Terms, bool]):
    """Whether a pattern has a match, by the terms that its variables are bound to; each looked up once."""

    def __init__(self, view: View, gate: _Gate) -> None:
        super().__init__()
        self._view = view
        self._gate = gate

    def __missing__(self, terms: Terms) -> bool:
        gate = self._gate
        self[terms] = found = self._view.has(gate.pattern, dict(zip(gate.names, terms, strict=True)))
        return found


class _Gates:
    """Which walks are worth it: many begin at the same nodes, and ask for the same there."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._known: dict[tuple[Pattern, tuple[str, ...]], _Matches] = {}

    def passed(self, far: _Far, starts: Collection[Terms]) -> Collection[Terms]:
        """Return the starts that have a match of each gate; what asks of the fewest terms is asked first."""
        for gate in sorted(far.gates, key=lambda gate: len(set(gate.terms(starts)))):
            matches = self._known.setdefault((gate.pattern, gate.names), _Matches(self._view, gate))
            starts = [s for s, terms in zip(starts, gate.terms(starts), strict=True) if matches[terms]]
        return starts


def _far(pattern: Pattern, way: Patterns, number: int = 0) -> _Far:
    start = pattern.variables & variables(way)
    if pattern in way and isinstance(pattern.subject, str):
        start = frozenset([pattern.subject])
    shared = tuple(sorted(start))
    edges = [p for p in way if p != pattern and _is_edge(p) and not start.isdisjoint({p.subject, p.object})]
    edges.sort(key=lambda p: len(p.variables))  # constants turn most walks away
    return _Far(pattern, way, tuple(_gate(p, shared) for p in edges), shared, number)


def _gate(pattern: Pattern, shared: tuple[str, ...]) -> _Gate:
    bound = [(name, place) for place, name in enumerate(shared) if name in pattern.variables]
    names, places = zip(*bound, strict=True)
    return _Gate(pattern, names, places)


def _keys(pattern: Pattern) -> Iterable[_Key]:
    return (None,) if isinstance(pattern.predicates, str) else pattern.predicates


def _is_edge(pattern: Pattern) -> bool:
    return not (pattern.closure or isinstance(pattern.predicates, str))


def _gathered(found: Iterable[tuple[Rule, set[Term]]]) -> dict[Rule, set[Term]]:
    gathered: dict[Rule, set[Term]] = defaultdict(set)
    for rule, nodes in found:
        gathered[rule] |= nodes
    return gathered


def _promising_foci(candidates: Mapping[Rule, set[Term]], after: View) -> dict[Rule, set[Term]]:
    membership = Membership(after, candidates)
    foci = {rule: membership.foci(rule, nodes) for rule, nodes in candidates.items()}
    return {rule: left for rule, nodes in foci.items() if (left := _promising(rule, nodes, after))}


def _promising(rule: Rule, foci: set[Term], after: View) -> set[Term]:
    """Drop focus nodes that cannot give a row: to look costs less than to ask the engine."""
    if () in rule.positive:
        return foci
    return {
        node
        for node in foci
        if any(next(after.focus_nodes(p, {THIS: node}), None) is not None for p in rule.positive)
    }
