from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zanryu.errors import MalformedRequest
from zanryu.portal.history.listing import PAGE_SIZE, Span, read_span


def _read(**values: list[str]) -> Span:
    return read_span(lambda name: values.get(name, []))


def _walk(span: Span | None, numbers: list[int]) -> list[int]:
    found: list[int] = []
    while span is not None:
        page, span = span.page(numbers)
        assert len(page) <= PAGE_SIZE
        found += page
    return found


def test_without_parameters_the_newest_come_first() -> None:
    assert _read().page(range(1, 4)) == ([3, 2, 1], None)


def test_a_follower_gets_what_came_after_in_its_order() -> None:
    assert _read(since=["1"]).page(range(1, 4)) == ([2, 3], None)
    assert _read(since=["3"]).page(range(1, 4)) == ([], None)
    assert _read(since=["99"]).page([]) == ([], None)


def test_a_full_page_says_where_the_next_begins() -> None:
    newest = PAGE_SIZE + 3
    chosen, following = Span(about="urn:x").page(range(1, newest + 1))

    assert (chosen[0], chosen[-1]) == (newest, 4)
    assert following == Span(before=4, about="urn:x")
    assert following.path() == "/history?before=4&about=urn%3Ax"


@given(st.sets(st.integers(1, 400), max_size=200))
def test_walking_the_pages_shows_every_version_once_in_either_direction(found: set[int]) -> None:
    numbers = sorted(found)

    assert _walk(Span(since=0), numbers) == numbers
    assert _walk(Span(), numbers) == numbers[::-1]


@pytest.mark.parametrize(
    ("values", "parameter"),
    [
        ({"since": ["1", "2"]}, "since"),
        ({"since": ["x"]}, "since"),
        ({"since": [""]}, "since"),
        ({"since": ["-1"]}, "since"),
        ({"before": ["٣"]}, "before"),
        ({"before": ["9" * 40]}, "before"),
        ({"about": ["urn:a", "urn:b"]}, "about"),
        ({"since": ["1"], "before": ["9"]}, "before"),
    ],
    ids=str,
)
def test_what_is_ambiguous_or_no_number_is_refused(values: dict[str, list[str]], parameter: str) -> None:
    with pytest.raises(MalformedRequest) as caught:
        _read(**values)
    assert caught.value.members["parameter"] == parameter
