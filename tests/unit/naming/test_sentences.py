"""A claim in words: Japanese verbs are read as one with the value before them."""

from __future__ import annotations

import pytest

from zanryu.naming.labels import Shown
from zanryu.naming.sentences import named_by_parts

ISHII, ACADEMY = Shown("石井卓雄", "ja"), Shown("クァンガイ陸軍中学", "ja")


def test_a_japanese_verb_ends_the_sentence() -> None:
    verb = Shown("の長を務めた", "ja")

    assert named_by_parts([ISHII, verb, ACADEMY], "ja") == "石井卓雄はクァンガイ陸軍中学の長を務めた"


@pytest.mark.parametrize("verb", [Shown("生年月日", "ja"), Shown("あだ名", "ja"), Shown("headed", "en")])
def test_any_other_property_stands_between_its_ends(verb: Shown) -> None:
    assert named_by_parts([ISHII, verb, ACADEMY], "ja") == f"石井卓雄 · {verb.text} · クァンガイ陸軍中学"


def test_a_verb_by_itself_shows_that_something_is_left_out() -> None:
    assert [Shown(text, "ja").omission for text in ("に加わった", "生年月日", "")] == ["〜", "", ""]
    assert Shown("に加わった", "en").omission == ""
