"""Entity tags: another version or request is another tag."""

from __future__ import annotations

import pytest

from zanryu.web.conditional import entity_tag, is_fresh, is_unchanged

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


@pytest.mark.parametrize("header", [TAG, f'"other", {TAG}', f'{TAG[:-1]}-zstd"', "*"])
def test_a_change_of_what_was_seen_may_be_made(header: str) -> None:
    assert is_unchanged(header, {"other", TAG})


@pytest.mark.parametrize("header", ["", '"other"', f"W/{TAG}", TAG.strip('"')])
def test_a_change_of_what_was_not_seen_may_not(header: str) -> None:
    assert not is_unchanged(header, {TAG})


def test_nothing_matches_what_is_not_there() -> None:
    assert not is_unchanged("*", ())
