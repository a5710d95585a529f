"""The rows of a view, kept for the data version they belong to, and asked for once at a time.

A query over the whole graph may take seconds where the graph is large: a thread has it answered by the
workers. The request waits for a moment; then it takes the rows of the version before, or is told to come
again.
"""

from __future__ import annotations

import csv
import io
import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zanryu.errors import TooBusy
from zanryu.store.backend import RESULTS_JSON, UNION, Solutions, Term, read_solutions

if TYPE_CHECKING:
    from concurrent.futures import Future

    from zanryu.store.backend import Backend

Row = dict[str, Term]
_MAX_KEPT: Final = 64
_ATTEMPTS: Final = 3
_AT_ONCE: Final = 4


@dataclass(frozen=True, slots=True)
class Rows:
    """The answer to the query of a view. ``version`` is empty where the data changed meanwhile."""

    query: str
    version: str
    variables: list[str]
    rows: list[Row]

    def as_csv(self) -> str:
        """Return the rows as SPARQL 1.1 Query Results CSV."""
        written = io.StringIO()
        writer = csv.writer(written, lineterminator="\r\n")
        writer.writerow(self.variables)
        for row in self.rows:
            writer.writerow([_plain(row.get(name)) for name in self.variables])
        return written.getvalue()

    def iris(self, variable: str) -> list[str]:
        """Return the different IRIs of a column, in the order of the rows."""
        terms = (row[variable] for row in self.rows if variable in row)
        return list(dict.fromkeys(term.value for term in terms if term.kind == "iri"))


def _plain(term: Term | None) -> str:
    if term is None:
        return ""
    return f"_:{term.value}" if term.kind == "blank" else term.value


@dataclass(frozen=True, slots=True)
class Patience:
    """For how many seconds a request waits for rows: if there are those of another version, and if not."""

    with_old: float = 0.5
    without: float = 15.0


class RowKeeper:
    """Keeps the rows of the queries asked last."""

    def __init__(self, backend: Backend, patience: Patience | None = None) -> None:
        self._backend = backend
        self._patience = patience or Patience()
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Rows] = OrderedDict()
        self._under_way: dict[str, Future[Rows]] = {}
        self._threads: ThreadPoolExecutor | None = None

    def rows(self, query: str) -> Rows:
        """Return the rows of a query, or after a moment those of the version before.

        :raises TooBusy: if there are none yet.
        """
        with self._lock:
            kept = self._kept.get(query)
            if kept and kept.version == self._backend.version:
                self._kept.move_to_end(query)
                return kept
            asked = self._under_way.get(query) or self._begin(query)
        try:
            return asked.result(self._patience.with_old if kept else self._patience.without)
        except TimeoutError:
            if kept:
                return kept
            sentence = "This view is being made from the whole graph. Ask again in a moment."
            raise TooBusy(sentence, retry_after_seconds=10) from None

    def _begin(self, query: str) -> Future[Rows]:
        # Threads of its own, so that look-ups are not pinned to the version of some request.
        self._threads = self._threads or ThreadPoolExecutor(_AT_ONCE, "zanryu-view")
        asked = self._under_way[query] = self._threads.submit(self._run, query)
        return asked

    def _run(self, query: str) -> Rows:
        try:
            rows = self._ask(query)
        finally:
            with self._lock:
                self._under_way.pop(query, None)
        with self._lock:
            self._kept[query] = rows
            self._kept.move_to_end(query)
            while len(self._kept) > _MAX_KEPT:
                self._kept.popitem(last=False)
        return rows

    def _ask(self, query: str) -> Rows:
        version = ""
        found: Solutions | bool = Solutions([])
        for _ in range(_ATTEMPTS):
            before = self._backend.version
            found = read_solutions(b"".join(self._backend.query(query, UNION, RESULTS_JSON)))
            if self._backend.version == before:
                version = before
                break
        if isinstance(found, bool):
            raise TypeError("the query of a view is a SELECT")
        return Rows(query, version, found.variables, found.rows)
