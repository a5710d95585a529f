"""Folding: spellings of one name are one, and every letter knows where it stood."""

from __future__ import annotations

import unicodedata

import joyokanji
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zanryu.naming.folding import fold
from zanryu.naming.romanisation import reading_key

# Letters, marks, kana, kanji and what should be between them, more often than chance would have it.
_TEXTS = st.text(
    st.one_of(st.characters(), st.sampled_from("Quảng đĐōÔ'’- ・々ｶﾞガァ國卓雄\u0301\u202e\x00ﷺßİ")),
    max_size=30,
)

_ROMANISED = st.from_regex(
    "(?:[aiueon]|ou|oh|uu|shi|sya|cho|ti|tchi|tsu|fu|hu|ji|zi|d?zu|jo|mpe|mma|ryu|ko|te){0,6}", fullmatch=True
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Quảng Ngãi", "quang ngai"),
        ("Đỗ Ca Sơn", "Do Ca Son"),
        ("Ryōsuke", "Ryôsuke"),
        ("Jun'ichi", "Jun’ichi"),
        ("Jun'ichi", "Junichi"),
        ("Ishii, Takuo", "Ishii Takuo"),
        ("ＩＳＨＩＩ", "ishii"),
        ("ﾁﾝ･ｸｧﾝ", "チン・クァン"),
        ("チン・クァン", "ちん くあん"),
        ("國澤", "国沢"),
        ("髙﨑", "高崎"),
        ("佐々木", "佐佐木"),
        ("Straße", "STRASSE"),
    ],
)
def test_spellings_of_one_name_are_one(one: str, other: str) -> None:
    assert fold(one).joined == fold(other).joined


@pytest.mark.parametrize(
    ("one", "other"), [("石井", "石田"), ("Son", "Sơn An"), ("カン", "ガン"), ("か", "が")]
)
def test_different_names_stay_different(one: str, other: str) -> None:
    assert fold(one).joined != fold(other).joined


def test_kanji_are_not_read() -> None:
    assert fold("石井卓雄").joined == "石井卓雄"


def test_each_kanji_is_a_word_and_a_latin_word_is_whole() -> None:
    assert fold("石井 Takuo-Ishii").texts() == ["石", "井", "takuo", "ishii"]


@given(_TEXTS)
def test_folding_twice_changes_nothing(text: str) -> None:
    words = " ".join(fold(text).texts())
    assert fold(words).texts() == words.split()


@given(_TEXTS)
def test_composed_and_decomposed_text_fold_to_the_same(text: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert fold(composed).joined == fold(decomposed).joined


@given(_TEXTS)
def test_case_does_not_matter(text: str) -> None:
    assert fold(text.casefold()).joined == fold(text).joined


@given(_TEXTS)
def test_every_letter_knows_its_place_in_the_original(text: str) -> None:
    folded = fold(text)
    assert len(folded.places) == len(folded.joined)
    assert list(folded.places) == sorted(folded.places)
    for letter, (start, end) in zip(folded.joined, folded.places, strict=True):
        assert 0 <= start < end <= len(text)
        assert letter in fold(text[start:end]).joined or text[start] == "々"


@given(_TEXTS)
def test_words_cover_every_letter_once(text: str) -> None:
    folded = fold(text)
    assert "".join(folded.texts()) == folded.joined
    assert all(word.isalnum() for word in folded.texts())


@given(st.sampled_from("ABCXYZ石井ガ"), st.text(st.sampled_from("\u0300\u0301\u0302\u0323"), max_size=60))
def test_marks_in_any_number_are_decoration(letter: str, marks: str) -> None:
    assert fold(letter + marks + " x").texts()[-1] == "x"
    assert fold(letter + marks).joined == fold(letter).joined


def test_the_new_form_of_a_kanji_has_no_newer_one() -> None:
    """So that the order in which forms are folded does not matter."""
    old = [chr(code) for code in range(0x4E00, 0xA000) if joyokanji.convert(chr(code)) != chr(code)]
    assert len(old) > 250
    for character in old:
        new = joyokanji.convert(character, variants=True)
        assert joyokanji.convert(new, variants=True) == new


@pytest.mark.parametrize(
    "spellings",
    [
        "ryosuke ryousuke ryohsuke ryoosuke",
        "tsuchihashi tutihasi",
        "kempeitai kenpeitai",
        "ono ohno oono",
        "fujii huzii",
        "jun zyun",
        "shoji shouji syouzi",
    ],
)
def test_ways_of_romanising_have_one_key(spellings: str) -> None:
    assert len({reading_key(word) for word in spellings.split()}) == 1


@given(_ROMANISED)
def test_the_key_of_a_key_is_itself(word: str) -> None:
    assert reading_key(reading_key(word)) == reading_key(word)


def test_what_is_not_in_latin_letters_is_its_own_key() -> None:
    assert reading_key("石井") == "石井"
