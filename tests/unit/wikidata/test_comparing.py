"""Claims beside statements: of which kind each comparison is, and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zanryu.web.words import Words
from zanryu.wikidata.comparison.agreement import Ground
from zanryu.wikidata.comparison.comparing import SINGLE_VALUED, Comparison, Rules, by_kind, compare
from zanryu.wikidata.comparison.kinds import GAPS, Kind, Why, meaning, name, reason
from zanryu.wikidata.expression.expressing import Expressed, Reason
from zanryu.wikidata.model import (
    JULIAN,
    Entity,
    Item,
    Nothing,
    Rank,
    Reference,
    Snak,
    Statement,
    Text,
    Time,
    Unknown,
    Value,
)

BORN, RANK, MEMBER, BORN_AT = "P569", "P410", "P463", "P19"
OUR_BOOK: Final = Reference((Snak("P248", Item("Q100")), Snak("P304", Text("12"))))
BOOK: Final = Reference((Snak("P248", Item("Q200")),))
IMPORTED: Final = Reference((Snak("P143", Item("Q328")),))
RULES: Final = Rules(
    (BORN, RANK, MEMBER, BORN_AT),
    Ground({"Q101": "Q100", "Q31": "Q30"}, {"Q40": frozenset({"Q41"})}),
)


def day(text: str) -> Snak:
    return Snak("P580", time(text))


def time(text: str, calendar: str = "Q1985727") -> Time:
    parts = [*text.split("-"), "00", "00"]
    return Time(f"+{'-'.join(parts[:3])}T00:00:00Z", 8 + len(text.split("-")), calendar)


def ours(property_id: str, value: Value, *reasons: Reason, **more: tuple[Snak, ...]) -> Expressed:
    statement = Statement(property_id, value, references=(OUR_BOOK,), qualifiers=more.get("qualifiers", ()))
    return Expressed("urn:claim", "urn:subject", "Q1", statement, reasons, property_id, value)


def there(
    property_id: str,
    value: Value,
    *references: Reference,
    rank: Rank = Rank.NORMAL,
    qualifiers: tuple[Snak, ...] = (),
) -> Statement:
    return Statement(property_id, value, rank, qualifiers, references or (BOOK,))


def entity(*statements: Statement) -> Entity:
    return Entity("Q1", 7, statements=statements)


@dataclass(frozen=True)
class Case:
    """One claim of ours beside statements of theirs, and what it is."""

    name: str
    ours: Expressed
    theirs: tuple[Statement, ...]
    kind: Kind
    why: Why
    shown: int = 1


_YEAR, _MONTH = time("1919"), time("1919-03")
_UNTIL: Final = Snak("P1326", time("1954"))
_CASES: Final = (
    Case("nothing there", ours(BORN, _YEAR), (), Kind.MISSING, Why.NOT_THERE, 0),
    Case(
        "same without our source",
        ours(BORN, _YEAR),
        (there(BORN, _YEAR),),
        Kind.REFERENCE_MISSING,
        Why.SAME,
    ),
    Case(
        "same with our source, which was merged",
        ours(BORN, _YEAR),
        (there(BORN, _YEAR, BOOK, Reference((Snak("P248", Item("Q101")),))),),
        Kind.AGREES,
        Why.SAME_AND_SOURCE,
    ),
    Case(
        "same from a Wikipedia alone",
        ours(BORN, _YEAR),
        (there(BORN, _YEAR, IMPORTED),),
        Kind.WITHOUT_SOURCE,
        Why.SAME_UNSOURCED,
    ),
    Case(
        "a month of their year",
        ours(BORN, _MONTH),
        (there(BORN, _YEAR),),
        Kind.MORE_PRECISE,
        Why.FINER_HERE,
    ),
    Case("the year of their month", ours(BORN, _YEAR), (there(BORN, _MONTH),), Kind.AGREES, Why.FINER_THERE),
    Case(
        "the year of their month from nobody",
        ours(BORN, _YEAR),
        (there(BORN, _MONTH, IMPORTED),),
        Kind.WITHOUT_SOURCE,
        Why.FINER_THERE_UNSOURCED,
    ),
    Case("another year", ours(BORN, _YEAR), (there(BORN, time("1918")),), Kind.CONFLICT, Why.OTHER_VALUE),
    Case(
        "one of two years there",
        ours(BORN, _YEAR),
        (there(BORN, time("1918")), there(BORN, _YEAR)),
        Kind.REFERENCE_MISSING,
        Why.SAME,
    ),
    Case(
        "neither of two years there",
        ours(BORN, _YEAR),
        (there(BORN, time("1918")), there(BORN, time("1917"))),
        Kind.CONFLICT,
        Why.OTHER_VALUE,
        2,
    ),
    Case(
        "another rank is no conflict",
        ours(RANK, Item("Q20")),
        (there(RANK, Item("Q21")),),
        Kind.MISSING,
        Why.OTHER_VALUES_TOO,
        0,
    ),
    Case(
        "an item that was merged",
        ours(MEMBER, Item("Q31")),
        (there(MEMBER, Item("Q30")),),
        Kind.REFERENCE_MISSING,
        Why.SAME,
    ),
    Case(
        "a place in their place", ours(BORN_AT, Item("Q40")), (there(BORN_AT, Item("Q41")),),
        Kind.MORE_PRECISE, Why.FINER_HERE,
    ),
    Case(
        "somevalue is no information",
        ours(BORN, _YEAR),
        (there(BORN, Unknown()),),
        Kind.MISSING,
        Why.UNKNOWN_THERE,
    ),
    Case(
        "an unknown value whose latest is too early",
        ours(BORN, time("1955")),
        (there(BORN, Unknown(), qualifiers=(_UNTIL,)),),
        Kind.BY_HAND,
        Why.OUTSIDE_BOUNDS,
    ),
    Case("novalue there", ours(BORN, _YEAR), (there(BORN, Nothing()),), Kind.CONFLICT, Why.NONE_THERE),
    Case(
        "novalue here", ours(MEMBER, Nothing()), (there(MEMBER, Item("Q30")),), Kind.CONFLICT, Why.NONE_THERE
    ),
    Case(
        "deprecated there",
        ours(RANK, Item("Q20")),
        (there(RANK, Item("Q20"), rank=Rank.DEPRECATED), there(RANK, Item("Q21"))),
        Kind.CONFLICT,
        Why.DEPRECATED_THERE,
    ),
    Case(
        "deprecated there, with what is held instead",
        ours(BORN, _YEAR),
        (there(BORN, _YEAR, rank=Rank.DEPRECATED), there(BORN, time("1918"), rank=Rank.PREFERRED)),
        Kind.CONFLICT,
        Why.DEPRECATED_THERE,
        2,
    ),
    Case(
        "another value deprecated there",
        ours(BORN, _YEAR),
        (there(BORN, time("1918"), rank=Rank.DEPRECATED),),
        Kind.MISSING,
        Why.NOT_THERE,
        0,
    ),
    Case(
        "deprecated there once, and held once",
        ours(BORN, _YEAR),
        (there(BORN, _YEAR, rank=Rank.DEPRECATED), there(BORN, _YEAR)),
        Kind.REFERENCE_MISSING,
        Why.SAME,
    ),
    Case(
        "a Julian month",
        ours(BORN, _MONTH),
        (there(BORN, time("1919-03", JULIAN)),),
        Kind.BY_HAND,
        Why.UNCLEAR,
    ),
    Case(
        "a Julian day that is converted",
        ours(BORN, time("1917-11-07")),
        (there(BORN, time("1917-10-25", JULIAN)),),
        Kind.REFERENCE_MISSING,
        Why.SAME,
    ),
    Case(
        "a date that they lack",
        ours(RANK, Item("Q20"), qualifiers=(day("1943"),)),
        (there(RANK, Item("Q20")),),
        Kind.MORE_PRECISE,
        Why.MORE_HERE,
    ),
    Case(
        "a date that is another",
        ours(RANK, Item("Q20"), qualifiers=(day("1943"),)),
        (there(RANK, Item("Q20"), qualifiers=(day("1947"),)),),
        Kind.BY_HAND,
        Why.OTHER_DATES,
    ),
    Case(
        "a date of one of two stays",
        ours(RANK, Item("Q20"), qualifiers=(day("1943"),)),
        (
            there(RANK, Item("Q20"), qualifiers=(day("1947"),)),
            there(RANK, Item("Q20"), qualifiers=(day("1943-05"),)),
        ),
        Kind.REFERENCE_MISSING,
        Why.SAME,
    ),
    Case(
        "a hedge adds no information",
        ours(RANK, Item("Q20"), qualifiers=(Snak("P1480", Item("Q5727902")),)),
        (there(RANK, Item("Q20")),),
        Kind.REFERENCE_MISSING,
        Why.SAME,
    ),
    Case(
        "an unknown value of ours",
        ours(BORN, Unknown()),
        (there(BORN, _YEAR),),
        Kind.NOT_COMPARED,
        Why.UNKNOWN_HERE,
        0,
    ),
    Case(
        "an unknown value of ours with a latest, and theirs before it",
        ours(BORN, Unknown(), qualifiers=(_UNTIL,)),
        (there(BORN, _YEAR),),
        Kind.AGREES,
        Why.FINER_THERE,
    ),
    Case(
        "an unknown value of ours with a latest, and theirs after it",
        ours(BORN, Unknown(), qualifiers=(_UNTIL,)),
        (there(BORN, time("1955")),),
        Kind.BY_HAND,
        Why.OUTSIDE_BOUNDS,
    ),
    Case(
        "an unknown value of ours with a latest, and nothing there",
        ours(BORN, Unknown(), qualifiers=(_UNTIL,)),
        (),
        Kind.MISSING,
        Why.NOT_THERE,
        0,
    ),
    Case(
        "an unknown value of ours with a latest, and theirs with the same",
        ours(BORN, Unknown(), qualifiers=(_UNTIL,)),
        (there(BORN, Unknown(), qualifiers=(_UNTIL,)), there(BORN, Unknown())),
        Kind.REFERENCE_MISSING,
        Why.SAME,
    ),
    Case(
        "denied here and held there",
        ours(BORN, _YEAR, Reason.DENIED),
        (there(BORN, _MONTH),),
        Kind.CONFLICT,
        Why.DENIED_HERE,
    ),
    Case(
        "a month denied here, the year held there",
        ours(BORN, _MONTH, Reason.DENIED),
        (there(BORN, _YEAR),),
        Kind.NOT_COMPARED,
        Why.DENIAL,
        0,
    ),
    Case(
        "denied here and not there",
        ours(MEMBER, Item("Q30"), Reason.DENIED),
        (),
        Kind.NOT_COMPARED,
        Why.DENIAL,
        0,
    ),
    Case(
        "set aside here and held there",
        ours(BORN, _YEAR, Reason.OVERRULED),
        (there(BORN, _YEAR),),
        Kind.CONFLICT,
        Why.SET_ASIDE_HERE,
    ),
    Case(
        "set aside here and not there",
        ours(BORN, _YEAR, Reason.DEPRECATED),
        (there(BORN, time("1918")),),
        Kind.NOT_COMPARED,
        Why.SET_ASIDE,
        0,
    ),
    Case(
        "from Wikidata itself",
        ours(BORN, _YEAR, Reason.ONLY_WIKIMEDIA),
        (there(BORN, _YEAR),),
        Kind.NOT_COMPARED,
        Why.ONLY_WIKIMEDIA,
        0,
    ),
    Case("another type", ours(BORN, _YEAR), (there(BORN, Item("Q5")),), Kind.BY_HAND, Why.UNCLEAR),
)  # fmt: skip


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case.name)
def test_a_claim_stands_to_statements_as_the_table_says(case: Case) -> None:
    first = compare([case.ours], entity(*case.theirs), RULES)[0]
    assert (first.kind, first.why, len(first.theirs)) == (case.kind, case.why, case.shown)
    assert first.ours is case.ours


@pytest.mark.parametrize(
    ("statement", "kind", "why"),
    [
        (there(RANK, Item("Q20")), Kind.ONLY_THERE, Why.THEIRS_ALONE),
        (there(RANK, Item("Q20"), IMPORTED), Kind.WITHOUT_SOURCE, Why.THEIRS_ALONE_UNSOURCED),
        (there(RANK, Item("Q20"), rank=Rank.DEPRECATED), Kind.NOT_COMPARED, Why.DEPRECATED),
        (there(BORN, Unknown()), Kind.NOT_COMPARED, Why.UNKNOWN_THERE),
    ],
    ids=["sourced", "unsourced", "deprecated", "unknown"],
)
def test_a_statement_that_no_claim_meets_stands_alone(statement: Statement, kind: Kind, why: Why) -> None:
    assert compare([], entity(statement), RULES) == [
        Comparison(kind, why, statement.property, None, (statement,))
    ]


def test_a_statement_of_a_property_that_no_claim_can_have_is_left_out() -> None:
    assert compare([], entity(there("P18", Text("portrait.jpg"))), RULES) == []


def test_a_claim_that_wikidata_cannot_say_is_shown_last() -> None:
    unsayable = Expressed("urn:claim", "urn:subject", "Q1", None, (Reason.NO_PROPERTY,))
    found = compare([unsayable, ours(BORN, _YEAR)], entity(), RULES)
    assert [comparison.why for comparison in found] == [Why.NOT_THERE, Why.UNSAYABLE]


def test_a_claim_whose_source_nobody_can_find_there_agrees() -> None:
    claim = ours(BORN, _YEAR)
    assert claim.statement
    bare = replace(claim, statement=replace(claim.statement, references=()))
    (found,) = compare([bare], entity(there(BORN, _YEAR)), RULES)
    assert (found.kind, found.why) == (Kind.AGREES, Why.SOURCE_NOT_NAMED)


def test_only_what_adds_without_contradiction_may_be_handed_over() -> None:
    adding = {c.why for case in _CASES for c in compare([case.ours], entity(*case.theirs), RULES) if c.adds()}
    assert adding == {
        Why.NOT_THERE, Why.OTHER_VALUES_TOO, Why.UNKNOWN_THERE, Why.SAME, Why.SAME_UNSOURCED
    }  # fmt: skip


_references = st.lists(st.sampled_from([OUR_BOOK, BOOK, IMPORTED]), max_size=2).map(tuple)
_days = st.dates(date(1918, 1, 1), date(1920, 1, 1))
_values = st.one_of(
    st.builds(lambda on, precision: Time(f"+{on}T00:00:00Z", precision), _days, st.integers(8, 11)),
    st.sampled_from([Item("Q30"), Item("Q31"), Item("Q40"), Item("Q41"), Unknown(), Nothing()]),
)
_statements = st.builds(
    Statement,
    st.sampled_from([BORN, RANK, BORN_AT]),
    _values,
    st.sampled_from(Rank),
    st.lists(st.builds(day, st.sampled_from(["1943", "1943-05", "1947"])), max_size=1).map(tuple),
    _references,
)
_claims = st.builds(
    lambda statement, reasons: Expressed("urn:c", "urn:s", "Q1", statement, reasons, statement.property),
    _statements,
    st.lists(st.sampled_from(Reason), max_size=1).map(tuple),
)


@given(st.lists(_claims, max_size=5), st.lists(_statements, max_size=5))
def test_each_claim_is_compared_once_and_no_statement_is_lost(
    claims: list[Expressed], statements: list[Statement]
) -> None:
    statements = [replace(statement, id=f"Q1${place}") for place, statement in enumerate(statements)]
    found = compare(claims, entity(*statements), RULES)
    assert Counter(id(c.ours) for c in found if c.ours) == Counter(id(claim) for claim in claims)
    alone = [s.id for c in found if c.ours is None for s in c.theirs]
    met = {s.id for c in found if c.ours for s in c.theirs}
    assert sorted([*alone, *met]) == sorted(s.id for s in statements)
    assert sum(map(len, by_kind(found).values())) == len(found)


@given(_statements, _statements)
def test_two_that_agree_agree_when_the_sides_are_changed(first: Statement, second: Statement) -> None:
    agreeing = {Kind.AGREES, Kind.REFERENCE_MISSING, Kind.MORE_PRECISE}

    def agree(own: Statement, theirs: Statement) -> bool:
        claim = Expressed("urn:c", "urn:s", "Q1", own, (), own.property)
        (found, *_) = compare([claim], entity(theirs), RULES)
        return found.kind in agreeing or found.why in (Why.SAME_UNSOURCED, Why.FINER_THERE_UNSOURCED)

    # The rank is Wikidata's alone; a claim says that there is a value, with no information, all the same.
    told = [replace(s, rank=Rank.NORMAL, qualifiers=()) for s in (first, second)]
    assert agree(told[0], told[1]) == agree(told[1], told[0])


@given(_claims, st.lists(_statements, max_size=4))
def test_there_can_be_a_second_value_without_a_conflict(
    claim: Expressed, statements: list[Statement]
) -> None:
    (found, *_) = compare([claim], entity(*statements), RULES)
    if found.why == Why.OTHER_VALUE:
        assert found.property in SINGLE_VALUED


@given(_statements, st.lists(_statements, max_size=4))
def test_what_was_handed_over_agrees_from_then_on(own: Statement, statements: list[Statement]) -> None:
    own = replace(own, rank=Rank.NORMAL, references=(OUR_BOOK,))
    claim = Expressed("urn:c", "urn:s", "Q1", own, (), own.property)
    if next(c for c in compare([claim], entity(*statements), RULES) if c.ours).adds():
        (found, *_) = (c for c in compare([claim], entity(*statements, own), RULES) if c.ours)
        assert (found.kind, found.why) == (Kind.AGREES, Why.SAME_AND_SOURCE)


def test_every_kind_and_reason_has_words() -> None:
    words = Words("en")
    assert all(name(kind, words) and meaning(kind, words) for kind in Kind)
    assert len({reason(why, words) for why in Why}) == len(Why)
    assert len(GAPS) == 7
