"""Reading a table from an XLSX workbook that may come from anybody.

Formulas, errors and merged cells are told as the refusal of their cell. What could grow on unpacking is
looked for before openpyxl sees the file.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from datetime import datetime
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError  # noqa: S405 - the error alone

import openpyxl
from defusedxml.common import DTDForbidden
from defusedxml.ElementTree import iterparse
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.worksheet._reader import WorkSheetParser
from openpyxl.worksheet.cell_range import CellRange

from zanryu.graph.table.cells import (
    AS_TEXT,
    MAX_CELL_CHARACTERS,
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_UNPACKED_BYTES,
    Cell,
    Sheet,
    TableRefused,
    TableTooLarge,
    column_letters,
    refused_cell,
    text_cell,
    too_many_rows,
)
from zanryu.graph.table.columns import REQUIRED
from zanryu.graph.wording import Message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl import Workbook
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

_SHEET = "claims"
_MAX_PARTS = 1_000
# openpyxl takes some 300 bytes for an empty cell of four; a filled cell has four to six tags.
_MAX_TAGS = 2_000_000
_MACROS = "vbaproject.bin"
# What openpyxl raises when a workbook breaks its own rules: it has no error of its own for that.
_BROKEN = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)
_UNSEEN = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.')


def read_workbook(data: bytes) -> Sheet:
    """Read the sheet "claims" of a workbook, else its first visible one.

    :raises TableRefused: if it is no workbook, or larger than the limits.
    """
    try:
        _refuse_bombs(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of extensions that openpyxl does not keep; we keep nothing
            return _read(io.BytesIO(data))
    except TableRefused:
        raise
    except _BROKEN as error:
        kind = type(error).__name__
        raise TableRefused(
            Message("The workbook cannot be read (%(error)s). Save it anew, or as CSV.", error=kind)
        ) from None


def _refuse_bombs(data: bytes) -> None:
    """Refuse what would unpack to too much, by its sizes or by entities.

    The sizes that the directory declares bind: reading a part stops there. A part has no document type
    (ECMA-376, part 2, 6.2.5), and without one no entity; openpyxl reads sheets with a parser that takes both.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if any(part.filename.lower().endswith(_MACROS) for part in parts):
            raise TableRefused(
                Message("The workbook holds macros. Save it as .xlsx, without them, or as CSV.")
            )
        if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
            limit = MAX_UNPACKED_BYTES // 2**20
            raise TableTooLarge(
                Message("The workbook unpacks to more than %(limit)s MiB. Divide the table.", limit=limit)
            )
        contents = [archive.read(part) for part in parts]
    if sum(content.count(b"<") for content in contents) > _MAX_TAGS:
        raise TableTooLarge(
            Message("The workbook has too many cells, perhaps empty ones with a format. Divide the table.")
        )
    for content in contents:
        _refuse_document_type(content)


def _refuse_document_type(content: bytes) -> None:
    try:
        next(iterparse(io.BytesIO(content), events=("start",), forbid_dtd=True), None)
    except DTDForbidden:
        raise TableRefused(
            Message("The workbook declares a document type, which none may. Save it anew.")
        ) from None
    except ParseError:
        return  # no XML: a picture, or what openpyxl will complain about


def _read(file: io.BytesIO) -> Sheet:
    book = openpyxl.load_workbook(file, read_only=True, keep_links=False)
    try:
        visible = [s for s in book.worksheets if s.sheet_state == "visible"]
        named = [s for s in visible if s.title.casefold() == _SHEET]
        if not visible:
            raise TableRefused(
                Message("The workbook has no visible sheet. Show the one that has the claims.")
            )
        sheet = (named or visible)[0]
        if others := [s.title for s in visible if s is not sheet and _holds_claims(s)]:
            raise TableRefused(
                Message(
                    "There are claims on other sheets than “%(sheet)s”, too: %(others)s. Bring all of them "
                    "together on one, or import each in a file of its own.",
                    sheet=sheet.title,
                    others=", ".join(f"“{title}”" for title in others),
                )
            )
        return Sheet(_rows(book, sheet), sheet.title)
    finally:
        book.close()


def _holds_claims(sheet: ReadOnlyWorksheet) -> bool:
    """Return whether a sheet has the headings that no table of claims lacks, and something below them."""
    rows = sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS, values_only=True)
    headings = {str(value).strip().casefold() for value in next(rows, ())}
    return {column.heading for column in REQUIRED} <= headings and any(map(any, rows))


def _rows(book: Workbook, sheet: ReadOnlyWorksheet) -> list[list[Cell]]:
    """Read all rows, up to the last filled cell of each.

    openpyxl's own loop fills every gap up to the last cell, and tells nothing of merged cells.
    """
    rows: list[list[Cell]] = []
    with sheet._get_source() as source:
        parser = WorkSheetParser(
            source,
            sheet._shared_strings,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for number, found in parser.parse():
            filled = {c["column"]: c for c in found if c["value"] not in (None, "")}
            for column, cell in filled.items():
                _set(rows, number, column, _cell(ReadOnlyCell(sheet, **cell)))
    for merged in parser.merged_cells.mergeCell if parser.merged_cells else ():
        area = CellRange(merged.ref)
        merge = Message("The cells %(cells)s are merged.", cells=merged.ref)
        if area.min_row <= len(rows):
            advice = Message("Take the merge apart and fill every cell.")
            _set(rows, area.min_row, area.min_col, refused_cell(merge, advice))
    return rows


def _set(rows: list[list[Cell]], row: int, column: int, cell: Cell) -> None:
    if row > MAX_ROWS + 1:
        raise too_many_rows()
    if column > MAX_COLUMNS:
        raise TableTooLarge(
            Message(
                "Something stands in %(cell)s: there may be %(limit)s columns at most.",
                cell=f"{column_letters(column)}{row}",
                limit=MAX_COLUMNS,
            )
        )
    rows.extend([] for _ in range(len(rows), row))
    cells = rows[row - 1]
    cells.extend(Cell("") for _ in range(len(cells), column))
    cells[column - 1] = cell


def _cell(cell: ReadOnlyCell) -> Cell:
    value = cell.value
    match cell.data_type:
        case "f":
            return refused_cell(
                Message("A formula stands here."),
                Message("Put its value in its place (copy, paste as values)."),
            )
        case "e":
            return refused_cell(Message("The spreadsheet has an error here: %(error)s.", error=value))
        case "b":
            return refused_cell(Message("The spreadsheet has made a truth value of this."), AS_TEXT)
        case "d":
            return _date_cell(value, str(cell.number_format))
    if isinstance(value, int | float):
        whole = isinstance(value, int) or value.is_integer()
        return Cell(str(int(value)) if whole else repr(value), "number")
    text = str(value).replace("_x000D_", "")
    if len(text) > MAX_CELL_CHARACTERS:
        limit = f"{MAX_CELL_CHARACTERS:,}"
        return refused_cell(Message("There are more than %(limit)s characters in this cell.", limit=limit))
    return text_cell(text)


def _date_cell(value: object, number_format: str) -> Cell:
    """Return a date as precise as its cell shows it: of "Aug-45" the first of the month is no part."""
    if not isinstance(value, datetime) or value.time() != datetime.min.time():
        return refused_cell(Message("The spreadsheet has made a time of this."), AS_TEXT)
    day = value.date().isoformat()
    parts = set(_shown_parts(number_format))
    if not parts or parts >= {"y", "m", "d"}:
        return Cell(day, "date")
    if parts == {"y", "m"} and value.day == 1:
        return Cell(day[:7], "date")
    if parts == {"y"} and (value.day, value.month) == (1, 1):
        return Cell(day[:4], "date")
    return refused_cell(
        Message("The cell shows less than the date %(date)s that it holds.", date=day), AS_TEXT
    )


def _shown_parts(number_format: str) -> Iterator[str]:
    """Yield ``y``, ``m`` and ``d`` as far as a number format shows them (ECMA-376, part 1, 18.8.31)."""
    pattern = _UNSEEN.sub("", number_format.partition(";")[0].lower())
    return (letter for letter in "ymd" if letter in pattern)
