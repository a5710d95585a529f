"""What is wrong with one value of a QuickStatements line, by the datatype of its property."""

from __future__ import annotations

import calendar
import re
import unicodedata
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Trap(StrEnum):
    """What makes QuickStatements do something else than what was meant, or what Wikidata does not take."""

    NOT_A_COMMAND = "not-a-command"
    REMOVES = "removes"
    COMMENT = "comment"
    SEPARATOR = "separator"
    CONTROL = "control"
    CURLY_QUOTES = "curly-quotes"
    INNER_QUOTE = "inner-quote"
    UNCLOSED = "unclosed"
    EMPTY = "empty"
    SPACES = "spaces"
    NOT_NFC = "not-nfc"
    TOO_LONG = "too-long"
    LANGUAGE = "language"
    BARE_DATE = "bare-date"
    NO_PRECISION = "no-precision"
    PRECISION = "precision"
    ZERO_DAY = "zero-day"
    NO_SUCH_DAY = "no-such-day"
    TIME_OF_DAY = "time-of-day"
    WRONG_TYPE = "wrong-type"
    UNKNOWN_DATATYPE = "unknown-datatype"
    NOT_AN_ADDRESS = "not-an-address"
    OUT_OF_RANGE = "out-of-range"
    NO_REFERENCE = "no-reference"
    NOT_A_SOURCE = "not-a-source"
    OWN_PAGE = "own-page"
    NOT_RETRIEVED = "not-retrieved"
    ODD_FIELDS = "odd-fields"
    NEEDS_V3 = "needs-v3"
    NO_CREATE = "no-create"
    UNKNOWN_IN_NEW = "unknown-in-new"
    LINK_TO_NEW = "link-to-new"
    LABEL_FIRST = "label-first"
    SAME_AS_LABEL = "same-as-label"
    MUL = "mul"
    TWICE = "twice"
    SCATTERED = "scattered"


# Wikidata's own limit is not documented where this was written; Mismatch Finder's is 1500.
MAX_TEXT: Final = 1500
MAX_TERM: Final = 250
LANGUAGE: Final = re.compile(r"[a-z]{2,}(?:-[a-z]+)*\Z")

_SHAPES: Final = {
    "wikibase-item": re.compile(r"Q[1-9]\d*\Z"),
    "wikibase-property": re.compile(r"P[1-9]\d*\Z"),
    "quantity": re.compile(
        r"[+-]?\d+(?:\.\d+)?(?:~\d+(?:\.\d+)?|\[[+-]?\d+(?:\.\d+)?,[+-]?\d+(?:\.\d+)?\])?(?:U[1-9]\d*)?\Z"
    ),
    "globe-coordinate": re.compile(r"@(?P<latitude>-?\d+(?:\.\d+)?)/(?P<longitude>-?\d+(?:\.\d+)?)\Z"),
    "time": re.compile(
        r"(?P<sign>[+-])(?P<year>\d{4,})-(?P<month>\d\d)-(?P<day>\d\d)T(?P<clock>\d\d:\d\d:\d\d)Z"
        r"(?:/(?P<precision>\d+))?(?P<julian>/J)?\Z"
    ),
}
_BARE_DATE: Final = re.compile(r"[+-]?\d{1,4}(?:[-/.]\d\d?){0,2}(?:/\d+)?\Z")
_MONOLINGUAL: Final = re.compile(r'(?P<language>[^":]*):(?P<text>".*)\Z', re.DOTALL)
_CURLY: Final = re.compile("[\u201c-\u201f]")
_ADDRESS: Final = re.compile(r'"https?://[^/\s]', re.IGNORECASE)
_NO_VALUE: Final = ("somevalue", "novalue")


def traps_of_value(field: str, datatype: str) -> Iterator[Trap]:
    """Yield what is wrong with a field that is to be a value of a datatype (Wikibase's name of it)."""
    if field in _NO_VALUE:
        return
    if datatype in _READERS:
        yield from _READERS[datatype](field)
    elif datatype not in _SHAPES:
        yield Trap.UNKNOWN_DATATYPE
    elif not _SHAPES[datatype].match(field):
        yield Trap.WRONG_TYPE


def traps_of_text(field: str, most: int = MAX_TEXT) -> Iterator[Trap]:
    """Yield what is wrong with what is to be a text in quotation marks, of at most ``most`` characters."""
    if len(field) < 2 or not field.endswith('"'):
        yield Trap.UNCLOSED
        return
    text = field[1:-1]
    if '"' in text:
        yield Trap.INNER_QUOTE
    if _CURLY.search(text):
        yield Trap.CURLY_QUOTES
    if not text.strip():
        yield Trap.EMPTY
    elif text != text.strip():
        yield Trap.SPACES
    if not unicodedata.is_normalized("NFC", text):
        yield Trap.NOT_NFC
    if len(text) > most:
        yield Trap.TOO_LONG


def _text(field: str) -> Iterator[Trap]:
    if field.startswith('"'):
        yield from traps_of_text(field)
    else:
        yield Trap.WRONG_TYPE


def _address(field: str) -> Iterator[Trap]:
    # Composing the characters of an address may make another address of it.
    yield from (trap for trap in _text(field) if trap is not Trap.NOT_NFC)
    if field.startswith('"') and not _ADDRESS.match(field):
        yield Trap.NOT_AN_ADDRESS


def _monolingual(field: str) -> Iterator[Trap]:
    parts = _MONOLINGUAL.match(field)
    if not parts:
        yield Trap.WRONG_TYPE
        return
    if not LANGUAGE.match(parts["language"]):
        yield Trap.LANGUAGE
    yield from traps_of_text(parts["text"])


def _time(field: str) -> Iterator[Trap]:
    date = _SHAPES["time"].match(field)
    if not date:
        yield Trap.BARE_DATE if _BARE_DATE.match(field) else Trap.WRONG_TYPE
        return
    if date["clock"] != "00:00:00":
        yield Trap.TIME_OF_DAY
    if date["precision"] is None:
        yield Trap.NO_PRECISION
    elif date["precision"] not in ("7", "8", "9", "10", "11"):
        yield Trap.PRECISION
    else:
        yield from _day(date, int(date["precision"]))


def _day(date: re.Match[str], precision: int) -> Iterator[Trap]:
    year, month, day = (int(date[name]) for name in ("year", "month", "day"))
    if (month != 0) != (precision >= 10) or (day != 0) != (precision >= 11):
        yield Trap.ZERO_DAY
    elif year == 0 or month > 12 or day > _days(year, month, is_julian=bool(date["julian"])):
        yield Trap.NO_SUCH_DAY
    elif precision == 8 and year % 10:
        yield Trap.ZERO_DAY


def _days(year: int, month: int, *, is_julian: bool) -> int:
    if month == 2:
        return 29 if (year % 4 == 0 if is_julian else calendar.isleap(year)) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _coordinates(field: str) -> Iterator[Trap]:
    point = _SHAPES["globe-coordinate"].match(field)
    if not point:
        yield Trap.WRONG_TYPE
    elif abs(float(point["latitude"])) > 90 or abs(float(point["longitude"])) > 180:
        yield Trap.OUT_OF_RANGE


_READERS: Final[dict[str, Callable[[str], Iterator[Trap]]]] = {
    "string": _text,
    "external-id": _text,
    "commonsMedia": _text,
    "url": _address,
    "monolingualtext": _monolingual,
    "time": _time,
    "globe-coordinate": _coordinates,
}
