"""A date is drawn as sure as it is: solid where it holds, fading where it may, going on where it is open."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zanryu.graph.edtf import bounds
from zanryu.portal.timeline.geometry import Axis, Span, fit, read_span


def day(text: str) -> float:
    return float(date.fromisoformat(text).toordinal())


def span(edtf: str) -> Span:
    found = bounds(edtf)
    return read_span(edtf, *(str(b) if b else "" for b in (found.earliest, found.latest)))


def test_an_interval_is_solid_between_its_inner_bounds() -> None:
    found = span("1945-09/1950-05-20")
    assert (found.start, found.inner_start) == (day("1945-09-01"), day("1945-10-01"))
    assert (found.inner_end, found.end) == (day("1950-05-21"), day("1950-05-21"))


def test_an_interval_whose_sides_meet_has_no_solid_part() -> None:
    assert not span("1945/1945").has_core
    assert span("1945/1947").has_core


def test_a_year_is_somewhere_inside_and_a_day_is_a_moment() -> None:
    assert not span("1946").has_core
    assert span("1946-06-21").is_moment
    assert span("1946-06-21").has_core


@pytest.mark.parametrize(
    ("edtf", "begins", "ends"),
    [
        ("1945-08/..", "", "open"),
        ("1945-08/", "", "unknown"),
        ("../1945", "open", ""),
        ("/1945", "unknown", ""),
        ("1945/1946", "", ""),
    ],
)
def test_an_open_end_is_told_from_an_unknown_one(edtf: str, begins: str, ends: str) -> None:
    found = span(edtf)
    assert (found.begins, found.ends) == (begins, ends)
    assert (found.start is None, found.end is None) == (bool(begins), bool(ends))


@pytest.mark.parametrize(
    ("edtf", "is_approximate", "is_uncertain"),
    [("2000~", True, False), ("1945?", False, True), ("1945-08%", True, True), ("1945", False, False)],
)
def test_marks_of_doubt_are_read(edtf: str, is_approximate: bool, is_uncertain: bool) -> None:
    found = span(edtf)
    assert (found.is_approximate, found.is_uncertain) == (is_approximate, is_uncertain)


@pytest.mark.parametrize("text", ["", "spring 1945", "<script>", "1945-13/1999", "9999-99-99", "\u202e1945"])
def test_what_cannot_be_read_leaves_the_bounds_of_the_graph(text: str) -> None:
    found = read_span(text, "1945-01-01", "not a day")
    assert (found.start, found.end) == (day("1945-01-01"), None)


_DATES = st.dates(date(1800, 1, 1), date(2100, 1, 1))
_SIDES = st.one_of(
    st.sampled_from(["", ".."]),
    _DATES.map(str),
    _DATES.map(lambda d: f"{d:%Y-%m}~"),
    _DATES.map(lambda d: f"{d:%Y}?"),
)


@given(st.lists(st.tuples(_SIDES, _SIDES), min_size=1, max_size=8))
def test_bounds_are_in_order_and_every_place_is_on_the_axis(sides: list[tuple[str, str]]) -> None:
    spans = []
    for first, last in sides:
        try:
            spans.append(span(f"{first}/{last}"))
        except ValueError:  # nothing is said, or it ends before it begins
            continue
    axis = fit(spans, most=0.75)
    assert axis.first < axis.last
    for found in spans:
        days = [d for d in (found.start, found.inner_start, found.inner_end, found.end) if d is not None]
        if found.has_core or None in (found.inner_start, found.inner_end):
            assert days == sorted(days)
        assert all(0 <= axis.at(d) <= 100 for d in days)


def test_the_axis_leaves_out_what_lies_far_away() -> None:
    war = [span(f"{year}") for year in range(1940, 1950)]
    axis = fit([*war, span("2017")], most=0.75)
    assert axis.last < day("1951-01-01")
    assert not axis.meets(span("2017"))
    assert fit([*war, span("2017")]).meets(span("2017"))


@pytest.mark.parametrize("years", [1, 7, 31, 130, 2000])
def test_years_are_marked_so_that_they_can_be_read(years: int) -> None:
    first = day("0100-01-01")
    ticks = Axis(first, first + years * 365.2425).ticks()
    assert 1 <= len(ticks) <= 13
    assert all(0 <= x <= 100 for x, _ in ticks)
