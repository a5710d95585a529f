"""The gap report as data: JSON for programs, and rows for spreadsheets."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from zanryu.graph.table.cells import escape
from zanryu.wikidata.comparison.kinds import Kind
from zanryu.wikidata.comparison.sourcing import is_source
from zanryu.wikidata.handover.written_values import CannotSay, write_value
from zanryu.wikidata.model import Coordinates, Foreign, Time

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zanryu.wikidata.comparison.comparing import Comparison
    from zanryu.wikidata.model import Reference, Snak, Statement, Value
    from zanryu.wikidata.report.gap_keeping import Overview
    from zanryu.wikidata.report.gaps import Report

COLUMNS: Final = (
    "thing", "item", "revision", "kind", "why", "property", "claim", "ours", "our_qualifiers",
    "our_references", "withheld", "statement", "theirs", "their_rank", "their_qualifiers", "their_references",
)  # fmt: skip


def as_document(report: Report, own: Iterable[str] = ()) -> dict[str, Any]:
    """Return the report of a thing for JSON; ``own`` are addresses that are no sources."""
    entity = report.entity
    return {
        "thing": report.iri,
        "item": report.item,
        "target": entity.id if entity else None,
        "revision": entity.revision if entity else None,
        "modified": entity.modified if entity else None,
        "problem": report.problem or None,
        "counts": {kind.value: count for kind, count in report.counts().items()} if entity else {},
        "statementsOutside": report.outside,
        "comparisons": [_comparison(comparison, tuple(own)) for comparison in report.comparisons],
    }


def _comparison(comparison: Comparison, own: tuple[str, ...]) -> dict[str, Any]:
    ours = comparison.ours
    return {
        "kind": comparison.kind.value,
        "why": comparison.why.value,
        "property": comparison.property or None,
        "claim": ours.claim if ours else None,
        "withheld": [reason.value for reason in ours.withheld] if ours else [],
        "ours": _statement(ours.statement, own) if ours and ours.statement else None,
        "theirs": [_statement(statement, own) for statement in comparison.theirs],
    }


def _statement(statement: Statement, own: tuple[str, ...]) -> dict[str, Any]:
    return {
        "id": statement.id or None,
        "value": _value(statement.value),
        "rank": statement.rank.value,
        "qualifiers": [_snak(snak) for snak in statement.qualifiers],
        "references": [
            {"isSource": is_source(reference, own), "snaks": [_snak(snak) for snak in reference.snaks]}
            for reference in statement.references
        ],
    }


def _snak(snak: Snak) -> dict[str, Any]:
    return {"property": snak.property, "value": _value(snak.value)}


def _value(value: Value) -> dict[str, Any]:
    return {"type": type(value).__name__.lower(), **asdict(value)}


def rows(report: Report) -> Iterator[list[str]]:
    """Yield a row for each claim and statement that were compared, in the order of :data:`COLUMNS`."""
    revision = str(report.entity.revision) if report.entity else ""
    for comparison in report.comparisons:
        ours = comparison.ours
        told = [report.iri, report.item, revision, comparison.kind, comparison.why, comparison.property]
        said = ours.statement if ours else None
        told += [
            ours.claim if ours else "",
            *(_cells(said) if said else ("", "", "")),
            " ".join(ours.withheld) if ours else "",
        ]
        for statement in comparison.theirs or (None,):
            yield [*told, *(_their_cells(statement) if statement else ("",) * 5)]


def _their_cells(statement: Statement) -> tuple[str, ...]:
    value, qualifiers, references = _cells(statement)
    return statement.id, value, statement.rank, qualifiers, references


def _cells(statement: Statement) -> tuple[str, str, str]:
    return spell(statement.value), _snaks(statement.qualifiers), _references(statement.references)


def _snaks(snaks: Iterable[Snak]) -> str:
    return " ".join(f"{snak.property}={spell(snak.value)}" for snak in snaks)


def _references(references: Iterable[Reference]) -> str:
    return " | ".join(_snaks(reference.snaks) for reference in references)


def spell(value: Value) -> str:
    """Return a value in one line: as QuickStatements writes it, or nearly where that cannot.

    A date is without its sign, which to a spreadsheet begins a formula.
    """
    try:
        return write_value(value).removeprefix("+")
    except CannotSay:
        match value:
            case Time():
                return f"{value.text.removeprefix('+')}/{value.precision}"
            case Coordinates():
                return f"@{value.latitude}/{value.longitude}"
            case Foreign():
                return f"({value.datatype})"
    return str(value)


def as_csv(reports: Iterable[Report]) -> str:
    """Return reports as a table (RFC 4180)."""
    return write_csv(COLUMNS, (row for report in reports for row in rows(report)))


def overview_document(found: Overview, kind: Kind | None = None) -> dict[str, Any]:
    """Return the overall report for JSON, with its counts over time; of the things those with a ``kind``."""
    return {
        "dataVersion": found.data,
        "linked": len(found.things),
        "read": len(found.read),
        "officersWithoutItem": found.unlinked.count,
        "counts": {kind.value: count for kind, count in found.counts().items()},
        "days": [asdict(day) for day in found.days],
        "things": [
            {
                "thing": thing.iri,
                "item": thing.item,
                "revision": thing.revision if thing.is_read else None,
                "modified": thing.modified or None,
                "problem": thing.problem or None,
                "counts": {kind.value: count for kind, count in thing.counts.items()},
            }
            for thing in found.having(kind)
        ],
    }


def overview_csv(found: Overview, kind: Kind | None = None) -> str:
    """Return the overall report as a table: a row for each linked thing, or each that has a ``kind``."""
    numbered = (
        [thing.iri, thing.item, str(thing.revision or ""), thing.modified]
        + [str(thing.counts[column]) if thing.is_read else "" for column in Kind]
        for thing in found.having(kind)
    )
    return write_csv(["thing", "item", "revision", "modified", *Kind], numbered)


def write_csv(header: Iterable[str], lines: Iterable[Iterable[str]]) -> str:
    """Return a table (RFC 4180), in which no cell is a formula to a spreadsheet."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([escape(cell) for cell in line] for line in lines)
    return written.getvalue()
