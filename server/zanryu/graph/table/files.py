"""A table as bytes: CSV or XLSX, told apart by their first bytes."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from zanryu.graph.table.cells import (
    MAX_BYTES,
    MAX_CELL_CHARACTERS,
    MAX_COLUMNS,
    MAX_ROWS,
    Cell,
    Sheet,
    TableRefused,
    TableTooLarge,
    escape,
    text_cell,
    too_many_rows,
)
from zanryu.graph.table.columns import COLUMNS
from zanryu.graph.table.workbook import read_workbook
from zanryu.graph.wording import Message

if TYPE_CHECKING:
    from collections.abc import Iterable

_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_OTHER_UNICODE = (b"\xff\xfe", b"\xfe\xff")
_DELIMITERS = ",;\t"


def read_table(data: bytes, *, is_workbook: bool = False) -> Sheet:
    """Read a table: XLSX, or CSV in UTF-8 (with or without a byte order mark) with ``,``, ``;`` or tabs.

    ``is_workbook`` says that it was called one, so that it is not taken for CSV.

    :raises TableRefused: if it is neither, or larger than the limits.
    """
    if len(data) > MAX_BYTES:
        limit = MAX_BYTES // 2**20
        raise TableTooLarge(Message("The file is larger than %(limit)s MiB. Divide the table.", limit=limit))
    if data.startswith(_ZIP):
        return read_workbook(data)
    if data.startswith(_OLD_EXCEL):
        raise TableRefused(
            Message("This is a workbook of the old form, or an encrypted one. Save it as .xlsx or as CSV.")
        )
    if is_workbook:
        raise TableRefused(Message("This is no .xlsx workbook. Save it anew as .xlsx, or as “CSV UTF-8”."))
    return _read_csv(data)


def _read_csv(data: bytes) -> Sheet:
    if data.startswith(_OTHER_UNICODE):
        raise TableRefused(Message("The text is in UTF-16. Save it as “CSV UTF-8”."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TableRefused(
            Message("Line %(line)s is not UTF-8. Save the table as “CSV UTF-8”.", line=line)
        ) from None
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    rows: list[list[Cell]] = []
    try:
        for record in reader:
            if len(rows) > MAX_ROWS and any(record):
                raise too_many_rows()
            if len(record) > MAX_COLUMNS or any(len(cell) > MAX_CELL_CHARACTERS for cell in record):
                raise _overlong_row(len(rows) + 1)
            rows.append([text_cell(cell) for cell in record])
    except csv.Error:  # of the marks alone, and in English
        raise TableRefused(
            Message(
                "Row %(row)s is not CSV. Perhaps a quotation mark is missing, or there is one too many.",
                row=len(rows) + 1,
            )
        ) from None
    return Sheet(rows)


def _overlong_row(row: int) -> TableRefused:
    return TableRefused(
        Message(
            "Row %(row)s has more than %(cells)s cells, or more than %(characters)s characters in a cell. "
            "Perhaps a quotation mark is missing.",
            row=row,
            cells=MAX_COLUMNS,
            characters=f"{MAX_CELL_CHARACTERS:,}",
        )
    )


def _delimiter(text: str) -> str:
    """Return the delimiter that gives the first line the most headings of ours."""
    headings = {column.heading for column in COLUMNS}
    first = text.partition("\n")[0].casefold()
    return max(_DELIMITERS, key=lambda mark: len(headings & {h.strip(' "\r') for h in first.split(mark)}))


def write_csv(rows: Iterable[list[str]]) -> bytes:
    """Return rows, under the headings, as CSV with a byte order mark: without it Excel reads ANSI."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.heading for column in COLUMNS])
    writer.writerows([[escape(text) for text in row] for row in rows])
    return out.getvalue().encode("utf-8-sig")
