"""What was read is read once; the memory is bounded, and what is long is not in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zanryu.store import remembered
from zanryu.store.backend import Statement, Term, iri
from zanryu.store.remembered import Remembered

if TYPE_CHECKING:
    import pytest


class Reader:
    """Reads a statement about anything; ``asked`` is what was read."""

    def __init__(self, text: str = "x") -> None:
        self.asked: list[tuple[str, ...]] = []
        self._text = text

    def read(self, *asked: str) -> list[Statement]:
        self.asked.append(asked)
        return [Statement(iri(asked[0]), "http://h/p", Term("literal", self._text))]


def test_what_is_asked_again_is_not_read_again() -> None:
    reader = Reader()
    kept = Remembered()

    assert kept.of(reader.read, "http://h/a", "http://h/p") == kept.of(
        reader.read, "http://h/a", "http://h/p"
    )
    assert reader.asked == [("http://h/a", "http://h/p")]


def test_what_was_not_asked_for_the_longest_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "_MAX_KEPT", 4)  # two statements with their descriptions
    reader = Reader()
    kept = Remembered()

    for name in ("a", "b", "a", "c", "a", "b"):
        kept.of(reader.read, name)

    assert reader.asked == [("a",), ("b",), ("c",), ("b",)]


def test_a_text_that_would_fill_the_memory_is_not_kept() -> None:
    reader = Reader("x" * 1_000_000)
    kept = Remembered()

    kept.of(reader.read, "a")
    kept.of(reader.read, "a")

    assert reader.asked == [("a",), ("a",)]


def test_a_name_that_would_fill_the_memory_is_not_kept_though_nothing_is_said_of_it() -> None:
    asked: list[str] = []

    def read(iri: str) -> list[Statement]:
        asked.append(iri)
        return []

    kept = Remembered()
    for _ in range(2):
        kept.of(read, "http://h/" + "a" * 1_000_000)

    assert len(asked) == 2
