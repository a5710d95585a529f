"""Bounds of EDTF Level 1 dates.

Read: dates ``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD`` with a final ``?``, ``~`` or ``%``; unspecified digits
(``192X``, ``1945-XX``, ``1945-08-XX``); intervals of these, a side being ``..`` (open) or empty (unknown).
Bounds are the outer envelope (CIDOC CRM P82a, P82b):

- open and unknown sides have no bound (a library known to invent one is the reason for this module);
- ``?`` doubts the date and does not widen it; ``~`` and ``%`` widen it by one unit of the stated precision.

Left out of Level 1, because no source here needs them: seasons, years of more or less than four digits,
times of day. Sets (Level 2) are refused: a claim holds one date.

Specification: https://www.loc.gov/standards/datetime/
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from zanryu.graph.wording import Message

if TYPE_CHECKING:
    from zanryu.graph.wording import Text

_DATE = re.compile(
    r"(?P<year>\d\d(?:\d\d|\dX|XX))(?:-(?P<month>\d\d|XX)(?:-(?P<day>\d\d|XX))?)?(?P<mark>[?~%]?)",
    re.ASCII,
)


class InvalidEDTF(ValueError):
    """The text is not an EDTF date that can be read; the message says why and what to write."""

    def __init__(self, message: Text) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True, slots=True)
class Bounds:
    """The outer envelope of a date; ``None`` where the side is open or unknown."""

    earliest: date | None
    latest: date | None


def bounds(text: str) -> Bounds:
    """Return the outer envelope of an EDTF Level 1 date or interval.

    :raises InvalidEDTF: if the text is not a date of the subset, is impossible, or ends before it begins.
    """
    start, slash, end = text.partition("/")
    if not slash:
        return _date_bounds(start)
    if "/" in end:
        raise InvalidEDTF(Message("“%(text)s” has more than one slash; an interval is start/end.", text=text))
    if {start, end} <= {"", ".."}:
        raise InvalidEDTF(Message("“%(text)s” says nothing; leave the date out.", text=text))
    earliest = None if start in ("", "..") else _date_bounds(start).earliest
    latest = None if end in ("", "..") else _date_bounds(end).latest
    if earliest and latest and earliest > latest:
        raise InvalidEDTF(Message("“%(text)s” ends before it begins.", text=text))
    return Bounds(earliest, latest)


def _date_bounds(text: str) -> Bounds:
    match = _DATE.fullmatch(text)
    if match is None:
        raise InvalidEDTF(
            Message(
                "“%(text)s” is not an EDTF date; write 1945, 1945-08, 1945-08-15 or start/end.", text=text
            )
        )
    year, month, day, mark = match.group("year", "month", "day", "mark")
    if "X" in year and (month or day):
        raise InvalidEDTF(
            Message("“%(text)s” gives a month in an unknown year; write the year alone.", text=text)
        )
    if month == "XX" and day not in (None, "XX"):
        raise InvalidEDTF(
            Message("“%(text)s” gives a day in an unknown month; write the year alone.", text=text)
        )
    try:
        first, last = _envelope(year, month, day)
        if mark in ("~", "%") and mark:
            first, last = _widen(first, last, month, day)
    except (ValueError, OverflowError):
        raise InvalidEDTF(Message("“%(text)s” is not in the calendar.", text=text)) from None
    return Bounds(first, last)


def _envelope(year: str, month: str | None, day: str | None) -> tuple[date, date]:
    if month in (None, "XX"):
        return date(int(year.replace("X", "0")), 1, 1), date(int(year.replace("X", "9")), 12, 31)
    number = int(year), int(month)
    if day in (None, "XX"):
        return date(*number, 1), date(*number, monthrange(*number)[1])
    return date(*number, int(day)), date(*number, int(day))


def _widen(first: date, last: date, month: str | None, day: str | None) -> tuple[date, date]:
    if day not in (None, "XX"):
        return first - timedelta(days=1), last + timedelta(days=1)
    if month not in (None, "XX"):
        before, after = first - timedelta(days=1), last + timedelta(days=1)
        return before.replace(day=1), after.replace(day=monthrange(after.year, after.month)[1])
    years = last.year - first.year + 1
    return first.replace(year=first.year - years), last.replace(year=last.year + years)
