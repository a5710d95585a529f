"""What is read in the head of a question."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from zanryu.graph.questions import read_questions

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("# see: /page/academy/quang-ngai#incoming", "/page/academy/quang-ngai#incoming"),
        ("# see: https://elsewhere.example/", ""),
        ("# see: //elsewhere.example/", ""),
        ("# see: /officers?who=all", ""),
        ("# see it", ""),
    ],
)
def test_only_a_path_of_this_server_is_a_page_with_the_answer(line: str, answer: str, tmp_path: Path) -> None:
    file = tmp_path / "cq01-who.rq"
    file.write_text(f"# Who?\n# ja: 誰か。\n{line}\nASK {{}}\n", encoding="utf-8")
    [question] = read_questions([file])
    assert (question.words, question.answer, question.said_in("ja")) == ("Who?", answer, ("誰か。", "ja"))
