"""EDTF level 1 and the times of Wikibase, both ways.

===================  =======================  ===============================================
EDTF                 value                    qualifiers
===================  =======================  ===============================================
``1945-08-15``       day
``1945-08``          month
``1945``             year
``194X``             decade
``1945~``            year                     sourcing circumstances: circa
``1945?``            year                     sourcing circumstances: presumably
``1945%``            year                     both
``[1945..1947]``     the decade they share    earliest 1945, latest 1947
``19XX``, ``../1954``  unknown                earliest, latest, as far as they are known
===================  =======================  ===============================================

A date of birth that is an interval is one of its days, so it is read like the set. Sets (``[…]``, level 2)
are read for others' sake and never written. A century of Wikidata, 1801 to 1900, is no ``18XX``: it is
written as an interval.

Sources: https://www.loc.gov/standards/datetime/, Help:Dates on wikidata.org, Wikibase/DataModel (Dates and
times) on mediawiki.org.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zanryu.graph.edtf import InvalidEDTF, bounds
from zanryu.wikidata.calendars import Day, gregorian_of
from zanryu.wikidata.model import DAY, DECADE, JULIAN, MONTH, YEAR, Item, Snak, Time, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

START: Final = "P580"
END: Final = "P582"
POINT: Final = "P585"
EARLIEST: Final = "P1319"
LATEST: Final = "P1326"
CIRCUMSTANCES: Final = "P1480"
CIRCA: Final = "Q5727902"
PRESUMABLY: Final = "Q18122778"
CENTURY: Final = 7

_MARKS: Final = {"~": (CIRCA,), "?": (PRESUMABLY,), "%": (CIRCA, PRESUMABLY)}
_SET: Final = re.compile(r"\[(?P<inside>[^\[\]]*)\]\Z")
_OPEN: Final = frozenset(("", ".."))
_TEXT: Final = re.compile(r"\+0*(?P<year>\d{1,4})-(?P<month>\d\d)-(?P<day>\d\d)T\d\d:\d\d:\d\dZ\Z", re.ASCII)


class NotEDTF(ValueError):
    """A time of Wikidata that EDTF level 1 cannot say; the message says why."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A date as the main value of a statement, with what only qualifiers can say of it."""

    value: Time | Unknown
    qualifiers: tuple[Snak, ...] = ()


@dataclass(frozen=True, slots=True)
class _Side:
    """One date of an interval; ``time`` is ``None`` for a century such as ``19XX``."""

    text: str
    time: Time | None
    hedges: tuple[str, ...]


def read_date(text: str) -> Dated:
    """Return a date as a main value.

    :raises InvalidEDTF: if it is no date of the subset of :mod:`zanryu.graph.edtf`, nor a set of such dates.
    """
    start, end = _sides(text)
    if start == end and start is not None and start.time:
        return Dated(start.time, _hedges(start))
    limits = ((EARLIEST, _limit(start, first=True)), (LATEST, _limit(end, first=False)))
    found = tuple(Snak(name, time) for name, time in limits if time)
    return Dated(_shared(start, end), (*found, *_hedges(start, end)))


def read_when(text: str, moment: str = "") -> tuple[Snak, ...]:
    """Return the date of a claim as qualifiers: a point in time, or start and end.

    ``moment`` is the qualifier for the date of what happened at once. An interval is then the span in which
    it lies, hence an earliest and a latest date.

    :raises InvalidEDTF: as :func:`read_date`.
    """
    start, end = _sides(text)
    if start is end and start is not None and start.time:
        return (Snak(moment or POINT, start.time), *_hedges(start))
    is_span = not moment and start is not end and not _SET.match(text.strip())
    names = (START, END) if is_span else (EARLIEST, LATEST)
    limits = zip(names, (_limit(start, first=True), _limit(end, first=False)), strict=True)
    return (*(Snak(name, time) for name, time in limits if time), *_hedges(start, end))


def write_date(value: Time | Unknown, qualifiers: Iterable[Snak] = ()) -> str:
    """Return a main value with its qualifiers as EDTF; empty where nothing is known of the date.

    :raises NotEDTF: for years before the common era or after 9999, for months of the Julian calendar, and for
        what is coarser than a century.
    """
    qualifiers = tuple(qualifiers)
    own = _written(value) if isinstance(value, Time) else ""
    first, last = (_written(t) if (t := _time(qualifiers, name)) else "" for name in (EARLIEST, LATEST))
    if first or last:
        start, _, end = own.partition("/")
        ends = (first or start or "..").partition("/")[0], (last or end or start or "..").rpartition("/")[2]
        narrowed = ends[0] if ends[0] == ends[1] else "/".join(ends)
        own = narrowed if not own or _is_within(narrowed, own) else own
    return _marked(own, qualifiers)


def write_when(qualifiers: Iterable[Snak]) -> str:
    """Return the date that qualifiers give a statement as EDTF; empty where they give none.

    :raises NotEDTF: as :func:`write_date`, and for an end before its start.
    """
    qualifiers = tuple(qualifiers)
    if point := _time(qualifiers, POINT):
        return write_date(point, qualifiers)
    start, end = (_written(t) if (t := _time(qualifiers, name)) else ".." for name in (START, END))
    if start == end == "..":
        return write_date(Unknown(), qualifiers)
    text = f"{start.partition('/')[0]}/{end.rpartition('/')[2]}"
    try:
        bounds(text)
    except InvalidEDTF as error:
        raise NotEDTF(str(error)) from None
    return _marked(text, qualifiers)


def _sides(text: str) -> tuple[_Side | None, _Side | None]:
    """Return the two ends of what a text allows; for a single date twice the same object."""
    inside = match["inside"].strip() if (match := _SET.match(text.strip())) else ""
    dates = [part.strip() for part in inside.replace(",", "..").split("..")]
    plain = f"{dates[0] or '..'}/{dates[-1] or '..'}" if inside else text.strip()
    if any(part.startswith(("-", "Y-")) for part in plain.split("/")):
        raise InvalidEDTF(
            f"“{text}” lies before the common era. EDTF has a year zero and Wikidata has none, so it is not "
            "converted; enter it by hand."
        )
    bounds(plain)
    start, slash, end = plain.partition("/")
    first = _side(start)
    return (first, _side(end)) if slash else (first, first)


def _side(text: str) -> _Side | None:
    if text in _OPEN:
        return None
    core = text.rstrip("?~%")
    year, month, day = (*core.split("-"), "XX", "XX")[:3]
    time = None
    if "XX" not in year:
        precision = DECADE if "X" in year else YEAR if month == "XX" else MONTH if day == "XX" else DAY
        time = _make(year.replace("X", "0"), month.replace("XX", "00"), day.replace("XX", "00"), precision)
    return _Side(text, time, _MARKS.get(text[len(core) :], ()))


def _make(year: str, month: str, day: str, precision: int) -> Time:
    return Time(f"+{year}-{month}-{day}T00:00:00Z", precision)


def _limit(side: _Side | None, *, first: bool) -> Time | None:
    """Return the end of an interval; of a century its first or last year."""
    if side is None or side.time:
        return side.time if side else None
    return _make(side.text[:2] + ("00" if first else "99"), "00", "00", YEAR)


def _shared(start: _Side | None, end: _Side | None) -> Time | Unknown:
    """Return the finest time that both ends lie in, from the month to the decade."""
    if start and end and start.time and end.time:
        first, last = start.time.text, end.time.text
        precision = min(start.time.precision, end.time.precision)
        for length, kind in ((8, MONTH), (5, YEAR), (4, DECADE)):
            if kind <= precision and first[:length] == last[:length]:
                year, month = (first[1:5], first[6:8] if kind == MONTH else "00")
                return _make(year[:3] + "0" if kind == DECADE else year, month, "00", kind)
    return Unknown()


def _hedges(*sides: _Side | None) -> tuple[Snak, ...]:
    found = dict.fromkeys(hedge for side in sides if side for hedge in side.hedges)
    return tuple(Snak(CIRCUMSTANCES, Item(hedge)) for hedge in found)


def _time(qualifiers: Iterable[Snak], name: str) -> Time | None:
    return next((s.value for s in qualifiers if s.property == name and isinstance(s.value, Time)), None)


def _written(time: Time) -> str:
    """Return one time as a date of EDTF, a century as an interval."""
    match = _TEXT.match(time.text)
    if match is None or not int(match["year"]):
        raise NotEDTF(f"{time.text} is not a year of the common era with four digits; enter it by hand.")
    year, month, day = int(match["year"]), int(match["month"]), int(match["day"])
    precision = min(time.precision, DAY, DAY if day else MONTH, DAY if month else YEAR)
    if time.calendar == JULIAN and precision == MONTH:
        raise NotEDTF(f"{time.text} is a month of the Julian calendar, which lies in two Gregorian ones.")
    if time.calendar == JULIAN and precision == DAY:
        year, month, day = gregorian_of(Day(year, month, day))
    match precision:
        case _ if precision >= YEAR:
            return "-".join((f"{year:04}", f"{month:02}", f"{day:02}")[: precision - YEAR + 1])
        case _ if precision == DECADE:
            return f"{year // 10:03}X"
        case _ if precision == CENTURY:
            first = (year - 1) // 100 * 100 + 1
            return f"{first:04}/{first + 99:04}"
    raise NotEDTF(f"{time.text} with precision {time.precision} is coarser than a century.")


def _is_within(narrow: str, wide: str) -> bool:
    try:
        inner, outer = bounds(narrow), bounds(wide)
    except InvalidEDTF:
        return False  # the bounds contradict each other, or the value: it stands alone
    if not (inner.earliest and inner.latest and outer.earliest and outer.latest):
        return False
    return outer.earliest <= inner.earliest and inner.latest <= outer.latest


def _marked(text: str, qualifiers: Iterable[Snak]) -> str:
    """Put the marks of what the qualifiers hedge to each date of the text."""
    hedges = {s.value.id for s in qualifiers if s.property == CIRCUMSTANCES and isinstance(s.value, Item)}
    marks = {mark for mark, meant in _MARKS.items() if set(meant) <= hedges}
    mark = "%" if "%" in marks else next(iter(marks), "")
    return "/".join(part + mark if part not in _OPEN else part for part in text.split("/"))
