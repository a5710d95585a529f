"""Vietnamese names in kana: the usual way of print, both sides brought to one key."""

from __future__ import annotations

import pytest

from zanryu.naming.folding import fold
from zanryu.naming.kana import kana_reading
from zanryu.naming.vietnamese import sounds_in_kana


def sounds(name: str) -> tuple[str, ...]:
    return sounds_in_kana(tuple(fold(name).texts()), name)


# Of these the first are in print; the others follow the same rules.
@pytest.mark.parametrize(
    ("name", "kana"),
    [
        ("Phan Lai", "ファン・ライ"),
        ("Trần Quốc Long", "チャン・クォック・ロン"),
        ("Nguyễn Đông Hưng", "グエン・ドン・フン"),
        ("Huỳnh Trung Phong", "フィン・チュン・フォン"),
        ("Phan Huệ", "ファン・フエ"),
        ("Minh", "ミン"),
        ("Nam", "ナム"),
        ("Dũng", "ズン"),
        ("Đức", "ドゥック"),
        ("Ngọc", "ゴック"),
        ("Việt", "ヴィエット"),
    ],
)
def test_a_vietnamese_name_has_the_key_of_its_kana(name: str, kana: str) -> None:
    assert sounds(name) == kana_reading(kana)


@pytest.mark.parametrize("name", ["Ishii Takuo", "Spector", "29th", "Сэй", "Nguyễn Takuo"])
def test_what_cannot_be_vietnamese_has_no_such_key(name: str) -> None:
    assert sounds(name) == ()


def test_without_marks_d_is_taken_as_written() -> None:
    assert sounds("Dung") == ("dun",)
