"""Dated claims on one axis of years: each with its bounds, fading where they are open or not exact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from zanryu.portal.entity.cards import dated
from zanryu.portal.entity.dates import envelope

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zanryu.graph.edtf import Bounds
    from zanryu.portal.entity.cards import Card

WIDTH: Final = 240
_SHORTEST: Final = 4
_MAX_TICKS: Final = 6
_STEPS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000)
_UNSURE: Final = ("~", "?", "%", "X")


@dataclass(frozen=True, slots=True)
class Bar:
    """A span on the axis, in units of ``WIDTH``; a side that fades is open or not exact."""

    card: Card
    start: float
    width: float
    fades_before: bool
    fades_after: bool


@dataclass(frozen=True, slots=True)
class Lifeline:
    """Bars in the order of time; ``ticks`` are years with their places on the axis."""

    bars: list[Bar]
    ticks: list[tuple[int, float]]


def lifeline(cards: Iterable[Card]) -> Lifeline | None:
    """Return the life line of cards, ``None`` where fewer than two are dated."""
    events = dated(cards)
    bounds = [day for card in events for day in _known(card)]
    if len(events) < 2:
        return None
    first, last = min(bounds).year, max(bounds).year + 1
    axis = _Axis(date(first, 1, 1).toordinal(), date(min(last, 9999), 1, 1).toordinal())
    step = next(step for step in _STEPS if (last - first) / step <= _MAX_TICKS)
    ticks = [year for year in range(first, last + 1) if year % step == 0 and 0 < year <= 9999]
    return Lifeline([axis.bar(card) for card in events], [(y, axis.place(date(y, 1, 1))) for y in ticks])


@dataclass(frozen=True, slots=True)
class _Axis:
    first: int
    last: int

    def place(self, day: date) -> float:
        return round((day.toordinal() - self.first) / (self.last - self.first) * WIDTH, 1)

    def bar(self, card: Card) -> Bar:
        span, edtf = _span(card), _edtf(card)
        start = self.place(span.earliest) if span and span.earliest else 0.0
        end = self.place(span.latest) if span and span.latest else float(WIDTH)
        width = max(end - start, _SHORTEST)
        begin, _, finish = edtf.partition("/")
        return Bar(
            card,
            start=min(start, WIDTH - width),
            width=width,
            fades_before=span is None or span.earliest is None or _is_unsure(begin),
            fades_after=span is None or span.latest is None or _is_unsure(finish or begin),
        )


def _edtf(card: Card) -> str:
    shown = card.when or card.value_date
    return shown.edtf if shown else ""


def _span(card: Card) -> Bounds | None:
    return envelope(_edtf(card))


def _known(card: Card) -> list[date]:
    span = _span(card)
    return [day for day in (span.earliest, span.latest) if day] if span else []


def _is_unsure(side: str) -> bool:
    return any(mark in side for mark in _UNSURE)
