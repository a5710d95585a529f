"""Matching measured: how many automatic matches are right, and how many names are found at all."""

from __future__ import annotations

import csv
import re
import unicodedata
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conftest import REPOSITORY
from reconciliation.labelled import HALVES, MADE_UP, Row, measure, read_rows
from zanryu.app import require_build
from zanryu.graph.namespaces import BASE
from zanryu.reconciliation.building import write_index
from zanryu.reconciliation.matching import Matcher, open_matcher
from zanryu.reconciliation.questions import Condition
from zanryu.store.embedded import EmbeddedStore
from zanryu.store.index_building import serialise

if TYPE_CHECKING:
    from zanryu.config import Settings

_DOSSIER = REPOSITORY.parent / "shared" / "research" / "dossier"
ROWS = read_rows()
_PRECISION, _RECALL = 0.99, 0.95
_PERSON = f"{BASE}id/person/"
_COMMON_KANJI = "一三大小山川田中井石藤木原本村正雄男夫郎光信"


@pytest.fixture(scope="module")
def matcher(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> Matcher:
    path = tmp_path_factory.mktemp("names") / "index.sqlite"
    write_index(EmbeddedStore(built.store, require_build(built).version, serialise), path)
    found = open_matcher(path)
    assert found
    return found


@pytest.mark.parametrize("is_typed", [True, False], ids=["with its type", "without a type"])
@pytest.mark.parametrize("half", HALVES)
def test_what_is_taken_without_a_look_is_right_and_what_is_meant_is_found(
    matcher: Matcher, half: str, is_typed: bool
) -> None:
    figures = measure(matcher, (row for row in ROWS if row.half == half), is_typed=is_typed)
    assert figures.taken >= 20, str(figures)
    assert figures.precision >= _PRECISION, str(figures)
    assert figures.recall >= _RECALL, str(figures)


def test_over_a_hundred_names_mean_nobody_and_none_of_them_is_taken(matcher: Matcher) -> None:
    near_misses = [row for row in ROWS if not row.thing]
    assert len(near_misses) >= 100
    assert all(row.origin == MADE_UP for row in near_misses)
    for condition in ((), (Condition("rank", ("major",)), Condition("date", ("1945",)))):
        figures = measure(matcher, near_misses, *condition)
        assert figures.taken == 0, str(figures)


def test_what_confirms_a_name_in_latin_letters_lets_it_be_taken_rightly(matcher: Matcher) -> None:
    figures = measure(matcher, ROWS, Condition("rank", ("major",)))
    assert figures.taken >= 30, str(figures)
    assert figures.precision >= _PRECISION, str(figures)


def test_family_and_given_names_of_others_make_nobody(matcher: Matcher) -> None:
    names = {
        tuple(row.text.split())
        for row in ROWS
        if row.thing.startswith(_PERSON) and re.fullmatch(r"[A-Z][a-zō]+ [A-Z][a-zō]+", row.text)
    }
    known = {frozenset(name) for name in names}
    made = [
        Row(f"{family} {given}", "Person", "", MADE_UP)
        for (family, _), (_, given) in product(sorted(names), repeat=2)
        if frozenset((family, given)) not in known
    ]
    assert len(made) > 1_000
    figures = measure(matcher, made[::3], Condition("rank", ("major",)))
    assert figures.taken == 0, str(figures)


def test_another_kanji_is_another_man(matcher: Matcher) -> None:
    names = {
        row.text for row in ROWS if row.thing.startswith(_PERSON) and re.fullmatch(r"[一-鿿]{3,5}", row.text)
    }
    near = {
        name[:place] + kanji + name[place + 1 :]
        for name in names
        for place in range(len(name))
        for kanji in _COMMON_KANJI
    } - names
    assert len(near) > 1_000
    figures = measure(matcher, [Row(name, "Person", "", MADE_UP) for name in sorted(near)])
    assert figures.taken == 0, str(figures)


def test_names_are_found_however_they_are_written(matcher: Matcher) -> None:
    """Spellings that nobody looked at while the rules were written: all names, respelled by rule."""
    plain = [row for row in ROWS if row.thing and row.text.isascii() is False or " " in row.text]
    respelled = [
        Row(text, row.type, row.thing, row.origin)
        for row in plain
        if row.thing
        for text in {_without_marks(row.text), _turned(row.text), row.text.upper(), _lengthened(row.text)}
        if text != row.text
    ]
    assert len(respelled) > 200
    figures = measure(matcher, respelled)
    assert figures.precision >= _PRECISION, str(figures)
    assert figures.recall >= _RECALL, str(figures)


def _without_marks(text: str) -> str:
    if not re.fullmatch(r"[\w\s]+", text) or any(letter > "ὀ" for letter in text):
        return text
    letters = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in letters if unicodedata.category(letter) != "Mn")


def _turned(text: str) -> str:
    words = text.split()
    return " ".join([words[-1], *words[:-1]])


def _lengthened(text: str) -> str:
    return text.replace("ō", "ou").replace("Ō", "Oh").replace("ū", "uu")


def test_every_spelling_of_the_dossier_is_labelled() -> None:
    if not _DOSSIER.is_dir():
        pytest.skip("the dossier is not beside this repository")
    labelled = {row.text for row in ROWS}
    missing = [text for text in sorted(_spellings()) if text not in labelled]
    assert missing == []


def _spellings() -> set[str]:
    """Return what the columns of names have, without remarks on them."""
    found: set[str] = set()
    with Path(_DOSSIER / "people.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            cells = [row["name_romaji"], row["kanji"], row["vietnamese_name"], row["other_spellings"]]
            for part in re.sub(r"\(.*?\)|in Laos", "", ";".join(cells)).split(";"):
                text = part.strip()
                if text and not re.search(r"\d|unnamed| / |/", text):
                    found.add(text)
    return found
