"""The index: one SQLite file with two full-text tables (FTS5), one of names and one of notes.

A row's number is its place in every answer: what is well documented comes first, and a person before a work
with as much. FTS5 returns rows in the order of their numbers, so that the best of a hundred thousand are
found without a look at the others; the lowest bits are the facets, so that no document is read to count them.

    11 bits  how little is known of it      40 bits  its serial number      4 bits  kind      8 bits  tiers
"""

from __future__ import annotations

import math
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final

from zanryu import __version__
from zanryu.naming.folding import fold
from zanryu.portal.search.documents import KINDS, Document
from zanryu.portal.search.terms import BETWEEN_NAMES, forms_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FORMAT: Final = f"1 {__version__}"
FACET_BITS: Final = 12
TIER_BITS: Final = 8
_SERIAL_BITS: Final = 40
_HIGHEST: Final = (1 << 11) - 1
_STEPS: Final = 100
# For as much that is said of it, a person is looked for sooner than a work, and that sooner than one claim.
_WEIGHTS: Final = {"person": 2, "academy": 1.5, "unit": 1, "organization": 1, "place": 1, "claim": -2}
_SCHEMA: Final = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE tiers (bit INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE);
CREATE TABLE documents (
    serial INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, place INTEGER NOT NULL, content TEXT NOT NULL
);
CREATE VIRTUAL TABLE named USING fts5(
    whole, names, alternatives, tokenize = 'ascii', prefix = '1 2 3', columnsize = 0
);
CREATE VIRTUAL TABLE noted USING fts5(notes, tokenize = 'ascii', columnsize = 0);
CREATE VIRTUAL TABLE vocabulary USING fts5vocab(named, 'col');
"""
_INSERT_NAMES: Final = "INSERT INTO named (rowid, whole, names, alternatives) VALUES (?, ?, ?, ?)"


def place_of(document: Document, serial: int, tier_bits: int) -> int:
    """Return the number of a document's row."""
    said = math.log2(1 + document.claims) + _WEIGHTS.get(document.kind, 0.0)
    rank = _HIGHEST - max(0, min(_HIGHEST, round((said + 2) * _STEPS)))
    facets = (KINDS.index(document.kind) << TIER_BITS) | tier_bits
    return (rank << _SERIAL_BITS | serial) << FACET_BITS | facets


def serial_of(place: int) -> int:
    """Return the serial number of the document at a place."""
    return place >> FACET_BITS & ((1 << _SERIAL_BITS) - 1)


def create(path: Path, documents: Iterable[Document], version: str, history: str = "") -> None:
    """Make an index of documents in a file that does not exist.

    ``version`` is the data version, ``history`` the digest of the change that made it, if there was one.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
        with connection:
            connection.execute("BEGIN")
            for document in documents:
                _add(connection, document)
            _sign(connection, version, history)
        for table in ("named", "noted"):
            connection.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")  # noqa: S608 - a constant
        # Readers go on while it is changed, each with the version that it began with.
        connection.execute("PRAGMA journal_mode = WAL")


def change(path: Path, changed: dict[str, Document | None], version: str, history: str) -> None:
    """Put documents in the place of those of the same things; ``None`` takes one away."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection, connection:
        connection.execute("BEGIN IMMEDIATE")
        for iri, document in changed.items():
            _remove(connection, iri)
            if document:
                _add(connection, document)
        _sign(connection, version, history)


def tiers_of(path: Path, iris: Iterable[str]) -> dict[str, list[str]]:
    """Return the tiers that the index has of things."""
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT content FROM documents WHERE iri = ?"
        rows = [(iri, connection.execute(query, (iri,)).fetchone()) for iri in iris]
    return {iri: Document.from_json(row[0]).tiers if row else [] for iri, row in rows}


def _sign(connection: sqlite3.Connection, version: str, history: str) -> None:
    signed = (("format", FORMAT), ("version", version), ("history", history))
    connection.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", signed)


def _add(connection: sqlite3.Connection, document: Document) -> None:
    bits = sum(_tier_bit(connection, tier) for tier in document.tiers)
    cursor = connection.execute(
        "INSERT INTO documents (iri, place, content) VALUES (?, 0, ?)", (document.iri, document.to_json())
    )
    serial = cursor.lastrowid or 0
    place = place_of(document, serial, bits)
    connection.execute("UPDATE documents SET place = ? WHERE serial = ?", (place, serial))
    if document.names:
        forms = [forms_of(name.text, name.language) for name in document.names]
        columns = [f" {BETWEEN_NAMES} ".join(column) for column in zip(*forms, strict=True)]
        connection.execute(_INSERT_NAMES, (place, *columns))
    if document.notes:
        notes = f" {BETWEEN_NAMES} ".join(" ".join(fold(note.text).texts()) for note in document.notes)
        connection.execute("INSERT INTO noted (rowid, notes) VALUES (?, ?)", (place, notes))


def _remove(connection: sqlite3.Connection, iri: str) -> None:
    row = connection.execute("SELECT place FROM documents WHERE iri = ?", (iri,)).fetchone()
    if row:
        connection.execute("DELETE FROM named WHERE rowid = ?", row)
        connection.execute("DELETE FROM noted WHERE rowid = ?", row)
        connection.execute("DELETE FROM documents WHERE iri = ?", (iri,))


def _tier_bit(connection: sqlite3.Connection, iri: str) -> int:
    """Return the bit of a tier, a new one for one not seen before; 0 when there are none left."""
    row = connection.execute("SELECT bit FROM tiers WHERE iri = ?", (iri,)).fetchone()
    if row:
        return int(row[0])
    (known,) = connection.execute("SELECT COUNT(*) FROM tiers").fetchone()
    if known >= TIER_BITS:
        return 0
    connection.execute("INSERT INTO tiers VALUES (?, ?)", (1 << known, iri))
    return int(1 << known)
