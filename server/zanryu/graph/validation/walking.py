"""Walks from a changed triple to the focus nodes that can see it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from zanryu.graph.validation.patterns import THIS, variables

if TYPE_CHECKING:
    from collections.abc import Iterator, Set

    from zanryu.graph.validation.joining import Binding, View
    from zanryu.graph.validation.patterns import Pattern, Patterns, Term

_Walk: TypeAlias = "tuple[Patterns, frozenset[tuple[str, Term]]]"


class Walks:
    """Walks through a graph; none is made twice, nor the rest of one that another has begun with."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._known: dict[_Walk, Set[Term]] = {}

    def focus_nodes(self, patterns: Patterns, binding: Binding) -> Set[Term]:
        """Return values of ``$this`` with which the patterns may match.

        What is already bound is checked first; then the pattern with the fewest matches is followed, found by
        letting the patterns race: a hub with a million edges loses against a neighbour with three.
        """
        walk = patterns, frozenset(binding.items())
        if walk not in self._known:
            self._known[walk] = self._walk(patterns, binding)
        return self._known[walk]

    def _walk(self, patterns: Patterns, binding: Binding) -> Set[Term]:
        plan = _plan(patterns, frozenset(binding))
        if not all(self._view.has(pattern, binding) for pattern in plan.checks):
            return frozenset()
        if (node := binding.get(THIS)) is not None:
            return frozenset([node])
        runner, extended = self._race(plan.runners, binding)
        found: set[Term] = set()
        for following in extended:
            # What the rest does not ask of is left behind: then many walks go on as one.
            left = {name: term for name, term in following.items() if name in runner.needed}
            found |= self.focus_nodes(runner.remaining, left)
        return found

    def _race(self, runners: tuple[_Runner, ...], binding: Binding) -> tuple[_Runner, list[Binding]]:
        matches = self._view.matches
        if len(runners) == 1:
            return runners[0], list(matches(runners[0].pattern, binding))
        lanes: list[tuple[_Runner, Iterator[Binding], list[Binding]]] = [
            (runner, matches(runner.pattern, binding), []) for runner in runners
        ]
        while True:
            for runner, lane, found in lanes:
                following = next(lane, None)
                if following is None:
                    return runner, found
                found.append(following)


class _Runner(NamedTuple):
    """A pattern that may be followed, what remains then, and the variables that this needs."""

    pattern: Pattern
    remaining: Patterns
    needed: frozenset[str]


class _Plan(NamedTuple):
    """What is checked of patterns, and which of the others may be followed."""

    checks: Patterns
    runners: tuple[_Runner, ...]


@lru_cache(maxsize=4096)
def _plan(patterns: Patterns, bound: frozenset[str]) -> _Plan:
    """Plan by the names that are bound: a closure whose ends are is left open."""
    checks = tuple(p for p in patterns if p.variables <= bound and not p.closure)
    rest = [p for p in patterns if not p.variables <= bound]
    # Without an end that is bound, it is a walk through the whole store.
    held = [p for p in rest if not {p.subject, p.object} <= p.variables - bound]
    followed = held or [p for p in rest if p.predicates in bound]
    return _Plan(checks, tuple(_runner(p, rest) for p in followed))


def _runner(pattern: Pattern, rest: list[Pattern]) -> _Runner:
    remaining = tuple(p for p in rest if p is not pattern)
    return _Runner(pattern, remaining, frozenset({THIS, *variables(remaining)}))
