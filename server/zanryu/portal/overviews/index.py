"""The index of the listings in SQLite: pages, facets and their counts without a look at the graph.

A member's number in its list is its place in the order of names, so that the table has that order itself.
"""

from __future__ import annotations

import sqlite3
import unicodedata
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from zanryu.portal.overviews.listings import Listing

_MOST_NUMBERS: Final = 3
MOST_VALUES: Final = 100
_MOST_SAID: Final = 12
_SCHEMA: Final = """
CREATE TABLE meta (version TEXT NOT NULL);
CREATE TABLE item (list TEXT, id INTEGER, iri TEXT NOT NULL, n0 INTEGER, n1 INTEGER, n2 INTEGER,
  PRIMARY KEY (list, id)) WITHOUT ROWID;
CREATE TABLE value (list TEXT, dimension TEXT, slug TEXT, id INTEGER, value TEXT NOT NULL,
  PRIMARY KEY (list, dimension, slug, id, value)) WITHOUT ROWID;
CREATE TABLE tally (list TEXT, context TEXT, dimension TEXT, slug TEXT, value TEXT, members INTEGER);
"""
_INDEXES: Final = """
CREATE INDEX item_n0 ON item (list, n0 DESC, id); CREATE INDEX item_n1 ON item (list, n1 DESC, id);
CREATE INDEX item_n2 ON item (list, n2 DESC, id); CREATE INDEX value_item ON value (list, id);
ANALYZE;
"""
_COUNT: Final = "SELECT COUNT(*) FROM item WHERE list = ?"
_MEMBERS: Final = "SELECT id, iri, n0, n1, n2 FROM item WHERE list = ?"
_FACETS: Final = """
SELECT dimension, slug, value, members FROM tally WHERE list = ? AND context = ? ORDER BY members DESC, slug
"""
# CROSS JOIN, so that the members are looked for first: they may be few, and the values many.
_TALLY: Final = """
SELECT value.dimension, value.slug, MIN(value.value), COUNT(DISTINCT value.id) AS members
FROM item CROSS JOIN value ON value.list = item.list AND value.id = item.id
WHERE item.list = ?{} AND value.dimension IN ({})
GROUP BY value.dimension, value.slug ORDER BY members DESC, value.slug
"""
_KEEP: Final = "INSERT INTO tally SELECT ?, ?, * FROM ({})"
_SAID: Final = """
SELECT id, dimension, value, total FROM (
  SELECT id, dimension, value, COUNT(*) OVER (PARTITION BY id, dimension) AS total,
    ROW_NUMBER() OVER (PARTITION BY id, dimension ORDER BY slug) AS place
  FROM value WHERE list = ? AND id IN ({})
) WHERE place <= ? ORDER BY id, dimension, place
"""
_WITH: Final = " AND item.id IN (SELECT id FROM value WHERE list = ? AND dimension = ? AND slug = ?)"


@dataclass(frozen=True, slots=True)
class Member:
    """A thing in a list: its numbers by name, some of what is said of it by dimension, and how much."""

    iri: str
    numbers: Mapping[str, int]
    values: Mapping[str, list[str]]
    totals: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a dimension and how many have it; ``slug`` is it in an address."""

    slug: str
    value: str
    count: int


def slug_of(value: str) -> str:
    """Return a value as addresses have it: the last parts of its IRIs, or itself."""
    return ":".join(part.rpartition("/")[2].rpartition("#")[2] or part for part in value.split(" "))[:120]


def folded(name: str) -> str:
    """Return a name as it is sorted: without case and marks."""
    letters = unicodedata.normalize("NFKD", name.casefold().replace("đ", "d"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


class Writer:
    """Makes an index in a new file."""

    def __init__(self, path: Path, version: str) -> None:
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;" + _SCHEMA)
        self._database.execute("INSERT INTO meta VALUES (?)", (version,))
        self._written: list[Listing] = []

    def write(
        self,
        listing: Listing,
        names: Mapping[str, str],
        numbers: Mapping[str, Mapping[str, int]],
        values: Mapping[str, Iterable[tuple[str, str]]],
    ) -> None:
        """Write a list: its members' names by IRI, their numbers by name, their values by dimension."""
        self._written.append(listing)
        ordered = sorted(names, key=lambda iri: (folded(names[iri]), iri))
        ids = {iri: place for place, iri in enumerate(ordered)}
        columns = [numbers[number.name] for number in listing.numbers]
        columns += [{}] * (_MOST_NUMBERS - len(columns))
        self._database.executemany(
            "INSERT INTO item VALUES (?, ?, ?, ?, ?, ?)",
            ((listing.name, ids[iri], iri, *(column.get(iri, 0) for column in columns)) for iri in ordered),
        )
        for dimension, pairs in values.items():
            self._database.executemany(
                "INSERT OR IGNORE INTO value VALUES (?, ?, ?, ?, ?)",
                ((listing.name, dimension, slug_of(v), ids[iri], v) for iri, v in pairs if iri in ids),
            )

    def close(self) -> None:
        """End it; then it is whole."""
        self._database.execute("COMMIT")
        self._database.executescript(_INDEXES)
        for listing in self._written:
            # What most readers look at is counted beforehand.
            for wanted in ({}, dict([listing.usual])) if listing.usual else ({},):
                counted, values = _counting(listing, wanted)
                counted, told = _KEEP.format(counted), (listing.name, _context(wanted), *values)
                self._database.execute(counted, told)
        self._database.close()


@dataclass(frozen=True, slots=True)
class Index:
    """An index in a file that nobody changes. ``version`` is that of its data."""

    path: Path
    version: str

    def total(self, listing: Listing, wanted: Mapping[str, str]) -> int:
        """Return how many members have the ``wanted`` slugs, by dimension."""
        narrowing, values = _narrowing(listing, wanted)
        rows = self._rows(f"{_COUNT}{narrowing}", listing.name, *values)
        return int(rows[0][0])

    def members(
        self, listing: Listing, wanted: Mapping[str, str], sort: str, start: int, most: int
    ) -> list[Member]:
        """Return a page of the members that have the ``wanted`` slugs."""
        narrowing, values = _narrowing(listing, wanted)
        names = [number.name for number in listing.numbers]
        order = f"n{names.index(sort)} DESC, id" if sort in names else "id"
        rows = self._rows(
            f"{_MEMBERS}{narrowing} ORDER BY {order} LIMIT ? OFFSET ?",
            listing.name,
            *values,
            most,
            start,
        )
        said = self._said(listing, [row[0] for row in rows])
        return [
            Member(iri, dict(zip(names, numbers, strict=False)), *said.get(place, ({}, {})))
            for place, iri, *numbers in rows
        ]

    def facets(self, listing: Listing, wanted: Mapping[str, str]) -> dict[str, list[FacetValue]]:
        """Return the most frequent values of each dimension, counted under what else is ``wanted``."""
        counted = self._tally(listing, wanted)
        for name in wanted:
            others = {other: slug for other, slug in wanted.items() if other != name}
            counted[name] = self._tally(listing, others).get(name, [])
        return counted

    def _tally(self, listing: Listing, wanted: Mapping[str, str]) -> dict[str, list[FacetValue]]:
        if not wanted or (listing.usual and wanted == dict([listing.usual])):
            rows = self._rows(_FACETS, listing.name, _context(wanted))
        else:
            counted, values = _counting(listing, wanted)
            rows = self._rows(counted, *values)
        found: dict[str, list[FacetValue]] = {}
        for dimension, *value in rows:
            values_of = found.setdefault(dimension, [])
            if len(values_of) < MOST_VALUES:
                values_of.append(FacetValue(*value))
        return found

    def value_of(self, listing: Listing, dimension: str, slug: str) -> str | None:
        """Return the value that a slug stands for, ``None`` where no member has it."""
        rows = self._rows(
            "SELECT value FROM value WHERE list = ? AND dimension = ? AND slug = ? LIMIT 1",
            listing.name,
            dimension,
            slug,
        )
        return rows[0][0] if rows else None

    def _said(
        self, listing: Listing, ids: list[int]
    ) -> dict[int, tuple[dict[str, list[str]], dict[str, int]]]:
        found: dict[int, tuple[dict[str, list[str]], dict[str, int]]] = {}
        statement = _SAID.format(", ".join("?" * len(ids)))
        for place, dimension, value, total in self._rows(statement, listing.name, *ids, _MOST_SAID):
            values, totals = found.setdefault(place, ({}, {}))
            values.setdefault(dimension, []).append(value)
            totals[dimension] = total
        return found

    def _rows(self, statement: str, *values: object) -> list[Any]:
        with closing(_connect(self.path)) as database:
            return database.execute(statement, values).fetchall()


def open_index(path: Path) -> Index:
    """Return the index in a file.

    :raises sqlite3.Error: if it is none.
    """
    with closing(_connect(path)) as database:
        (version,) = database.execute("SELECT version FROM meta").fetchone()
    return Index(path, version)


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)


def _counting(listing: Listing, wanted: Mapping[str, str]) -> tuple[str, list[str]]:
    """Return the statement that counts the values of the facets, and its values."""
    narrowing, values = _narrowing(listing, wanted)
    facets = [dimension.name for dimension in listing.facets]
    return _TALLY.format(narrowing, ", ".join("?" * len(facets))), [listing.name, *values, *facets]


def _context(wanted: Mapping[str, str]) -> str:
    return "&".join(f"{name}={slug}" for name, slug in wanted.items())


def _narrowing(listing: Listing, wanted: Mapping[str, str]) -> tuple[str, list[str]]:
    values = [value for name, slug in wanted.items() for value in (listing.name, name, slug)]
    return _WITH * len(wanted), values
