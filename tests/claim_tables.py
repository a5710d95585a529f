"""Tables of claims for tests: a plain, sound row, and rows as the bytes of a file."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import openpyxl

if TYPE_CHECKING:
    from collections.abc import Mapping

SOUND = {
    "claim": "",
    "subject": "Satō Haru",
    "property": "advised",
    "value": "Trần Văn An",
    "when": "1946",
    "certainty": "probable",
    "status": "normal",
    "source": "w:memoir",
    "locator": "p. 50",
    "stance": "supports",
}


def row(**cells: object) -> dict[str, object]:
    """Return the sound row with other cells; ``count_min`` is the column "count min"."""
    return {**SOUND, **{name.replace("_", " "): text for name, text in cells.items()}}


def grid(*rows: Mapping[str, object]) -> list[list[object]]:
    """Return rows below their headings."""
    headings = list(dict.fromkeys(name for one in rows for name in one))
    return [list(headings), *([one.get(name, "") for name in headings] for one in rows)]


def as_csv(*rows: Mapping[str, object], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """Return rows as a CSV file."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(grid(*rows))
    return out.getvalue().encode(encoding)


def as_xlsx(*rows: Mapping[str, object], **formats: str) -> bytes:
    """Return rows as a workbook; ``formats`` are number formats of cells: ``E2="mmm-yy"``."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "claims"
    for cells in grid(*rows):
        sheet.append(cells)
    for cell, number_format in formats.items():
        sheet[cell].number_format = number_format
    return saved(book)


def saved(book: Any) -> bytes:
    """Return a workbook as the bytes of its file."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
