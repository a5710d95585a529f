"""The days that a time of Wikidata may mean, as numbers, so that times of either calendar can be compared."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zanryu.wikidata.calendars import Day, gregorian_number, julian_number
from zanryu.wikidata.model import DAY, DECADE, GREGORIAN, JULIAN, MONTH, YEAR

if TYPE_CHECKING:
    from zanryu.wikidata.model import Time

_CENTURY: Final = 7
_MILLENNIUM: Final = 6
_TEXT: Final = re.compile(r"\+(?P<year>\d{4,16})-(?P<month>\d\d)-(?P<day>\d\d)T\d\d:\d\d:\d\dZ\Z", re.ASCII)
_LENGTHS: Final = {_CENTURY: 100, _MILLENNIUM: 1000}


@dataclass(frozen=True, slots=True)
class Span:
    """Days from the ``first`` to the ``last``, both in it, as Julian day numbers."""

    first: int
    last: int

    def is_within(self, other: Span) -> bool:
        """Whether every day of this is one of the other."""
        return other.first <= self.first and self.last <= other.last

    def is_apart_from(self, other: Span) -> bool:
        """Whether the two have no day in common."""
        return self.last < other.first or other.last < self.first


def span(time: Time) -> Span | None:
    """Return the days that a time may mean; ``None`` where that is not known.

    What is more exact than the precision means nothing: years come as ``-00-00`` and as ``-01-01``. A text
    without a month is a year whatever its precision says. Not known are years before the common era, which
    Wikidata counts without a year zero and not always, and times coarser than a millennium.
    """
    text = _TEXT.match(time.text)
    if text is None or time.calendar not in (GREGORIAN, JULIAN):
        return None
    year, month, day = int(text["year"]), int(text["month"]), int(text["day"])
    precision = min(time.precision, DAY, MONTH if not day else DAY, YEAR if not month else DAY)
    is_julian = time.calendar == JULIAN
    if precision <= YEAR:
        years = _years(year, precision)
        return years and Span(_day(years[0], 1, 1, is_julian), _day(years[1] + 1, 1, 1, is_julian) - 1)
    if year < 1 or month > 12:
        return None
    begin, end = _day(year, month, 1, is_julian), _day(year, month + 1, 1, is_julian) - 1
    if precision == MONTH:
        return Span(begin, end)
    found = begin + day - 1
    return Span(found, found) if found <= end else None


def _years(year: int, precision: int) -> tuple[int, int] | None:
    """Return the first and the last year. The 1940s begin in 1940, the 20th century in 1901."""
    if year < 1 or precision < _MILLENNIUM:
        return None
    if precision == YEAR:
        return year, year
    if precision == DECADE:
        return year - year % 10, year - year % 10 + 9
    length = _LENGTHS[precision]
    begin = (year - 1) // length * length + 1
    return begin, begin + length - 1


def _day(year: int, month: int, day: int, is_julian: bool) -> int:
    """Return the Julian day number of a date; a thirteenth month is the first of the next year."""
    found = Day(year + 1, 1, day) if month > 12 else Day(year, month, day)
    return julian_number(found) if is_julian else gregorian_number(found)
