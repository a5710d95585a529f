"""Walks from changed triples to the focus nodes that can see them.

What is bound on the way is a table: names of variables, and a row of terms for each walk. Walks that begin
alike go on together, a pattern at a time, and those that have come to the same are one.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from zanryu.graph.validation.joining import Edge
from zanryu.graph.validation.patterns import THIS, variables

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from zanryu.graph.validation.joining import Matched, Terms, View
    from zanryu.graph.validation.patterns import Pattern, Patterns, Slot, Term

    _Pick: TypeAlias = Callable[[Terms], Terms]

Names: TypeAlias = "tuple[str, ...]"

_FEW: Final = 64


class Walks:
    """Walks through a graph."""

    def __init__(self, view: View) -> None:
        self._view = view

    def focus_nodes(self, patterns: Patterns, names: Names, rows: Collection[Terms]) -> set[Term]:
        """Return values of ``$this`` with which all patterns may match, for some row of what ``names`` are.

        Edges at what is bound are looked at first, and rows that have none go no further; then the pattern
        with the fewest matches is followed: a hub with a million edges loses against a neighbour with three.
        """
        found: set[Term] = set()
        waiting = [(_stop(patterns, names, frozenset(names)), rows)]
        while waiting:
            stop, rows = waiting.pop()
            rows = self._passing(stop.gates, rows)
            if stop.this is not None:
                found.update(row[stop.this] for row in rows)
            elif rows:
                waiting += self._onward(stop.runners, rows)
        return found

    def _passing(self, gates: Sequence[_Asking], rows: Collection[Terms]) -> Collection[Terms]:
        """Return the rows that have a match of each gate; what seems to ask of few terms is asked first."""
        if len(gates) > 1 and len(rows) > 1:
            some = list(islice(rows, _FEW))
            gates = sorted(gates, key=lambda gate: len(set(map(gate.terms, some))))
        for gate in gates:
            matches, terms = self._view.matches(gate.edge), gate.terms
            rows = [row for row in rows if matches[terms(row)]]
        return rows

    def _onward(
        self, runners: Sequence[_Runner], rows: Collection[Terms]
    ) -> Iterator[tuple[_Stop, set[Terms]]]:
        """Yield where the rows come to, each by the pattern with which it has the fewest matches."""
        for runner, ran in self._shared_out(runners, rows):
            matches, terms, keep = self._view.matches(runner.asking.edge), runner.asking.terms, runner.keep
            # What the rest does not ask of is left behind: then many walks go on as one.
            yield runner.stop(), {keep(row + match) for row in ran for match in matches[terms(row)]}

    def _shared_out(
        self, runners: Sequence[_Runner], rows: Collection[Terms]
    ) -> Iterable[tuple[_Runner, Collection[Terms]]]:
        if len(runners) == 1:
            return [(runners[0], rows)]
        lanes = [(runner.asking.terms, self._view.matches(runner.asking.edge)) for runner in runners]
        by_lane: defaultdict[int, list[Terms]] = defaultdict(list)
        for row in rows:
            by_lane[_fewest([matches[terms(row)] for terms, matches in lanes])].append(row)
        return [(runners[lane], ran) for lane, ran in by_lane.items()]


class _Asking(NamedTuple):
    """An edge, and how the terms that it is asked with are picked from a row."""

    edge: Edge
    terms: _Pick


class _Runner(NamedTuple):
    """A pattern that may be followed; what of a row with its match is kept for what ``remains``."""

    asking: _Asking
    keep: _Pick
    remains: Patterns
    names: Names
    added: frozenset[str]

    def stop(self) -> _Stop:
        """Return where it leads."""
        return _stop(self.remains, self.names, self.added)


class _Stop(NamedTuple):
    """What is done with rows that have come this far. ``this`` is the place of ``$this``, if it is bound."""

    gates: tuple[_Asking, ...]
    this: int | None
    runners: tuple[_Runner, ...]


@lru_cache(maxsize=4096)
def _stop(patterns: Patterns, names: Names, added: frozenset[str]) -> _Stop:
    """Plan by the names that are bound, some ``added`` last. A closure with both ends bound is left open."""
    bound = frozenset(names)
    gates = [p for p in patterns if _is_gate(p, bound) and not added.isdisjoint(p.variables)]
    gates.sort(key=lambda p: len(p.variables))  # constants turn most walks away
    this = names.index(THIS) if THIS in bound else None
    rest = tuple(p for p in patterns if not p.variables <= bound)
    # Without an end that is bound, it is a walk through the whole store.
    held = [p for p in rest if not {p.subject, p.object} <= p.variables - bound]
    followed = held or [p for p in rest if p.predicates in bound]
    runners = () if this is not None else tuple(_runner(p, rest, names) for p in followed)
    return _Stop(tuple(_asking(p, names) for p in gates), this, runners)


def _is_gate(pattern: Pattern, bound: frozenset[str]) -> bool:
    """Return whether an edge is found at once: by a predicate, and by an end that is bound."""
    if pattern.closure or (isinstance(pattern.predicates, str) and pattern.predicates not in bound):
        return False
    return not bound.isdisjoint({pattern.subject, pattern.object})


def _runner(pattern: Pattern, rest: Patterns, names: Names) -> _Runner:
    remains = tuple(p for p in rest if p is not pattern)
    slots = (pattern.subject, pattern.predicates, pattern.object)
    added = tuple(dict.fromkeys(s for s in slots if isinstance(s, str) and s not in names))
    needed = {THIS, *variables(remains)}
    kept = tuple((name, place) for place, name in enumerate((*names, *added)) if name in needed)
    left = tuple(name for name, _ in kept)
    keep = _pick([place for _, place in kept])
    return _Runner(_asking(pattern, names), keep, remains, left, frozenset(added) & frozenset(left))


def _asking(pattern: Pattern, names: Names) -> _Asking:
    def asked(slot: Slot) -> Term | bool:
        return slot in names if isinstance(slot, str) else slot

    subject, predicates, value = pattern.subject, pattern.predicates, pattern.object
    edge = Edge(
        asked(subject),
        predicates in names if isinstance(predicates, str) else predicates,
        asked(value),
        is_loop=subject == value and subject not in names,
        is_closure=pattern.closure,
    )
    places = [names.index(s) for s in (subject, predicates, value) if isinstance(s, str) and s in names]
    return _Asking(edge, _pick(places))


def _pick(places: Sequence[int]) -> _Pick:
    if len(places) > 1:
        return itemgetter(*places)
    return itemgetter(slice(*(places[0], places[0] + 1) if places else (0, 0)))


def _fewest(lanes: list[Matched]) -> int:
    """Return the place of the one that ends first; what is read from the store is not read to its end."""
    limit = 1 + min((len(lane) for lane in lanes if isinstance(lane, list)), default=_FEW)
    while True:
        counts = [
            len(lane) if isinstance(lane, list) else sum(1 for _ in islice(lane, limit)) for lane in lanes
        ]
        if (fewest := min(counts)) < limit:
            return counts.index(fewest)
        limit *= 4
