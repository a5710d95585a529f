"""What is looked for: a question as folded words, and as expressions of SQLite's FTS5.

Nothing of the question itself goes into an expression: folded words have letters and digits alone, so that no
quotation mark, operator or column name can be meant (https://www.sqlite.org/fts5.html#full_text_query_syntax).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from zanryu.naming.folding import Folded, fold, stands_alone
from zanryu.naming.romanisation import reading_key

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_CHARACTERS: Final = 200
BETWEEN_NAMES: Final = "\ue000"  # a word of its own, so that no phrase reaches from one name into the next
_SHORTEST_PREFIX: Final = 2
_SHORTEST_JOINED: Final = 4
_SWAPPED: Final = range(2, 5)  # a name of so many words is known with the last one first, too


@dataclass(frozen=True, slots=True)
class Term:
    """A word of a question, or a run of kanji and kana; ``is_open`` if it may be the beginning of a word."""

    text: str
    is_run: bool = False
    is_open: bool = False


@dataclass(frozen=True)
class Question:
    """What somebody looks for."""

    text: str

    @cached_property
    def folded(self) -> Folded:
        """The question as it is compared."""
        return fold(self.text)

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """Its words; the last one may be unfinished."""
        words = self.folded.texts()
        found: list[Term] = []
        for number, word in enumerate(words):
            is_run = stands_alone(word[0])
            if is_run and found and found[-1].is_run and self.folded.is_followed(number - 1):
                found[-1] = Term(found[-1].text + word, is_run=True)
            else:
                found.append(Term(word, is_run))
        if found and not found[-1].is_run:
            is_open = len(found[-1].text) >= _SHORTEST_PREFIX or len(found) == 1
            found[-1] = Term(found[-1].text, is_open=is_open)
        return tuple(found)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it to look for."""
        return not self.terms

    @property
    def keys(self) -> tuple[str, ...]:
        """The whole question without what is between its words, by its letters and by its reading."""
        return tuple(dict.fromkeys((self.folded.joined, reading_key(self.folded.joined))))

    @cached_property
    def is_name(self) -> str:
        """The expression for a name that is this."""
        return _columns("whole", _any(_token(key) for key in self.keys))

    @cached_property
    def begins_name(self) -> str:
        """The expression for a name that begins with this."""
        return _columns("whole", _any(f"{_token(key)} *" for key in self.keys))

    @cached_property
    def has_words(self) -> str:
        """The expression for names with all its words."""
        return _columns("names", _all(_phrase(term.text) for term in self.terms))

    @cached_property
    def resembles(self) -> str:
        """The expression for names with all its words by their letters, beginnings, or readings."""
        wide = _all(_wide(term) for term in self.terms)
        joined = self.folded.joined
        if len(self.terms) in _SWAPPED and not any(term.is_run for term in self.terms):
            return _any((wide, _columns("names alternatives", _token(joined))))
        return wide

    @cached_property
    def is_noted(self) -> str:
        """The expression for notes with all its words."""
        return _all(_open(term, _SHORTEST_JOINED) for term in self.terms)


def _token(text: str) -> str:
    return f'"{text}"'


def _phrase(text: str) -> str:
    """Return a word, or kanji and kana one after the other: each of them is a word of the index."""
    return _token(" ".join(text) if stands_alone(text[0]) else text)


def _open(term: Term, shortest: int = 1) -> str:
    is_open = term.is_open and len(term.text) >= shortest
    return f"{_phrase(term.text)} *" if is_open else _phrase(term.text)


def _wide(term: Term) -> str:
    if term.is_run:
        return _columns("names", _phrase(term.text))
    key = reading_key(term.text)
    ways = [_columns("names", _open(term)), _columns("alternatives", _token(key))]
    if key != term.text:
        ways.append(_columns("names", _token(key)))
    if len(term.text) >= _SHORTEST_JOINED:
        ways.append(_columns("alternatives", _open(term)))
    return _any(ways)


def _columns(names: str, expression: str) -> str:
    return f"{{{names}}} : ({expression})"


def _all(expressions: Iterable[str]) -> str:
    return " AND ".join(f"({expression})" for expression in expressions)


def _any(expressions: Iterable[str]) -> str:
    return " OR ".join(f"({expression})" for expression in expressions)


def forms_of(name: str, language: str) -> tuple[str, str, str]:
    """Return what the index keeps of a name in its columns ``whole``, ``names`` and ``alternatives``.

    ``language`` decides whether it can be Japanese in Latin letters: Vietnamese has spellings of its own.
    """
    folded = fold(name)
    words = folded.texts()
    whole = {folded.joined}
    alternatives = set()
    if not any(stands_alone(word[0]) for word in words):
        if len(words) in _SWAPPED:
            whole.add(words[-1] + "".join(words[:-1]))
        # Hà Nội is Hanoi, too, and Jun-ichi Junichi.
        alternatives = {first + second for first, second in pairwise(words)}
    if language.partition("-")[0] != "vi":
        whole |= {reading_key(form) for form in whole}
        alternatives |= {reading_key(word) for word in words}
    return " ".join(sorted(whole)), " ".join(words), " ".join(sorted(alternatives - set(words)))
