"""The table of contradictions for Mismatch Finder, as its user guide wants it."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from zanryu.wikidata.comparison.kinds import Kind
from zanryu.wikidata.expression.times import NotEDTF, write_date
from zanryu.wikidata.model import Item, Monolingual, Quantity, Rank, Text, Time

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zanryu.wikidata.expression.expressing import Expressed
    from zanryu.wikidata.model import Statement, Value
    from zanryu.wikidata.report.gaps import Report

COLUMNS: Final = (
    "item_id",
    "statement_guid",
    "property_id",
    "wikidata_value",
    "meta_wikidata_value",
    "external_value",
    "external_url",
)
_MAX_CHARACTERS: Final = 1500


def pairs(report: Report) -> Iterator[tuple[Expressed, Statement]]:
    """Yield each claim that may be handed over with each statement that it contradicts."""
    for comparison in report.comparisons:
        ours = comparison.ours
        if comparison.kind is Kind.CONFLICT and ours and ours.statement and not ours.withheld:
            yield from ((ours, theirs) for theirs in comparison.theirs if theirs.rank is not Rank.DEPRECATED)


def mismatches_csv(found: Iterable[tuple[str, Expressed, Statement]]) -> bytes:
    """Return the table; the first of each triple is the number of the item that has the statement.

    A value that has no plain text, and one that is too long, is left out.
    """
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for item, ours, theirs in found:
        own = plain(ours.statement.value) if ours.statement else ""
        other = plain(theirs.value)
        if own and other and max(len(own), len(other)) <= _MAX_CHARACTERS:
            calendar = theirs.value.calendar if isinstance(theirs.value, Time) else ""
            writer.writerow([item, theirs.id, theirs.property, other, calendar, own, ours.claim])
    return written.getvalue().encode()


def plain(value: Value) -> str:
    """Return a value as the tool shows it: the number of an item, a date in ISO 8601, or the text."""
    match value:
        case Item():
            return value.id
        case Text() | Monolingual():
            return value.text
        case Quantity():
            return value.amount.removeprefix("+")
        case Time():
            try:
                return write_date(value)
            except NotEDTF:
                return ""
    return ""
