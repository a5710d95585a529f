"""From a change to the focus nodes whose findings it can change: a sound superset, and a small one."""

from __future__ import annotations

from collections import defaultdict
from contextlib import closing
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox

from zanryu.graph.validation.patterns import THIS
from zanryu.graph.validation.starting import Far, Near, far_of
from zanryu.graph.validation.targets import Membership
from zanryu.graph.validation.walking import Walks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from zanryu.graph.delta import Delta
    from zanryu.graph.validation.joining import Terms, View
    from zanryu.graph.validation.patterns import Conjunction, Pattern, Term
    from zanryu.graph.validation.rules import Rule

_Key: TypeAlias = "ox.NamedNode | None"
_Changed: TypeAlias = "Mapping[_Key, list[Terms]]"  # subject, predicate and object


class Watch:
    """All rules, indexed by the predicates that they look at; ``None`` stands for any predicate."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        self._near: dict[_Key, dict[Near, list[Rule]]] = defaultdict(lambda: defaultdict(list))
        self._far: dict[_Key, dict[Far, list[Rule]]] = defaultdict(lambda: defaultdict(list))
        self._everywhere: dict[_Key, dict[Far, list[Rule]]] = defaultdict(lambda: defaultdict(list))
        for rule in self.rules:
            for conjunction in rule.conjunctions:
                self._index(rule, conjunction)
            for pattern in rule.unlocated:
                for key in _keys(pattern):
                    self._everywhere[key][far_of(pattern, ())].append(rule)

    def _index(self, rule: Rule, conjunction: Conjunction) -> None:
        (pattern,), way = conjunction.watched, conjunction.patterns
        ends = {True: (pattern.subject, pattern.object), False: (pattern.object, pattern.subject)}
        for key in _keys(pattern):
            for at_subject, (end, other) in ends.items():
                if end == THIS:
                    near = Near(at_subject, None if isinstance(other, str) else other)
                    self._near[key][near].append(rule)
            if THIS not in pattern.variables:
                self._far[key][far_of(pattern, way)].append(rule)

    def affected(self, after: View, delta: Delta) -> Iterator[tuple[Rule, set[Term]]]:
        """Yield the focus nodes of the state after ``delta`` that each rule can concern, as they are found.

        First those at a changed triple, which are most and are found at once; then what lies further off.
        Removed triples are looked at beside that state: what they led to before is found as well.
        """
        changed: dict[_Key, list[Terms]] = defaultdict(list)
        for quad in (*delta.added, *delta.removed):
            triple = (quad.subject, quad.predicate, quad.object)
            changed[quad.predicate].append(triple)
            changed[None].append(triple)
        near = _gathered(self._beside(changed))
        yield from _promising_foci(near, after)
        walked: Iterable[tuple[Rule, set[Term]]] = self._walked(changed, after)
        if delta.removed:
            gone = ox.Store()
            gone.bulk_extend(delta.removed)
            with closing(after.beside(gone)) as both:
                walked = list(self._walked(changed, both))
        far = _gathered(chain(walked, self._untraced(changed, after)))
        further = {rule: nodes - near.get(rule, set()) for rule, nodes in far.items()}
        yield from _promising_foci(further, after)

    def _beside(self, changed: _Changed) -> Iterator[tuple[Rule, set[Term]]]:
        """Yield the nodes at an end of a changed triple."""
        for key, triples in changed.items():
            for near, rules in self._near.get(key, {}).items():
                nodes = near.ends(triples)
                for rule in rules:
                    yield rule, nodes

    def _walked(self, changed: _Changed, view: View) -> Iterator[tuple[Rule, set[Term]]]:
        """Yield the nodes that are some steps away."""
        walks = Walks(view)
        for key, triples in changed.items():
            for far, rules in self._far.get(key, {}).items():
                nodes = walks.focus_nodes(far.way, far.shared, far.starts(triples))
                for rule in rules:
                    yield rule, nodes

    def _untraced(self, changed: _Changed, after: View) -> Iterator[tuple[Rule, set[Term]]]:
        untraced: set[Rule] = set()
        for key, triples in changed.items():
            for far, rules in self._everywhere.get(key, {}).items():
                if far.fitting(triples):
                    untraced.update(rules)
        for rule in untraced:
            yield rule, rule.target.every(after)


def _keys(pattern: Pattern) -> Iterable[_Key]:
    return (None,) if isinstance(pattern.predicates, str) else pattern.predicates


def _gathered(found: Iterable[tuple[Rule, set[Term]]]) -> dict[Rule, set[Term]]:
    gathered: dict[Rule, set[Term]] = defaultdict(set)
    for rule, nodes in found:
        gathered[rule] |= nodes
    return gathered


def _promising_foci(candidates: Mapping[Rule, set[Term]], after: View) -> Iterator[tuple[Rule, set[Term]]]:
    membership, walks = Membership(after, candidates), Walks(after)
    for rule, nodes in candidates.items():
        if nodes and (foci := _promising(rule, membership.foci(rule, nodes), walks)):
            yield rule, foci


def _promising(rule: Rule, foci: set[Term], walks: Walks) -> set[Term]:
    """Drop focus nodes that cannot give a row: to look costs less than to ask the engine."""
    if () in rule.positive:
        return foci
    rows = [(node,) for node in foci]
    return set().union(*(walks.focus_nodes(patterns, (THIS,), rows) for patterns in rule.positive))
