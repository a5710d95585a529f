"""A version as its page shows it: what was changed about which claim and entity, by names instead of IRIs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zanryu.graph.namespaces import term
from zanryu.naming.labels import Labels, Shown, best, named
from zanryu.naming.sentences import named_by_parts
from zanryu.store.backend import Statement, iri
from zanryu.store.history.touched import is_claim, owner

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zanryu.store.history.rows import Row

_PARTS: Final = tuple(term(f"rdf:{name}").value for name in ("subject", "predicate", "object"))


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A changed triple; ``part`` is what of the thing it is about (`c1`, a citation), empty for itself."""

    is_added: bool
    part: str
    property: Shown
    value: Shown


@dataclass(frozen=True, slots=True)
class ShownChange:
    """What was changed about one thing."""

    iri: str
    heading: Shown
    is_claim: bool
    rows: list[ShownRow]


class ChangeRenderer:
    """Renders the rows of a version in one language."""

    def __init__(self, labels: Labels, language: str) -> None:
        self._labels = labels
        self._language = language

    def changes(self, rows: Iterable[Row]) -> list[ShownChange]:
        """Return the rows by the claim or entity they are about, claims first."""
        groups: dict[str, list[Row]] = {}
        for row in rows:
            groups.setdefault(owner(row.statement.subject.value), []).append(row)
        shown = [self._change(thing, group) for thing, group in groups.items()]
        return sorted(shown, key=lambda change: (not change.is_claim, change.iri))

    def name(self, thing: str, stated: Iterable[Statement] = ()) -> Shown:
        """Return a thing by its name, a claim by what it says; ``stated`` speaks of what is gone since."""
        own = self._labels.show(iri(thing), self._language)
        described = [*self._labels.backend.describe(thing), *stated]
        name = best(named(described), self._language)
        if name:
            return Shown(*name, own.href, thing)
        parts = [s.object for part in _PARTS for s in described if s.predicate == part]
        if not is_claim(thing) or len(parts) < len(_PARTS):
            return own
        said = [self._labels.show(part, self._language) for part in dict.fromkeys(parts)]
        return Shown(named_by_parts(said, self._language), "", own.href, thing)

    def _change(self, thing: str, rows: list[Row]) -> ShownChange:
        own = [row.statement for row in rows if row.statement.subject.value == thing]
        shown = [self._row(row, thing) for row in sorted(rows, key=_order)]
        return ShownChange(thing, self.name(thing, own), is_claim(thing), shown)

    def _row(self, row: Row, thing: str) -> ShownRow:
        statement = row.statement
        return ShownRow(
            row.is_added,
            statement.subject.value.removeprefix(thing).strip("/"),
            self._labels.show(iri(statement.predicate), self._language),
            self._labels.show(statement.object, self._language),
        )


def _order(row: Row) -> tuple[str, bool]:
    """Sort what a claim states before its circumstances, and both before its citations."""
    return row.statement.subject.value, row.statement.predicate not in _PARTS
