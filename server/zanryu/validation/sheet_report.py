"""The report on a table: SHACL in RDF, or JSON for programs and pages; each finding has its row and column.

In RDF, places are IRIs with the fragments of CSV, ``#row=3`` and ``#cell=3,2`` (RFC 7111, section 2).
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from rdflib import RDF, SH, BNode, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, XSD

from zanryu.graph.table.cells import column_letters
from zanryu.graph.table.names import expanded
from zanryu.graph.validation import report_graph
from zanryu.graph.wording import in_words
from zanryu.validation.report import LEVELS, RDF_REPORTS, REPORT_CONTEXT, record_of
from zanryu.web.languages import LANGUAGES
from zanryu.web.media_types import HTML
from zanryu.web.words import Words

if TYPE_CHECKING:
    from rdflib.term import Node

    from zanryu.graph.table.cells import Candidate, Place, Sheet
    from zanryu.validation.protocol import Submission
    from zanryu.validation.sheets import SheetJudgement, Told

_SHEET: Final = "urn:x-zanryu:sheet"
# What finds fault with a cell before there is a claim that a shape could look at.
_READING: Final = URIRef("urn:x-zanryu:reading-of-cells")


def write_sheet_report(judgement: SheetJudgement, submission: Submission, version: str) -> bytes:
    """Return the report that a submission asks for; ``version`` is that of the data it was judged by."""
    if syntax := RDF_REPORTS.get(submission.report):
        graph = _graph(judgement)
        return graph.serialize(format=syntax, encoding="utf-8", context=REPORT_CONTEXT)
    document = describe_sheet(judgement, submission, version)
    if submission.report == HTML.name:
        document["cells"] = _cells(judgement)
    return json.dumps(document, ensure_ascii=False, indent=2).encode()


def describe_sheet(judgement: SheetJudgement, submission: Submission, version: str) -> dict[str, Any]:
    """Return the report as a JSON document: as on RDF, with ``claims``, ``turtle`` and places of cells.

    A claim that has a mistake in a cell, or refers to one that has, is ``unread``.
    """
    compared = judgement.compared
    levels = Counter(told.problem.level for told in judgement.told)
    new = sum(change.old is None for change in compared.changes)
    claims = compared.reading.claims
    return {
        "conforms": not judgement.told,
        "accepted": judgement.is_accepted,
        "counts": {level: levels[level] for level in LEVELS},
        "context": submission.context,
        "version": version,
        "language": submission.language,
        "checked": {
            "triples": sum(1 for claim in claims.values() for _ in claim.quads()),
            "subjects": len(claims),
            "claims": len(claims),
        },
        "claims": {
            "read": len(claims),
            "new": new,
            "changed": len(compared.changes) - new,
            "unchanged": compared.unchanged,
            "unread": len(compared.reading.rows) - len(claims),
        },
        "findings": [_record(told, judgement.sheet, submission.language) for told in judgement.told],
        "turtle": judgement.turtle(),
    }


def _record(told: Told, sheet: Sheet, language: str) -> dict[str, Any]:
    """Return a finding under the names of the report on RDF; ``place`` is that of the table."""
    problem, translate = told.problem, Words(language).gettext
    message = problem.message_within(translate)
    record: dict[str, Any] = {
        "constraint": None,
        "shape": None,
        "fault": in_words(problem.fault, translate),
        "fix": in_words(problem.advice, translate) or None,
        "about": None,
        "node": None,
        "focusNode": None,
        "path": None,
        "value": None,
        "line": None,
    }
    if told.found:
        record |= record_of(told.found, language)
        more = message.removeprefix(record["message"]).strip()
        if more and problem.place:
            record["fix"] = f"{record['fix'] or ''} {more}".strip()
    return record | {
        "severity": problem.level,
        "message": message,
        "place": None if problem.place is None else _place(problem.place, sheet),
        "candidates": [_candidate(candidate) for candidate in problem.candidates],
    }


def _place(place: Place, sheet: Sheet) -> dict[str, Any]:
    """Return a place as a document; without a column it is the whole row."""
    return {
        "sheet": place.sheet or None,
        "row": place.row,
        "column": place.column or None,
        "cell": f"{column_letters(place.column)}{place.row}" if place.column else None,
        "heading": place.heading or None,
        "content": _content(place, sheet),
    }


def _content(place: Place, sheet: Sheet) -> str | None:
    """Return the text of a cell, empty where nothing stands; ``None`` where it could not be read."""
    if not place.column:
        return None
    row = sheet.rows[place.row - 1]
    if place.column > len(row):
        return ""
    cell = row[place.column - 1]
    return None if cell.form == "refused" else cell.text


def _candidate(candidate: Candidate) -> dict[str, str]:
    node = expanded(candidate.name)
    return {
        "name": candidate.name,
        "label": candidate.label,
        "iri": node.value if node else candidate.name,
    }


def _cells(judgement: SheetJudgement) -> dict[str, list[tuple[str, str, str]]]:
    """Return the filled cells of the rows that something is told of: letters, heading, text."""
    rows = {told.problem.place.row for told in judgement.told if told.problem.place}
    columns = judgement.compared.reading.headings.columns
    return {
        str(row): [
            (column_letters(position + 1), columns[position].heading, cell.text)
            for position, cell in enumerate(judgement.sheet.rows[row - 1])
            if cell.text and cell.form != "refused" and position in columns
        ]
        for row in rows
        if 1 < row <= len(judgement.sheet.rows)
    }


def _graph(judgement: SheetJudgement) -> Graph:
    graph, report = Graph(), BNode()
    graph.bind("sh", SH)
    graph.add((report, RDF.type, SH.ValidationReport))
    graph.add((report, SH.conforms, Literal(not judgement.told, datatype=XSD.boolean)))
    for told in judgement.told:
        result = BNode()
        graph.add((report, SH.result, result))
        graph.add((result, RDF.type, SH.ValidationResult))
        graph.add((result, SH.resultSeverity, SH[told.problem.level.capitalize()]))
        said = _said_by_shape(told) if told.found else _said_of_cell(told, judgement.sheet)
        for predicate, value in said:
            graph.add((result, predicate, value))
    return graph


def _said_by_shape(told: Told) -> list[tuple[Node, Node]]:
    """Return what the report on RDF says of a finding, with its row; its severity may be another here."""
    if told.found is None:
        return []
    one = report_graph([told.found.finding])
    result = one.value(predicate=RDF.type, object=SH.ValidationResult)
    place = told.problem.place
    source: list[tuple[Node, Node]] = [(DCTERMS.source, _iri(place))] if place else []
    return source + [
        (p, o) for p, o in one.predicate_objects(result) if p not in (RDF.type, SH.resultSeverity)
    ]


def _said_of_cell(told: Told, sheet: Sheet) -> list[tuple[Node, Node]]:
    problem = told.problem
    said: list[tuple[Node, Node]] = [
        (SH.sourceConstraintComponent, _READING),
        *((SH.resultMessage, Literal(problem.within(Words(tag).gettext), lang=tag)) for tag in LANGUAGES),
    ]
    if problem.place:
        said.append((SH.focusNode, _iri(problem.place)))
        if text := _content(problem.place, sheet):
            said.append((SH.value, Literal(text)))
    return said


def _iri(place: Place) -> URIRef:
    where = f"cell={place.row},{place.column}" if place.column else f"row={place.row}"
    return URIRef(f"{_SHEET}#{where}")
