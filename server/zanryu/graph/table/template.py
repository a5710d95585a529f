"""The table to begin with, and its page of help, from the words of the ontology and claims of the data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal

from zanryu.graph.namespaces import term
from zanryu.graph.table.columns import COLUMNS, Column
from zanryu.graph.table.exporting import export_claims
from zanryu.graph.table.files import write_csv
from zanryu.graph.table.values import Values
from zanryu.graph.table.workbook_writing import write_workbook

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pyoxigraph import NamedNode, Quad

    from zanryu.graph.materialise import Node

_DEFINITION = term("skos:definition")


def table_bytes(form: str, rows: Iterable[list[str]], quads: Iterable[Quad], language: str = "en") -> bytes:
    """Return rows as a file of the form ``csv`` or ``xlsx``; without rows it is a template.

    ``quads`` are those of the dataset, which give a workbook its drop-downs and its help.
    """
    if form == "csv":
        return write_csv(rows)
    quads, rows = list(quads), list(rows)
    examples = rows or export_claims(quads, language).rows
    return write_workbook(rows, Values.of(quads, language), _help(quads, examples, language))


def _help(quads: Iterable[Quad], examples: Sequence[list[str]], language: str) -> list[list[str]]:
    """Return a row for each column: heading, meaning, how to write it, an example."""
    words = _words(language)
    meanings = {
        (q.subject, q.object.language): q.object.value
        for q in quads
        if q.predicate == _DEFINITION and isinstance(q.object, Literal)
    }
    return [
        list(words["headings"]),
        *(
            [
                column.heading,
                words["columns"].get(column.heading) or _meaning(column.property, meanings, language),
                _manner(column, words),
                next((row[position] for row in examples if row[position]), ""),
            ]
            for position, column in enumerate(COLUMNS)
        ),
    ]


def _words(language: str) -> dict[str, Any]:
    texts: dict[str, dict[str, Any]] = json.loads(
        (Path(__file__).parent / "explanations.json").read_text(encoding="utf-8")
    )
    return texts.get(language, texts["en"])


def _meaning(node: NamedNode, meanings: dict[tuple[Node, str | None], str], language: str) -> str:
    return meanings.get((node, language)) or meanings.get((node, "en"), "")


def _manner(column: Column, words: dict[str, Any]) -> str:
    return f"{words['kinds'][column.kind.name]}{words['many'] if column.many else ''}"
