"""Each trap of QuickStatements is found, with its line; what has none passes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pytest

from unit.wikidata.test_quickstatements import DATATYPES
from wikidata.parsed_batches import parse
from zanryu.web.words import Words
from zanryu.wikidata.handover.line_values import Trap
from zanryu.wikidata.handover.trap_words import sentences
from zanryu.wikidata.handover.traps import Finding, Validator

if TYPE_CHECKING:
    from collections.abc import Iterable

# The example of the reference, which the parser of QuickStatements 3 was seen to read: 16 commands.
EXAMPLE: Final = """\
CREATE
LAST⇥Dja⇥"日本陸軍の軍人"
LAST⇥Len⇥"Example Officer"
LAST⇥Lja⇥"例示 太郎"
LAST⇥Lvi⇥"Nguyễn Văn Ví Dụ"
LAST⇥Lzh-hant⇥"例示太郎"
LAST⇥Aja⇥"例太郎"
LAST⇥Avi⇥"Ví Dụ"
LAST⇥P31⇥Q5⇥S248⇥Q111111⇥S304⇥"123–125"
LAST⇥P1559⇥ja:"例示 太郎"⇥S248⇥Q111111
LAST⇥P569⇥+1919-03-00T00:00:00Z/10⇥P1480⇥Q5727902⇥S248⇥Q111111⇥S304⇥"45"⇥S813⇥+2026-11-20T00:00:00Z/11
LAST⇥P570⇥somevalue⇥P1319⇥+1954-07-20T00:00:00Z/11⇥S248⇥Q111111
LAST⇥P410⇥Q222222⇥R+⇥P580⇥+1945-08-00T00:00:00Z/10⇥P582⇥+1954-00-00T00:00:00Z/9⇥P7452⇥Q98386534⇥S248⇥Q111111⇥\
S304⇥"12"⇥!S854⇥"https://example.org/x?a=1&b=2"⇥S813⇥+2026-11-20T00:00:00Z/11
Q4115189⇥P607⇥Q333333⇥R-⇥P2241⇥Q80122004⇥S248⇥Q111111
-Q4115189⇥P31⇥Q5
REMOVE_REF⇥Q4115189⇥P31⇥Q5⇥S854⇥"https://example.org/old"
"""
_ITEMS: Final = ("P410", "P607", "P1480", "P2241", "P7452")
_TIMES: Final = ("P570", "P582", "P1319")
_KNOWN: Final = {
    **DATATYPES,
    **dict.fromkeys(_ITEMS, "wikibase-item"),
    **dict.fromkeys(_TIMES, "time"),
    "P31": "wikibase-item",
}


def check(text: str, *, v3: bool = False) -> list[Finding]:
    return Validator(_KNOWN, v3=v3).check(text.replace("⇥", "\t"))


def traps(found: Iterable[Finding]) -> list[tuple[int, Trap]]:
    return [(finding.line, finding.trap) for finding in found]


def test_the_example_of_the_reference_is_read_as_it_was_meant() -> None:
    parsed = parse(EXAMPLE.replace("⇥", "\t"))
    assert (parsed.created, len(parsed.terms), parsed.removals) == (1, 7, 2)
    (rank,) = (one for one in parsed.statements["LAST 1"] if one.property == "P410")
    assert (len(rank.references), len(rank.qualifiers)) == (2, 3)


def test_of_the_example_only_what_fails_in_a_new_item_and_what_removes_is_found() -> None:
    found = traps(check(EXAMPLE, v3=True))
    assert found == [(12, Trap.UNKNOWN_IN_NEW), (15, Trap.REMOVES), (16, Trap.REMOVES)]


def test_version_2_is_told_what_version_3_alone_reads() -> None:
    found = [line for line, trap in traps(check(EXAMPLE)) if trap is Trap.NEEDS_V3]
    assert found == [13, 13, 14]


@pytest.mark.parametrize(
    ("line", "trap"),
    [
        ("Q1⇥P569⇥1919⇥S248⇥Q1", Trap.BARE_DATE),
        ("Q1⇥P569⇥1919-03⇥S248⇥Q1", Trap.BARE_DATE),
        ("Q1⇥P569⇥+1919-03-00T00:00:00Z⇥S248⇥Q1", Trap.NO_PRECISION),
        ("Q1⇥P569⇥+1919-03-00T00:00:00Z/12⇥S248⇥Q1", Trap.PRECISION),
        ("Q1⇥P569⇥+1919-03-01T00:00:00Z/10⇥S248⇥Q1", Trap.ZERO_DAY),
        ("Q1⇥P569⇥+1919-03-00T00:00:00Z/11⇥S248⇥Q1", Trap.ZERO_DAY),
        ("Q1⇥P569⇥+1919-01-01T00:00:00Z/9⇥S248⇥Q1", Trap.ZERO_DAY),
        ("Q1⇥P569⇥+1945-00-00T00:00:00Z/8⇥S248⇥Q1", Trap.ZERO_DAY),
        ("Q1⇥P569⇥+1919-02-29T00:00:00Z/11⇥S248⇥Q1", Trap.NO_SUCH_DAY),
        ("Q1⇥P569⇥+1919-13-00T00:00:00Z/10⇥S248⇥Q1", Trap.NO_SUCH_DAY),
        ("Q1⇥P569⇥+1919-03-01T09:00:00Z/11⇥S248⇥Q1", Trap.TIME_OF_DAY),
        ('Q1⇥P304⇥"A|B"⇥S248⇥Q1', Trap.SEPARATOR),
        ("Q1|P31|Q5|S248|Q1", Trap.SEPARATOR),
        ('Q1⇥P304⇥"A “B”"⇥S248⇥Q1', Trap.CURLY_QUOTES),
        ('Q1⇥P304⇥"A "B" C"⇥S248⇥Q1', Trap.INNER_QUOTE),
        ('Q1⇥P304⇥"A⇥B"⇥S248⇥Q1', Trap.UNCLOSED),
        ('Q1⇥P304⇥"A\rB"⇥S248⇥Q1', Trap.CONTROL),
        ('Q1⇥P304⇥"A\nB"⇥S248⇥Q1', Trap.UNCLOSED),
        ('Q1⇥P304⇥"A\u2028B"⇥S248⇥Q1', Trap.CONTROL),
        ('Q1⇥P304⇥""⇥S248⇥Q1', Trap.EMPTY),
        ('Q1⇥P304⇥" 45"⇥S248⇥Q1', Trap.SPACES),
        ('Q1⇥P304⇥"e\u0301"⇥S248⇥Q1', Trap.NOT_NFC),
        (f'Q1⇥P304⇥"{"a" * 1501}"⇥S248⇥Q1', Trap.TOO_LONG),
        (f'Q1⇥Lja⇥"{"a" * 251}"', Trap.TOO_LONG),
        ("Q1⇥P31⇥Q5⇥S248⇥Q1⇥/* import */", Trap.COMMENT),
        ("Q1⇥P31⇥Q5⇥S248⇥Q1 /* import */", Trap.COMMENT),
        ("Q1⇥P31⇥Q5", Trap.NO_REFERENCE),
        ('Q1⇥P31⇥Q5⇥S304⇥"45"', Trap.NOT_A_SOURCE),
        ("Q1⇥P31⇥Q5⇥S143⇥Q1", Trap.NOT_A_SOURCE),
        ('Q1⇥P31⇥Q5⇥S854⇥"https://example.org/"', Trap.NOT_RETRIEVED),
        (
            'Q1⇥P31⇥Q5⇥S854⇥"https://w3id.org/zanryu/id/claim/x"⇥S813⇥+2026-11-20T00:00:00Z/11',
            Trap.OWN_PAGE,
        ),
        ('Q1⇥P854⇥"example.org"⇥S248⇥Q1', Trap.NOT_AN_ADDRESS),
        ('Q1⇥P31⇥"Q5"⇥S248⇥Q1', Trap.WRONG_TYPE),
        ("Q1⇥P304⇥45⇥S248⇥Q1", Trap.WRONG_TYPE),
        ("Q1⇥P31⇥P5⇥S248⇥Q1", Trap.WRONG_TYPE),
        ('Q1⇥P1559⇥"例示 太郎"⇥S248⇥Q1', Trap.WRONG_TYPE),
        ('Q1⇥P1559⇥JA:"例示 太郎"⇥S248⇥Q1', Trap.LANGUAGE),
        ("Q1⇥P625⇥@91/105⇥S248⇥Q1", Trap.OUT_OF_RANGE),
        ("Q1⇥P9999⇥Q5⇥S248⇥Q1", Trap.UNKNOWN_DATATYPE),
        ("Q1⇥P31⇥Q5⇥P580⇥S248⇥Q1", Trap.ODD_FIELDS),
        ("Q1⇥P31⇥Q5⇥X⇥Q1⇥S248⇥Q1", Trap.ODD_FIELDS),
        ("Q1⇥P31⇥Q5⇥R+⇥S248⇥Q1", Trap.NEEDS_V3),
        ("+Q1⇥P31⇥Q5⇥S248⇥Q1", Trap.NEEDS_V3),
        ("Q1⇥P31⇥Q5⇥S248⇥Q1⇥!S248⇥Q2", Trap.NEEDS_V3),
        ("LAST⇥P31⇥Q5⇥S248⇥Q1", Trap.NO_CREATE),
        ("CREATE\nLAST⇥P31⇥LAST⇥S248⇥Q1", Trap.LINK_TO_NEW),
        ("CREATE\nLAST⇥P569⇥somevalue⇥S248⇥Q1", Trap.UNKNOWN_IN_NEW),
        ("CREATE\nQ1⇥P31⇥Q5⇥S248⇥Q1\nLAST⇥P31⇥Q5⇥S248⇥Q1", Trap.NO_CREATE),
        ('CREATE\nLAST⇥Lja⇥"甲"\nLAST⇥Dja⇥"乙"', Trap.LABEL_FIRST),
        ('Q1⇥Dja⇥"甲"\nQ1⇥Lja⇥"甲"', Trap.SAME_AS_LABEL),
        ('Q1⇥Lmul⇥"例示 太郎"', Trap.MUL),
        ('Q1⇥L⇥"例示 太郎"', Trap.LANGUAGE),
        ("Q1⇥P31⇥Q5⇥S248⇥Q1\nQ1⇥P31⇥Q5⇥S248⇥Q1", Trap.TWICE),
        ("Q1⇥P31⇥Q5⇥S248⇥Q1\nQ2⇥P31⇥Q5⇥S248⇥Q1\nQ1⇥P31⇥Q6⇥S248⇥Q1", Trap.SCATTERED),
        ("-Q1⇥P31⇥Q5", Trap.REMOVES),
        ("-STATEMENT⇥Q1$A", Trap.REMOVES),
        ("MERGE⇥Q2⇥Q1", Trap.REMOVES),
        ("SWITCH_VALUE⇥Q1⇥P31⇥Q5⇥Q6", Trap.REMOVES),
        ("", Trap.NOT_A_COMMAND),
        ("Q1⇥P31", Trap.NOT_A_COMMAND),
        ("q1⇥P31⇥Q5⇥S248⇥Q1", Trap.NOT_A_COMMAND),
        ("CREATE_PROPERTY⇥string", Trap.NOT_A_COMMAND),
        ('Q1⇥Sjawiki⇥"例示"', Trap.NOT_A_COMMAND),
    ],
)
def test_a_trap_is_found(line: str, trap: Trap) -> None:
    found = check(f"{line}\n")
    assert trap in {finding.trap for finding in found}
    assert found[-1].line <= line.count("\n") + 1


@pytest.mark.parametrize(
    "line",
    [
        "Q1⇥P569⇥+1919-03-01T00:00:00Z/11⇥S248⇥Q1",
        "Q1⇥P569⇥+1900-02-29T00:00:00Z/11/J⇥S248⇥Q1",
        "Q1⇥P569⇥somevalue⇥P580⇥+1919-00-00T00:00:00Z/9⇥S248⇥Q1",
        'Q1⇥P1559⇥zh-hant:"例示太郎"⇥S248⇥Q1⇥S304⇥"pp. 1–2 「甲」"',
        "Q1⇥P1082⇥120[100,150]U11573⇥S248⇥Q1",
        "Q1⇥P625⇥@21.0278/105.8342⇥S248⇥Q1",
        'CREATE\nLAST⇥Dja⇥"乙"\nLAST⇥Lja⇥"甲"\nLAST⇥P31⇥Q5⇥S248⇥Q1\nCREATE\nLAST⇥Len⇥"A"',
        'Q1⇥P31⇥Q5⇥S248⇥Q1⇥S854⇥"https://w3id.org/zanryu/id/claim/x"⇥S813⇥+2026-11-20T00:00:00Z/11',
        'Q1⇥Lmul⇥"Đỗ Ca Sơn"',
    ],
)
def test_what_has_no_trap_passes(line: str) -> None:
    assert check(line) == []


@pytest.mark.parametrize("language", ["en", "ja", "vi"])
def test_each_trap_is_told_with_what_to_do(language: str) -> None:
    told = sentences(Words(language))
    assert set(told) == set(Trap)
    if language == "en":
        assert all(len(re.findall(r"[.](?: |$)", text)) == 2 for text in told.values()), told
