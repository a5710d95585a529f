"""How two values stand to each other."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zanryu.wikidata.comparison.agreement import Ground, Relation, relate
from zanryu.wikidata.model import (
    GREGORIAN,
    JULIAN,
    Coordinates,
    Foreign,
    Item,
    Monolingual,
    Nothing,
    Quantity,
    Text,
    Time,
    Unknown,
    Value,
)

_HANOI: Final = Coordinates(21.0278, 105.8342, 0.0001)
_GROUND: Final = Ground({"Q1": "Q2", "Q9": "Q9"}, {"Q10": frozenset({"Q11"})})


def time(text: str, precision: int, calendar: str = GREGORIAN) -> Time:
    year, _, rest = text.partition("-")
    month, _, day = rest.partition("-")
    return Time(f"+{year}-{month or '00'}-{day or '00'}T00:00:00Z", precision, calendar)


_CASES: Final[list[tuple[str, Value, Value, Relation]]] = [
    ("the same year", time("1919", 9), time("1919-01-01", 9), Relation.SAME),
    ("a month of the year", time("1919-03", 10), time("1919", 9), Relation.FINER),
    ("the decade of the year", time("1910", 8), time("1919", 9), Relation.COARSER),
    ("another year", time("1918", 9), time("1919", 9), Relation.DIFFERENT),
    ("another month", time("1919-03", 10), time("1919-04", 10), Relation.DIFFERENT),
    ("a day of another decade", time("1920-01-01", 11), time("1910", 8), Relation.DIFFERENT),
    ("one day in two calendars", time("1917-10-25", 11, JULIAN), time("1917-11-07", 11), Relation.SAME),
    ("two days in two calendars", time("1917-11-07", 11, JULIAN), time("1917-11-07", 11), Relation.DIFFERENT),
    ("a Julian day in a month", time("1917-10-25", 11, JULIAN), time("1917-11", 10), Relation.FINER),
    ("months that overlap", time("1516-08", 10, JULIAN), time("1516-08", 10), Relation.UNCLEAR),
    ("a decade and a century", time("1900", 8), time("1900", 7), Relation.UNCLEAR),
    ("before the common era", time("1919", 9), Time("-0044-00-00T00:00:00Z", 9), Relation.UNCLEAR),
    (
        "twice before it",
        Time("-0044-00-00T00:00:00Z", 9),
        Time("-0044-00-00T00:00:00Z", 9),
        Relation.SAME,
    ),
    ("one item", Item("Q5"), Item("Q5"), Relation.SAME),
    ("another item", Item("Q5"), Item("Q6"), Relation.DIFFERENT),
    ("an item and where it was merged to", Item("Q1"), Item("Q2"), Relation.SAME),
    ("a place in a place", Item("Q10"), Item("Q11"), Relation.FINER),
    ("one text in two normal forms", Text("Tanaka Jirō"), Text("Tanaka Jirō"), Relation.SAME),
    ("two texts", Text("45"), Text("46"), Relation.DIFFERENT),
    ("one text in two languages", Monolingual("東", "ja"), Monolingual("東", "zh"), Relation.DIFFERENT),
    ("one text in one language", Monolingual("がく", "ja"), Monolingual("がく", "ja"), Relation.SAME),
    ("numbers written otherwise", Quantity("+10"), Quantity("10.0"), Relation.SAME),
    ("a number within bounds", Quantity("12"), Quantity("12", "1", "10", "15"), Relation.FINER),
    ("bounds that overlap", Quantity("9", "1", "8", "11"), Quantity("12", "1", "10", "15"), Relation.UNCLEAR),
    ("two numbers", Quantity("10"), Quantity("11"), Relation.DIFFERENT),
    ("two units", Quantity("10", "Q11573"), Quantity("10"), Relation.UNCLEAR),
    ("a number that is none", Quantity("ten"), Quantity("10"), Relation.UNCLEAR),
    ("one point", _HANOI, replace(_HANOI, latitude=21.02785), Relation.SAME),
    ("a point on another globe", _HANOI, replace(_HANOI, globe="Q405"), Relation.DIFFERENT),
    ("two points", _HANOI, replace(_HANOI, latitude=21.5), Relation.DIFFERENT),
    ("no information", Unknown(), time("1919", 9), Relation.SILENT),
    ("no information at all", Unknown(), Unknown(), Relation.SILENT),
    ("none and one", Nothing(), Item("Q5"), Relation.DIFFERENT),
    ("none twice", Nothing(), Nothing(), Relation.SAME),
    ("two types", Item("Q5"), time("1919", 9), Relation.UNCLEAR),
    ("what is not read", Foreign("math"), Foreign("math"), Relation.UNCLEAR),
]


_REVERSE = {Relation.FINER: Relation.COARSER, Relation.COARSER: Relation.FINER}


def reverse(relation: Relation) -> Relation:
    """Return how the second stands to the first."""
    return _REVERSE.get(relation, relation)


@pytest.mark.parametrize(("first", "second", "expected"), [c[1:] for c in _CASES], ids=[c[0] for c in _CASES])
def test_one_value_stands_to_another_as_the_table_says(
    first: Value, second: Value, expected: Relation
) -> None:
    assert relate(first, second, _GROUND) == expected
    assert relate(second, first, _GROUND) == reverse(expected)


times = st.builds(
    lambda day, precision, calendar: Time(f"+{day.isoformat()}T00:00:00Z", precision, calendar),
    # A few years, so that two of them often meet.
    st.dates(date(1895, 1, 1), date(1906, 12, 31)),
    st.integers(7, 11),
    st.sampled_from([GREGORIAN, JULIAN]),
)
items = st.builds(Item, st.sampled_from(["Q1", "Q2", "Q9", "Q10", "Q11"]))
numbers = st.sampled_from(["9", "10", "10.0", "+11"])
values = st.one_of(
    times,
    items,
    st.builds(Quantity, numbers, st.sampled_from(["1", "Q11573"])),
    st.builds(Text, st.text(max_size=3)),
    st.builds(Monolingual, st.text(max_size=2), st.sampled_from(["ja", "vi"])),
    st.builds(Coordinates, st.floats(20, 22), st.floats(105, 106)),
    st.sampled_from([Unknown(), Nothing(), Foreign("math")]),
)


@given(values, values)
def test_how_values_stand_is_the_same_from_either_side(first: Value, second: Value) -> None:
    assert relate(first, second, _GROUND) == reverse(relate(second, first, _GROUND))


@given(values)
def test_a_value_that_says_something_is_the_same_as_itself(value: Value) -> None:
    expected = {Unknown: Relation.SILENT, Foreign: Relation.UNCLEAR}.get(type(value), Relation.SAME)
    assert relate(value, value, _GROUND) == expected


@given(times, times, st.integers(7, 11), st.integers(7, 11))
def test_what_agrees_agrees_when_it_is_cut_shorter(first: Time, second: Time, own: int, other: int) -> None:
    cut = [replace(t, precision=min(t.precision, p)) for t, p in ((first, own), (second, other))]
    if relate(first, second) in (Relation.SAME, Relation.FINER, Relation.COARSER):
        assert relate(cut[0], cut[1]) != Relation.DIFFERENT


@given(times, st.integers(7, 11))
def test_a_time_is_as_fine_as_itself_cut_shorter(time: Time, precision: int) -> None:
    cut = replace(time, precision=min(time.precision, precision))
    # A decade may be of two centuries: the 1900s begin in the year 1900, the 20th century in 1901.
    allowed = {Relation.SAME, Relation.FINER} | ({Relation.UNCLEAR} if time.precision == 8 else set())
    assert relate(time, cut) in allowed


@given(times, times, times)
def test_what_is_finer_than_the_finer_is_finer(first: Time, second: Time, third: Time) -> None:
    if relate(first, second) == relate(second, third) == Relation.FINER:
        assert relate(first, third) == Relation.FINER


@given(st.text(max_size=6), st.sampled_from(["NFC", "NFD"]))
def test_a_text_is_the_same_in_either_normal_form(text: str, form: str) -> None:
    normal = unicodedata.normalize("NFC", text)
    assert relate(Text(normal), Text(unicodedata.normalize(form, normal))) == Relation.SAME  # type: ignore[arg-type]
