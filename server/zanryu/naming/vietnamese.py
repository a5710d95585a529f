"""Vietnamese names as Japanese print has them in kana: Phan Lai is ファン・ライ.

Many men of 1945 are known under a Vietnamese name in katakana alone. The other way round is not told by the
kana, so both sides are brought to one key, in the spelling of :func:`zanryu.naming.kana.kana_reading`.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from zanryu.naming.folding import fold

# A word of Vietnamese is one syllable.
_SYLLABLE: Final = re.compile(
    r"(?P<onset>ngh?|nh|ph|t[hr]|[ckg]h|qu|gi(?=[aeiouy])|[bcdghklmnprstvx])?"
    r"(?P<vowel>[aeiouy]{1,3})(?P<coda>ng|nh|ch|[cmnpt])?"
)
_ONSETS: Final = {
    **dict.fromkeys(("ng", "ngh", "gh"), "g"),
    **dict.fromkeys(("ch", "tr"), "ty"),
    **dict.fromkeys(("c", "kh", "qu"), "k"),
    **{"gi": "z", "l": "r", "nh": "ny", "ph": "h", "th": "t", "v": "b", "x": "s"},
}
_CODAS: Final = {
    **dict.fromkeys(("ng", "nh"), "n"),
    **{"c": "kku", "ch": "kku", "m": "mu", "p": "ppu", "t": "tto"},
}


def sounds_in_kana(words: tuple[str, ...], text: str) -> tuple[str, ...]:
    """Return the keys of folded ``words`` of a ``text``; nothing unless all can be Vietnamese syllables."""
    syllables = [_SYLLABLE.fullmatch(word) for word in words]
    marked = unicodedata.normalize("NFD", text.casefold())
    # D is a z and Đ a d, which is told only where marks are written.
    has_marks = any(unicodedata.category(letter) == "Mn" for letter in marked)
    with_bar = {fold(word).joined for word in marked.split() if word.startswith("đ")}
    return (
        tuple(
            _sound(match, is_z=has_marks and word not in with_bar)
            for word, match in zip(words, syllables, strict=True)
            if match
        )
        if all(syllables)
        else ()
    )


def _sound(syllable: re.Match[str], *, is_z: bool) -> str:
    onset, vowel, coda = (syllable[part] or "" for part in ("onset", "vowel", "coda"))
    begun = "z" if onset == "d" and is_z else _ONSETS.get(onset, onset)
    vowel = vowel.replace("uye", "ue").replace("uy", "i").replace("y", "i")
    if begun in ("ty", "ny") and vowel.startswith("i"):
        begun = begun[0]
    return begun + vowel + _CODAS.get(coda, coda)
