"""What is written in QuickStatements is read back the same by another grammar, or it is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lark.exceptions import UnexpectedInput

from wikidata.parsed_batches import parse
from zanryu.wikidata.expression.expressing import Termbox
from zanryu.wikidata.handover.quickstatements import normal, statement_lines, term_lines
from zanryu.wikidata.handover.traps import Validator
from zanryu.wikidata.handover.written_values import CannotSay, Obstacle
from zanryu.wikidata.model import (
    GREGORIAN,
    JULIAN,
    Coordinates,
    Foreign,
    Item,
    Monolingual,
    Nothing,
    Quantity,
    Rank,
    Reference,
    Snak,
    Statement,
    Text,
    Time,
    Unknown,
    Value,
)

DATATYPES: Final = {
    "P31": "wikibase-item",
    "P569": "time",
    "P580": "time",
    "P813": "time",
    "P1559": "monolingualtext",
    "P304": "string",
    "P854": "url",
    "P248": "wikibase-item",
    "P625": "globe-coordinate",
    "P1082": "quantity",
}
BOOK: Final = Reference((Snak("P248", Item("Q111111")), Snak("P304", Text("45"))))
PAGE: Final = Reference(
    (Snak("P854", Text("https://example.org/x?a=1&b=2")), Snak("P813", Time("+2026-11-20T00:00:00Z", 11)))
)
BORN: Final = Statement("P569", Time("+1919-03-00T00:00:00Z", 10), references=(BOOK,))

_anything = st.text(max_size=30)
_plain = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=20)
_numbers = st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-9999, max_value=9999).map(
    str
)
_times = st.builds(
    Time,
    st.one_of(
        st.dates().map(lambda day: f"+{day.year:04}-{day:%m-%d}T00:00:00Z"),
        st.from_regex(r"[+-][0-9]{4,5}-[0-9]{2}-[0-9]{2}T[0-9]{2}:00:00Z", fullmatch=True),
        _anything,
    ),
    st.integers(min_value=5, max_value=13),
    st.sampled_from((GREGORIAN, JULIAN, "Q12138")),
)
_items = st.builds(Item, st.one_of(st.integers(1, 10**9).map(lambda n: f"Q{n}"), _anything))
_values: st.SearchStrategy[Value] = st.one_of(
    _items,
    _times,
    st.builds(Text, st.one_of(_anything, _plain, _plain.map(lambda path: f"https://example.org/{path}"))),
    st.builds(
        Monolingual, st.one_of(_plain, _anything), st.sampled_from(("ja", "vi", "zh-hant", "EN", "x:"))
    ),
    st.builds(Quantity, _numbers, st.sampled_from(("1", "Q11573")), st.just(""), st.just("")),
    st.builds(Quantity, _numbers, st.just("1"), _numbers, st.one_of(_numbers, st.just(""))),
    st.builds(Coordinates, st.floats(-95, 95), st.floats(-190, 190), st.one_of(st.none(), st.just(0.01))),
    st.just(Unknown()),
    st.just(Nothing()),
    st.just(Foreign("math")),
)
_snaks = st.builds(Snak, st.sampled_from(sorted(DATATYPES)), _values)
_references = st.one_of(
    st.sampled_from((BOOK, PAGE)), st.builds(Reference, st.lists(_snaks, max_size=3).map(tuple))
)
_statements = st.builds(
    Statement,
    st.sampled_from(sorted(DATATYPES)),
    _values,
    st.sampled_from(Rank),
    st.lists(_snaks, max_size=2).map(tuple),
    st.lists(_references, max_size=3).map(tuple),
    st.sampled_from(("", "Q42$A")),
)


@given(statement=_statements, v3=st.booleans())
def test_any_statement_is_read_back_the_same_or_refused(statement: Statement, v3: bool) -> None:
    try:
        lines = statement_lines("Q42", statement, v3=v3)
    except CannotSay:
        return
    text = "\n".join(lines)
    if not Validator(DATATYPES, v3=v3).check(text):
        assert parse(text).statements == {"Q42": [normal(statement)]}


_sound_values = st.one_of(
    st.tuples(st.just("P31"), st.integers(1, 10**9).map(lambda number: Item(f"Q{number}"))),
    st.tuples(
        st.just("P569"),
        st.builds(
            Time,
            st.dates(date(1000, 1, 1)).map(lambda day: f"+{day.year:04}-{day:%m-%d}T00:00:00Z"),
            st.integers(7, 11),
            st.sampled_from((GREGORIAN, JULIAN)),
        ),
    ),
    st.tuples(st.just("P304"), _plain.map(Text)),
    st.tuples(st.just("P854"), _plain.map(lambda path: Text(f"https://example.org/{path}?a=“|”"))),
    st.tuples(st.just("P1559"), st.builds(Monolingual, _plain, st.sampled_from(("ja", "vi", "zh-hant")))),
    st.tuples(st.just("P1082"), st.builds(Quantity, _numbers)),
    st.tuples(st.just("P625"), st.builds(Coordinates, st.floats(-90, 90), st.floats(-180, 180))),
    st.tuples(st.just("P569"), st.just(Unknown())),
    st.tuples(st.just("P31"), st.just(Nothing())),
)


@given(said=_sound_values, rank=st.sampled_from(Rank), qualifier=_sound_values, both=st.booleans())
def test_a_sound_statement_is_never_refused(
    said: tuple[str, Value], rank: Rank, qualifier: tuple[str, Value], both: bool
) -> None:
    references = (BOOK, PAGE) if both else (BOOK,)
    statement = Statement(*said, rank, (Snak(*qualifier),), references)
    lines = statement_lines("Q42", statement, v3=True)
    assert Validator(DATATYPES, v3=True).check("\n".join(lines)) == []
    assert parse("\n".join(lines)).statements == {"Q42": [normal(statement)]}


_lines = statement_lines("Q42", replace(BORN, references=(BOOK, PAGE)))


@given(
    line=st.sampled_from(_lines),
    at=st.integers(0, 80),
    cut=st.integers(0, 3),
    put=st.one_of(
        st.sampled_from(("\t", '"', "/", "-", "!", "0", "Q1", "S1", "R+", "|", "“", "+", "P31")), _anything
    ),
)
def test_what_the_validator_lets_pass_is_in_the_grammar(line: str, at: int, cut: int, put: str) -> None:
    spoilt = line[:at] + put + line[at + cut :]
    if not Validator(DATATYPES).check(spoilt):
        try:
            parse(spoilt)
        except UnexpectedInput as error:
            pytest.fail(f"{spoilt!r} passed: {error}")


@given(statement=_statements)
def test_the_normal_form_is_its_own(statement: Statement) -> None:
    assert normal(normal(statement)) == normal(statement)


def test_a_further_reference_repeats_the_line() -> None:
    statement = replace(BORN, references=(BOOK, PAGE))
    assert statement_lines("Q42", statement) == [
        'Q42\tP569\t+1919-03-00T00:00:00Z/10\tS248\tQ111111\tS304\t"45"',
        'Q42\tP569\t+1919-03-00T00:00:00Z/10\tS854\t"https://example.org/x?a=1&b=2"\t'
        "S813\t+2026-11-20T00:00:00Z/11",
    ]


def test_version_3_says_ranks_and_further_references_in_one_line() -> None:
    statement = replace(BORN, rank=Rank.PREFERRED, references=(BOOK, PAGE))
    assert statement_lines("Q42", statement, v3=True) == [
        'Q42\tP569\t+1919-03-00T00:00:00Z/10\tR+\tS248\tQ111111\tS304\t"45"\t'
        '!S854\t"https://example.org/x?a=1&b=2"\tS813\t+2026-11-20T00:00:00Z/11'
    ]


@pytest.mark.parametrize("rank", [Rank.PREFERRED, Rank.DEPRECATED])
def test_without_version_3_a_rank_cannot_be_said(rank: Rank) -> None:
    with pytest.raises(CannotSay) as refused:
        statement_lines("Q42", replace(BORN, rank=rank))
    assert refused.value.obstacle is Obstacle.RANK_NEEDS_V3


@pytest.mark.parametrize(
    ("text", "precision", "written"),
    [
        ("+1919-03-07T00:00:00Z", 10, "+1919-03-00T00:00:00Z/10"),
        ("+1919-01-01T00:00:00Z", 9, "+1919-00-00T00:00:00Z/9"),
        ("+1945-08-15T12:30:00Z", 11, "+1945-08-15T00:00:00Z/11"),
        ("+1945-00-00T00:00:00Z", 8, "+1940-00-00T00:00:00Z/8"),
        ("+1901-00-00T00:00:00Z", 7, "+1901-00-00T00:00:00Z/7"),
    ],
    ids=["month", "year", "day", "decade", "century"],
)
def test_a_date_has_zeros_beyond_its_precision(text: str, precision: int, written: str) -> None:
    (line,) = statement_lines("Q42", replace(BORN, value=Time(text, precision)))
    assert line.split("\t")[2] == written


@pytest.mark.parametrize(
    ("value", "obstacle"),
    [
        (Foreign("math"), Obstacle.DATATYPE),
        (Time("+1945-08-15T12:00:00Z", 14), Obstacle.PRECISION),
        (Time("+1945-08-15T00:00:00Z", 11, "Q12138"), Obstacle.CALENDAR),
        (Time("1945", 9), Obstacle.TIME),
        (Coordinates(21.0, 105.8, precision=0.1), Obstacle.COORDINATES),
        (Coordinates(21.0, 105.8, globe="Q405"), Obstacle.COORDINATES),
        (Quantity("5", lower="4"), Obstacle.BOUNDS),
    ],
)
def test_what_has_no_form_is_refused_with_the_reason(value: Value, obstacle: Obstacle) -> None:
    with pytest.raises(CannotSay) as refused:
        statement_lines("Q42", Statement("P31", value, references=(BOOK,)))
    assert refused.value.obstacle is obstacle


def test_descriptions_come_before_labels_and_labels_before_aliases() -> None:
    terms = Termbox(
        {"ja": "例示 太郎", "en": "Example"}, {"vi": ("Ví Dụ", "Ví Dụ")}, {"ja": "日本陸軍の軍人"}
    )
    assert [line.split("\t")[1] for line in term_lines("LAST", terms)] == ["Dja", "Len", "Lja", "Avi"]
