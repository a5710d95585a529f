"""Entity tags: another version or request is another tag."""

from __future__ import annotations

import pytest

from zanryu.errors import MalformedRequest
from zanryu.web.conditional import entity_tag, is_fresh, is_there, is_unchanged, read_tags

TAG = entity_tag("v1", "text/turtle", "ASK {}")


@pytest.mark.parametrize(
    "other",
    [("v2", "text/turtle", "ASK {}"), ("v1", "text/csv", "ASK {}"), ("v1", "text/turtleA", "SK {}")],
    ids=["version", "media type", "parts that run into one another"],
)
def test_whatever_differs_makes_another_tag(other: tuple[str, str, str]) -> None:
    assert entity_tag(*other) != TAG


def test_the_same_request_on_the_same_data_has_the_same_tag() -> None:
    assert entity_tag("v1", "text/turtle", "ASK {}") == TAG


@pytest.mark.parametrize("header", [TAG, f"W/{TAG}", f'"other", {TAG}', "*"])
def test_a_current_copy_is_fresh(header: str) -> None:
    assert is_fresh(header, TAG)


@pytest.mark.parametrize("header", [None, "", '"other"', TAG.strip('"'), 'W/"other"'])
def test_any_other_copy_is_not(header: str | None) -> None:
    assert not is_fresh(header, TAG)


@pytest.mark.parametrize(
    "header", [TAG, f'"other", {TAG}', f'"a,b" ,, {TAG},', f'{TAG[:-1]}-zstd"', " *\t", f'"é",{TAG}']
)
def test_a_change_of_what_was_seen_may_be_made(header: str) -> None:
    assert is_unchanged(read_tags(header, "If-Match"), {"other", TAG})


@pytest.mark.parametrize("header", ['"other"', f"W/{TAG}", '""', f'"{TAG[1:-1]},"'])
def test_a_change_of_what_was_not_seen_may_not(header: str) -> None:
    assert not is_unchanged(read_tags(header, "If-Match"), {TAG})


def test_nothing_matches_what_is_not_there() -> None:
    assert not is_unchanged(("*",), set())
    assert not is_there(("*",), set())


@pytest.mark.parametrize("header", [TAG, f"W/{TAG}", f'"other", W/{TAG}', "*"])
def test_what_is_excluded_weakly_is_there(header: str) -> None:
    assert is_there(read_tags(header, "If-None-Match"), {TAG})


@pytest.mark.parametrize(
    "header", ["", " ", ",", TAG.strip('"'), TAG[:-1], f"*, {TAG}", f"{TAG} {TAG}", 'w/"a"', '"a b"']
)
def test_what_is_no_list_of_tags_is_refused(header: str) -> None:
    with pytest.raises(MalformedRequest, match="in quotation marks"):
        read_tags(header, "If-Match")
