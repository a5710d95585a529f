"""The pages of problems know every kind that the program can raise, and say of it what it says of itself."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

import zanryu
from zanryu.errors import ZanryuError
from zanryu.portal.problems.kinds import kinds
from zanryu.web.languages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROGRAM: Final = Path(zanryu.__file__).parent
_NOT_FROM_A_CLASS: Final = "http"  # what Flask refuses in a way that has no class of ours
_OF_EVERY_PROBLEM: Final = {"type", "title", "status", "detail", "instance"}
_ONLY_A_HEADER: Final = {"retry_after_seconds"}


def _below(kind: type[ZanryuError]) -> Iterator[type[ZanryuError]]:
    yield kind
    for other in kind.__subclasses__():
        yield from _below(other)


def _every_error() -> list[type[ZanryuError]]:
    for module in pkgutil.walk_packages(zanryu.__path__, "zanryu."):
        importlib.import_module(module.name)
    return [kind for kind in _below(ZanryuError) if kind.__module__.startswith("zanryu.")]


ERRORS: Final = _every_error()


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.slug)
def test_every_error_has_a_page_with_its_status_and_title(error: type[ZanryuError]) -> None:
    kind = kinds()[error.slug]

    assert kind.status == error.status
    assert kind.title["en"] == error.title


def test_every_page_is_of_an_error_that_can_happen() -> None:
    assert set(kinds()) == {error.slug for error in ERRORS} | {_NOT_FROM_A_CLASS}


def _slugs_given_outside_a_class() -> set[str]:
    """Return what is assigned to the slug of an error that is there already."""
    sources = [ast.parse(path.read_text(encoding="utf-8")) for path in _PROGRAM.rglob("*.py")]
    assigned = [node for tree in sources for node in ast.walk(tree) if isinstance(node, ast.Assign)]
    pairs = [
        pair
        for node in assigned
        for target in node.targets
        for pair in zip(_parts(target), _parts(node.value), strict=False)
    ]
    return {
        value.value
        for target, value in pairs
        if isinstance(target, ast.Attribute) and target.attr == "slug" and isinstance(value, ast.Constant)
        and isinstance(value.value, str)
    }  # fmt: skip


def _parts(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple) else [node]


def test_no_slug_is_given_past_the_classes_but_one() -> None:
    assert _slugs_given_outside_a_class() == {_NOT_FROM_A_CLASS}


def _members_given() -> set[tuple[str, str]]:
    """Return the slug and the keyword of every error that is made with a further member."""
    slugs = {error.__name__: error.slug for error in ERRORS}
    calls = [
        node
        for path in _PROGRAM.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in slugs
    ]
    return {
        (slugs[call.func.id], keyword.arg)
        for call in calls
        for keyword in call.keywords
        if isinstance(call.func, ast.Name) and keyword.arg and keyword.arg not in _ONLY_A_HEADER
    }


@pytest.mark.parametrize(("slug", "member"), sorted(_members_given()))
def test_every_member_that_an_error_is_made_with_is_described(slug: str, member: str) -> None:
    assert member in kinds()[slug].members


@pytest.mark.parametrize("slug", kinds())
def test_every_text_is_in_every_language(slug: str) -> None:
    kind = kinds()[slug]

    for texts in (kind.title, kind.meaning, kind.remedy, *kind.members.values()):
        assert texts.keys() == LANGUAGES.keys()
        assert all(texts.values())
        assert len({text.count("`") for text in texts.values()}) == 1
        assert not _OF_EVERY_PROBLEM & kind.members.keys()


def test_the_redirects_of_w3id_lead_to_the_pages() -> None:
    text = (_PROGRAM.parents[1] / "docs" / "deployment.md").read_text(encoding="utf-8")
    rules = [line.split()[1:3] for line in text.splitlines() if line.startswith("RewriteRule ")]

    led = {slug: [re.sub(rule, to.replace("$", "\\"), f"problems/{slug}") for rule, to in rules
                  if re.search(rule, f"problems/{slug}")] for slug in ("", *kinds())}  # fmt: skip

    assert led == {slug: [f"https://zanryu.example.org/problems/{slug}"] for slug in ("", *kinds())}
