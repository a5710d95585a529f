"""Where walks to focus nodes begin: at the ends of changed triples."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

from zanryu.graph.validation.joining import may_be
from zanryu.graph.validation.patterns import Pattern, variables

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zanryu.graph.validation.joining import Terms
    from zanryu.graph.validation.patterns import Patterns, Term

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
class Far:
    """A watched pattern from which a ``way`` of others leads to ``$this`` by the variables that they share.

    A start is the terms of these.
    """

    pattern: Pattern
    way: Patterns
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


def far_of(pattern: Pattern, way: Patterns) -> Far:
    """Return what is watched from afar."""
    start = pattern.variables & variables(way)
    if pattern in way and isinstance(pattern.subject, str):
        start = frozenset([pattern.subject])
    return Far(pattern, way, tuple(sorted(start)))
