"""Writing a table as an XLSX workbook: drop-downs from the vocabularies, a frozen heading, a page of help."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.worksheet.datavalidation import DataValidation

from zanryu.graph.namespaces import term
from zanryu.graph.table.cells import MAX_ROWS, column_letters, escape
from zanryu.graph.table.columns import COLUMNS, SUBJECT, Column, Kind
from zanryu.graph.table.names import SENTINEL

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from openpyxl.worksheet._write_only import WriteOnlyWorksheet
    from pyoxigraph import NamedNode

    from zanryu.graph.table.values import Values

_TEXT_FORMAT = "@"
_BOLD = Font(bold=True)
_HELP_WIDTHS = (20, 60, 60, 40)
_ENTITY = term("zr:Entity")
_CONCEPT = term("skos:Concept")


def write_workbook(rows: Iterable[list[str]], values: Values, help_rows: Sequence[Sequence[str]]) -> bytes:
    """Return rows, under the headings, as a workbook with drop-downs in the language of ``values``.

    ``help_rows`` is the sheet of help, its own heading first.
    """
    book = openpyxl.Workbook(write_only=True)
    sheet, help_sheet, lists = (book.create_sheet(title) for title in ("claims", "help", "lists"))
    lists.sheet_state = "hidden"
    choices = {column: found for column in COLUMNS if (found := _choices(column, values))}
    _write_lists(lists, choices)
    _add_drop_downs(sheet, choices)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{column_letters(len(COLUMNS))}1"
    _write(sheet, [[c.heading for c in COLUMNS]], [c.width for c in COLUMNS], is_heading=True)
    _write(sheet, rows, [])
    _write(help_sheet, help_rows[:1], _HELP_WIDTHS, is_heading=True)
    _write(help_sheet, help_rows[1:], [])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _choices(column: Column, values: Values) -> list[str]:
    """Return what may stand in a column, by name; nothing for text, dates and numbers."""
    names, language = values.names, values.language
    found = {names.label(n, language, kind) for kind in _kinds(column, values) for n in names.of_kind(kind)}
    return sorted(found, key=str.casefold)


def _kinds(column: Column, values: Values) -> tuple[NamedNode, ...]:
    if column == SUBJECT:
        return (_ENTITY,)
    if column.kind is Kind.VALUE:
        return (_ENTITY, _CONCEPT, SENTINEL)
    kind = values.kind_of(column, None) if column.kind is Kind.THING else None
    return (kind,) if kind else ()


def _write_lists(sheet: WriteOnlyWorksheet, choices: Mapping[Column, list[str]]) -> None:
    longest = max((len(names) for names in choices.values()), default=0)
    for index in range(longest):
        texts = (escape(names[index]) if index < len(names) else None for names in choices.values())
        sheet.append([_text_cell(sheet, text) if text else None for text in texts])


def _add_drop_downs(sheet: WriteOnlyWorksheet, choices: Mapping[Column, list[str]]) -> None:
    """Nothing is forbidden there: names in other languages, prefixed names and ``|`` are read as well."""
    for number, (column, names) in enumerate(choices.items(), start=1):
        letter = column_letters(number)
        rule = DataValidation(
            type="list",
            formula1=f"lists!${letter}$1:${letter}${len(names)}",
            allow_blank=True,
            showErrorMessage=False,
        )
        here = column_letters(COLUMNS.index(column) + 1)
        rule.add(f"{here}2:{here}{MAX_ROWS + 1}")
        sheet.data_validations.append(rule)


def _write(
    sheet: WriteOnlyWorksheet,
    rows: Iterable[Sequence[str]],
    widths: Sequence[int],
    *,
    is_heading: bool = False,
) -> None:
    for number, width in enumerate(widths, start=1):
        column = sheet.column_dimensions[column_letters(number)]
        column.width = width
        column.number_format = _TEXT_FORMAT
    for row in rows:
        cells = [_text_cell(sheet, escape(text)) if text else None for text in row]
        for cell in cells:
            if is_heading and cell:
                cell.font = _BOLD
        sheet.append(cells)


def _text_cell(sheet: WriteOnlyWorksheet, text: str) -> WriteOnlyCell:
    """Return a cell that holds text as text, whatever it looks like: ``#N/A`` would become an error."""
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    cell.number_format = _TEXT_FORMAT
    return cell
