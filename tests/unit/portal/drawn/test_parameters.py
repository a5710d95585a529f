"""The parameters of the views: what cannot be is refused by name, and nothing else reaches a query."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zanryu.errors import MalformedRequest
from zanryu.graph.namespaces import BASE
from zanryu.portal.drawn.parameters import read_address, read_span, read_things

if TYPE_CHECKING:
    from collections.abc import Callable


def given_as(**parameters: list[str]) -> Callable[[str], list[str]]:
    return lambda name: parameters.get(name.rstrip("_"), [])


@pytest.mark.parametrize(
    "text",
    ["sato-haru", "person/sato-haru", "/page/person/sato-haru", f"{BASE}id/person/sato-haru", " sato-haru "],
)
def test_a_thing_is_known_by_every_address(text: str) -> None:
    assert read_address(text, "iri", ("person",)) == f"{BASE}id/person/sato-haru"


def test_a_thing_of_another_kind_is_refused() -> None:
    with pytest.raises(MalformedRequest, match="work/memoir"):
        read_address("work/memoir", "iri", ("person", "unit"))


@given(st.text(max_size=30))
def test_no_text_reaches_a_query_but_an_iri_of_the_dataset(text: str) -> None:
    try:
        found = [read_address(text, "iri", ("person",)), *read_things(given_as(person=[text]), "person", 9)]
    except MalformedRequest:
        return
    for iri in found:
        assert iri.startswith(f"{BASE}id/person/")
        assert not set(iri) & set('<>"{}|^`\\ \n\t')


def test_a_year_is_its_first_or_its_last_day() -> None:
    span = read_span(given_as(**{"from": ["1944-02"], "to": ["1944-02"]}))
    assert (span.first, span.last) == ("1944-02-01", "1944-02-29")
    span = read_span(given_as(**{"from": ["1944"], "to": ["1945"]}))
    assert (span.first, span.last) == ("1944-01-01", "1945-12-31")


@given(st.text(max_size=12), st.text(max_size=12))
def test_a_span_is_two_days_or_refused(first: str, last: str) -> None:
    try:
        span = read_span(given_as(**{"from": [first], "to": [last]}))
    except MalformedRequest:
        return
    assert all(
        day == "" or (len(day) == 10 and day.replace("-", "").isdigit()) for day in (span.first, span.last)
    )
