"""Which name or note was found, and which of its letters, in its own spelling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zanryu.naming.folding import fold
from zanryu.naming.romanisation import reading_key
from zanryu.portal.search.terms import forms_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zanryu.naming.folding import Folded
    from zanryu.portal.search.documents import Text
    from zanryu.portal.search.terms import Question, Term

_BEFORE: Final = 70
_SHOWN: Final = 240
_ELLIPSIS: Final = "…"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; ``is_match`` says that it was looked for."""

    text: str
    is_match: bool = False


@dataclass(frozen=True, slots=True)
class Marked:
    """A text with what was looked for in it; ``grade`` grows with how well it fits."""

    source: Text
    grade: int
    spans: tuple[tuple[int, int], ...] = ()

    @property
    def pieces(self) -> list[Piece]:
        """The whole text."""
        return _pieces(self.source.text, self.spans, 0, len(self.source.text))

    @property
    def excerpt(self) -> list[Piece]:
        """The part of a long text around the first match."""
        text = self.source.text
        start = max(0, self.spans[0][0] - _BEFORE) if self.spans and len(text) > _SHOWN else 0
        if start:
            start = text.find(" ", start, start + _BEFORE) + 1 or start
        end = min(len(text), start + _SHOWN)
        found = _pieces(text, self.spans, start, end)
        first = [Piece(_ELLIPSIS)] if start else []
        return [*first, *found, *([Piece(_ELLIPSIS)] if end < len(text) else [])]


def best_name(question: Question, names: Iterable[Text]) -> Marked | None:
    """Return the name that fits best, the first of several; ``None`` if none has anything of the question."""
    marked = [_mark(question, name, _grade_of_name(question, name)) for name in names]
    return max((name for name in marked if name.spans), key=lambda name: name.grade, default=None)


def best_note(question: Question, notes: Iterable[Text]) -> Marked | None:
    """Return the note with the most of the question's words."""
    marked = [_mark(question, note) for note in notes]
    return max((note for note in marked if note.spans), key=lambda note: note.grade, default=None)


def mark(question: Question, text: Text) -> Marked:
    """Return a text with what was looked for in it."""
    return _mark(question, text)


def _grade_of_name(question: Question, name: Text) -> int:
    whole = forms_of(name.text, name.language)[0].split(" ")
    terms = len(question.terms)
    if any(form in question.keys for form in whole):
        return terms + 2
    return terms + 1 if any(form.startswith(question.keys) for form in whole) else 0


def _mark(question: Question, text: Text, grade: int = 0) -> Marked:
    folded = fold(text.text)
    by_term = [list(_spans(folded, term)) for term in question.terms]
    found = {span for spans in by_term for span in spans} | set(_joined(folded, question))
    fitting = sum(bool(spans) for spans in by_term)
    places = sorted(folded.original(start, end) for start, end in found)
    return Marked(text, max(grade, fitting), tuple(_merged(text.text, places)))


def _spans(folded: Folded, term: Term) -> Iterator[tuple[int, int]]:
    """Yield where a term stands: at the beginning of a word, and to the end of one unless it is open."""
    ends = {end for _, end in folded.words}
    key = reading_key(term.text)
    for start, end in folded.words:
        if folded.joined.startswith(term.text, start):
            reached = start + len(term.text)
            if term.is_open or reached in ends:
                yield start, reached
        elif not term.is_run and reading_key(folded.joined[start:end]) == key:
            yield start, end


def _joined(folded: Folded, question: Question) -> Iterator[tuple[int, int]]:
    """Yield where the question stands as one word: Viet Minh in Vietminh."""
    whole = question.folded.joined
    for start, end in folded.words:
        if len(question.terms) > 1 and folded.joined[start:end] == whole:
            yield start, end


def _merged(text: str, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans that leave something between them; words one after the other are one."""
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and not text[merged[-1][1] : start].strip():
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _pieces(text: str, spans: Iterable[tuple[int, int]], start: int, end: int) -> list[Piece]:
    pieces: list[Piece] = []
    at = start
    for first, last in spans:
        if last <= start or first >= end:
            continue
        first, last = max(first, start), min(last, end)
        pieces += [Piece(text[at:first]), Piece(text[first:last], is_match=True)]
        at = last
    return [piece for piece in (*pieces, Piece(text[at:end])) if piece.text]
