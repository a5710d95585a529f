"""From a date to a shape: where it is solid, where it fades, and where it goes on. No pixel is known here.

A date has up to four bounds: it began between the first two and ended between the last two (CIDOC CRM
P82a, P81a, P81b, P82b). The outer ones are the graph's (``zr:earliest``, ``zr:latest``), the inner ones are
read from the EDTF date. A single year or month has no inner span: what is meant lies somewhere inside.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import TYPE_CHECKING, Final

from zanryu.graph.edtf import InvalidEDTF, bounds

if TYPE_CHECKING:
    from collections.abc import Iterable

_OPEN: Final = ".."
_DAYS_A_YEAR: Final = 365.2425
_SHORTEST_DAYS: Final = 28


@dataclass(frozen=True, slots=True)
class Span:
    """A date as days: ``start`` and ``end`` are its outer bounds, the others its inner ones.

    Days count from the first of the year 1; an end is the day after. ``None`` is a bound that is not known.
    ``begins`` and ``ends`` say why: ``open`` is stated to be open, ``unknown`` is not stated.
    """

    start: float | None
    inner_start: float | None
    inner_end: float | None
    end: float | None
    begins: str = ""
    ends: str = ""
    is_approximate: bool = False
    is_uncertain: bool = False

    @property
    def is_moment(self) -> bool:
        """Whether it is one day."""
        return self.start is not None and self.end is not None and self.end - self.start <= 1

    @property
    def has_core(self) -> bool:
        """Whether there is a span in which it holds for sure."""
        return None not in (self.inner_start, self.inner_end)


def read_span(edtf: str, earliest: str, latest: str) -> Span:
    """Return the shape of a date. Text that cannot be read leaves the outer bounds, which are ISO days."""
    first, slash, last = edtf.partition("/")
    start, end = _day(earliest), _day(latest, is_end=True)
    marks = edtf.replace("/", "")
    inner = _interval(first, last) if slash else _moment(start, end)
    return Span(
        start,
        *inner,
        end,
        begins="" if start is not None else "open" if first == _OPEN else "unknown",
        ends="" if end is not None else "open" if last == _OPEN else "unknown",
        is_approximate="~" in marks or "%" in marks,
        is_uncertain="?" in marks or "%" in marks,
    )


def _moment(start: float | None, end: float | None) -> tuple[float | None, float | None]:
    """Return the inner bounds of a date that is no interval: of a day the day, else none."""
    is_day = start is not None and end is not None and end - start <= 1
    return (start, end) if is_day else (None, None)


def _interval(first: str, last: str) -> tuple[float | None, float | None]:
    """Return when it had begun at the latest, and when it had not ended yet."""
    begun, lasting = _side(first, is_end=True), _side(last, is_end=False)
    if begun is not None and lasting is not None and begun >= lasting:
        return None, None
    return begun, lasting


def _side(side: str, *, is_end: bool) -> float | None:
    if side in ("", _OPEN):
        return None
    try:
        found = bounds(side)
    except InvalidEDTF:
        return None
    # One day was begun before it was over: a side that is a day is both bounds at once.
    is_day = found.earliest == found.latest
    if is_end:
        return _ordinal(found.latest) if is_day else _ordinal(found.latest, 1)
    return _ordinal(found.earliest, 1 if is_day else 0)


def _ordinal(day: date | None, more: int = 0) -> float | None:
    return None if day is None else float(day.toordinal() + more)


def _day(text: str, *, is_end: bool = False) -> float | None:
    try:
        return _ordinal(date.fromisoformat(text), int(is_end)) if text else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Axis:
    """The part of time that is drawn, in days."""

    first: float
    last: float

    def at(self, day: float) -> float:
        """Return the place of a day in percent, within the axis."""
        share = (day - self.first) / (self.last - self.first)
        return round(100 * min(max(share, 0.0), 1.0), 3)

    def meets(self, span: Span) -> bool:
        """Return whether any of a span may lie on the axis."""
        known = [day for day in (span.start, span.inner_start, span.inner_end, span.end) if day is not None]
        return bool(known) and min(known) < self.last and max(known) > self.first

    def ticks(self, most: int = 12) -> list[tuple[float, int]]:
        """Return the beginnings of years, as places and years, so many that they can be read."""
        years = (self.last - self.first) / _DAYS_A_YEAR
        step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000) if years / s <= most)
        first, last = _year(self.first), _year(self.last)
        marked = range(-(-first // step) * step, last + 1, step)
        places = ((date(year, 1, 1).toordinal(), year) for year in marked if 1 <= year <= date.max.year)
        return [(self.at(day), year) for day, year in places if self.first <= day <= self.last]


def _year(day: float) -> int:
    return date.fromordinal(min(max(int(day), 1), date.max.toordinal())).year


def fit(spans: Iterable[Span], first: str = "", last: str = "", *, most: float = 1.0) -> Axis:
    """Return an axis of whole years for spans; ``first`` and ``last`` are ISO days that limit it.

    It holds the shortest time in which ``most`` of them lie, as a share, if that is less than half of the
    whole: a book of 2017 would otherwise press the years of a war into a finger's breadth.
    """
    known = [[d for d in (s.start, s.inner_start, s.inner_end, s.end) if d is not None] for s in spans]
    every = [day for days in known for day in days] or [float(date(1945, 1, 1).toordinal())]
    dense = _densest([(min(days) + max(days)) / 2 for days in known if days], most) or every
    if max(dense) - min(dense) < (max(every) - min(every)) / 2:
        every = dense
    begin = _day(first) or float(date(_year(min(every)), 1, 1).toordinal())
    end = _day(last, is_end=True) or float(date(min(_year(max(every) - 1) + 1, 9999), 1, 1).toordinal())
    return Axis(begin, max(end, begin + _SHORTEST_DAYS))


def _densest(middles: list[float], share: float) -> list[float]:
    """Return the two ends of the shortest span that holds a share of the days."""
    ordered = sorted(middles)
    size = ceil(len(ordered) * share)
    if size == 0:
        return []
    place = min(range(len(ordered) - size + 1), key=lambda i: ordered[i + size - 1] - ordered[i])
    return [ordered[place], ordered[place + size - 1]]
