"""The competency questions: each file's first comment is the question in words, the rest its query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Question:
    """A question in words and in SPARQL; ``name`` is the file's, without its extension."""

    name: str
    words: str
    query: str


def read_questions(files: list[Path]) -> list[Question]:
    """Read the competency questions."""
    return [_read(path) for path in files]


def _read(path: Path) -> Question:
    text = path.read_text(encoding="utf-8")
    first = next((line for line in text.splitlines() if line.startswith("#")), "")
    return Question(path.stem, first.lstrip("# ").strip() or path.stem, text)
