"""Days in the Julian and the Gregorian calendar, both proleptic.

Wikibase's JSON gives a day in the calendar that it names; its RDF gives the same day in the Gregorian one.
The arithmetic is that of the Julian day number: E. G. Richards, in the Explanatory Supplement to the
Astronomical Almanac, 3rd edition, 15.11. Years are astronomical: 0 is 1 BCE, -1 is 2 BCE.
"""

from __future__ import annotations

from typing import NamedTuple


class Day(NamedTuple):
    """A day by its numbers in a calendar; no range is checked."""

    year: int
    month: int
    day: int


def gregorian_of(julian: Day) -> Day:
    """Return the Gregorian day that a day of the Julian calendar is."""
    return _day(julian_number(julian), is_gregorian=True)


def julian_of(gregorian: Day) -> Day:
    """Return the day of the Julian calendar that a Gregorian day is."""
    return _day(gregorian_number(gregorian), is_gregorian=False)


def _shifted(day: Day) -> tuple[int, int]:
    """Return year and month with the year beginning in March, so that a leap day is its last."""
    before = (14 - day.month) // 12
    return day.year + 4800 - before, day.month + 12 * before - 3


def julian_number(day: Day) -> int:
    """Return the Julian day number of a day of the Julian calendar."""
    year, month = _shifted(day)
    return day.day + (153 * month + 2) // 5 + 365 * year + year // 4 - 32083


def gregorian_number(day: Day) -> int:
    """Return the Julian day number of a Gregorian day."""
    year, month = _shifted(day)
    return day.day + (153 * month + 2) // 5 + 365 * year + year // 4 - year // 100 + year // 400 - 32045


def _day(number: int, *, is_gregorian: bool) -> Day:
    rest = number + 1401 + ((4 * number + 274277) // 146097 * 3 // 4 - 38 if is_gregorian else 0)
    within_years = 4 * rest + 3
    months = 5 * (within_years % 1461 // 4) + 2
    month = (months // 153 + 2) % 12 + 1
    return Day(within_years // 1461 - 4716 + (14 - month) // 12, month, months % 153 // 5 + 1)
