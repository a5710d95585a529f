"""EDTF dates as people write them, in the language of the page.

Read is what :mod:`zanryu.graph.edtf` reads: Level 1 dates and intervals with ``?``, ``~``, ``%``, ``X``, open
(``..``) and unknown (empty) sides; of Level 2 the set "one of these", ``[1946,1947]``. Whatever else is
written is shown as it stands: a date is never shown surer than it is.

Specification: https://www.loc.gov/standards/datetime/
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from babel.dates import format_date

from zanryu.graph.edtf import InvalidEDTF, bounds
from zanryu.web.words import Words

if TYPE_CHECKING:
    from zanryu.graph.edtf import Bounds

# Year, month and day. Patterns of Unicode TR 35; CLDR's own for Vietnamese do not stand well in a sentence.
_PATTERNS: Final = {
    "en": ("y", "MMMM y", "d MMMM y"),
    "ja": ("y年", "y年M月", "y年M月d日"),
    "vi": ("y", "'tháng' M 'năm' y", "'ngày' d 'tháng' M 'năm' y"),
}
_SIDE: Final = re.compile(
    r"(?P<year>\d{4}|\d{3}X|\d\dXX)(?:-(?P<month>\d\d|XX)(?:-(?P<day>\d\d|XX))?)?(?P<mark>[?~%]?)\Z", re.ASCII
)
_EXACT: Final = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?\Z", re.ASCII)
_MAX_CHOICES: Final = 12


@dataclass(frozen=True, slots=True)
class ShownDate:
    """A date in words. ``edtf`` is it as written; ``datetime`` is for HTML, empty where not exact."""

    text: str
    edtf: str
    datetime: str = ""


class Dates:
    """Dates in one language."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._locale = words.language if words.language in _PATTERNS else "en"

    def show(self, edtf: str, *, is_event: bool = False) -> ShownDate:
        """Return a date in words. An interval is the span of a state; of an event, the span it lies in."""
        return _shown(self._words.language, edtf, is_event)

    def in_words(self, edtf: str, *, is_event: bool = False) -> str:
        """Return a date in words, or as it is written where it cannot be read."""
        if edtf.startswith("[") and edtf.endswith("]"):
            return self._choice(edtf) or edtf
        if not _is_readable(edtf):
            return edtf
        start, slash, end = edtf.partition("/")
        if not slash:
            return self._side(start)
        return self._event(start, end) if is_event else self._state(start, end)

    def _state(self, start: str, end: str) -> str:
        words, first, last = self._words, self._side(start), self._side(end)
        if end == "..":
            # translators: a span of time. "Open" is what the editors say; "unknown" means that nobody knows
            return words.gettext("from %(start)s, end open", start=first)
        if not end:
            return words.gettext("from %(start)s, end unknown", start=first)
        if start == "..":
            return words.gettext("until %(end)s, beginning open", end=last)
        if not start:
            return words.gettext("until %(end)s, beginning unknown", end=last)
        return words.gettext("from %(start)s to %(end)s", start=first, end=last)

    def _event(self, start: str, end: str) -> str:
        words, first, last = self._words, self._side(start), self._side(end)
        if end == "..":
            # translators: when something happened, of which one bound is known
            return words.gettext("%(start)s at the earliest", start=first)
        if not end:
            return words.gettext("%(start)s at the earliest, latest date unknown", start=first)
        if start == "..":
            return words.gettext("%(end)s at the latest", end=last)
        if not start:
            return words.gettext("%(end)s at the latest, earliest date unknown", end=last)
        return words.gettext("between %(start)s and %(end)s", start=first, end=last)

    def _choice(self, edtf: str) -> str:
        """Return "one of these" in words, or nothing where a member cannot be read."""
        members = edtf[1:-1].split(",")
        if len(members) > _MAX_CHOICES or not all(_is_readable(m) and "/" not in m for m in members):
            return ""
        found = self._side(members[0])
        for member in members[1:]:
            found = self._words.gettext("%(first)s or %(second)s", first=found, second=self._side(member))
        return found

    def _side(self, side: str) -> str:
        match = _SIDE.match(side)
        if match is None:
            return side
        words, shown = self._words, self._plain(match["year"], match["month"], match["day"])
        if match["mark"] == "~":
            # translators: a date that a source does not give exactly
            return words.gettext("about %(date)s", date=shown)
        if match["mark"] == "?":
            # translators: a date that is doubted
            return words.gettext("perhaps %(date)s", date=shown)
        if match["mark"] == "%":
            return words.gettext("perhaps about %(date)s", date=shown)
        return shown

    def _plain(self, year: str, month: str | None, day: str | None) -> str:
        words = self._words
        if "X" in year:
            return self._years(year)
        if month is None:
            return self._format(0, int(year))
        if month == "XX" and day:
            return words.gettext("%(date)s, month and day unknown", date=self._format(0, int(year)))
        if month == "XX":
            return words.gettext("%(date)s, month unknown", date=self._format(0, int(year)))
        if day is None:
            return self._format(1, int(year), int(month))
        if day == "XX":
            return words.gettext("%(date)s, day unknown", date=self._format(1, int(year), int(month)))
        return self._format(2, int(year), int(month), int(day))

    def _years(self, year: str) -> str:
        if year.endswith("XX"):
            first, last = (self._format(0, int(year.replace("X", digit))) for digit in "09")
            return self._words.gettext("some year from %(first)s to %(last)s", first=first, last=last)
        # translators: a decade, e.g. "the 1920s"
        return self._words.gettext("the %(decade)ss", decade=year.replace("X", "0"))

    def _format(self, precision: int, year: int, month: int = 1, day: int = 1) -> str:
        return _formatted(self._locale, precision, year, month, day)


@lru_cache(10_000)  # Babel looks for its locale anew each time
def _formatted(locale: str, precision: int, year: int, month: int, day: int) -> str:
    return format_date(date(year, month, day), _PATTERNS[locale][precision], locale=locale)


@lru_cache(10_000)  # a page shows some of them several times, and most pages show the same years
def _shown(language: str, edtf: str, is_event: bool) -> ShownDate:  # noqa: FBT001 - positional for the cache
    exact = edtf if _EXACT.match(edtf) and _is_readable(edtf) else ""
    return ShownDate(Dates(Words(language)).in_words(edtf, is_event=is_event), edtf, exact)


def date_in_words(words: Words, edtf: str) -> str:
    """Return a date in words, for features that get it handed in."""
    return Dates(words).in_words(edtf)


def envelope(edtf: str) -> Bounds | None:
    """Return the outer bounds of a date, ``None`` where it cannot be read."""
    try:
        return bounds(edtf)
    except InvalidEDTF:
        return None


def _is_readable(edtf: str) -> bool:
    return envelope(edtf) is not None
