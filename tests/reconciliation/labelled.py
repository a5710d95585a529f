"""The labelled names: spellings of the dossier with whom they mean, and names made up that mean nobody.

``labelled.csv`` has a name, the type that is asked for, the thing that is meant (empty: nobody), and where it
is from. Each row is in one of two halves by its own letters, so that a row that is added moves no other. Both
were in view when names in kana were first compared with Vietnamese ones; a rule that is made for rows of half
A has to hold in half B, and for names that rules make of them.
"""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from zanryu.graph.namespaces import BASE
from zanryu.reconciliation.questions import Condition, Query

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zanryu.reconciliation.matching import Matcher

HALVES: Final = ("A", "B")
MADE_UP: Final = "made up for the test"
_AT: Final = 5


@dataclass(frozen=True, slots=True)
class Row:
    """A name, and the IRI of whom it means; empty for nobody."""

    text: str
    type: str
    thing: str
    origin: str

    @property
    def half(self) -> str:
        return HALVES[hashlib.sha256(self.text.encode()).digest()[0] % 2]


@dataclass(slots=True)
class Figures:
    """What was measured: shown where it is not enough."""

    rows: int = 0
    taken: int = 0
    rightly: int = 0
    meant: int = 0
    found: int = 0
    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.rightly / self.taken if self.taken else 1.0

    @property
    def recall(self) -> float:
        return self.found / self.meant if self.meant else 1.0

    def __str__(self) -> str:
        return (
            f"{self.rows} names: {self.taken} taken without a look, {self.rightly} rightly (precision "
            f"{self.precision:.4f}); of {self.meant} that are meant {self.found} among the first {_AT} "
            f"(recall {self.recall:.4f}). Wrong: {self.wrong or 'none'}. Missed: {self.missed or 'none'}."
        )


def read_rows() -> list[Row]:
    """Return the labelled names in the order of the file."""
    with Path(__file__).with_name("labelled.csv").open(encoding="utf-8", newline="") as file:
        return [
            Row(row["text"], row["type"], row["thing"] and f"{BASE}id/{row['thing']}", row["origin"])
            for row in csv.DictReader(file)
        ]


def measure(matcher: Matcher, rows: Iterable[Row], *conditions: Condition, is_typed: bool = True) -> Figures:
    """Ask for all names in one batch, with or without their types, and count."""
    rows = list(rows)
    queries = [Query(row.text, (row.type,) if is_typed else (), 10, conditions) for row in rows]
    figures = Figures(len(rows))
    for row, candidates in zip(rows, matcher.match(queries), strict=True):
        figures.taken += any(one.match for one in candidates)
        figures.rightly += any(one.match and one.iri == row.thing for one in candidates)
        figures.wrong += [
            f"{row.text} as {one.iri}" for one in candidates if one.match and one.iri != row.thing
        ]
        if row.thing:
            is_found = row.thing in [one.iri for one in candidates[:_AT]]
            figures.meant += 1
            figures.found += is_found
            figures.missed += [] if is_found else [row.text]
    return figures
