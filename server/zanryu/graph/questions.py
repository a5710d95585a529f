"""The competency questions: a file's first comments are the question in words, the rest its query."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_ANSWERED: Final = re.compile(r"#\s*see:\s*(?P<answer>/[^\s/?][^\s?]*)\Z")
_TRANSLATED: Final = re.compile(r"#\s*(?P<language>[a-z]{2}):\s*(?P<words>.+)")


@dataclass(frozen=True, slots=True)
class Question:
    """A question in words and in SPARQL; ``name`` is the file's, without its extension.

    ``words`` are English; ``translations`` has them by language, where the file has. ``answer`` is the path
    of a page on which a reader finds the answer without a query, empty where there is none.
    """

    name: str
    words: str
    query: str
    translations: Mapping[str, str] = field(default_factory=dict)
    answer: str = ""

    def said_in(self, language: str) -> tuple[str, str]:
        """Return the words for a reader of a language, and the language that they are in."""
        found = self.translations.get(language)
        return (found, language) if found else (self.words, "en")


def read_questions(files: list[Path]) -> list[Question]:
    """Read the competency questions."""
    return [_read(path) for path in files]


def _read(path: Path) -> Question:
    text = path.read_text(encoding="utf-8")
    comments = [line for line in text.splitlines() if line.startswith("#")]
    translations = {
        found["language"]: found["words"].strip() for found in map(_TRANSLATED.match, comments) if found
    }
    words = comments[0].lstrip("# ").strip() if comments else ""
    answer = next((found["answer"] for found in map(_ANSWERED.match, comments) if found), "")
    return Question(path.stem, words or path.stem, text, translations, answer)
