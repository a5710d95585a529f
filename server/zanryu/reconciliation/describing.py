"""The line about a thing that tells it from its namesakes: what it is, its rank, its whole, its years.

Made with the index in each language of the interface, of labels alone, so that an answer has it for nothing.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from zanryu.naming.labels import best
from zanryu.reconciliation.indexing import best_labels
from zanryu.reconciliation.names import short

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

    from zanryu.reconciliation.reading import Name

LANGUAGES: Final = ("en", "ja", "vi")
_WHOLES: Final = ("subUnitOf", "inPlace")
_ASKED: Final = ("birthDate", "deathDate", *_WHOLES)
_FACTS: Final = f"""SELECT property, value, earliest, latest FROM claimed
WHERE thing = ? AND property IN ({", ".join("?" * len(_ASKED))}) ORDER BY property, value"""  # noqa: S608
_USED: Final = """SELECT claimed.property, types.bit, COUNT(DISTINCT claimed.thing) FROM types
JOIN things ON things.types >> types.bit & 1 JOIN claimed ON claimed.thing = things.thing
WHERE claimed.property <> 'source' GROUP BY claimed.property, types.bit"""


class Describer:
    """Writes descriptions into an index.

    ``labels`` are those of classes and properties, ``ranks`` the highest that is accepted of each person.
    """

    def __init__(
        self,
        database: sqlite3.Connection,
        bits: Mapping[str, int],
        labels: Mapping[str, list[tuple[str, str]]],
        ranks: Mapping[str, str],
    ) -> None:
        self._database = database
        self._labels = labels
        self._ranks = ranks
        # The rarest class of a thing says most of what it is.
        self._classes = sorted(bits, key=lambda name: -bits[name])
        self._bits = bits
        self._label_of = lru_cache(maxsize=20_000)(self._read_label)

    def write(self, ranges: Mapping[str, str]) -> None:
        """Write the descriptions of all things, and the names of types and properties."""
        for thing, iri, types in self._database.execute("SELECT thing, iri, types FROM things").fetchall():
            said = self._said(thing)
            parts = [
                self._ranks.get(iri, ""),
                *[value for name in _WHOLES for value, _, _ in said.get(name, ())][:1],
            ]
            years = _years(said)
            described = {language: self._describe(types, parts, years, language) for language in LANGUAGES}
            row = json.dumps(described, ensure_ascii=False), thing
            self._database.execute("UPDATE things SET described = ? WHERE thing = ?", row)
        for name in self._classes:
            row = json.dumps(self._labels.get(name, []), ensure_ascii=False), short(name)
            self._database.execute("UPDATE types SET labels = ? WHERE name = ?", row)
        self._write_properties(ranges)

    def _write_properties(self, ranges: Mapping[str, str]) -> None:
        named = {short(iri): (labels, short(ranges.get(iri, ""))) for iri, labels in self._labels.items()}
        for name, bit, things in self._database.execute(_USED).fetchall():
            labels, values = named.get(name, ([], ""))
            row = name, bit, things, json.dumps(labels, ensure_ascii=False), values
            self._database.execute("INSERT INTO properties VALUES (?, ?, ?, ?, ?)", row)

    def _said(self, thing: int) -> dict[str, list[tuple[str, str, str]]]:
        """Return values with the bounds of their time by property."""
        facts: dict[str, list[tuple[str, str, str]]] = {}
        for name, value, earliest, latest in self._database.execute(_FACTS, (thing, *_ASKED)):
            facts.setdefault(name, []).append((value, earliest or "", latest or ""))
        return facts

    def _describe(self, types: int, parts: Iterable[str], years: str, language: str) -> str:
        said = [self._class(types, language), *(self._label_of(iri, language) for iri in parts if iri), years]
        return ", ".join(part for part in said if part)

    def _class(self, types: int, language: str) -> str:
        named = (self._labels.get(name) for name in self._classes if types >> self._bits[name] & 1)
        return next((_in(labels, language) for labels in named if labels), "")

    def _read_label(self, iri: str, language: str) -> str:
        row = self._database.execute("SELECT labels FROM things WHERE iri = ?", (iri,)).fetchone()
        return _in([(text, tag) for text, tag in json.loads(row[0])], language) if row else ""


def labels_of(names: Iterable[Name]) -> dict[str, list[tuple[str, str]]]:
    """Return what each thing is shown as."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for name in names:
        found.setdefault(name.thing, []).append((name.property, name.text, name.language))
    return {iri: best_labels(rows) for iri, rows in found.items()}


def _in(labels: list[tuple[str, str]], language: str) -> str:
    found = best(labels, language)
    return found[0] if found else ""


def _years(facts: Mapping[str, list[tuple[str, str, str]]]) -> str:
    born, died = (_year(facts.get(name, ())) for name in ("birthDate", "deathDate"))
    return f"{born}–{died}" if born or died else ""


def _year(facts: Iterable[tuple[str, str, str]]) -> str:
    """Return the year of a date, several where sources differ, nothing where it is wider than a year."""
    years = {earliest[:4] for _, earliest, latest in facts if earliest and earliest[:4] == latest[:4]}
    return "/".join(sorted(years))
