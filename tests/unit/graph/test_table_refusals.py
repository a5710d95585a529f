"""Why a whole table is refused is said in the reader's language: every refusal that there is, in each."""

from __future__ import annotations

import ast
import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import openpyxl
import pytest

import zanryu
from claim_tables import as_csv, as_xlsx, grid, row, saved
from zanryu.graph.table.cells import MAX_BYTES, MAX_COLUMNS, MAX_ROWS, MAX_UNPACKED_BYTES, TableRefused
from zanryu.graph.table.files import read_table
from zanryu.web.languages import DEFAULT, LANGUAGES
from zanryu.web.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zanryu.graph.wording import Message

_SHEET: Final = "xl/worksheets/sheet1.xml"
_BOOK: Final = "xl/workbook.xml"
_OTHERS: Final = [language for language in LANGUAGES if language != DEFAULT]


def _book(**parts: bytes) -> bytes:
    """Return a sound workbook with other parts, or more."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(as_xlsx(row()))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in {*old.namelist(), *parts}:
            new.writestr(name, parts[name] if name in parts else old.read(name))
    return out.getvalue()


def _hidden() -> bytes:
    with zipfile.ZipFile(io.BytesIO(as_xlsx(row()))) as book:
        return _book(**{_BOOK: book.read(_BOOK).replace(b'state="visible"', b'state="hidden"')})


def _two_sheets() -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(row())))
    other = book.create_sheet("1946")
    for texts in grid(row()):
        other.append(texts)
    return saved(book)


def _far_to_the_right() -> bytes:
    return as_csv(row()).replace(b"claim,", b"," * MAX_COLUMNS + b"claim,", 1)


def _sheet(rows: bytes) -> bytes:
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return b'<worksheet xmlns="' + space + b'"><sheetData>' + rows + b"</sheetData></worksheet>"


def _refused() -> Iterator[bytes]:
    """Yield a table for each reason to refuse one."""
    yield b" " * (MAX_BYTES + 1)
    yield b"\xd0\xcf\x11\xe0\xa1\xb1"
    yield "subject\nTrần".encode("utf-16")
    yield b"subject\n\xe2\n"
    yield b'subject\n"Sat'
    yield _far_to_the_right()
    yield b"subject\n" + b"a\n" * (MAX_ROWS + 1)
    yield b"PK\x03\x04 and no more"
    yield _book(**{"xl/vbaProject.bin": b"x"})
    yield _book(**{"xl/media/bomb.bin": b" " * (MAX_UNPACKED_BYTES + 1)})
    yield _book(**{_SHEET: _sheet(b"<row>" + b"<c/>" * 2_000_000 + b"</row>")})
    yield _book(**{_SHEET: b"<!DOCTYPE x>" + _sheet(b"")})
    yield _book(**{_SHEET: _sheet(b"<row r='2'><c r='XFD2'><v>1</v></c></row>")})
    yield _hidden()
    yield _two_sheets()


@pytest.fixture(scope="module")
def reasons() -> list[Message]:
    """Why each of them is refused, and what is no workbook though it is called one."""
    found = []
    for data in _refused():
        with pytest.raises(TableRefused) as refused:
            read_table(data)
        found.append(refused.value.reason)
    with pytest.raises(TableRefused) as refused:
        read_table(b"hello", is_workbook=True)
    return [*found, refused.value.reason]


def _made() -> list[ast.expr]:
    """Return the reason of each refusal that the program makes, as it stands in the source."""
    program = Path(zanryu.__file__).parent
    return [
        node.args[0]
        for path in program.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("TableRefused", "TableTooLarge")
    ]


def test_every_refusal_is_made_of_a_message() -> None:
    """What is one is looked up by `make words`, and `test_catalogues` fails while a language lacks it."""
    for reason in _made():
        assert isinstance(reason, ast.Call), ast.unparse(reason)
        assert isinstance(reason.func, ast.Name), ast.unparse(reason)
        assert reason.func.id == "Message", ast.unparse(reason)


def test_every_refusal_of_the_program_is_tried_here(reasons: list[Message]) -> None:
    made = {
        reason.args[0].value
        for reason in _made()
        if isinstance(reason, ast.Call) and isinstance(reason.args[0], ast.Constant)
    }

    assert {reason.template for reason in reasons} == made


@pytest.mark.parametrize("language", _OTHERS)
def test_every_refusal_is_told_in_every_language_with_its_values(
    reasons: list[Message], language: str
) -> None:
    for reason in reasons:
        told = reason.within(Words(language).gettext)

        assert told != str(reason)
        assert all(str(value) in told for value in reason.values.values()), told


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_refusals_are_told_alike(reasons: list[Message], language: str) -> None:
    told = {reason.within(Words(language).gettext) for reason in reasons}

    assert len(told) == len(reasons)


def test_a_refusal_is_english_until_it_is_put_into_a_language() -> None:
    with pytest.raises(TableRefused) as refused:
        read_table(b"subject\n\xe2\n")

    assert refused.value.detail == "Line 2 is not UTF-8. Save the table as “CSV UTF-8”."
    assert refused.value.reason.within(Words("ja").gettext) == (
        "2 行目が UTF-8 ではありません。表を「CSV UTF-8」で保存してください。"
    )
    assert refused.value.reason.within(Words("vi").gettext) == (
        "Dòng 2 không phải là UTF-8. Hãy lưu bảng thành “CSV UTF-8”."
    )
