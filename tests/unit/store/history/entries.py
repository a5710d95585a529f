"""Entries for a history, and a clock that does as it is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pyoxigraph as ox

from zanryu.graph.delta import Delta
from zanryu.graph.namespaces import BASE, GRAPHS, term
from zanryu.store.history.record import Entry

CLAIM = f"{BASE}id/claim/sato-haru-rank-1"
PERSON = f"{BASE}id/person/sato-haru"
NOON = datetime(2026, 11, 21, 12, 0, 0, 123_456, tzinfo=UTC)


@dataclass
class Clock:
    """Gives a time and moves on by ``step``."""

    time: datetime = NOON
    step: timedelta = timedelta(seconds=1)

    def __call__(self) -> datetime:
        now = self.time
        self.time += self.step
        return now


def quad(subject: str, predicate: str, value: str, graph: str = "claims") -> ox.Quad:
    """Return a quad; a value with a colon is a prefixed name or an IRI."""
    if value.startswith("https://"):
        node: ox.NamedNode | ox.Literal = ox.NamedNode(value)
    else:
        node = term(value) if value.startswith(("zr:", "zv:")) else ox.Literal(value)
    return ox.Quad(ox.NamedNode(subject), term(predicate), node, GRAPHS[graph])


def delta(added: set[ox.Quad] | None = None, removed: set[ox.Quad] | None = None) -> Delta:
    """Return a change."""
    return Delta(frozenset(added or ()), frozenset(removed or ()))


CORRECTION = delta(
    {quad(CLAIM, "zr:certainty", "zv:certain"), quad(f"{CLAIM}/c1", "zr:locator", "p. 8")},
    {quad(CLAIM, "zr:certainty", "zv:probable")},
)


def entry(change: Delta = CORRECTION, **values: Any) -> Entry:
    """Return an entry with something in every field."""
    given = {"editor": "Mori Aya", "message": "The page was wrong.", "base": "0123456789abcdef", **values}
    return Entry(delta=change, **given)
