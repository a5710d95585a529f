"""Where walks to focus nodes begin, and which of them are worth it."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, TypeAlias

from zanryu.graph.validation.joining import may_be
from zanryu.graph.validation.patterns import Pattern, variables

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from zanryu.graph.validation.joining import View
    from zanryu.graph.validation.patterns import Patterns, Term

Terms: TypeAlias = "tuple[Term, ...]"

_SUBJECT, _PREDICATE, _OBJECT = range(3)


@dataclass(frozen=True, slots=True)
class Near:
    """A watched pattern with ``$this`` at an end; ``other`` is the constant at the other end, if any."""

    at_subject: bool
    other: Term | None

    def ends(self, triples: Iterable[Terms]) -> set[Term]:
        """Return the ends where ``$this`` stands, of the triples whose other end fits."""
        here, there = (_SUBJECT, _OBJECT) if self.at_subject else (_OBJECT, _SUBJECT)
        other = self.other
        return {triple[here] for triple in triples if other is None or may_be(other, triple[there])}


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
class Far:
    """A watched pattern from which a ``way`` of others leads to ``$this`` by the variables that they share.

    A start is the terms of these. The ``gates`` are at the ends of the watched pattern.
    """

    pattern: Pattern
    way: Patterns
    gates: tuple[_Gate, ...]
    shared: tuple[str, ...]

    def fitting(self, triples: Iterable[Terms]) -> list[Terms]:
        """Return those of the triples, of the right predicate, that the watched pattern matches."""
        pattern = self.pattern
        if pattern.subject == pattern.object:
            triples = (triple for triple in triples if may_be(triple[_SUBJECT], triple[_OBJECT]))
        for slot, place in ((pattern.subject, _SUBJECT), (pattern.object, _OBJECT)):
            if not isinstance(slot, str):
                triples = [triple for triple in triples if may_be(slot, triple[place])]
        return list(triples)

    def starts(self, triples: Iterable[Terms]) -> set[Terms]:
        """Return where walks begin, once for all triples that say the same."""
        pattern, fitting = self.pattern, self.fitting(triples)
        places = {pattern.subject: _SUBJECT, pattern.object: _OBJECT, pattern.predicates: _PREDICATE}
        return set(zip(*(map(itemgetter(places[name]), fitting) for name in self.shared), strict=True))


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


class Gates:
    """Which walks are worth it: many begin at the same nodes, and ask for the same there."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._known: dict[tuple[Pattern, tuple[str, ...]], _Matches] = {}

    def passed(self, far: Far, starts: Collection[Terms]) -> Collection[Terms]:
        """Return the starts that have a match of each gate; what asks of the fewest terms is asked first."""
        gates: Sequence[_Gate] = far.gates
        if len(starts) > 1:
            gates = sorted(gates, key=lambda gate: len(set(gate.terms(starts))))
        for gate in gates:
            matches = self._known.setdefault((gate.pattern, gate.names), _Matches(self._view, gate))
            starts = [s for s, terms in zip(starts, gate.terms(starts), strict=True) if matches[terms]]
        return starts


def far_of(pattern: Pattern, way: Patterns) -> Far:
    """Return what is watched from afar; the gates are the edges of the way at the ends of the pattern."""
    start = pattern.variables & variables(way)
    if pattern in way and isinstance(pattern.subject, str):
        start = frozenset([pattern.subject])
    shared = tuple(sorted(start))
    edges = [p for p in way if p != pattern and _is_edge(p) and not start.isdisjoint({p.subject, p.object})]
    edges.sort(key=lambda p: len(p.variables))  # constants turn most walks away
    return Far(pattern, way, tuple(_gate(p, shared) for p in edges), shared)


def _gate(pattern: Pattern, shared: tuple[str, ...]) -> _Gate:
    bound = [(name, place) for place, name in enumerate(shared) if name in pattern.variables]
    names, places = zip(*bound, strict=True)
    return _Gate(pattern, names, places)


def _is_edge(pattern: Pattern) -> bool:
    return not (pattern.closure or isinstance(pattern.predicates, str))
