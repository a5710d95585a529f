"""The index in SQLite: names by their keys, by their parts, and by what is a letter away from either.

A file and not memory: a hundred thousand names are opened in a millisecond, all processes of a server share
the pages that they read, and what a question costs follows its words. Forms are numbered by how much is
claimed of their things, so that of a thousand namesakes the well documented come first.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from typing import TYPE_CHECKING, Final

from zanryu import __version__
from zanryu.graph.edtf import Bounds, InvalidEDTF, bounds
from zanryu.graph.namespaces import BASE, EDTF_LEVEL_1
from zanryu.reconciliation.names import ALTERNATIVE, DENIED, LABELS, SOURCE, VARIANT, WEIGHTS, WORK, short
from zanryu.reconciliation.spelling import Spelling, deletions, spell, without_brackets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from zanryu.reconciliation.reading import Fact, Name

FORMAT: Final = f"1 {__version__}"
_MAX_NAME: Final = 500
_MOST_TYPES: Final = 62  # bits of a number in SQLite
_SCHEMA: Final = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
CREATE TABLE told (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE types (bit INTEGER PRIMARY KEY, name TEXT NOT NULL, labels TEXT NOT NULL,
  things INTEGER NOT NULL);
CREATE TABLE properties (name TEXT, type INTEGER, things INTEGER NOT NULL, labels TEXT NOT NULL,
  range TEXT NOT NULL, PRIMARY KEY (name, type)) WITHOUT ROWID;
CREATE TABLE things (thing INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, types INTEGER NOT NULL,
  labels TEXT NOT NULL DEFAULT '[]', described TEXT NOT NULL DEFAULT '{}');
CREATE TABLE given (thing INTEGER, text TEXT, language TEXT, property TEXT, weight REAL);
CREATE TABLE forms (form INTEGER PRIMARY KEY, thing INTEGER NOT NULL, types INTEGER NOT NULL,
  text TEXT NOT NULL, language TEXT NOT NULL, property TEXT NOT NULL, weight REAL NOT NULL,
  script TEXT NOT NULL, words TEXT NOT NULL, readings TEXT NOT NULL, sounds TEXT NOT NULL);
CREATE TABLE keys (key TEXT, form INTEGER, PRIMARY KEY (key, form)) WITHOUT ROWID;
CREATE TABLE vocabulary (word TEXT PRIMARY KEY, forms INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE deletions (variant TEXT, word TEXT, PRIMARY KEY (variant, word)) WITHOUT ROWID;
CREATE VIRTUAL TABLE parts USING fts5(text, content = '', detail = none, columnsize = 0, tokenize = 'ascii',
  prefix = '1 2 3');
CREATE TABLE claimed (thing INTEGER, property TEXT, value TEXT, earliest TEXT, latest TEXT);
CREATE TABLE broader (thing INTEGER, whole INTEGER, PRIMARY KEY (thing, whole)) WITHOUT ROWID;
CREATE TABLE identifiers (identifier TEXT, thing INTEGER, PRIMARY KEY (identifier, thing)) WITHOUT ROWID;
BEGIN;
"""
_GIVEN: Final = """SELECT thing, text, language, property, MAX(weight) FROM given
GROUP BY thing, text, language ORDER BY thing, text, language"""
_FORM: Final = "INSERT INTO forms VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_INDEXES: Final = (
    "CREATE INDEX claimed_of ON claimed (thing, property)",
    "CREATE INDEX forms_of ON forms (thing)",
)


class Writer:
    """Makes an index in a new file: first all things, then what there is to say of them, then the end."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.executescript(_SCHEMA)
        self._things: dict[str, int] = {}
        self.bits: dict[str, int] = {}
        self._iris: list[str] = []
        self._masks: list[int] = []
        self._near: set[str] = set()
        self._work = 0

    def add_things(self, types: Mapping[str, frozenset[str]], claims: Mapping[str, int]) -> None:
        """Add all things with their types (IRIs), in the order in which namesakes will be found."""
        asked_for = (names for iri, names in types.items() if is_candidate(iri))
        frequent = Counter(name for names in asked_for for name in names)
        everything = {name for names in types.values() for name in names}
        ordered = sorted(everything, key=lambda name: (-frequent[name], name))
        self.bits = {name: min(place, _MOST_TYPES) for place, name in enumerate(ordered)}
        for place, iri in enumerate(sorted(types, key=lambda iri: (-claims.get(iri, 0), iri))):
            self._things[iri] = place
            self._iris.append(iri)
            self._masks.append(sum({1 << self.bits[name] for name in types[iri]}))
        self._work = 1 << self.bits[WORK] if WORK in self.bits else 0
        rows = ((place, iri, self._masks[place]) for iri, place in self._things.items())
        self._database.executemany("INSERT INTO things (thing, iri, types) VALUES (?, ?, ?)", rows)
        kinds = ((self.bits[name], short(name), frequent[name]) for name in ordered[:_MOST_TYPES])
        self._database.executemany("INSERT INTO types VALUES (?, ?, '[]', ?)", kinds)

    def add_names(self, names: Iterable[Name]) -> None:
        """Add names of things; those of anything else are left out."""
        rows = (
            (place, text[:_MAX_NAME], name.language, stated, weight)
            for name in names
            if (place := self._things.get(name.thing)) is not None
            for text, stated, weight in self._texts(name, place)
        )
        self._database.executemany("INSERT INTO given VALUES (?, ?, ?, ?, ?)", rows)

    def _texts(self, name: Name, place: int) -> Iterator[tuple[str, str, float]]:
        """Yield a name with its property and weight, and without a note in brackets.

        The note tells it from another; what a title has in brackets is a part of it.
        """
        text, weight = name.text.strip(), DENIED if name.is_denied else WEIGHTS[name.property]
        yield text, name.property, weight
        bare = without_brackets(text)
        if bare not in ("", text) and not self._masks[place] & self._work:
            yield bare, ALTERNATIVE, min(weight, VARIANT)

    def add_facts(self, facts: Iterable[Fact]) -> None:
        """Add what is claimed of things."""
        rows = (
            (place, short(fact.property), fact.value, *_dates(fact))
            for fact in facts
            if (place := self._things.get(fact.thing)) is not None
        )
        self._database.executemany("INSERT INTO claimed VALUES (?, ?, ?, ?, ?)", rows)

    def add_sources(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Add which works are cited about things."""
        rows = ((place, SOURCE, work) for iri, work in pairs if (place := self._things.get(iri)) is not None)
        self._database.executemany("INSERT INTO claimed (thing, property, value) VALUES (?, ?, ?)", rows)

    def add_broader(self, found: Iterable[tuple[str, str, str]]) -> None:
        """Add what is a part of what; it is a fact, too."""
        insert = self._database.execute
        for iri, name, whole in found:
            if iri in self._things and whole in self._things:
                part = self._things[iri]
                insert("INSERT OR IGNORE INTO broader VALUES (?, ?)", (part, self._things[whole]))
                insert(
                    "INSERT INTO claimed (thing, property, value) VALUES (?, ?, ?)",
                    (part, short(name), whole),
                )

    def add_identifiers(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Add by which IRIs things are known elsewhere; the last part is enough, unless it is a number."""
        for iri, other in pairs:
            if iri in self._things:
                last = other.rpartition("/")[2]
                names = {other} if last.isdecimal() else {other, last} - {""}
                rows = ((name, self._things[iri]) for name in names)
                self._database.executemany("INSERT OR IGNORE INTO identifiers VALUES (?, ?)", rows)

    def finish(self, version: str) -> sqlite3.Connection:
        """Make the tables that are asked; return the database, to which descriptions can be added."""
        self._write_labels()
        counts: Counter[str] = Counter()
        for number, row in enumerate(self._database.execute(_GIVEN)):
            self._write_form(number, row, counts)
        self._database.executemany("INSERT INTO vocabulary VALUES (?, ?)", sorted(counts.items()))
        for index in _INDEXES:
            self._database.execute(index)
        self._database.execute("DROP TABLE given")
        signed = (("format", FORMAT), ("version", version))
        self._database.executemany("INSERT INTO told VALUES (?, ?)", signed)
        return self._database

    def _write_labels(self) -> None:
        """Write what each thing is shown as: by the first naming property that it has, else any name."""
        query = "SELECT thing, property, text, language FROM given ORDER BY thing"
        for thing, rows in _by_first(self._database.execute(query)):
            labels = best_labels(rows)
            self._database.execute(
                "UPDATE things SET labels = ? WHERE thing = ?",
                (json.dumps(labels, ensure_ascii=False), thing),
            )

    def _write_form(self, number: int, row: tuple[int, str, str, str, float], counts: Counter[str]) -> None:
        thing, text, language, name, weight = row
        spelling = spell(text, language)
        if spelling is None:
            return
        compared = (" ".join(words) for words in (spelling.words, spelling.readings, spelling.sounds))
        fields = (text, language, short(name), weight, spelling.script, *compared)
        values = (number, thing, self._masks[thing], *fields)
        self._database.execute(_FORM, values)
        if is_candidate(self._iris[thing]):
            self._write_ways(number, spelling, counts)

    def _write_ways(self, number: int, spelling: Spelling, counts: Counter[str]) -> None:
        """Write the ways to a form."""
        execute = self._database.execute
        keys, parts = spelling.keys, spelling.parts
        self._database.executemany(
            "INSERT OR IGNORE INTO keys VALUES (?, ?)", ((key, number) for key in keys)
        )
        execute("INSERT INTO parts (rowid, text) VALUES (?, ?)", (number, " ".join(parts)))
        whole = spelling.words if spelling.is_compact else ()
        for word in {*whole, *spelling.readings, *spelling.sound_words}:
            if word not in self._near:
                self._near.add(word)
                variants = ((variant, word) for variant in deletions(word, is_whole=word in whole))
                self._database.executemany("INSERT OR IGNORE INTO deletions VALUES (?, ?)", variants)
        counts.update({*whole, *parts})


def best_labels(rows: Iterable[tuple[str, str, str]]) -> list[tuple[str, str]]:
    """Return ``(text, language)`` pairs of rows with a property before them, as a thing is shown."""
    rows = list(rows)
    for name in LABELS:
        if found := [(text, language) for stated, text, language in rows if stated == name]:
            return sorted(set(found), key=lambda pair: (pair[1], pair[0]))
    return sorted({(text, language) for _, text, language in rows}, key=lambda pair: (pair[1], pair[0]))


def _by_first(rows: Iterable[tuple[int, str, str, str]]) -> Iterator[tuple[int, list[tuple[str, str, str]]]]:
    found: list[tuple[str, str, str]] = []
    last = -1
    for thing, *row in rows:
        if thing != last and found:
            yield last, found
            found = []
        last = thing
        found.append((row[0], row[1], row[2]))
    if found:
        yield last, found


def _dates(fact: Fact) -> tuple[str | None, str | None]:
    """Return the bounds of the time that a fact is about, as ISO dates; ``None`` where there is none."""
    text = fact.value if fact.datatype == EDTF_LEVEL_1.value else fact.when
    span = span_of(text) if text else None
    if span is None:
        return None, None
    return tuple(side.isoformat() if side else None for side in (span.earliest, span.latest))  # type: ignore[return-value]


def span_of(text: str) -> Bounds | None:
    """Return the bounds of an EDTF date; ``None`` if it is none."""
    try:
        return bounds(text)
    except InvalidEDTF:
        return None


def is_candidate(iri: str) -> bool:
    """Return whether something can be asked for by a name: what has a page, not a word of a vocabulary."""
    return iri.startswith(f"{BASE}id/")
