"""The claims of a dataset as the rows of a table, each proved to be read back as it was."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zanryu.graph.namespaces import RDF_OBJECT, RDF_SUBJECT, compact
from zanryu.graph.table.cells import MAX_CELL_CHARACTERS, MAX_ROWS, Sheet, escape, text_cell, too_many_rows
from zanryu.graph.table.claims import claims_of, names_taken
from zanryu.graph.table.columns import COLUMNS
from zanryu.graph.table.rows import read_rows, rows_of
from zanryu.graph.table.values import Values
from zanryu.graph.wording import Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pyoxigraph import NamedNode, Quad

    from zanryu.graph.table.claims import Claim

# What XML and spreadsheets change or drop: control characters but the line feed, and what Excel takes for an
# escape of one (ECMA-376, part 1, 22.9.2.19).
_CHANGED = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ufffe\uffff]|_?x[0-9A-Fa-f]{4}_")


@dataclass(frozen=True, slots=True)
class Exported:
    """The rows of so many ``claims``, in the order of ``COLUMNS``; ``refused`` has why others are not."""

    rows: list[list[str]]
    claims: int
    refused: dict[NamedNode, Message]


def export_claims(quads: Iterable[Quad], language: str = "en", about: NamedNode | None = None) -> Exported:
    """Return the asserted claims of a dataset as rows, with names in ``language``.

    With ``about``, those whose subject or value it is. A claim is refused unless reading its rows gives
    exactly the same claim.

    :raises TableRefused: if there are more rows than a table is read with.
    """
    quads = list(quads)
    claims, odd = claims_of(quads)
    values = Values.of(quads, language)
    wanted = {n: c for n, c in claims.items() if about is None or _is_about(c, about)}
    rows = {n: rows_of(wanted[n], values) for n in sorted(wanted, key=_natural)}
    back = _read_back(rows, values, names_taken(claims, odd))
    lost = {n: _why_lost(rows[n]) for n in rows if back.get(n) != claims[n]}
    if about is None:
        lost |= odd
    kept = [row for n, found in rows.items() if n not in lost for row in found]
    if len(kept) > MAX_ROWS:
        raise too_many_rows()
    return Exported(kept, len(rows) - len(lost.keys() & rows.keys()), lost)


def _is_about(claim: Claim, about: NamedNode) -> bool:
    return about in claim.values(RDF_SUBJECT) or about in claim.values(RDF_OBJECT)


def _read_back(
    rows: Mapping[NamedNode, list[list[str]]], values: Values, known: Mapping[NamedNode, Claim]
) -> dict[NamedNode, Claim]:
    whole = [
        found for found in rows.values() if not any(map(_is_changed, (text for row in found for text in row)))
    ]
    table = [[column.heading for column in COLUMNS], *(row for found in whole for row in found)]
    return read_rows(Sheet([[text_cell(escape(t)) for t in row] for row in table]), values, known).claims


def _is_changed(text: str) -> bool:
    return len(text) >= MAX_CELL_CHARACTERS or _CHANGED.search(text) is not None


def _why_lost(rows: list[list[str]]) -> Message:
    if found := next((t for row in rows for t in row if _is_changed(t)), None):
        return Message(
            "A text is too long for a cell, or has characters that a spreadsheet changes: %(text)s.",
            text=repr(found[:40]),
        )
    return Message("It says something for which the table has no column, or twice what a column holds once.")


def _natural(name: NamedNode) -> tuple[object, ...]:
    """Order names as the files do: numbers by their size."""
    parts = re.split(r"(\d+)", compact(name.value))
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in parts)
