"""The cells of a table as its file holds them, where they stand, and what is wrong with them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

from zanryu.errors import ZanryuError
from zanryu.graph.wording import Message, in_english, in_words

if TYPE_CHECKING:
    from zanryu.graph.wording import Text, Translate

MAX_ROWS = 20_000
MAX_COLUMNS = 100
MAX_BYTES = 32 * 2**20
# A workbook is packed: 20,000 rows of the kind that the data has unpack to 14 MiB.
MAX_UNPACKED_BYTES = 32 * 2**20
# The most that a cell of a spreadsheet holds; a longer text would be cut off there without a word.
MAX_CELL_CHARACTERS = 32_767
_SHOWN_CHARACTERS = 60

AS_TEXT = Message("Format the cell as text and type it again.")

# A text that a spreadsheet would run as a formula (OWASP, "CSV Injection"), perhaps escaped already.
_ACTIVE = re.compile(r"'*[=+\-@\t\r]")
_ESCAPED = re.compile(r"'+[=+\-@\t\r]")


class TableRefused(ZanryuError):
    """The file as a whole cannot be read as a table of claims; ``detail`` says why in English."""

    status = HTTPStatus.BAD_REQUEST
    title = "The table cannot be read"
    slug = "table-refused"

    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.reason = reason


class TableTooLarge(TableRefused):
    """The table has more rows, cells or bytes than are read at once."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    title = "The table is too large"
    slug = "table-too-large"


def too_many_rows() -> TableTooLarge:
    """Return the refusal of a table with more rows than are read at once."""
    limit = f"{MAX_ROWS:,}"
    return TableTooLarge(Message("There are more than %(limit)s rows. Divide the table.", limit=limit))


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """A thing that a cell may have meant: its address as people write it, and its label (may be empty)."""

    name: str
    label: str = ""

    def __str__(self) -> str:
        return f"{self.name} ({self.label})" if self.label else self.name


class CellError(ValueError):
    """A cell cannot be read: the ``fault``, and the ``advice``, which names the ``candidates`` if there are.

    As a string it is both, in English.
    """

    def __init__(self, fault: Text, advice: Text = "", candidates: tuple[Candidate, ...] = ()) -> None:
        super().__init__(_joined(str(fault), str(advice)))
        self.fault = fault
        self.advice = advice
        self.candidates = candidates


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its text, and whether the spreadsheet holds a ``text``, a ``number`` or a ``date``.

    A date is written in EDTF with the precision that the cell shows. A ``refused`` cell (a formula, an error,
    part of a merged cell) has the ``refusal``, which is its text, too.
    """

    text: str
    form: str = "text"
    refusal: CellError | None = field(default=None, compare=False)


def refused_cell(fault: Text, advice: Text = "") -> Cell:
    """Return a cell that cannot be read as it stands in the file."""
    refusal = CellError(fault, advice)
    return Cell(str(refusal), "refused", refusal)


def text_cell(text: str) -> Cell:
    """Return the cell of a text as a file holds it."""
    return Cell(unescape(text.strip()))


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a table, the heading first; row 1 is the first one. ``name`` is empty for CSV."""

    rows: list[list[Cell]]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: row from 1, column from 1 (0: the whole row) and its heading."""

    row: int
    column: int = 0
    heading: str = ""
    sheet: str = ""

    def within(self, translate: Translate) -> str:
        """Return the place in words."""
        if self.column:
            where = Message(
                "row %(row)s, column %(column)s", row=self.row, column=column_letters(self.column)
            )
        else:
            where = Message("row %(row)s", row=self.row)
        if self.sheet:
            where = Message("sheet %(sheet)s, %(where)s", sheet=self.sheet, where=where)
        return where.within(translate) + (f" ({self.heading})" if self.heading else "")

    def __str__(self) -> str:
        return self.within(in_english)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to mend or to know, at its place; ``rule`` is the number of a shape, or empty.

    ``level`` is ``violation``, ``warning`` or ``info``. ``place`` is ``None`` for what the table causes
    elsewhere; the fault then names it. What a shape finds is in the reader's language already.
    """

    place: Place | None
    fault: Text
    level: str = "violation"
    rule: str = ""
    advice: Text = ""
    candidates: tuple[Candidate, ...] = ()

    @property
    def message(self) -> str:
        """What is wrong and what to do, in English."""
        return self.message_within(in_english)

    def message_within(self, translate: Translate) -> str:
        """Return what is wrong and what to do."""
        return _joined(in_words(self.fault, translate), in_words(self.advice, translate))

    def within(self, translate: Translate) -> str:
        """Return the message behind its place: a line for the terminal."""
        where = f"{self.place.within(translate)}: " if self.place else ""
        rule = f"{self.level} {self.rule}: " if self.rule else ""
        return f"{where}{rule}{self.message_within(translate)}"

    def __str__(self) -> str:
        return self.within(in_english)


def problem_of(place: Place, error: CellError) -> Problem:
    """Return the problem that a cell cannot be read."""
    return Problem(place, error.fault, advice=error.advice, candidates=error.candidates)


def by_place(problem: Problem) -> tuple[bool, int, int, str, str]:
    """Order problems as one goes through the sheet; those of no place come last."""
    place = problem.place or Place(0)
    return problem.place is None, place.row, place.column, problem.rule, problem.message


def _joined(fault: str, advice: str) -> str:
    """Return two sentences as one text: Japanese has no space between them."""
    return f"{fault}{'' if fault.endswith('。') else ' '}{advice}" if advice else fault


def column_letters(number: int) -> str:
    """Return the name of a column as spreadsheets write it: 1 is A, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def escape(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would run; :func:`unescape` takes it away."""
    return f"'{text}" if _ACTIVE.match(text) else text


def unescape(text: str) -> str:
    """Undo :func:`escape`; every other text stays as it is."""
    return text[1:] if _ESCAPED.match(text) else text


def shown(text: str) -> str:
    """Return a text as a message quotes it: one line, not too long."""
    line = " ".join(text.split())
    return f"“{line if len(line) <= _SHOWN_CHARACTERS else line[: _SHOWN_CHARACTERS - 1] + '…'}”"
