"""The days that a time of Wikidata may mean."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zanryu.wikidata.comparison.spans import Span, span
from zanryu.wikidata.model import GREGORIAN, JULIAN, Time

# The day before 1 January of the year 1, from which Python counts.
_BEFORE_ALL = 1721425


def days(first: str, last: str) -> Span:
    return Span(*(date.fromisoformat(day).toordinal() + _BEFORE_ALL for day in (first, last)))


@pytest.mark.parametrize(
    ("text", "precision", "first", "last"),
    [
        ("+1952-03-11T00:00:00Z", 11, "1952-03-11", "1952-03-11"),
        ("+1952-03-11T00:00:00Z", 14, "1952-03-11", "1952-03-11"),
        ("+1919-03-00T00:00:00Z", 10, "1919-03-01", "1919-03-31"),
        ("+1919-12-00T00:00:00Z", 10, "1919-12-01", "1919-12-31"),
        ("+1919-03-05T00:00:00Z", 10, "1919-03-01", "1919-03-31"),
        ("+1944-01-01T00:00:00Z", 9, "1944-01-01", "1944-12-31"),
        ("+1944-00-00T00:00:00Z", 9, "1944-01-01", "1944-12-31"),
        ("+1944-00-00T00:00:00Z", 11, "1944-01-01", "1944-12-31"),
        ("+1944-02-00T00:00:00Z", 11, "1944-02-01", "1944-02-29"),
        ("+1945-00-00T00:00:00Z", 8, "1940-01-01", "1949-12-31"),
        ("+2000-00-00T00:00:00Z", 7, "1901-01-01", "2000-12-31"),
        ("+1901-00-00T00:00:00Z", 7, "1901-01-01", "2000-12-31"),
        ("+1500-00-00T00:00:00Z", 6, "1001-01-01", "2000-12-31"),
    ],
    ids=lambda value: str(value),
)
def test_a_time_means_the_days_of_its_precision(text: str, precision: int, first: str, last: str) -> None:
    assert span(Time(text, precision)) == days(first, last)


@pytest.mark.parametrize(
    "time",
    [
        Time("-0044-03-15T00:00:00Z", 11),
        Time("+0000-00-00T00:00:00Z", 9),
        Time("+1919-13-00T00:00:00Z", 10),
        Time("+1919-02-30T00:00:00Z", 11),
        Time("+1919-00-00T00:00:00Z", 5),
        Time("+1919-00-00T00:00:00Z", 9, "Q999"),
        Time("1919", 9),
    ],
    ids=lambda time: f"{time.text}-{time.precision}",
)
def test_a_time_whose_days_are_not_known_has_none(time: Time) -> None:
    assert span(time) is None


@pytest.mark.parametrize(
    ("julian", "gregorian"),
    [("+1582-10-05", "+1582-10-15"), ("+1917-10-25", "+1917-11-07"), ("+1900-02-29", "+1900-03-13")],
)
def test_a_day_is_the_same_in_both_calendars(julian: str, gregorian: str) -> None:
    assert span(Time(f"{julian}T00:00:00Z", 11, JULIAN)) == span(
        Time(f"{gregorian}T00:00:00Z", 11, GREGORIAN)
    )


@given(st.dates())
def test_a_gregorian_day_is_the_one_that_python_counts(day: date) -> None:
    assert span(Time(f"+{day.isoformat()}T00:00:00Z", 11)) == days(day.isoformat(), day.isoformat())


@given(st.dates(), st.sampled_from([GREGORIAN, JULIAN]))
def test_what_is_coarser_holds_what_is_finer(day: date, calendar: str) -> None:
    spans = [span(Time(f"+{day.isoformat()}T00:00:00Z", precision, calendar)) for precision in (11, 10, 9, 8)]
    for finer, coarser in zip(spans, spans[1:], strict=False):
        assert (finer is None) or (coarser is not None and finer.is_within(coarser))


@given(st.dates(min_value=date(1, 1, 1)), st.sampled_from([GREGORIAN, JULIAN]))
def test_a_month_begins_where_the_one_before_ends(day: date, calendar: str) -> None:
    following = (day.year + day.month // 12, day.month % 12 + 1)
    own = span(Time(f"+{day.year:04}-{day.month:02}-00T00:00:00Z", 10, calendar))
    then = span(Time(f"+{following[0]:04}-{following[1]:02}-00T00:00:00Z", 10, calendar))
    assert own
    assert then
    assert then.first == own.last + 1
