"""How two values stand to each other: the rule of comparison between us and Wikidata.

Times are compared by the days that they may mean, so that of two precisions the coarser counts. Of two
different calendars, one is converted; where that leaves a doubt, the answer is to look. ``somevalue`` tells
nothing, so that it agrees with nothing and contradicts nothing.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from zanryu.wikidata.comparison.spans import span
from zanryu.wikidata.model import (
    Coordinates,
    Foreign,
    Item,
    Monolingual,
    Nothing,
    Quantity,
    Text,
    Time,
    Unknown,
    Value,
)

# About a hundred metres: where neither side says how exact a point is.
_USUAL_DEGREES = 0.001


class Relation(StrEnum):
    """How a first value stands to a second."""

    SAME = "same"
    FINER = "finer"
    COARSER = "coarser"
    DIFFERENT = "different"
    UNCLEAR = "unclear"
    SILENT = "silent"


@dataclass(slots=True)
class Ground:
    """What has to be known of items to compare them.

    ``targets`` leads from the number of an item to that of the item it was merged into; ``wholes`` from that
    of a place to those of the places it is in.
    """

    targets: dict[str, str] = field(default_factory=dict)
    wholes: dict[str, frozenset[str]] = field(default_factory=dict)

    def target(self, item: str) -> str:
        """Return the number that an item has today, by what is known."""
        return self.targets.get(item, item)

    def wholes_of(self, place: str) -> frozenset[str]:
        """Return the places that a place is in."""
        return self.wholes.get(place, frozenset())


_NO_GROUND = Ground()


def relate(first: Value, second: Value, ground: Ground = _NO_GROUND) -> Relation:
    """Return how one value stands to another; the reverse of what it is the other way round."""
    if isinstance(first, Unknown) or isinstance(second, Unknown):
        return Relation.SILENT
    if isinstance(first, Nothing) or isinstance(second, Nothing):
        return Relation.SAME if first == second else Relation.DIFFERENT
    if type(first) is not type(second) or isinstance(first, Foreign):
        return Relation.UNCLEAR  # two types under one property: one side is not what it should be
    return _relate_alike(first, second, ground)


def _relate_alike(first: Value, second: Value, ground: Ground) -> Relation:
    match first, second:
        case Time(), Time():
            return _times(first, second)
        case Item(), Item():
            return _items(ground.target(first.id), ground.target(second.id), ground)
        case Quantity(), Quantity():
            return _quantities(first, second)
        case Coordinates(), Coordinates():
            return _same_if(_is_near(first, second))
        case Monolingual(), Monolingual():
            is_same = first.language == second.language and _is_equal(first.text, second.text)
            return _same_if(is_same)
        case Text(), Text():
            return _same_if(_is_equal(first.text, second.text))
    return Relation.UNCLEAR


def _same_if(condition: bool) -> Relation:
    return Relation.SAME if condition else Relation.DIFFERENT


def _is_equal(first: str, second: str) -> bool:
    return unicodedata.normalize("NFC", first.strip()) == unicodedata.normalize("NFC", second.strip())


def _times(first: Time, second: Time) -> Relation:
    own, other = span(first), span(second)
    if own is None or other is None:
        return Relation.SAME if first == second else Relation.UNCLEAR
    return _nested(
        own == other, own.is_within(other), other.is_within(own), is_apart=own.is_apart_from(other)
    )


def _nested(is_same: bool, is_within: bool, is_around: bool, *, is_apart: bool) -> Relation:
    if is_same:
        return Relation.SAME
    if is_within:
        return Relation.FINER
    if is_around:
        return Relation.COARSER
    return Relation.DIFFERENT if is_apart else Relation.UNCLEAR


def _items(own: str, other: str, ground: Ground) -> Relation:
    return _nested(
        own == other,
        other in ground.wholes_of(own),
        own in ground.wholes_of(other),
        is_apart=True,
    )


def _quantities(first: Quantity, second: Quantity) -> Relation:
    if first.unit != second.unit:
        return Relation.UNCLEAR  # a mile is not converted
    try:
        own, other = _bounds(first), _bounds(second)
    except InvalidOperation:
        return Relation.UNCLEAR
    is_within = other[0] <= own[0] and own[1] <= other[1]
    is_around = own[0] <= other[0] and other[1] <= own[1]
    return _nested(own == other, is_within, is_around, is_apart=own[1] < other[0] or other[1] < own[0])


def _bounds(quantity: Quantity) -> tuple[Decimal, Decimal]:
    return Decimal(quantity.lower or quantity.amount), Decimal(quantity.upper or quantity.amount)


def _is_near(first: Coordinates, second: Coordinates) -> bool:
    within = max(first.precision or _USUAL_DEGREES, second.precision or _USUAL_DEGREES)
    distances = (abs(first.latitude - second.latitude), abs(first.longitude - second.longitude))
    return first.globe == second.globe and max(distances) <= within
