"""Things are shown by name, and as readably as their IRI allows where they have none."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from zanryu.naming.labels import NAMING, Labels, best, named, spell
from zanryu.store.backend import Statement, Term, iri

if TYPE_CHECKING:
    from zanryu.store.backend import Backend

NAMES = [("Satō Haru", "en"), ("佐藤春", "ja-hani"), ("Satō", "")]


@pytest.mark.parametrize(
    ("language", "expected"),
    [("ja", ("佐藤春", "ja-hani")), ("en", ("Satō Haru", "en")), ("vi", ("Satō Haru", "en"))],
)
def test_the_readers_language_goes_first_then_english(language: str, expected: tuple[str, str]) -> None:
    assert best(NAMES, language) == expected


def test_any_name_is_better_than_none() -> None:
    assert best([("佐藤春", "ja")], "vi") == ("佐藤春", "ja")
    assert best([], "vi") is None


@pytest.mark.parametrize(
    ("iri", "shown"),
    [
        ("https://w3id.org/zanryu/vocab/ija-major", "zv:ija-major"),
        ("https://ja.example/%E6%AE%8B", "https://ja.example/残"),
        ("https://ja.example/%E6", "https://ja.example/%E6"),
        ("https://ja.example/%0A%E2%80%AE", "https://ja.example/%0A%E2%80%AE"),
    ],
    ids=["prefixed", "decoded", "not UTF-8", "not printable"],
)
def test_an_iri_is_spelled_for_people(iri: str, shown: str) -> None:
    assert spell(iri) == shown


@pytest.mark.parametrize("text", ["", " ", "\u3000\t", "\u200b\u2066", "\u00ad"])
def test_a_name_that_leaves_no_mark_is_none(text: str) -> None:
    statements = [
        Statement(iri("urn:a"), NAMING[0], Term("literal", text, "en")),
        Statement(iri("urn:a"), NAMING[1], Term("literal", "Seen", "en")),
    ]

    assert named(statements) == [("Seen", "en")]


class Asked:
    """A graph that says nothing of anything; ``iris`` are those that were asked for."""

    version = "v"

    def __init__(self) -> None:
        self.iris: list[str] = []

    def describe(self, *iris: str) -> list[Statement]:
        self.iris += iris
        return []


@pytest.mark.parametrize(("characters", "times"), [(200, 1), (2000, 2)], ids=["usual", "long"])
def test_names_are_asked_for_once_but_of_an_iri_that_would_fill_the_memory(
    characters: int, times: int
) -> None:
    graph = Asked()
    labels = Labels(cast("Backend", graph))
    for _ in range(2):
        labels.of("urn:" + "a" * characters)

    assert len(graph.iris) == times
