"""Kana in Latin letters: what is heard is the same as in a romanised name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zanryu.naming.folding import fold
from zanryu.naming.kana import kana_reading
from zanryu.naming.romanisation import reading_key


@pytest.mark.parametrize(
    ("kana", "romanised"),
    [
        ("いがわ せい", "Igawa Sei"),
        ("イシイ・タクオ", "Ishii Takuo"),
        ("さいとう ひろお", "Saitō Hiroo"),
        ("しょういち", "Shōichi"),
        ("きゅうぞう", "Kyuzou"),
        ("ﾂｼﾞ ﾏｻﾉﾌﾞ", "Tsuji Masanobu"),
        ("はっとり", "Hattori"),
        ("じゅんいち", "Jun'ichi"),
        ("こおどう ていじ", "Kōdo Teiji"),
        ("ウー", "U"),
    ],
)
def test_kana_have_the_key_of_the_romanised_name(kana: str, romanised: str) -> None:
    assert kana_reading(kana) == tuple(reading_key(word) for word in fold(romanised).texts())


@pytest.mark.parametrize("text", ["石井卓雄", "Ishii", "", "・", "々"])
def test_what_is_not_kana_is_not_read(text: str) -> None:
    assert kana_reading(text) == ()


@given(st.text(max_size=20))
def test_any_text_is_read_without_an_error_and_only_to_latin_letters(text: str) -> None:
    assert all(word.isascii() and word.isalpha() for word in kana_reading(text))
