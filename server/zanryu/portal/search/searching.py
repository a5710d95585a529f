"""Asking the index: what is found, best first, with the facets and their counts.

The order: who is called so; whose name begins so; who has all the words in a name; who has them by other
spellings or beginnings; and what has them in a note. Within each, the order of the rows (see ``index``).
"""

from __future__ import annotations

import sqlite3
import weakref
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from queue import Empty, LifoQueue
from typing import TYPE_CHECKING, Final, NamedTuple

from zanryu.errors import TooBusy
from zanryu.portal.search.documents import KINDS, Document
from zanryu.portal.search.index import FACET_BITS, FORMAT, TIER_BITS, serial_of
from zanryu.portal.search.mending import mend
from zanryu.portal.search.terms import Question

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_HITS: Final = 1000  # as many can be paged through; a reader with more has to say more
_FACETS: Final = (1 << FACET_BITS) - 1
_NEW: Final = "rowid NOT IN (SELECT rowid FROM named WHERE named MATCH :named)"
_NAMED: Final = "SELECT rowid FROM named WHERE named MATCH :asked"
_NOTED: Final = f"SELECT rowid FROM noted WHERE noted MATCH :asked AND {_NEW}"  # noqa: S608 - constants
_BEST: Final = " AND rowid & :mask = :bits ORDER BY rowid LIMIT :wanted"
_COUNT: Final = f"SELECT rowid & {_FACETS}, COUNT(*) FROM ({{}}) GROUP BY 1"  # noqa: S608 - constants
_OPENING: Final = "PRAGMA cache_size = -8192; PRAGMA mmap_size = 268435456; PRAGMA query_only = ON;"


class Filters(NamedTuple):
    """What a reader wants of what is found: a kind, and the IRI of a tier. Empty wants any."""

    kind: str = ""
    tier: str = ""


_ANYTHING: Final = Filters()
_EXAMPLES: Final = ("person", "academy", "place", "organization")
_NAMES_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Found:
    """An answer. ``kinds`` counts what the other filter leaves of each kind, and ``tiers`` likewise.

    ``question`` is another than the one asked if nothing was found for that.
    """

    question: Question
    version: str
    total: int = 0
    documents: list[Document] = field(default_factory=list)
    kinds: dict[str, int] = field(default_factory=dict)
    tiers: dict[str, int] = field(default_factory=dict)


class Index:
    """An index in a file, which may be changed meanwhile: every answer is of one version.

    It is closed when nobody has hold of it any more. If its file is gone, any question may raise TooBusy.

    :raises sqlite3.Error: if the file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._free: LifoQueue[sqlite3.Connection] = LifoQueue()
        self.close = weakref.finalize(self, _close, self._free)
        connection = _open(path)
        self.format = _fact(connection, "format")
        self._free.put(connection)

    @property
    def is_readable(self) -> bool:
        """Whether it was made by this program."""
        return self.format == FORMAT

    @property
    def version(self) -> str:
        """The data version."""
        with self._reading() as connection:
            return _fact(connection, "version")

    @property
    def history(self) -> str:
        """The digest of the change that made the data version; empty if none did."""
        with self._reading() as connection:
            return _fact(connection, "history")

    def tiers(self) -> list[str]:
        """Return the IRIs of the tiers that sources have."""
        with self._reading() as connection:
            return [iri for (iri,) in connection.execute("SELECT iri FROM tiers ORDER BY iri")]

    def search(
        self, question: Question, filters: Filters = _ANYTHING, start: int = 0, size: int = 20
    ) -> Found:
        """Return what is found, from hit ``start`` on; with a letter mended if nothing else is."""
        with self._reading() as connection:
            asking = _Asking(connection, question)
            found = asking.answer(filters, start, size)
            if not found.kinds and (mended := mend(connection, question)):
                found = _Asking(connection, mended).answer(filters, start, size)
            return found

    def examples(self) -> list[str]:
        """Return names of the best documented things of some kinds."""
        with self._reading() as connection:
            asking = _Asking(connection, Question(""))
            return list(dict.fromkeys(name for kind in _EXAMPLES for name in asking.first_names(kind)))

    def suggest(self, question: Question, size: int = 8) -> Found:
        """Return the best hits among names for what is being typed; nothing is counted."""
        with self._reading() as connection:
            asking = _Asking(connection, question)
            places = asking.places(_ANYTHING, size, asking.by_name)
            return Found(question, asking.version, len(places), asking.documents(places))

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection on which the file stays as it is."""
        try:
            connection = self._free.get_nowait()
        except Empty:
            connection = self._another()
        with ExitStack() as undo:
            undo.callback(connection.close)
            connection.execute("BEGIN")
            yield connection
            connection.execute("COMMIT")
            undo.pop_all()
        self._free.put(connection)

    def _another(self) -> sqlite3.Connection:
        try:
            return _open(self.path)
        except sqlite3.OperationalError as error:
            # Another server of this store, or the next build's, keeps the last few files only.
            if self.path.exists():
                raise
            raise TooBusy("The search index was replaced. Ask again.", retry_after_seconds=1) from error


def _open(path: Path) -> sqlite3.Connection:
    address = f"{path.resolve().as_uri()}?mode=ro"
    connection = sqlite3.connect(address, uri=True, check_same_thread=False, isolation_level=None)
    with ExitStack() as undo:
        undo.callback(connection.close)
        connection.executescript(_OPENING)
        _fact(connection, "version")  # a file is not read before
        undo.pop_all()
    return connection


def _close(connections: LifoQueue[sqlite3.Connection]) -> None:
    while not connections.empty():
        connections.get_nowait().close()


class _Asking:
    """One question to one version of the index."""

    def __init__(self, connection: sqlite3.Connection, question: Question) -> None:
        self._connection = connection
        self._question = question
        self.version = _fact(connection, "version")
        self.tiers = dict(connection.execute("SELECT iri, bit FROM tiers"))
        asked = question
        named = (asked.is_name, asked.begins_name, asked.has_words, asked.resembles)
        # Each leaves out what the ones before it have: what is called so begins so, and has all the words.
        self.by_name = [
            (_NAMED, named[0]),
            (_NAMED, f"({named[1]}) NOT ({named[0]})"),
            (_NAMED, f"({named[2]}) NOT ({named[1]})"),
            (_NAMED, f"({named[3]}) NOT (({named[2]}) OR ({named[1]}))"),
        ]
        self._any_name = f"({named[1]}) OR ({named[3]})"
        self._by_note = (_NOTED, asked.is_noted)

    def answer(self, filters: Filters, start: int, size: int) -> Found:
        counts = self._counts()
        kinds: dict[str, int] = {}
        tiers: dict[str, int] = {}
        total = 0
        for (kind, of_tiers), count in counts.items():
            fits_kind = filters.kind in ("", kind)
            fits_tier = not filters.tier or filters.tier in of_tiers
            total += count if fits_kind and fits_tier else 0
            if fits_tier:
                kinds[kind] = kinds.get(kind, 0) + count
            for tier in of_tiers if fits_kind else ():
                tiers[tier] = tiers.get(tier, 0) + count
        stages = [*self.by_name, self._by_note]
        places = self.places(filters, min(start + size, MAX_HITS), stages)[start:]
        return Found(self._question, self.version, total, self.documents(places), kinds, tiers)

    def _counts(self) -> dict[tuple[str, tuple[str, ...]], int]:
        """Return how many are found for each kind and set of tiers, by the lowest bits of their rows."""
        counts: dict[tuple[str, tuple[str, ...]], int] = {}
        for select, asked in ((_NAMED, self._any_name), self._by_note):
            rows = self._connection.execute(_COUNT.format(select), {"asked": asked, "named": self._any_name})
            for bits, count in rows:
                tiers = tuple(iri for iri, bit in self.tiers.items() if bits & bit)
                key = KINDS[bits >> TIER_BITS], tiers
                counts[key] = counts.get(key, 0) + count
        return counts

    def places(self, filters: Filters, wanted: int, stages: list[tuple[str, str]]) -> list[int]:
        """Return the rows of the best ``wanted`` hits."""
        bits, mask = self._bits(filters)
        found: list[int] = []
        for select, asked in stages:
            values = {"asked": asked, "named": self._any_name, "bits": bits, "mask": mask}
            values["wanted"] = wanted - len(found)
            found += [row for (row,) in self._connection.execute(select + _BEST, values)]
            if len(found) >= wanted:
                break
        return found

    def _bits(self, filters: Filters) -> tuple[int, int]:
        """Return the bits that a row has to have, and which of its bits are looked at."""
        bits = mask = 0
        if filters.kind:
            bits, mask = KINDS.index(filters.kind) << TIER_BITS, _FACETS & ~((1 << TIER_BITS) - 1)
        if filters.tier:
            bits, mask = bits | self.tiers[filters.tier], mask | self.tiers[filters.tier]
        return bits, mask

    def first_names(self, kind: str) -> list[str]:
        bits, mask = self._bits(Filters(kind))
        query = "SELECT rowid FROM named WHERE rowid & ? = ? ORDER BY rowid LIMIT 1"
        places = [place for (place,) in self._connection.execute(query, (mask, bits))]
        return [name.text for document in self.documents(places) for name in document.names[:_NAMES_SHOWN]]

    def documents(self, places: list[int]) -> list[Document]:
        query = "SELECT content FROM documents WHERE serial = ?"
        rows = (self._connection.execute(query, (serial_of(place),)).fetchone() for place in places)
        return [Document.from_json(row[0]) for row in rows]


def _fact(connection: sqlite3.Connection, name: str) -> str:
    row = connection.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
    return str(row[0]) if row else ""
