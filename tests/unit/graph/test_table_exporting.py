from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from pyoxigraph import Literal, Quad

from zanryu.graph.namespaces import GRAPHS, RDF_OBJECT, term
from zanryu.graph.sources import read
from zanryu.graph.table.cells import MAX_CELL_CHARACTERS
from zanryu.graph.table.claims import claims_of
from zanryu.graph.table.columns import COLUMNS
from zanryu.graph.table.exporting import Exported, export_claims
from zanryu.graph.table.files import read_table
from zanryu.graph.table.rows import read_rows
from zanryu.graph.table.template import table_bytes
from zanryu.graph.table.values import Values

if TYPE_CHECKING:
    from zanryu.graph.sources import Dataset

_HEADINGS = [column.heading for column in COLUMNS]


@pytest.fixture(scope="module")
def state(small: Dataset) -> list[Quad]:
    return read(small.files())


@pytest.fixture(scope="module")
def shipped(dataset: Dataset) -> list[Quad]:
    return read(dataset.files())


def _column(found: Exported, heading: str) -> list[str]:
    return [row[_HEADINGS.index(heading)] for row in found.rows]


def _with_note(state: list[Quad], text: str, language: str = "en") -> list[Quad]:
    note = Literal(text, language=language)
    return [*state, Quad(term("cl:sato-haru-name-1"), term("zr:note"), note, GRAPHS["claims"])]


@pytest.mark.parametrize(("form", "language"), [("csv", "en"), ("xlsx", "ja"), ("csv", "vi")])
def test_every_claim_of_the_data_goes_through_a_table_and_comes_back_as_it_was(
    shipped: list[Quad], form: str, language: str
) -> None:
    claims, odd = claims_of(shipped)
    found = export_claims(shipped, language)

    sheet = read_table(table_bytes(form, found.rows, shipped, language))
    back = read_rows(sheet, Values.of(shipped), claims)

    assert (found.refused, odd, back.problems, back.notices) == ({}, {}, [], [])
    assert found.claims == len(claims) > 1000
    assert back.claims == claims


def test_names_are_written_in_the_language_that_is_asked_for(state: list[Quad]) -> None:
    subjects = set(_column(export_claims(state, "ja"), "subject"))

    assert {"佐藤春", "丘の学校"} <= subjects


def test_a_name_that_two_things_have_is_written_as_a_prefixed_name(state: list[Quad]) -> None:
    other = Quad(
        term("p:tran-van-an"), term("skos:altLabel"), Literal("Satō Haru", language="en"), GRAPHS["entities"]
    )

    subjects = set(_column(export_claims([*state, other]), "subject"))

    assert "Satō Haru" not in subjects
    assert "佐藤春" in subjects


def test_a_claim_that_the_table_has_no_column_for_is_refused_by_name_and_the_others_are_there(
    state: list[Quad],
) -> None:
    found = export_claims(state)

    assert list(found.refused) == [term("cl:sato-haru-taught-1")]
    assert "zr:selector" in str(found.refused[term("cl:sato-haru-taught-1")])
    assert found.claims == len(claims_of(state)[0])


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a\x07b", id="control character"),
        pytest.param("a\r\nb", id="carriage return"),
        pytest.param("a_x000D_b", id="what Excel takes for an escape"),
        pytest.param("x" * (MAX_CELL_CHARACTERS + 1), id="longer than a cell"),
        pytest.param(" edge", id="white space at the edge"),
        pytest.param("", id="empty"),
    ],
)
def test_a_text_that_a_spreadsheet_would_change_is_refused(state: list[Quad], text: str) -> None:
    assert term("cl:sato-haru-name-1") in export_claims(_with_note(state, text)).refused


@pytest.mark.parametrize(
    ("text", "language", "cell"),
    [
        pytest.param("A note.", "en", "A note.", id="English"),
        pytest.param("注記", "ja", "注記@ja", id="Japanese"),
        pytest.param("write to him@vi", "en", "write to him@vi@en", id="English that ends like a language"),
        pytest.param("two\nlines", "en", "two\nlines", id="lines"),
    ],
)
def test_a_note_says_its_language_unless_it_is_english(
    state: list[Quad], text: str, language: str, cell: str
) -> None:
    found = export_claims(_with_note(state, text, language))

    assert cell in _column(found, "note")
    assert term("cl:sato-haru-name-1") not in found.refused


def test_two_notes_do_not_become_one(state: list[Quad]) -> None:
    both = _with_note(_with_note(state, "One."), "Two.")

    assert term("cl:sato-haru-name-1") in export_claims(both).refused


def test_a_claim_that_refers_to_no_claim_is_refused(state: list[Quad]) -> None:
    name = term("cl:sato-haru-name-1")
    dangling = Quad(name, term("zr:conflictsWith"), term("cl:nothing-1"), GRAPHS["claims"])

    assert name in export_claims([*state, dangling]).refused


def test_what_is_about_a_thing_has_it_as_subject_or_as_value(state: list[Quad]) -> None:
    found = export_claims(state, about=term("p:tran-van-an"))

    assert _column(found, "claim") == ["cl:sato-haru-advised-1"]
    assert found.refused == {}


def test_each_citation_is_a_row_of_its_own(state: list[Quad]) -> None:
    assert _column(export_claims(state), "claim").count("cl:sato-haru-rank-1") == 2


def test_rows_are_in_the_order_of_the_files_with_numbers_by_size(shipped: list[Quad]) -> None:
    names = _column(export_claims(shipped, about=term("p:igawa-sei")), "claim")

    assert names.index("cl:igawa-sei-unit-2") < names.index("cl:igawa-sei-unit-9")


# ---------------------------------------------------------------- the workbook


@pytest.fixture(scope="module")
def template(small: Dataset, state: list[Quad]) -> Any:
    return openpyxl.load_workbook(io.BytesIO(table_bytes("xlsx", [], state, "ja")))


def _choices(template: Any, heading: str) -> list[str]:
    letter = openpyxl.utils.get_column_letter(_HEADINGS.index(heading) + 1)
    (rule,) = (r for r in template["claims"].data_validations.dataValidation if f"{letter}2:" in str(r.sqref))
    return [
        cell[0].value for cell in template["lists"][rule.formula1.removeprefix("lists!").replace("$", "")]
    ]


def test_a_template_has_its_headings_frozen_and_no_rows(template: Any) -> None:
    sheet = template["claims"]

    assert [cell.value for cell in sheet[1]] == _HEADINGS
    assert (sheet.max_row, sheet.freeze_panes) == (1, "A2")
    assert sheet.column_dimensions["A"].width > 20
    assert template["lists"].sheet_state == "hidden"


def test_drop_downs_hold_the_vocabulary_in_the_language_of_the_template(template: Any) -> None:
    assert set(_choices(template, "certainty")) == {"確実", "ほぼ確実", "可能性あり", "疑わしい", "反証済み"}
    assert "に助言した" in _choices(template, "property")
    assert {"佐藤春", "丘の学校"} <= set(_choices(template, "subject"))
    assert _choices(template, "place") == ["Hilltown"]


def test_every_choice_of_a_drop_down_is_read_as_what_it_names(shipped: list[Quad]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(table_bytes("xlsx", [], shipped, "vi")))
    values = Values.of(shipped)
    wrong = []
    for column in COLUMNS:
        kind = values.kind_of(column, None)
        if column.heading in (
            "property",
            "place",
            "role",
            "source",
            "hedge",
            "stance",
            "status",
            "certainty",
        ):
            for choice in _choices(book, column.heading):
                if not values.names.fits(values.names.find(choice, kind), kind):
                    wrong.append((column.heading, choice))

    assert wrong == []


@pytest.mark.parametrize("language", ["en", "ja", "vi"])
def test_the_help_explains_every_column(state: list[Quad], language: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(table_bytes("xlsx", [], state, language)))
    heading, *rows = book["help"].iter_rows(values_only=True)

    assert len(heading) == 4
    assert [row[0] for row in rows] == _HEADINGS
    assert [row[0] for row in rows if not all(row[:3])] == []


def test_the_help_has_an_example_for_every_column_and_the_workbook_no_macros_and_no_formulas(
    shipped: list[Quad],
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(table_bytes("xlsx", [], shipped)))

    assert [row for row in book["help"].iter_rows(values_only=True) if not all(row)] == []
    kinds = {cell.data_type for sheet in book for cells in sheet.iter_rows() for cell in cells}
    assert book.vba_archive is None
    assert kinds <= {"s", "n"}


def test_a_text_that_looks_like_an_error_stays_a_text(state: list[Quad]) -> None:
    changed = [
        Quad(q.subject, q.predicate, Literal("#N/A", language="en"), q.graph_name)
        if q.subject == term("cl:sato-haru-name-1") and q.predicate == RDF_OBJECT
        else q
        for q in _with_note(state, "#REF!")
    ]
    claims, _ = claims_of(changed)

    sheet = read_table(table_bytes("xlsx", export_claims(changed).rows, changed))

    assert read_rows(sheet, Values.of(changed), claims).claims == {
        name: claim for name, claim in claims.items() if name != term("cl:sato-haru-taught-1")
    }
