from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zanryu.wikidata.calendars import Day, gregorian_of, julian_of

_DAYS = st.dates().map(lambda day: Day(day.year, day.month, day.day))


@pytest.mark.parametrize(
    ("julian", "gregorian"),
    [
        pytest.param(Day(1582, 10, 5), Day(1582, 10, 15), id="the day that the pope left out"),
        pytest.param(Day(1917, 10, 25), Day(1917, 11, 7), id="October in November"),
        pytest.param(Day(1900, 2, 29), Day(1900, 3, 13), id="a leap day that only one calendar has"),
        pytest.param(Day(-4712, 1, 1), Day(-4713, 11, 24), id="where Julian day numbers begin"),
    ],
)
def test_the_calendars_are_as_far_apart_as_history_says(julian: Day, gregorian: Day) -> None:
    assert gregorian_of(julian) == gregorian
    assert julian_of(gregorian) == julian


@given(_DAYS)
def test_a_day_is_the_same_after_both_ways(day: Day) -> None:
    assert gregorian_of(julian_of(day)) == day


@given(st.dates(max_value=date(9999, 12, 30)))
def test_the_next_day_is_the_next_in_the_other_calendar_too(day: date) -> None:
    following = date.fromordinal(day.toordinal() + 1)
    one, other = (julian_of(Day(d.year, d.month, d.day)) for d in (day, following))

    assert other == one._replace(day=one.day + 1) or other.day == 1
