from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from claim_tables import SOUND, as_csv, as_xlsx, grid, row, saved
from zanryu.graph.table import cells
from zanryu.graph.table.cells import Cell, TableRefused, column_letters, escape, unescape
from zanryu.graph.table.files import read_table, write_csv

if TYPE_CHECKING:
    from collections.abc import Callable

_FORMULA = "=HYPERLINK(1)"


def _texts(data: bytes) -> list[list[str]]:
    return [[cell.text for cell in cells] for cells in read_table(data).rows]


def _cell(data: bytes, heading: str = "when") -> Cell:
    rows = read_table(data).rows
    return rows[1][[cell.text for cell in rows[0]].index(heading)]


# ---------------------------------------------------------------- CSV


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_csv_is_read_with_every_delimiter_and_with_or_without_a_byte_order_mark(
    delimiter: str, encoding: str
) -> None:
    cells = row(note="one, two; three\nfour\t“five”", locator="頁 3")

    assert _texts(as_csv(cells, delimiter=delimiter, encoding=encoding)) == grid(cells)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param("subject\nTrần".encode("utf-16"), "UTF-16", id="UTF-16"),
        pytest.param("subject\nTrần Văn An\nSatō".encode("cp1258", "replace") + b"\xe2", "Line 2", id="ANSI"),
        pytest.param(b'subject,property\n"Sat', "Row 2 is not CSV", id="a quotation mark left open"),
        pytest.param(b'subject\n"a"b', "Row 2 is not CSV", id="text after a quotation mark"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1", "workbook of the old form", id="an .xls file"),
    ],
)
def test_what_is_no_csv_is_refused_with_what_to_do(data: bytes, message: str) -> None:
    with pytest.raises(TableRefused, match=message):
        read_table(data)


def test_a_blank_line_counts_as_a_row_as_spreadsheets_count() -> None:
    assert [len(cells) for cells in read_table(b"subject\n\nSato\n").rows] == [1, 0, 1]


def test_the_csv_that_is_written_opens_as_utf_8_in_excel() -> None:
    assert write_csv([]).startswith(b"\xef\xbb\xbfsubject,property,value,")


# ---------------------------------------------------------------- formulas


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "'=", "''@"])
def test_a_text_that_a_spreadsheet_would_run_is_escaped_and_comes_back(start: str) -> None:
    text = f"{start}1+1"

    assert escape(text) == f"'{text}"
    assert unescape(escape(text)) == text


@pytest.mark.parametrize("text", ["'tis", "''", "a=b", "", "'a=b"])
def test_an_apostrophe_that_escapes_nothing_stays(text: str) -> None:
    assert escape(text) == text
    assert unescape(text) == text


def test_no_cell_of_a_written_csv_begins_like_a_formula() -> None:
    written = write_csv([[_FORMULA, "-5", "x"]]).decode("utf-8-sig").splitlines()[1]

    assert written == f"'{_FORMULA},'-5,x"


# ---------------------------------------------------------------- XLSX


@pytest.mark.parametrize(
    ("value", "number_format", "expected"),
    [
        pytest.param(date(1945, 8, 15), "yyyy-mm-dd", Cell("1945-08-15", "date"), id="a day"),
        pytest.param(date(1945, 8, 15), "dd/mm/yy", Cell("1945-08-15", "date"), id="a day, short"),
        pytest.param(date(1945, 8, 1), "mmm-yy", Cell("1945-08", "date"), id="a month"),
        pytest.param(date(1945, 1, 1), "yyyy", Cell("1945", "date"), id="a year shown alone"),
        pytest.param(datetime(1945, 8, 15), "m/d/yyyy", Cell("1945-08-15", "date"), id="midnight"),  # noqa: DTZ001
        pytest.param(1945, "General", Cell("1945", "number"), id="a year as number"),
        pytest.param(1945.0, "0.00", Cell("1945", "number"), id="a year with decimals"),
        pytest.param(12.5, "General", Cell("12.5", "number"), id="a fraction"),
        pytest.param("1945-08", "@", Cell("1945-08"), id="text"),
    ],
)
def test_a_cell_is_read_as_precisely_as_it_is_shown(
    value: object, number_format: str, expected: Cell
) -> None:
    assert _cell(as_xlsx(row(when=value), E2=number_format)) == expected


@pytest.mark.parametrize(
    ("value", "number_format", "reason"),
    [
        pytest.param(date(1945, 8, 17), "mmm-yy", "shows less than the date 1945-08-17", id="hidden day"),
        pytest.param(date(2026, 4, 3), "d-mmm", "shows less than the date 2026-04-03", id="hidden year"),
        pytest.param(datetime(1945, 8, 15, 12), "yyyy-mm-dd hh:mm", "made a time", id="noon"),  # noqa: DTZ001
        pytest.param(time(10, 30), "hh:mm", "made a time", id="a time"),
        pytest.param(True, "General", "truth value", id="a truth value"),
        pytest.param("=1+1", "General", "formula", id="a formula"),
        pytest.param("#REF!", "General", "error here: #REF!", id="an error"),
    ],
)
def test_what_a_spreadsheet_computed_is_refused_with_its_cell(
    value: object, number_format: str, reason: str
) -> None:
    found = _cell(as_xlsx(row(when=value), E2=number_format))

    assert found.form == "refused"
    assert reason in found.text


def _book(change: Callable[[Any, Any], None]) -> bytes:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for texts in grid(row(), row(locator="p. 51")):
        sheet.append(texts)
    change(book, sheet)
    return saved(book)


def test_merged_cells_are_refused_with_their_range() -> None:
    found = read_table(_book(lambda book, sheet: sheet.merge_cells("B2:B3"))).rows[1][1]

    assert found.form == "refused"
    assert "B2:B3" in found.text


def test_the_sheet_of_claims_is_read_whatever_stands_before_it() -> None:
    def add(book: Any, sheet: Any) -> None:
        sheet.title = "Claims"
        book.create_sheet("remarks", 0)["A1"] = "mine"

    assert read_table(_book(add)).name == "Claims"


def test_a_workbook_without_a_sheet_of_that_name_is_read_at_its_first_visible_one() -> None:
    def add(book: Any, sheet: Any) -> None:
        sheet.title = "Feuil1"
        book.create_sheet("hidden", 0).sheet_state = "hidden"

    assert read_table(_book(add)).name == "Feuil1"


def test_claims_on_a_sheet_that_would_not_be_read_are_told() -> None:
    def add(book: Any, sheet: Any) -> None:
        other = book.create_sheet("1946", 0)
        for texts in grid(row(), row(locator="p. 52")):
            other.append(texts)
        sheet.title = "Feuil1"

    with pytest.raises(TableRefused, match="other sheets than “1946”, too: “Feuil1”"):
        read_table(_book(add))


def test_a_sheet_with_headings_alone_is_no_claims() -> None:
    def add(book: Any, sheet: Any) -> None:
        sheet.title = "Claims"
        book.create_sheet("empty").append(grid(row())[0])

    assert read_table(_book(add)).name == "Claims"


def test_a_gap_between_rows_keeps_the_numbers_of_the_rows() -> None:
    def move(book: Any, sheet: Any) -> None:
        sheet.move_range("A3:J3", rows=4)

    rows = read_table(_book(move)).rows

    assert [bool(cells) for cells in rows] == [True, True, False, False, False, False, True]


def test_a_cell_far_to_the_right_is_refused_and_not_left_out_without_a_word() -> None:
    def set_far(book: Any, sheet: Any) -> None:
        sheet["XFD2"] = "far"

    with pytest.raises(TableRefused, match="XFD2"):
        read_table(_book(set_far))


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_more_rows_than_the_limit_are_refused(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("cells", "files", "workbook"):
        monkeypatch.setattr(f"zanryu.graph.table.{module}.MAX_ROWS", 2)
    write = as_csv if form == "csv" else as_xlsx

    assert len(read_table(write(row(), row())).rows) == 3
    with pytest.raises(TableRefused, match="more than 2 rows"):
        read_table(write(row(), row(), row()))


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_unpacked() -> None:
    out = io.BytesIO(as_xlsx(row()))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb.xml", b" " * (cells.MAX_UNPACKED_BYTES + 1))

    assert len(out.getvalue()) < 200_000
    with pytest.raises(TableRefused, match="unpacks to more than"):
        read_table(out.getvalue())


def test_a_workbook_of_very_many_empty_cells_is_refused() -> None:
    sheet = b"<worksheet><sheetData><row>" + b"<c/>" * 2_000_000 + b"</row></sheetData></worksheet>"

    with pytest.raises(TableRefused, match="too many cells"):
        read_table(_with_part("xl/worksheets/sheet1.xml", sheet))


def _with_part(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(as_xlsx(row()))) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            new.writestr(part, content if part == name else old.read(part))
    return out.getvalue()


_ENTITY = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><sst>&b;</sst>'


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"PK\x03\x04 and no more", id="no archive"),
        pytest.param(as_xlsx(row())[:-400], id="cut off"),
        pytest.param(_with_part("xl/workbook.xml", b"<workbook"), id="broken XML"),
        pytest.param(_with_part("xl/workbook.xml", b"<workbook/>"), id="another schema"),
        pytest.param(_with_part("xl/workbook.xml", _ENTITY), id="entities in the workbook"),
        pytest.param(_with_part("xl/theme/theme1.xml", _ENTITY), id="entities in a theme"),
        pytest.param(_with_part("xl/worksheets/sheet1.xml", _ENTITY), id="entities in the sheet"),
        pytest.param(_with_part("[Content_Types].xml", b"<Types/>"), id="no types"),
    ],
)
def test_a_broken_or_hostile_workbook_is_refused_in_one_sentence(data: bytes) -> None:
    with pytest.raises(TableRefused, match="workbook"):
        read_table(data)


def test_entities_are_refused_in_utf_16_too() -> None:
    with pytest.raises(TableRefused, match="declares a document type"):
        read_table(_with_part("xl/worksheets/sheet1.xml", _ENTITY.decode().encode("utf-16")))


@pytest.mark.parametrize(("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (703, "AAA")])
def test_columns_are_named_as_spreadsheets_name_them(number: int, letters: str) -> None:
    assert column_letters(number) == letters


def test_the_sound_row_has_known_headings() -> None:
    assert list(SOUND) == grid(row())[0]
