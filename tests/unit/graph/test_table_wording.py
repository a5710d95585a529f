"""What is wrong with a cell is said in the reader's language, whole sentences with their values in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claim_tables import as_csv, row
from zanryu.graph.edtf import InvalidEDTF, bounds
from zanryu.graph.table.cells import CellError, Place, Problem, problem_of
from zanryu.graph.table.importing import import_table
from zanryu.graph.wording import Message, in_words
from zanryu.web.words import Words

if TYPE_CHECKING:
    from zanryu.graph.sources import Dataset


def test_a_sentence_is_english_until_it_is_put_into_a_language() -> None:
    said = Message("Nothing is called %(text)s.", text="“佐藤”")

    assert str(said) == "Nothing is called “佐藤”."
    assert said.within(Words("ja").gettext) == "“佐藤” という名称のものはありません。"
    assert in_words("佐藤 100%", Words("ja").gettext) == "佐藤 100%"


def test_a_sentence_within_a_sentence_is_of_the_same_language() -> None:
    nested = Message("Something nested hangs from it, such as a zr:selector.")
    said = Message("%(claim)s cannot be changed by a table. %(reason)s", claim="cl:x-1", reason=nested)

    assert str(said).endswith("by a table. Something nested hangs from it, such as a zr:selector.")
    assert said.within(Words("ja").gettext) == (
        "cl:x-1 は表では変更できません。zr:selector のような入れ子の内容があります。"
    )


def test_what_a_value_holds_is_no_template() -> None:
    said = Message("Nothing is called %(text)s.", text="%(names)s 50% %s")

    assert said.within(Words("vi").gettext) == "Không có đối tượng nào tên là %(names)s 50% %s."


def test_equal_sentences_are_one_problem() -> None:
    def problem(text: str) -> Problem:
        return problem_of(Place(2, 3), CellError(Message("Nothing is called %(text)s.", text=text)))

    assert len({problem("a"), problem("a"), problem("b")}) == 2


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "row 2, column B (subject): Nothing is called “Nobody”. Add it to the data first, or write "),
        ("ja", "2 行 B 列 (subject): “Nobody” という名称のものはありません。先にデータに加えるか、"),
        ("vi", "dòng 2, cột B (subject): Không có đối tượng nào tên là “Nobody”. Hãy thêm vào dữ liệu"),
    ],
)
def test_a_mistake_in_a_table_is_told_in_a_language_with_its_place(
    small: Dataset, language: str, line: str
) -> None:
    (found,) = import_table(as_csv(row(subject="Nobody")), small).problems

    assert found.within(Words(language).gettext).startswith(line)


def test_a_date_that_cannot_be_read_says_why_in_a_language() -> None:
    with pytest.raises(InvalidEDTF) as refused:
        bounds("1946/1945")

    assert str(refused.value) == "“1946/1945” ends before it begins."
    assert in_words(refused.value.message, Words("ja").gettext) == (
        "「1946/1945」は終わりが始まりより前です。"
    )
