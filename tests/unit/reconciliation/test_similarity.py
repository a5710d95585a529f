"""Spellings: what is one name, what is nearly one, and what never is enough."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from zanryu.reconciliation.similarity import Likeness, compare
from zanryu.reconciliation.spelling import deletions, readings_of, spell


def like(one: str, other: str) -> Likeness:
    asked, form = spell(one), spell(other)
    assert asked and form
    return compare(asked, form)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Igawa Sei", "Sei Igawa"),
        ("Saitō Hiroo", "Saitou Hiroo"),
        ("Ōno Ryōsuke", "Ohno Ryousuke"),
        ("Jun'ichi Ono", "Junichi Ono"),
        ("Tran Tu Binh", "Trần Tử Bình"),
        ("Hanoi", "Hà Nội"),
        ("Goscha, Christopher", "Christopher Goscha"),
        ("國澤", "国沢"),
        ("レ・チ・ゴ", "れちご"),
        ("歩兵第二十九聯隊", "歩兵第29連隊"),
        ("歩兵第一四四連隊", "歩兵第144連隊"),
        ("第百一師団", "第101師団"),
    ],
)
def test_these_are_one_name(one: str, other: str) -> None:
    assert like(one, other).is_exact
    assert like(one, other).score >= 98


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("石井卓男", "石井卓雄"),
        ("東北民主連軍航空学校二期生名簿", "東北民主連軍航空学校一期生名簿"),
        ("Nakahara Mitsunobo", "Nakahara Mitsunobu"),
        ("Trần Tú Bình", "Trần Tử Bình"),
        ("Nguyễn Văn Thống", "Nguyễn Văn Thông"),
        ("Lê Chí", "Lê Tí"),
        (
            "Nguyễn Văn Thông Nguyễn Văn Thông Nguyễn Văn Thong",
            "Nguyễn Văn Thông Nguyễn Văn Thông Nguyễn Văn Thóng",
        ),
        ("29th Infantry Regiment", "28th Infantry Regiment"),
        ("歩兵第28連隊", "歩兵第29連隊"),
        ("Kita No", "Ki Tano"),
        ("いがわ せい", "Igawa Sei"),
    ],
)
def test_these_are_never_enough_to_be_taken(one: str, other: str) -> None:
    assert not like(one, other).is_exact
    assert like(one, other).score <= 94


def test_another_number_is_another_regiment() -> None:
    assert like("29th Infantry Regiment", "28th Infantry Regiment").score <= 60


def test_a_name_with_its_marks_is_nearer_than_without() -> None:
    assert like("Trần Tử Bình", "Trần Tử Bình").score > like("Tran Tu Binh", "Trần Tử Bình").score


def test_kana_and_latin_letters_are_alike_by_their_sound() -> None:
    assert like("ファン・ライ", "Phan Lai") == Likeness(80.0, is_derived=True)
    assert like("サイトウ ヒロオ", "Saitō Hiroo") == Likeness(80.0, is_derived=True)


def test_kanji_are_never_read() -> None:
    assert like("石井卓雄", "Ishii Takuo").score == 0
    assert like("石井", "Shi Jing").score == 0


def test_less_of_a_longer_name_is_less_alike() -> None:
    assert like("Ishii", "Ishii Takuo").score > like("Ishii", "Volunteers of Ishii Takuo").score


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_name_is_most_like_itself(one: str, other: str) -> None:
    asked, form = spell(one), spell(other)
    assume(asked and form)
    assert asked
    assert form
    assert compare(asked, asked).score == 100
    assert 0 <= compare(asked, form).score <= 100
    assert compare(asked, form).is_exact == (compare(asked, form).score > 94)


def test_marks_that_are_written_are_meant_and_those_left_out_may_be_any() -> None:
    assert like("Nguyen Van Duc", "Nguyễn Văn Đức").is_exact
    assert not like("Nguyễn Văn Đúc", "Nguyen Van Duc").is_exact


@pytest.mark.parametrize("text", ["", " ", "…", "()", "・"])
def test_without_letters_there_is_no_name(text: str) -> None:
    assert spell(text) is None
    assert readings_of(text) == []


def test_two_scripts_may_be_two_names_of_one_man() -> None:
    ways = [
        [spelling.text for spelling in spellings] for _, spellings in readings_of("石井卓雄 (Ishii Takuo)")
    ]
    assert ["石井卓雄", "Ishii Takuo"] in ways


def test_what_is_in_brackets_may_be_no_name() -> None:
    ways = {spellings[0].text: counts_for for counts_for, spellings in readings_of("石井卓雄（少佐）")}
    assert ways["石井卓雄"] < 0.95


@given(st.text("abcdef", min_size=4, max_size=8), st.integers(0, 7), st.sampled_from("abcdefg"))
def test_words_a_letter_apart_have_a_shortened_word_in_common(word: str, place: int, letter: str) -> None:
    place %= len(word)
    other = word[:place] + letter + word[place + 1 :]
    assert set(deletions(word, is_whole=False)) & set(deletions(other, is_whole=False))


def test_a_number_is_near_no_other() -> None:
    assert list(deletions("29th", is_whole=False)) == []
