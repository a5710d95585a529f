"""What is marked: the letters that were looked for, in the spelling of the original."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zanryu.portal.search.documents import Text
from zanryu.portal.search.marking import Marked, best_name, best_note, mark
from zanryu.portal.search.terms import Question


def shown(marked: Marked | None) -> str:
    assert marked
    return "".join(f"[{piece.text}]" if piece.is_match else piece.text for piece in marked.pieces)


@pytest.mark.parametrize(
    ("question", "name", "expected"),
    [
        ("quang ngai", "Quảng Ngãi Military Academy", "[Quảng Ngãi] Military Academy"),
        ("quang", "Quảng Ngãi", "[Quảng] Ngãi"),
        ("qua", "Quảng Ngãi", "[Quả]ng Ngãi"),
        ("takuo ishii", "Ishii, Takuo", "[Ishii], [Takuo]"),
        ("石井", "若き石井卓雄", "若き[石井]卓雄"),
        ("国沢", "國澤", "[國澤]"),
        ("ｶﾞｲ", "クァンガイ", "クァン[ガイ]"),
        ("ガ", "ｸｧﾝｶﾞｲ", "ｸｧﾝ[ｶﾞ]ｲ"),
        ("Ryousuke", "Ishida Ryōsuke", "Ishida [Ryōsuke]"),
        ("hanoi", "Hà Nội", "[Hà Nội]"),
        ("Viet Minh", "Vietminh", "[Vietminh]"),
        ("junichi", "Jun'ichi", "[Jun'ichi]"),
        ("do", "Đỗ Ca Sơn", "[Đỗ] Ca Sơn"),
        ("ishii <b>", "<b>Ishii</b>", "<[b]>[Ishii]</[b]>"),
    ],
)
def test_the_original_spelling_is_marked(question: str, name: str, expected: str) -> None:
    assert shown(mark(Question(question), Text(name, "", ""))) == expected


def test_the_name_that_fits_best_is_the_one_that_is_shown() -> None:
    names = [Text(text, "en", "") for text in ("Ishii Takuo", "Nguyễn Văn Thông", "Takuo")]
    assert shown(best_name(Question("takuo"), names)) == "[Takuo]"
    assert shown(best_name(Question("thong"), names)) == "Nguyễn Văn [Thông]"
    assert best_name(Question("nobody"), names) is None


def test_of_a_long_note_the_part_around_the_match_is_shown() -> None:
    note = Text("word " * 200 + "reportedly seen " + "word " * 200, "en", "")
    marked = best_note(Question("reportedly"), [Text("nothing", "en", ""), note])
    assert marked
    excerpt = marked.excerpt
    assert (excerpt[0].text, excerpt[-1].text) == ("…", "…")
    assert [piece.text for piece in excerpt if piece.is_match] == ["reportedly"]
    assert sum(len(piece.text) for piece in excerpt) < 300


@given(st.text(max_size=40), st.text(max_size=200))
def test_marking_adds_and_takes_away_nothing(question: str, text: str) -> None:
    marked = mark(Question(question), Text(text, "", ""))
    assert "".join(piece.text for piece in marked.pieces) == text
    if len(text) <= 200:
        assert "".join(piece.text for piece in marked.excerpt) == text
