"""The competency questions with the number of rows that each gives now, counted beside the requests."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zanryu.errors import ZanryuError
from zanryu.sparql.evaluation import evaluate, prepare
from zanryu.sparql.tokens import read_tokens
from zanryu.store.backend import RESULTS_JSON, UNION, Solutions, read_solutions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zanryu.graph.questions import Question
    from zanryu.store.backend import Backend

_log = logging.getLogger("zanryu")


@dataclass(frozen=True, slots=True)
class Counts:
    """The rows of each question in a data version; ``None`` where it could not be answered in time."""

    version: str
    rows: Mapping[str, int | None]
    is_complete: bool = False


_NONE: Final = Counts("", {})


class Library:
    """The questions. One thread counts, when the data is another than was counted; a request never does."""

    def __init__(self, questions: Sequence[Question], backend: Backend, timeout_seconds: float) -> None:
        self.questions = questions
        self._backend = backend
        self._timeout_seconds = timeout_seconds
        self._counts = _NONE
        self._beginning = threading.Lock()
        self._thread: threading.Thread | None = None

    def find(self, name: str) -> Question | None:
        """Return the question of a name."""
        return next((question for question in self.questions if question.name == name), None)

    def counts(self) -> Counts:
        """Return what is counted by now, of the newest data that was; have the rest counted."""
        counts = self._counts
        if not (counts.is_complete and counts.version == self._backend.version):
            self._begin()
        return counts

    def _begin(self) -> None:
        with self._beginning:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._count, name="zanryu-questions", daemon=True)
                self._thread.start()

    def _count(self) -> None:
        version = self._backend.version
        rows: dict[str, int | None] = {}
        for question in self.questions:
            rows[question.name] = self._rows(question)
            if self._counts.version in ("", version):
                self._counts = Counts(version, dict(rows))
        self._counts = Counts(version, rows, is_complete=True)

    def _rows(self, question: Question) -> int | None:
        try:
            prepared = prepare(count_of(question.query), UNION, RESULTS_JSON)
            found = read_solutions(evaluate(self._backend, prepared, self._timeout_seconds))
        except ZanryuError as error:
            _log.warning("the rows of %s are not counted: %s", question.name, error.detail)
            return None
        return int(found.rows[0]["rows"].value) if isinstance(found, Solutions) else None


def count_of(query: str) -> str:
    """Return the query for the number of rows that a SELECT without FROM gives."""
    start = next((t.start for t in read_tokens(query) if t.text.upper() == "SELECT"), len(query))
    return f"{query[:start]}SELECT (COUNT(*) AS ?rows) WHERE {{ {{ {query[start:]}\n}} }}"
