"""The catalogues of translations: whole, current, and with the same values in every language."""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from zanryu.web.languages import DEFAULT, LANGUAGES
from zanryu.web.words import CATALOGUES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages.catalog import Catalog

PROGRAM = CATALOGUES.parent
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"trimmed": "true"}}
KEYWORDS = {**DEFAULT_KEYWORDS, "Message": None}  # as `make words` has it: zanryu.graph.wording
TRANSLATED = [language for language in LANGUAGES if language != DEFAULT]
HOW = "Run `make words` and translate what is new in server/zanryu/translations."
VALUE = re.compile(r"%\(\w+\)[a-z]|%%")


@cache
def used() -> frozenset[tuple[str | None, str | tuple[str, ...]]]:
    """Return (context, message) of everything that the program says."""
    found = extract_from_dir(PROGRAM, METHODS, cast("Any", OPTIONS), KEYWORDS)
    return frozenset((context, message) for _, _, message, _, context in found)


@cache
def catalogue(language: str) -> Catalog:
    path = CATALOGUES / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def forms(text: str | tuple[str, ...] | list[str] | None) -> Iterator[str]:
    yield from (text,) if isinstance(text, str) else text or ()


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_holds_what_the_program_says_and_nothing_else(language: str) -> None:
    known = {(message.context, message.id) for message in catalogue(language) if message.id}

    assert used() - known == set(), HOW
    assert known - used() == set(), HOW


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated(language: str) -> None:
    missing = [m.id for m in catalogue(language) if m.id and (m.fuzzy or not all(forms(m.string)))]

    assert not missing, HOW


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_holds_the_same_values(language: str) -> None:
    for message in catalogue(language):
        if message.id:
            values = set(VALUE.findall("".join(forms(message.id))))
            for form in forms(message.string):
                assert set(VALUE.findall(form)) == values, message.id


def test_what_is_said_is_looked_up_by_the_text_itself() -> None:
    """A message made of parts could not be found by whoever collects them."""
    assert all(isinstance(message, str | tuple) and message for _, message in used())


def test_a_sentence_with_values_is_written_out_where_it_is_made() -> None:
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in PROGRAM.rglob("*.py")]
    made = [
        node.args[0]
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Message"
    ]

    assert len(made) > 40
    assert all(isinstance(template, ast.Constant) for template in made)
