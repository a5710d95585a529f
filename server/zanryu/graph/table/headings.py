"""The first row of a table: which column stands where."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zanryu.graph.table.cells import Cell, Place, Problem, problem_of, shown
from zanryu.graph.table.columns import COLUMNS, REQUIRED, Column
from zanryu.graph.wording import Message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyoxigraph import NamedNode

    from zanryu.graph.table.cells import Sheet

_BY_HEADING = {column.heading: column for column in COLUMNS}


@dataclass(frozen=True, slots=True)
class Row:
    """The filled cells of a row, by column."""

    number: int
    cells: dict[Column, Cell]


@dataclass(slots=True)
class Headings:
    """The columns of one sheet by position (from 0), and what is wrong with its headings and edges."""

    sheet: Sheet
    columns: dict[int, Column] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        for position, cell in enumerate(self.sheet.rows[0] if self.sheet.rows else []):
            if cell.text:
                self._add(position, cell)
        here = set(self.columns.values())
        self.problems += [
            Problem(
                Place(1, sheet=self.sheet.name),
                Message("There is no column “%(column)s”.", column=column.heading),
            )
            for column in REQUIRED
            if column not in here
        ]

    @property
    def suffice(self) -> bool:
        """Whether the columns are there without which no row can be read."""
        return set(REQUIRED) <= set(self.columns.values())

    def _add(self, position: int, cell: Cell) -> None:
        name = " ".join(cell.text.casefold().replace("_", " ").split())
        column = _BY_HEADING.get(name)
        place = Place(1, position + 1, sheet=self.sheet.name)
        if cell.refusal:
            self.problems.append(problem_of(place, cell.refusal))
        elif column is None:
            fault = Message("%(text)s is no heading of this table.", text=shown(cell.text))
            self.problems.append(Problem(place, fault, advice=_headings_like(name)))
        elif column in self.columns.values():
            fault = Message("The heading %(text)s stands here twice.", text=shown(cell.text))
            self.problems.append(Problem(place, fault))
        else:
            self.columns[position] = column

    def rows(self) -> Iterator[Row]:
        """Yield the rows that have a filled cell; what stands under no heading is a problem."""
        headed = {position for position, cell in enumerate(self.sheet.rows[0]) if cell.text}
        for number, cells in enumerate(self.sheet.rows[1:], start=2):
            filled = {position: cell for position, cell in enumerate(cells) if cell.text}
            for position in filled.keys() - headed:
                place = Place(number, position + 1, sheet=self.sheet.name)
                self.problems.append(_headless(place, filled[position]))
            known = {self.columns[p]: cell for p, cell in filled.items() if p in self.columns}
            if known:
                yield Row(number, known)

    def place(self, row: int, column: Column | None = None) -> Place:
        """Return the place of a cell, or of a whole row."""
        position = next((p for p, c in self.columns.items() if c == column), None)
        if column is None or position is None:
            return Place(row, sheet=self.sheet.name)
        return Place(row, position + 1, column.heading, self.sheet.name)

    def column_of(self, property_: NamedNode) -> Column | None:
        """Return the column of this sheet that holds the values of a property."""
        return next((c for c in self.columns.values() if c.property == property_), None)


def _headless(place: Place, cell: Cell) -> Problem:
    if cell.refusal:
        return problem_of(place, cell.refusal)
    return Problem(place, Message("%(text)s stands under no heading.", text=shown(cell.text)))


def _headings_like(name: str) -> Message:
    close = difflib.get_close_matches(name, _BY_HEADING, n=1)
    if close:
        return Message("Perhaps: %(names)s.", names=close[0])
    return Message("Known are: %(names)s.", names=", ".join(_BY_HEADING))
