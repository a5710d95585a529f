"""Kana in Latin letters: the one script whose sound is in its letters. Kanji are never read.

Unicode names each letter by its sound in the spelling of 1937 (HIRAGANA LETTER SI), which is that of
:func:`zanryu.naming.romanisation.reading_key`.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from zanryu.naming.romanisation import reading_key

_LETTER: Final = re.compile(r"(?:HIRAGANA|KATAKANA) LETTER (?P<small>SMALL )?(?P<sound>[A-Z]{1,3})")
_BETWEEN: Final = re.compile(r"[\s・=゠‐-]+")
_SPOKEN: Final = {"DI": "zi", "DU": "zu", "VU": "bu", "WO": "o"}


def kana_reading(text: str) -> tuple[str, ...]:
    """Return the reading keys of a name's words; what is not kana in it is left out."""
    words = _BETWEEN.split(unicodedata.normalize("NFKC", text))
    return tuple(key for word in words if (key := reading_key(_romanise(word))))


def _romanise(word: str) -> str:
    read = ""
    is_doubled = False
    for letter in word:
        match = _LETTER.fullmatch(unicodedata.name(letter, ""))
        if match is None:
            continue
        sound = _SPOKEN.get(match["sound"], match["sound"].lower())
        if match["small"] and sound == "tu":
            is_doubled = True
            continue
        if match["small"] and read:
            read = read[:-1]  # ki and a small yo are kyo
        read += sound[0] + sound if is_doubled and sound[0] not in "aiueon" else sound
        is_doubled = False
    return read
