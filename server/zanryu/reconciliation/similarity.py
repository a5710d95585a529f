"""How much two spellings are alike, from 0 to 100. From 99 on they are the same name; all else ends at 94.

So one kanji, one letter or one Vietnamese diacritic less or more is never enough to take a name without a
look, however long it is.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz

from zanryu.reconciliation.spelling import Script

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zanryu.reconciliation.spelling import Spelling

_MOST_OF_ANOTHER: Final = 94.0
_OTHER_NUMBER: Final = 60.0
_OTHER_MARKS: Final = 90.0
_WITHOUT_MARKS: Final = 99.0
_OTHER_LETTERS: Final = 98.0
_PART: Final = 0.8
_DERIVED: Final = 0.8
_NUMBER: Final = re.compile(r"\d+")
# The macron and the circumflex are how Japanese long vowels are printed, and are often left out.
_LENGTHS: Final = frozenset("\u0304\u0302")


@dataclass(frozen=True, slots=True)
class Likeness:
    """``is_kanji``: the same kanji. ``is_derived``: by what kana sound like, against Latin letters."""

    score: float
    is_exact: bool = False
    is_kanji: bool = False
    is_derived: bool = False


NOTHING: Final = Likeness(0.0)


def compare(asked: Spelling, form: Spelling) -> Likeness:
    """Return how much two spellings are alike."""
    if asked.is_compact and form.is_compact:
        return _compact(asked.words[0], form.words[0], asked.script is form.script is Script.KANJI)
    if not (asked.readings and form.readings):
        return NOTHING
    if asked.is_compact or form.is_compact:
        derived = max(_of_readings(asked, form), fuzz.ratio("".join(asked.sounds), "".join(form.sounds)))
        return Likeness(_DERIVED * derived, is_derived=True)
    if _are_same(asked.readings, form.readings):
        return _same_reading(asked, form)
    return Likeness(_capped(_of_readings(asked, form), asked.words, form.words))


def _compact(asked: str, form: str, is_kanji: bool) -> Likeness:
    if asked == form:
        return Likeness(100.0, is_exact=True, is_kanji=is_kanji)
    return Likeness(_capped(fuzz.ratio(asked, form), (asked,), (form,)))


def _are_same(words: Sequence[str], others: Sequence[str]) -> bool:
    """Return whether words are the same in any order, or with other spaces between: Hà Nội is Hanoi."""
    return sorted(words) == sorted(others) or (
        len(words) != len(others) and "".join(words) == "".join(others)
    )


def _of_readings(asked: Spelling, form: Spelling) -> float:
    first, second = asked.sorted_readings, form.sorted_readings
    fewer, more = sorted((len(asked.readings), len(form.readings)))
    of_a_part = _PART * (0.75 + 0.25 * fewer / more)  # Ishii is less of five words than of two
    return max(fuzz.ratio(first, second), of_a_part * fuzz.token_set_ratio(first, second))


def _capped(score: float, asked: tuple[str, ...], form: tuple[str, ...]) -> float:
    """Return a score that is below that of the same name, and far below for another regiment."""
    numbers = sorted(_NUMBER.findall(" ".join(asked)))
    others = sorted(_NUMBER.findall(" ".join(form))) if numbers else []
    is_other = bool(others) and numbers != others
    return min(score, _OTHER_NUMBER if is_other else _MOST_OF_ANOTHER)


def _same_reading(asked: Spelling, form: Spelling) -> Likeness:
    """Tell apart what reads the same: by letters, and by marks where both sides write them."""
    marks, others = _marked(asked.text), _marked(form.text)
    is_vietnamese = _is_vietnamese(asked.text) or _is_vietnamese(form.text)
    if not _are_same(asked.words, form.words):
        # Chi and Ti are one syllable in Japanese, and two names in Vietnam.
        return Likeness(_OTHER_MARKS) if is_vietnamese else Likeness(_OTHER_LETTERS, is_exact=True)
    if _are_same(marks, others):
        return Likeness(100.0, is_exact=True)
    if is_vietnamese and _has_marks(marks):
        # Whoever writes marks means them; a name that was printed without may be any of several.
        return Likeness(_OTHER_MARKS if _has_marks(others) else _MOST_OF_ANOTHER)
    return Likeness(_WITHOUT_MARKS, is_exact=True)


def _marked(text: str) -> list[str]:
    """Return the words of a text with their marks."""
    composed = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text)).casefold()
    return re.findall(r"\w+", re.sub("['`´’‘ʻʼ]", "", composed))


def _has_marks(words: list[str]) -> bool:
    return any(not word.isascii() for word in words)


def _is_vietnamese(text: str) -> bool:
    """Return whether a text has marks that tell words apart, as Vietnamese has them."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    found = {letter for letter in decomposed if unicodedata.category(letter) == "Mn"}
    return bool(found - _LENGTHS) or "đ" in decomposed
