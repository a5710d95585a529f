"""Single values as QuickStatements V1 writes them, and what they are brought to before."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum
from functools import singledispatch
from typing import Final
from urllib.parse import quote

from zanryu.wikidata import model
from zanryu.wikidata.model import GREGORIAN, JULIAN

SOMEVALUE: Final = "somevalue"
NOVALUE: Final = "novalue"
_TIME: Final = re.compile(r"(?P<year>[+-]\d{4,})-(?P<month>\d\d)-(?P<day>\d\d)T\d\d:\d\d:\d\dZ\Z")
_URL: Final = re.compile(r"https?://", re.IGNORECASE)
# What no address holds (RFC 3987, 2.2), and what would be taken for a quotation mark or a separator.
_NOT_IN_URLS: Final = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029|\"\u201c-\u201f<>\\^`{}]")
_BREAKS: Final = re.compile(r" *[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+ *")
_EARTH: Final = "Q2"


class Obstacle(StrEnum):
    """Why something cannot be said in QuickStatements."""

    RANK_NEEDS_V3 = "rank-needs-v3"
    CALENDAR = "calendar"
    PRECISION = "precision"
    TIME = "time"
    DATATYPE = "datatype"
    COORDINATES = "coordinates"
    BOUNDS = "bounds"


class CannotSay(ValueError):
    """A value has no form in QuickStatements; ``obstacle`` says why."""

    def __init__(self, obstacle: Obstacle) -> None:
        super().__init__(obstacle.value)
        self.obstacle = obstacle


def settle(text: str) -> str:
    """Return a text as Wikibase keeps it: in NFC, in one line, without spaces at either end."""
    return _BREAKS.sub(" ", unicodedata.normalize("NFC", text)).strip()


def settled(value: model.Value) -> model.Value:
    """Return a value as it is handed over, which says the same; see :func:`.quickstatements.normal`."""
    if isinstance(value, model.Time):
        return replace(value, text=_rounded(value))
    if isinstance(value, model.Text):
        return model.Text(
            _address(value.text.strip()) if _URL.match(value.text.strip()) else settle(value.text)
        )
    if isinstance(value, model.Monolingual):
        return replace(value, text=settle(value.text))
    if isinstance(value, model.Quantity):
        plain = {name: getattr(value, name).removeprefix("+") for name in ("amount", "lower", "upper")}
        return replace(value, **plain)
    return value


def _address(text: str) -> str:
    return _NOT_IN_URLS.sub(lambda found: quote(found[0]), text)


def _rounded(time: model.Time) -> str:
    """Return the text of a date with zeros beyond its precision; a decade is written by its first year."""
    parts = _TIME.match(time.text)
    if not parts:
        return time.text
    year, month, day = parts["year"], parts["month"], parts["day"]
    if time.precision == model.DECADE:
        year = year[:-1] + "0"
    month = month if time.precision >= model.MONTH else "00"
    day = day if time.precision >= model.DAY else "00"
    return f"{year}-{month}-{day}T00:00:00Z"


@singledispatch
def write_value(value: model.Value) -> str:
    """Return a value as a field.

    :raises CannotSay: if it has no form.
    """
    raise CannotSay(Obstacle.DATATYPE)


@write_value.register
def _(value: model.Item) -> str:
    return value.id


@write_value.register
def _(value: model.Unknown) -> str:
    return SOMEVALUE


@write_value.register
def _(value: model.Nothing) -> str:
    return NOVALUE


@write_value.register
def _(value: model.Text) -> str:
    return f'"{value.text}"'


@write_value.register
def _(value: model.Monolingual) -> str:
    return f'{value.language}:"{value.text}"'


@write_value.register
def _(value: model.Time) -> str:
    if value.calendar not in (GREGORIAN, JULIAN):
        raise CannotSay(Obstacle.CALENDAR)
    if not 7 <= value.precision <= model.DAY:
        raise CannotSay(Obstacle.PRECISION)
    if not _TIME.match(value.text):
        raise CannotSay(Obstacle.TIME)
    return f"{value.text}/{value.precision}{'/J' if value.calendar == JULIAN else ''}"


@write_value.register
def _(value: model.Quantity) -> str:
    if bool(value.lower) != bool(value.upper):
        raise CannotSay(Obstacle.BOUNDS)
    bounds = f"[{value.lower},{value.upper}]" if value.lower else ""
    return f"{value.amount}{bounds}{'' if value.unit == '1' else 'U' + value.unit[1:]}"


@write_value.register
def _(value: model.Coordinates) -> str:
    # The tool sets a precision of its own, and knows the Earth alone.
    if value.globe != _EARTH or value.precision is not None:
        raise CannotSay(Obstacle.COORDINATES)
    return f"@{_decimal(value.latitude)}/{_decimal(value.longitude)}"


def _decimal(number: float) -> str:
    return format(Decimal(repr(number)), "f")
