"""EDTF and the times of Wikibase: the reference's table, and the way there and back."""

from __future__ import annotations

from datetime import date
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zanryu.graph.edtf import InvalidEDTF, bounds
from zanryu.wikidata.expression.times import (
    CENTURY,
    CIRCA,
    CIRCUMSTANCES,
    EARLIEST,
    END,
    LATEST,
    POINT,
    PRESUMABLY,
    START,
    NotEDTF,
    read_date,
    read_when,
    write_date,
    write_when,
)
from zanryu.wikidata.model import DAY, DECADE, GREGORIAN, JULIAN, MONTH, YEAR, Item, Snak, Time, Unknown


def time(text: str, precision: int, calendar: str = GREGORIAN) -> Time:
    return Time(f"+{text}T00:00:00Z", precision, calendar)


def year(number: int) -> Time:
    return time(f"{number:04}-00-00", YEAR)


FORTIES: Final = time("1940-00-00", DECADE)
CIRCA_SNAK: Final = Snak(CIRCUMSTANCES, Item(CIRCA))
PRESUMABLY_SNAK: Final = Snak(CIRCUMSTANCES, Item(PRESUMABLY))
TABLE: Final = {
    "1945-08-15": (time("1945-08-15", DAY), ()),
    "1945-08": (time("1945-08-00", MONTH), ()),
    "1945": (year(1945), ()),
    "1945-XX": (year(1945), ()),
    "1945-08-XX": (time("1945-08-00", MONTH), ()),
    "194X": (FORTIES, ()),
    "1945~": (year(1945), (CIRCA_SNAK,)),
    "1945?": (year(1945), (PRESUMABLY_SNAK,)),
    "1945%": (year(1945), (CIRCA_SNAK, PRESUMABLY_SNAK)),
    "19XX": (Unknown(), (Snak(EARLIEST, year(1900)), Snak(LATEST, year(1999)))),
    "[1945..1947]": (FORTIES, (Snak(EARLIEST, year(1945)), Snak(LATEST, year(1947)))),
    "[1945,1947]": (FORTIES, (Snak(EARLIEST, year(1945)), Snak(LATEST, year(1947)))),
    "1945/1947": (FORTIES, (Snak(EARLIEST, year(1945)), Snak(LATEST, year(1947)))),
    "[1938..1946]": (Unknown(), (Snak(EARLIEST, year(1938)), Snak(LATEST, year(1946)))),
    "../1954": (Unknown(), (Snak(LATEST, year(1954)),)),
    "/1954": (Unknown(), (Snak(LATEST, year(1954)),)),
    "[..1954]": (Unknown(), (Snak(LATEST, year(1954)),)),
    "1954/..": (Unknown(), (Snak(EARLIEST, year(1954)),)),
    "1946-04/1946-06": (
        year(1946),
        (Snak(EARLIEST, time("1946-04-00", MONTH)), Snak(LATEST, time("1946-06-00", MONTH))),
    ),
    "1946-04-01/1946-04-09": (
        time("1946-04-00", MONTH),
        (Snak(EARLIEST, time("1946-04-01", DAY)), Snak(LATEST, time("1946-04-09", DAY))),
    ),
    "1946/1946-04": (year(1946), (Snak(EARLIEST, year(1946)), Snak(LATEST, time("1946-04-00", MONTH)))),
}


@pytest.mark.parametrize("text", TABLE)
def test_a_date_is_read_by_the_table(text: str) -> None:
    found = read_date(text)

    assert (found.value, found.qualifiers) == TABLE[text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1945-08", (Snak(POINT, time("1945-08-00", MONTH)),)),
        ("1945~", (Snak(POINT, year(1945)), CIRCA_SNAK)),
        ("1945-08/1954", (Snak(START, time("1945-08-00", MONTH)), Snak(END, year(1954)))),
        ("1945/..", (Snak(START, year(1945)),)),
        ("../1954", (Snak(END, year(1954)),)),
        ("19XX", (Snak(EARLIEST, year(1900)), Snak(LATEST, year(1999)))),
        ("[1945..1947]", (Snak(EARLIEST, year(1945)), Snak(LATEST, year(1947)))),
    ],
)
def test_the_date_of_a_claim_is_a_point_or_a_span(text: str, expected: tuple[Snak, ...]) -> None:
    assert read_when(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1945-08", (Snak(START, time("1945-08-00", MONTH)),)),
        ("1945/1946", (Snak(EARLIEST, year(1945)), Snak(LATEST, year(1946)))),
        ("1945/..", (Snak(EARLIEST, year(1945)),)),
    ],
)
def test_an_interval_in_which_something_began_is_no_time_that_it_lasted(
    text: str, expected: tuple[Snak, ...]
) -> None:
    assert read_when(text, START) == expected


@pytest.mark.parametrize("text", ["-0044", "-0044-03-15", "[-0044..0001]", "-0044/0014", "../-0044"])
def test_years_before_the_common_era_are_refused_with_what_to_do(text: str) -> None:
    for read in (read_date, read_when):
        with pytest.raises(InvalidEDTF, match="before the common era.*by hand"):
            read(text)


@pytest.mark.parametrize("text", ["", "1945-13", "about 1945", "[]", "[1945", "../..", "1947/1945", "0000"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(InvalidEDTF):
        read_date(text)


def test_a_year_is_read_in_both_ways_in_which_wikidata_writes_it() -> None:
    assert write_date(time("1944-01-01", YEAR)) == write_date(year(1944)) == "1944"


def test_what_is_more_exact_than_the_precision_means_nothing() -> None:
    assert write_date(time("1947-06-05", DECADE)) == "194X"
    assert write_date(time("1945-00-00", DAY)) == "1945"


def test_a_day_of_the_julian_calendar_is_converted() -> None:
    assert write_date(time("1582-10-05", DAY, JULIAN)) == "1582-10-15"


@pytest.mark.parametrize(
    "refused",
    [
        Time("-0044-03-15T00:00:00Z", DAY),
        Time("+0000-00-00T00:00:00Z", YEAR),
        Time("+12000-00-00T00:00:00Z", YEAR),
        Time("+1000-00-00T00:00:00Z", 6),
        Time("+1516-08-00T00:00:00Z", MONTH, JULIAN),
        Time("yesterday", DAY),
    ],
    ids=lambda refused: f"{refused.text}/{refused.precision}",
)
def test_what_edtf_cannot_say_is_refused(refused: Time) -> None:
    with pytest.raises(NotEDTF):
        write_date(refused)


def test_an_end_before_the_start_is_refused() -> None:
    with pytest.raises(NotEDTF):
        write_when((Snak(START, year(1950)), Snak(END, year(1940))))


def test_bounds_outside_of_the_value_do_not_widen_it() -> None:
    widened = (Snak(EARLIEST, year(1930)), Snak(LATEST, year(1960)))

    assert write_date(year(1945), widened) == "1945"


def test_where_nothing_is_known_of_a_date_nothing_is_written() -> None:
    assert write_date(Unknown()) == write_when(()) == ""


def _time(day: date, precision: int) -> Time:
    text = {
        DAY: f"{day:%Y-%m-%d}", MONTH: f"{day:%Y-%m}-00", YEAR: f"{day.year:04}-00-00",
        DECADE: f"{day.year // 10:03}0-00-00", CENTURY: f"{day.year:04}-00-00",
    }[precision]  # fmt: skip
    return time(f"{day.year:04}{text[4:]}" if precision != DECADE else text, precision)


DAYS = st.dates(min_value=date(1000, 1, 1), max_value=date(9899, 12, 31))
TIMES = st.builds(_time, DAYS, st.sampled_from([DECADE, YEAR, MONTH, DAY]))
HEDGES = st.sampled_from([(), (CIRCA_SNAK,), (PRESUMABLY_SNAK,), (CIRCA_SNAK, PRESUMABLY_SNAK)])


@given(TIMES, HEDGES)
def test_a_time_comes_back_from_edtf_as_it_was(value: Time, hedges: tuple[Snak, ...]) -> None:
    found = read_date(write_date(value, hedges))

    assert (found.value, found.qualifiers) == (value, hedges)


@given(st.one_of(TIMES, st.builds(_time, DAYS, st.just(CENTURY)), st.just(Unknown())), TIMES, TIMES, HEDGES)
def test_writing_again_what_was_read_changes_nothing(
    value: Time | Unknown, first: Time, last: Time, hedges: tuple[Snak, ...]
) -> None:
    text = write_date(value, (Snak(EARLIEST, first), Snak(LATEST, last), *hedges))
    try:
        found = read_date(text)
    except InvalidEDTF:
        assert bounds(write_date(first)).earliest > bounds(write_date(last)).latest  # type: ignore[operator]
        return

    assert write_date(found.value, found.qualifiers) == text


@given(TIMES, st.none() | TIMES, HEDGES)
def test_a_point_or_a_span_comes_back_as_it_was(
    first: Time, last: Time | None, hedges: tuple[Snak, ...]
) -> None:
    said = (Snak(POINT, first),) if last is None else (Snak(START, first), Snak(END, last))
    try:
        text = write_when((*said, *hedges))
    except NotEDTF:
        return  # the end lies before the start

    again = read_when(text)
    assert write_when(again) == text
    assert set(again) == {*said, *hedges} or (last == first and again[0].property == POINT)


@given(TIMES, HEDGES)
def test_what_is_read_means_the_days_that_edtf_means(value: Time, hedges: tuple[Snak, ...]) -> None:
    plain = write_date(value)

    assert bounds(plain) == bounds(write_date(read_date(plain).value))
    assert write_date(value, hedges).rstrip("~?%") == plain
