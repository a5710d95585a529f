from __future__ import annotations

from datetime import date

import pytest

from zanryu.graph.edtf import Bounds, InvalidEDTF, bounds


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        pytest.param("1946", "1946-01-01", "1946-12-31", id="year"),
        pytest.param("1946-06", "1946-06-01", "1946-06-30", id="month"),
        pytest.param("1948-02", "1948-02-01", "1948-02-29", id="February of a leap year"),
        pytest.param("1946-06-01", "1946-06-01", "1946-06-01", id="day"),
        pytest.param("1948-02-29", "1948-02-29", "1948-02-29", id="leap day"),
        pytest.param("194X", "1940-01-01", "1949-12-31", id="decade"),
        pytest.param("19XX", "1900-01-01", "1999-12-31", id="century"),
        pytest.param("1945-XX", "1945-01-01", "1945-12-31", id="unknown month"),
        pytest.param("1945-XX-XX", "1945-01-01", "1945-12-31", id="unknown month and day"),
        pytest.param("1945-08-XX", "1945-08-01", "1945-08-31", id="unknown day"),
        pytest.param("1945/1954", "1945-01-01", "1954-12-31", id="years"),
        pytest.param("1945-08/1950-05-20", "1945-08-01", "1950-05-20", id="mixed precision"),
        pytest.param("1946-06-01/1946-06-01", "1946-06-01", "1946-06-01", id="one day as an interval"),
        pytest.param("194X/1954", "1940-01-01", "1954-12-31", id="decade as a start"),
    ],
)
def test_a_date_is_bounded_by_its_own_precision(text: str, earliest: str, latest: str) -> None:
    assert bounds(text) == Bounds(_day(earliest), _day(latest))


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        pytest.param("1946-06-01/", "1946-06-01", None, id="unknown end: no bound ten years on"),
        pytest.param("/1946-06-01", None, "1946-06-01", id="unknown start"),
        pytest.param("1945-08/..", "1945-08-01", None, id="open end"),
        pytest.param("../1954", None, "1954-12-31", id="open start"),
        pytest.param("1945~/..", "1944-01-01", None, id="open end of an approximate start"),
    ],
)
def test_an_open_or_unknown_side_has_no_bound(text: str, earliest: str | None, latest: str | None) -> None:
    assert bounds(text) == Bounds(_day(earliest), _day(latest))


@pytest.mark.parametrize("text", ["1946", "1946-06", "1948-02-29", "194X", "1945-XX"])
def test_doubt_does_not_widen_a_date(text: str) -> None:
    assert bounds(f"{text}?") == bounds(text)


@pytest.mark.parametrize("mark", [pytest.param("~", id="approximate"), pytest.param("%", id="both")])
@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        pytest.param("1946", "1945-01-01", "1947-12-31", id="year by a year"),
        pytest.param("1946-06", "1946-05-01", "1946-07-31", id="month by a month"),
        pytest.param("1946-01", "1945-12-01", "1946-02-28", id="month across the new year"),
        pytest.param("1946-06-01", "1946-05-31", "1946-06-02", id="day by a day"),
        pytest.param("194X", "1930-01-01", "1959-12-31", id="decade by a decade"),
        pytest.param("19XX", "1800-01-01", "2099-12-31", id="century by a century"),
        pytest.param("1945-XX", "1944-01-01", "1946-12-31", id="unknown month by a year"),
        pytest.param("1945-08-XX", "1945-07-01", "1945-09-30", id="unknown day by a month"),
    ],
)
def test_approximation_widens_by_one_unit_of_the_precision(
    text: str, mark: str, earliest: str, latest: str
) -> None:
    assert bounds(text + mark) == Bounds(_day(earliest), _day(latest))


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        pytest.param("1946~/1948", "1945-01-01", "1948-12-31", id="mark on the start"),
        pytest.param("1946/1948~", "1946-01-01", "1949-12-31", id="mark on the end"),
        pytest.param("1946-06%/1948-01~", "1946-05-01", "1948-02-29", id="marks on both"),
        pytest.param("1946?/1948?", "1946-01-01", "1948-12-31", id="doubt on both"),
    ],
)
def test_each_side_of_an_interval_has_its_own_mark(text: str, earliest: str, latest: str) -> None:
    assert bounds(text) == Bounds(_day(earliest), _day(latest))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[1945,1946]", id="set: one of"),
        pytest.param("{1945,1946}", id="set: all of"),
        pytest.param("1945-21", id="season"),
        pytest.param("1945-13", id="month 13"),
        pytest.param("1945-00", id="month 0"),
        pytest.param("1946-06-31", id="31 June"),
        pytest.param("1947-02-29", id="29 February of a common year"),
        pytest.param("0000", id="year 0"),
        pytest.param("0000~", id="year 0, about"),
        pytest.param("0001~", id="before the calendar"),
        pytest.param("9999-12-31~", id="after the calendar"),
        pytest.param("Y17000", id="long year"),
        pytest.param("-0044", id="before the common era"),
        pytest.param("45", id="two digits"),
        pytest.param("1945-8", id="one-digit month"),
        pytest.param("1945-08-15T12:00:00", id="time of day"),
        pytest.param("c. 1946", id="words"),
        pytest.param("1946?~", id="two marks"),
        pytest.param("?1946", id="Level 2 mark"),
        pytest.param("1X46", id="unknown digit within"),
        pytest.param("194X-06", id="month in an unknown year"),
        pytest.param("1945-XX-15", id="day in an unknown month"),
        pytest.param(" 1946", id="space"),
        pytest.param("1946\n", id="newline"),
        pytest.param("１９４６", id="full-width digits"),
        pytest.param("", id="empty"),
        pytest.param("1954/1945", id="end before start"),
        pytest.param("1946-06-02/1946-06-01", id="end a day before start"),
        pytest.param("1945/1946/1947", id="two slashes"),
        pytest.param("/", id="unknown on both sides"),
        pytest.param("../..", id="open on both sides"),
        pytest.param("../", id="open and unknown"),
        pytest.param("1945/soon", id="words as an end"),
    ],
)
def test_what_is_not_a_date_of_the_subset_is_refused(text: str) -> None:
    with pytest.raises(InvalidEDTF):
        bounds(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("1946-06-31", "not in the calendar", id="impossible"),
        pytest.param("1954/1945", "ends before it begins", id="backwards"),
        pytest.param("1945/1946/1947", "more than one slash", id="slashes"),
        pytest.param("../..", "says nothing", id="empty interval"),
        pytest.param("after 1945", "write 1945, 1945-08, 1945-08-15 or start/end", id="words"),
    ],
)
def test_the_refusal_says_why_and_quotes_the_date(text: str, reason: str) -> None:
    with pytest.raises(InvalidEDTF, match=reason) as refused:
        bounds(text)
    assert "“" in str(refused.value)
