"""A question with a letter mended, for one that finds nothing."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Final

from zanryu.portal.search.terms import Question

if TYPE_CHECKING:
    import sqlite3

_SHORTEST: Final = 4
_KNOWN: Final = "SELECT term, doc FROM vocabulary WHERE term = ?"
_IN_NAMES: Final = _KNOWN + " AND col = 'names'"


def mend(connection: sqlite3.Connection, question: Question) -> Question | None:
    """Return the question with a known word in place of each unknown one; ``None`` if one has none.

    The words are a letter away, the most frequent first.
    """
    words = [term.text if term.is_run else _nearest(connection, term.text) for term in question.terms]
    if not all(words) or words == [term.text for term in question.terms]:
        return None
    return Question(" ".join(words))


def _nearest(connection: sqlite3.Connection, word: str) -> str:
    if connection.execute(_KNOWN, (word,)).fetchone():
        return word
    if len(word) < _SHORTEST:
        return ""
    found = [row for near in _one_letter_away(word) for row in connection.execute(_IN_NAMES, (near,))]
    return str(max(found, key=lambda row: (row[1], row[0]), default=("", 0))[0])


def _one_letter_away(word: str) -> set[str]:
    """Return every word that differs by one letter, or by two that changed places."""
    pairs = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    letters = string.ascii_lowercase
    return {
        *(before + after[1:] for before, after in pairs if after),
        *(before + after[1] + after[0] + after[2:] for before, after in pairs if len(after) > 1),
        *(before + letter + after[1:] for before, after in pairs if after for letter in letters),
        *(before + letter + after for before, after in pairs for letter in letters),
    }
