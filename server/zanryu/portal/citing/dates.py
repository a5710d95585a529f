"""Dates of CSL-JSON from the dates of the graph, which are those of XML Schema or EDTF Level 1."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from zanryu.graph.edtf import InvalidEDTF, bounds

if TYPE_CHECKING:
    from datetime import date

CslDate = dict[str, Any]
_PARTS: Final = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d\d))?(?:-(?P<day>\d\d))?\Z")
_DOUBTED: Final = re.compile(r"[?~%]\Z")
_UNKNOWN_PARTS: Final = re.compile(r"(?:-XX)+\Z")


def csl_date(text: str) -> CslDate | None:
    """Return a date as CSL-JSON has it, ``None`` for what is none.

    A date that is doubted or approximate is ``circa``, which is how CSL marks both. What CSL cannot count
    (an open interval, a decade) is ``literal``, in words.
    """
    try:
        bounds(text)
    except InvalidEDTF:
        return None
    sides = text.split("/")
    parts = [_parts(side) for side in sides]
    known = [part for part in parts if part]
    if len(known) != len(sides):
        return {"literal": _in_words(sides)}
    is_circa = any(_DOUBTED.search(side) for side in sides)
    return {"date-parts": known, **({"circa": True} if is_circa else {})}


def from_day(day: date) -> CslDate:
    """Return a day as CSL-JSON has it."""
    return {"date-parts": [[day.year, day.month, day.day]]}


def _parts(side: str) -> list[int]:
    """Return year, month and day as far as they are known; nothing where not even the year is."""
    match = _PARTS.match(_UNKNOWN_PARTS.sub("", _DOUBTED.sub("", side)))
    return [int(part) for part in match.groups() if part] if match else []


def _in_words(sides: list[str]) -> str:
    words = [_side_in_words(side) for side in sides]
    if len(words) == 1:
        return words[0]
    start, end = words
    if start and end:
        return f"{start}–{end}"
    return f"{start} or later" if start else f"{end} or earlier"


def _side_in_words(side: str) -> str:
    plain = _UNKNOWN_PARTS.sub("", _DOUBTED.sub("", side)).removeprefix("..")
    if plain.endswith("XX"):
        return f"{plain[:2]}00s"
    return f"{plain[:3]}0s" if plain.endswith("X") else plain


def year_of(value: CslDate | None) -> str:
    """Return the year of a CSL date in digits, that of the beginning, or nothing."""
    parts = (value or {}).get("date-parts")
    return str(parts[0][0]) if parts else ""


def iso_of(value: CslDate | None) -> str:
    """Return the beginning of a CSL date as ``2017-02-28`` or as much of it as is known."""
    parts = (value or {}).get("date-parts")
    return "-".join(f"{part:02}" for part in parts[0]) if parts else ""
