"""The tables for other tools say no more than may be handed over, and only what they have a place for."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Final

import pytest

from unit.wikidata.test_quickstatements import BOOK, BORN, PAGE
from zanryu.wikidata.comparison.comparing import Comparison
from zanryu.wikidata.comparison.kinds import Kind, Why
from zanryu.wikidata.expression.expressing import Expressed, Reason, Termbox
from zanryu.wikidata.handover.kits import mixnmatch, openrefine
from zanryu.wikidata.handover.kits.mismatches import COLUMNS, mismatches_csv, pairs
from zanryu.wikidata.handover.kits.officers import Officer, date, only
from zanryu.wikidata.model import Coordinates, Item, Rank, Snak, Statement, Time, Unknown, Value
from zanryu.wikidata.report.gaps import Report

_TERMS: Final = Termbox(
    {"en": "Reiji Taro", "ja": "例示太郎"}, {"vi": ("Ví Dụ", "Thí Dụ")}, {"en": "example", "ja": "例"}
)
_OFFICER: Final = Officer("https://w3id.org/zanryu/id/person/reiji-taro", "Q42", _TERMS, BORN)
_CIRCA: Final = replace(BORN, qualifiers=(Snak("P1480", Item("Q5727902")),))


def _mixnmatch(officer: Officer) -> dict[str, str]:
    row = mixnmatch.row(officer)
    assert row
    return dict(zip(mixnmatch.COLUMNS, row, strict=True))


def _openrefine(officer: Officer) -> dict[str, str]:
    return dict(zip(openrefine.COLUMNS, openrefine.row(officer), strict=True))


def test_the_catalogue_has_one_alias_a_language_and_the_date_as_far_as_it_is_known() -> None:
    row = _mixnmatch(_OFFICER)
    assert (row["id"], row["name"], row["q"]) == ("reiji-taro", "Reiji Taro", "Q42")
    assert (row["born"], row["died"]) == ("1919-03", "")
    assert (row["Aen"], row["Aja"], row["Avi"]) == ("", "例示太郎", "Ví Dụ")


def test_the_catalogue_leaves_out_a_date_that_the_source_hedges() -> None:
    assert _mixnmatch(replace(_OFFICER, born=_CIRCA))["born"] == ""


def test_who_has_no_name_is_not_in_the_catalogue() -> None:
    assert mixnmatch.row(replace(_OFFICER, terms=Termbox({}, {}, {}))) is None


def test_the_table_for_openrefine_has_the_hedge_and_the_reference() -> None:
    row = _openrefine(replace(_OFFICER, born=replace(_CIRCA, references=(PAGE, BOOK))))
    assert (row["born"], row["born_hedge"], row["born_source"]) == ("1919-03", "Q5727902", "")
    assert (row["born_url"], row["born_retrieved"]) == ("https://example.org/x?a=1&b=2", "2026-11-20")
    assert row["aliases_vi"] == "Ví Dụ | Thí Dụ"
    book = _openrefine(_OFFICER)
    assert (book["born_source"], book["born_pages"], book["died_source"]) == ("Q111111", "45", "")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Time("+1919-00-00T00:00:00Z", 9), "1919"),
        (Time("+1919-03-07T00:00:00Z", 11), "1919-03-07"),
        (Time("+1910-00-00T00:00:00Z", 8), ""),
        (Unknown(), ""),
    ],
    ids=["year", "day", "decade", "unknown"],
)
def test_a_date_is_written_as_far_as_it_is_known(value: Value, written: str) -> None:
    assert date(replace(BORN, value=value)) == written


def _said(statement: Statement | None, *withheld: Reason) -> Expressed:
    return Expressed("claim/c", "person/a", "", statement, withheld)


def test_of_two_dates_none_is_in_a_table_and_what_is_held_back_does_not_count() -> None:
    other = replace(BORN, value=Time("+1920-00-00T00:00:00Z", 9))
    assert only([_said(BORN), _said(other)], "P569") is None
    assert only([_said(BORN), _said(other, Reason.UNCERTAIN), _said(None)], "P569") == BORN
    assert only([_said(BORN, Reason.SUBJECT_NOT_LINKED)], "P569") == BORN


def test_a_contradiction_is_a_row_unless_ours_is_held_back_or_theirs_deprecated() -> None:
    theirs = replace(BORN, value=Time("+1920-00-00T00:00:00Z", 9), id="Q42$A")
    deprecated = replace(theirs, rank=Rank.DEPRECATED, id="Q42$B")
    conflict = Comparison(Kind.CONFLICT, Why.OTHER_VALUE, "P569", _said(BORN), (theirs, deprecated))
    held = replace(conflict, ours=_said(BORN, Reason.UNCERTAIN))
    agreeing = replace(conflict, kind=Kind.AGREES)
    found = list(pairs(Report("person/a", "Q42", comparisons=(conflict, held, agreeing))))
    assert [statement.id for _, statement in found] == ["Q42$A"]
    table = mismatches_csv(("Q42", ours, statement) for ours, statement in found)
    (row,) = csv.DictReader(io.StringIO(table.decode()))
    assert tuple(row) == COLUMNS
    assert row == {
        "item_id": "Q42",
        "statement_guid": "Q42$A",
        "property_id": "P569",
        "wikidata_value": "1920",
        "meta_wikidata_value": "Q1985727",
        "external_value": "1919-03",
        "external_url": "claim/c",
    }


def test_a_value_without_a_plain_text_is_no_mismatch() -> None:
    point = replace(BORN, value=Coordinates(21.0, 105.8))
    assert len(mismatches_csv([("Q42", _said(BORN), point)]).splitlines()) == 1
