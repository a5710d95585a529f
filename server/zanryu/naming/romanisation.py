"""What the ways of writing Japanese in Latin letters have in common.

One reading is printed as Ryōsuke, Ryosuke, Ryousuke, Ryohsuke; as Tsuchihashi, Tutihasi; as Kempeitai,
Kenpeitai. The key is another way to a name, beside its letters, never instead of them: Inoue stays Inoue.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

# In this order. Hepburn to the spelling of 1937 (kunrei-shiki), then long vowels, then the syllabic n.
_RULES: Final = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        ("tch", "cch"),
        ("sh(?=[aueo])", "sy"),
        ("shi", "si"),
        ("ch(?=[aueo])", "ty"),
        ("chi", "ti"),
        ("tsu", "tu"),
        ("fu", "hu"),
        ("d?z(?=[aueo])|dz", "z"),
        ("j(?=[aueo])", "zy"),
        ("ji", "zi"),
        ("o(?:[ou]|h(?![aeiouy]))+", "o"),
        ("uu+", "u"),
        ("m(?=[bmp])", "n"),
    )
)
_LATIN: Final = re.compile("[a-z]+")


@lru_cache(maxsize=32_768)
def reading_key(word: str) -> str:
    """Return the key of a folded word; one that is not in Latin letters is its own."""
    if not _LATIN.fullmatch(word):
        return word
    for pattern, replacement in _RULES:
        word = pattern.sub(replacement, word)
    return word
