"""Folding: what spellings of one name have in common, and where in the original each letter of it stands.

What is folded away: case, diacritics (Quảng Ngãi, Ryōsuke), full and half width (NFKC), hiragana and
katakana, small and large kana, old and new forms of kanji, apostrophes. The forms of kanji are those of the
official table of 2010 (常用漢字表, in the package ``joyokanji``). Nothing is read: a kanji stays a kanji.

Each kanji or kana is a word of its own, so that any part of a name written in them is found.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import joyokanji

if TYPE_CHECKING:
    from collections.abc import Iterator

# Latin letters that have no decomposition.
_LETTERS: Final = str.maketrans(
    {"đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ł": "l", "ø": "o", "þ": "th", "ŧ": "t", "æ": "ae", "œ": "oe"}
)
# Inside a word and no part of it: Jun'ichi, Hawaiʻi, O’Neill.
_APOSTROPHES: Final = frozenset("'`´′‘’‛ʹʻʼʾʿ＇")
_HALF_WIDTH_MARKS: Final = "ﾞﾟ"
_ITERATION_MARK: Final = "々"
# Small kana are as large ones: old print knows no small ones, and クァン is written クアン, too.
_SMALL_KANA: Final = dict(zip("ぁぃぅぇぉっゃゅょゎゕゖ", "あいうえおつやゆよわかけ", strict=True))
_KANA_LETTERS: Final = {
    code: _SMALL_KANA.get(hiragana := chr(code - shift), hiragana)
    for shift, codes in ((0x60, range(0x30A1, 0x30F7)), (0, range(0x3041, 0x3097)))
    for code in codes
}
_HANGUL_PARTS: Final = range(0x1160, 0x1200)
_KANA: Final = range(0x3040, 0x3100)
_WITHOUT_SPACES: Final = (
    range(0x3005, 0x3008),
    _KANA,
    range(0x3400, 0x4DC0),
    range(0x4E00, 0xA000),
    range(0xAC00, 0xD7A4),
    range(0xF900, 0xFB00),
    range(0x20000, 0x40000),
)
_MAX_CLUSTER: Final = 8  # a letter with all its marks; what is above it is decoration


@dataclass(frozen=True, slots=True)
class Folded:
    """A text as it is compared: its words without what is between them.

    ``words`` are offsets in ``joined``; ``places`` are those of each of its characters in the original.
    """

    joined: str
    words: tuple[tuple[int, int], ...]
    places: tuple[tuple[int, int], ...]

    def texts(self) -> list[str]:
        """Return the words."""
        return [self.joined[start:end] for start, end in self.words]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return where in the original the characters from ``start`` to ``end`` stand."""
        return self.places[start][0], self.places[end - 1][1]

    def is_followed(self, word: int) -> bool:
        """Return whether the next word follows without anything between, as kanji do."""
        if word + 1 >= len(self.words):
            return False
        return self.places[self.words[word][1] - 1][1] == self.places[self.words[word + 1][0]][0]


def fold(text: str) -> Folded:
    """Return a text as it is compared."""
    joined: list[str] = []
    words: list[list[int]] = []
    places: list[tuple[int, int]] = []
    is_inside = False
    for start, end in _clusters(text):
        cluster = text[start : min(end, start + _MAX_CLUSTER)]
        if cluster == _ITERATION_MARK and joined and stands_alone(joined[-1]):
            cluster = joined[-1]
        for letter in _fold_cluster(cluster):
            if not letter:
                continue  # nothing, and no end of the word
            if not letter.isalnum():
                is_inside = False
                continue
            if not is_inside or stands_alone(letter):
                words.append([len(joined), len(joined)])
            joined.append(letter)
            places.append((start, end))
            words[-1][1] = len(joined)
            is_inside = not stands_alone(letter)
    return Folded("".join(joined), tuple((word[0], word[1]) for word in words), tuple(places))


def stands_alone(letter: str) -> bool:
    """Return whether a letter is a word: it is of a script that writes none."""
    return letter > "ÿ" and any(ord(letter) in part for part in _WITHOUT_SPACES)


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Yield the offsets of each character together with the marks on it."""
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or not _is_mark(text[end]):
            yield start, end
            start = end


def _is_mark(character: str) -> bool:
    if character <= "ÿ":
        return False
    is_part = character in _HALF_WIDTH_MARKS or ord(character) in _HANGUL_PARTS
    return is_part or unicodedata.category(character)[0] == "M"


@lru_cache(maxsize=32_768)
def _fold_cluster(cluster: str) -> tuple[str, ...]:
    """Return the letters of a cluster; an empty one is nothing, any other that is no letter ends a word."""
    if cluster[0] in _APOSTROPHES or unicodedata.category(cluster[0]) in ("Cf", "Mn", "Me", "Mc"):
        return ("",)
    text = joyokanji.convert(unicodedata.normalize("NFKC", cluster), variants=True).casefold()
    folded = "".join(_without_marks(character) for character in text)
    return tuple("" if character in _APOSTROPHES else character for character in folded)


def _without_marks(character: str) -> str:
    if ord(character) in _KANA:
        return character.translate(_KANA_LETTERS)
    if stands_alone(character):
        return character
    parts = unicodedata.normalize("NFD", character)
    return "".join(part for part in parts if unicodedata.category(part)[0] != "M").translate(_LETTERS)
