"""What qualifiers add to a value: when and where it holds, and between which dates it lies."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Final

from zanryu.wikidata.comparison.agreement import Relation, relate
from zanryu.wikidata.comparison.spans import span
from zanryu.wikidata.model import Time, Unknown

if TYPE_CHECKING:
    from zanryu.wikidata.comparison.agreement import Ground
    from zanryu.wikidata.comparison.spans import Span
    from zanryu.wikidata.model import Statement

_EARLIEST: Final = "P1319"
_LATEST: Final = "P1326"
# About the statement itself, not about what it says: sourcing circumstances, nature of statement, reasons of
# its rank, who disputes it, and the words of the source.
_STANDING: Final = frozenset(("P1480", "P5102", "P7452", "P2241", "P1310", "P1810", "P1932"))


class Circumstances(IntEnum):
    """How the qualifiers of two statements with one value stand; the higher, the better they fit."""

    OTHER = 0
    MORE = 1
    FIT = 2


def circumstances(own: Statement, theirs: Statement, ground: Ground) -> Circumstances:
    """Return whether ours contradicts theirs in what both say, says more, or adds nothing."""
    found = [
        _compared(own, theirs, name, ground)
        for name in dict.fromkeys(snak.property for snak in own.qualifiers)
        if name not in _STANDING
    ]
    return min(found, default=Circumstances.FIT)


def _compared(own: Statement, theirs: Statement, name: str, ground: Ground) -> Circumstances:
    others = theirs.qualified(name)
    relations = {relate(value, other, ground) for value in own.qualified(name) for other in others}
    if not relations or relations == {Relation.SILENT}:
        return Circumstances.MORE
    if relations & {Relation.SAME, Relation.COARSER, Relation.SILENT}:
        return Circumstances.FIT
    return Circumstances.MORE if Relation.FINER in relations else Circumstances.OTHER


def says_bounds(statement: Statement) -> bool:
    """Whether a statement has an earliest or a latest date."""
    return bool(statement.qualified(_EARLIEST, _LATEST))


def is_outside_bounds(first: Statement, second: Statement) -> bool:
    """Whether one of two statements has a date, and the other an unknown one that cannot be it."""
    if isinstance(first.value, Unknown) == isinstance(second.value, Unknown):
        return False
    unknown, dated = (first, second) if isinstance(first.value, Unknown) else (second, first)
    days = span(dated.value) if isinstance(dated.value, Time) else None
    if days is None:
        return False
    earliest = [found.first for found in _spans(unknown, _EARLIEST)]
    latest = [found.last for found in _spans(unknown, _LATEST)]
    return any(days.last < first for first in earliest) or any(days.first > last for last in latest)


def _spans(statement: Statement, name: str) -> list[Span]:
    return [
        found for value in statement.qualified(name) if isinstance(value, Time) and (found := span(value))
    ]
