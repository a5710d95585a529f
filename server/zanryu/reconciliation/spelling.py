"""A name as it is compared: by its letters, and by its reading where the letters say it.

Kanji stay kanji; their reading is never guessed. Old and new forms of them are the same, and so are hiragana
and katakana (see :mod:`zanryu.naming.folding`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Final

from zanryu.naming.folding import fold, stands_alone
from zanryu.naming.kana import kana_reading
from zanryu.naming.romanisation import reading_key
from zanryu.naming.vietnamese import sounds_in_kana

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_CHARACTERS: Final = 200
SOUND: Final = "♪"
_MAX_WORDS: Final = 12
_BRACKETED: Final = re.compile(r"\s*[(（\[［【〔「『][^)）\]］】〕」』]*[)）\]］】〕」』]?\s*")
_NUMBERED: Final = re.compile("第(?P<number>[〇一二三四五六七八九十百千]+)")
# Another kanji of the same sound since 1956 (同音の漢字による書きかえ), which no table of forms has: the
# army wrote 聯隊, a regiment.
_REPLACED: Final = str.maketrans("聯", "連")
_TEN: Final = 10
_HIRAGANA: Final = range(0x3040, 0x30A0)  # folded, so all kana are in it
_WITH_DELETIONS: Final = range(2, 9)  # kanji and kana of a whole name
_SHORTEST_WORD: Final = 4
_LONGEST_WORD: Final = 24


class Script(StrEnum):
    """What a name is written in; ``KANJI`` if there is one in it, ``ALPHABET`` for Latin and the like."""

    KANJI = "kanji"
    KANA = "kana"
    ALPHABET = "alphabet"


@dataclass(frozen=True)
class Spelling:
    """A name as it is compared.

    ``words`` are folded; kanji and kana are one word, whatever stands between them. ``readings`` are the
    reading keys of its words, empty for kanji. ``sounds`` are those of kana and of what may be Vietnamese, by
    which either is known in the other.
    """

    text: str
    language: str
    script: Script
    words: tuple[str, ...]
    readings: tuple[str, ...]
    sounds: tuple[str, ...] = ()

    @cached_property
    def is_compact(self) -> bool:
        """Whether it is written without spaces."""
        return self.script is not Script.ALPHABET

    @cached_property
    def sorted_readings(self) -> str:
        """The readings in an order that does not depend on whether the family name is first."""
        return " ".join(sorted(self.readings))

    @property
    def keys(self) -> tuple[str, ...]:
        """What an index has to have of it to find it by the same name in another order or spacing."""
        if not self.readings:
            return self.words
        letters = self.words if self.is_compact else ()
        sounds = (f"{SOUND}{''.join(self.sounds)}",) if self.sounds else ()
        return tuple(dict.fromkeys((*letters, self.sorted_readings, "".join(self.readings), *sounds)))

    @property
    def sound_words(self) -> tuple[str, ...]:
        """The sounds as an index has them, apart from words."""
        return tuple(dict.fromkeys(SOUND + sound for sound in self.sounds))

    @property
    def parts(self) -> tuple[str, ...]:
        """Return what an index has to have of it to find it by a part: words, and pairs of kanji or kana."""
        if not self.is_compact:
            return tuple(dict.fromkeys((*self.readings, *self.words, *self.sound_words)))
        letters = self.words[0]
        pairs = (letters[start : start + 2] for start in range(max(1, len(letters) - 1)))
        return tuple(dict.fromkeys((*pairs, *self.readings, *self.sound_words)))


def spell(text: str, language: str = "") -> Spelling | None:
    """Return a name as it is compared; ``None`` if there are no letters in it."""
    folded = fold(_NUMBERED.sub(_in_digits, text[:MAX_CHARACTERS]).translate(_REPLACED))
    if not folded.words:
        return None
    letters = [letter for letter in folded.joined if stands_alone(letter)]
    if not letters:
        words = tuple(folded.texts()[:_MAX_WORDS])
        readings = tuple(reading_key(word) for word in words)
        return Spelling(text, language, Script.ALPHABET, words, readings, sounds_in_kana(words, text))
    is_kana = all(ord(letter) in _HIRAGANA for letter in letters)
    script = Script.KANA if is_kana else Script.KANJI
    readings = kana_reading(text[:MAX_CHARACTERS]) if is_kana else ()
    return Spelling(text, language, script, (folded.joined,), readings, readings)


def _in_digits(match: re.Match[str]) -> str:
    """Return 第五十五 as 第55: units are printed either way."""
    total = units = 0
    for letter in match["number"]:
        value = int(unicodedata.numeric(letter))
        if value < _TEN:
            units = units * _TEN + value  # 一四四 is 144
        else:
            total, units = total + (units or 1) * value, 0
    return f"第{total + units}"


def without_brackets(text: str) -> str:
    """Return a name without what is in brackets in it, which may be no part of it."""
    return _BRACKETED.sub(" ", text).strip()


def readings_of(text: str) -> list[tuple[float, list[Spelling]]]:
    """Return the ways to take what somebody asks, each as names of one thing, with what it counts for.

    ``石井卓雄 (Ishii Takuo)`` is two names of one man; what is in brackets may also be no name at all.
    """
    ways = [(1.0, [text])]
    by_script = [] if text.isascii() else _by_script(text)
    if len(by_script) > 1:
        ways.append((1.0, by_script))
    if (bare := without_brackets(text)) not in ("", text):
        ways.append((0.94, [bare]))
    found: list[tuple[float, list[Spelling]]] = []
    for counts_for, names in ways:
        spelled = [spelling for name in names if (spelling := spell(name))]
        if spelled and all(spelled != known for _, known in found):
            found.append((counts_for, spelled))
    return found


def _by_script(text: str) -> list[str]:
    """Return the stretches of a text without spaces in its script, and those with."""
    found: dict[bool, str] = {}
    for letter in unicodedata.normalize("NFKC", text[:MAX_CHARACTERS]):
        if letter.isalpha() or letter in "々ー":
            is_compact = stands_alone(letter)
        elif not found:
            continue
        else:
            letter = letter if unicodedata.category(letter)[0] == "M" else " "
        found[is_compact] = found.get(is_compact, "") + letter
    return [name.strip() for name in found.values()]


def deletions(word: str, *, is_whole: bool) -> Iterator[str]:
    """Yield a word and what is left of it without one letter; two words a letter apart have one in common.

    Of kanji and kana only a whole name is taken (``is_whole``). Nothing for what is too short or too long,
    or has a number in it, which is another one with any digit changed.
    """
    lengths = _WITH_DELETIONS if is_whole else range(_SHORTEST_WORD, _LONGEST_WORD + 1)
    if len(word) not in lengths or any(letter.isdecimal() for letter in word):
        return
    yield word
    yield from {word[:place] + word[place + 1 :] for place in range(len(word))}
