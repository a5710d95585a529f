"""The engine for user queries: worker processes that can be stopped, over snapshots that never change.

The bounded look-ups that pages are made of stay in this process, over its own read-only handle.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from zanryu.errors import InputNotFound, ZanryuError
from zanryu.store.backend import RESULTS_JSON, UNION, UPDATE_SYNTAX
from zanryu.store.departure import stopped_by_departure
from zanryu.store.embedded import EmbeddedStore
from zanryu.store.frames import Request, frame_of_query
from zanryu.store.process_pool import ProcessPool, Statistics
from zanryu.store.worker import Limits, Program, Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pyoxigraph as ox

    from zanryu.store.backend import Health, QueryDataset, Statement
    from zanryu.store.jobs import Job

__all__ = ["Limits", "Request", "Statistics", "WorkerPool"]

_PROCESS: Final = "zanryu.store.worker_process"
_ANYTHING: Final = Request("ASK {}", UNION, RESULTS_JSON)
_SECONDS_TO_OPEN: Final = 1.0


class WorkerPool(ProcessPool):
    """Evaluates queries in worker processes; meets :class:`zanryu.store.backend.Backend`.

    ``folder`` is a database that nobody writes: a built store, or a published snapshot. ``serialisers`` is
    the import path of the module that writes answers (:class:`zanryu.store.bounded_answers.Serialisers`);
    it is given from above because the syntaxes of answers belong to the SPARQL floor.

    :raises InputNotFound: if there is no such database.
    """

    def __init__(self, folder: Path, version: str, serialisers: str, limits: Limits | None = None) -> None:
        self._store = _open(folder, version)
        self._publishing = threading.Lock()
        program = Program(_PROCESS, {"serialisers": serialisers})
        super().__init__(Snapshot(Path(folder).resolve(), version), program, limits or Limits())

    def submit(
        self, request: Request, timeout_seconds: float | None = None, snapshot: Snapshot | None = None
    ) -> Job:
        """Begin a query and return it as a job, whose answer can be awaited or cancelled.

        Another ``snapshot`` than the newest has to be kept from removal until the job has its answer.

        :raises TooBusy: at once, if as many wait as may.
        :raises MalformedQuery: for text that is not Unicode; what is not SPARQL is told by the job.
        """
        is_reading = request.media_type != UPDATE_SYNTAX
        return self.ask(frame_of_query(request), timeout_seconds, snapshot, is_reading=is_reading)

    def prepare(self, snapshot: Snapshot) -> None:
        """Have a worker open the snapshot that comes next, while the others answer on the present one.

        Whoever asks after :meth:`turn_to` does not wait for it then. It is not done for data that nobody
        asks, nor where all workers are busy.
        """
        if self._dispatcher.may_prepare:
            with suppress(ZanryuError):  # who asks first opens it, and is told what is wrong
                self.submit(_ANYTHING, _SECONDS_TO_OPEN, snapshot).chunks()

    def query(
        self,
        text: str,
        dataset: QueryDataset,
        media_type: str,
        *,
        timeout_seconds: float | None = None,
    ) -> Iterable[bytes]:
        """Evaluate a query; see :meth:`zanryu.store.backend.Backend.query` and :meth:`Job.chunks`.

        It is stopped should the client leave that this thread works for.
        """
        job = self.submit(Request(text, dataset, media_type), timeout_seconds)
        with stopped_by_departure(job.cancel):
            return job.chunks()

    @property
    def lookups(self) -> EmbeddedStore:
        """The handle of this process on the newest snapshot, which stays as it is.

        It is opened when it is first asked for: most snapshots of a steady stream of changes never are.
        """
        if self._store.version != self.version:
            with self._publishing:
                self._store = self._open_newest()
        return self._store

    def _open_newest(self) -> EmbeddedStore:
        while True:
            newest = self.snapshot
            if self._store.version == newest.version:
                return self._store
            try:
                return _open(newest.folder, newest.version)
            except InputNotFound:
                if newest == self.snapshot:
                    raise  # not because others were published, and this one removed

    def graphs(self) -> Mapping[str, int]:
        """Return the IRI of each named graph with its number of triples."""
        return self.lookups.graphs()

    def describe(self, *iris: str) -> list[Statement]:
        """Return every triple whose subject is one of ``iris``."""
        return self.lookups.describe(*iris)

    def referring(self, iri: str, *predicates: str) -> list[Statement]:
        """Return every triple whose object is ``iri``."""
        return self.lookups.referring(iri, *predicates)

    def health(self) -> Health:
        """Return the data version and the size of the union."""
        return self.lookups.health()

    def publish(self, folder: Path, version: str) -> None:
        """Change to another snapshot. Queries that begin from now on see it; those under way end on theirs.

        Unlike :meth:`turn_to`, this makes sure first that it can be opened.

        :raises InputNotFound: if it cannot be opened; the old one stays.
        """
        with self._publishing:
            self._store = _open(folder, version)
            self.turn_to(Snapshot(Path(folder).resolve(), version))


def _open(folder: Path, version: str) -> EmbeddedStore:
    return EmbeddedStore(folder, version, _refuse)


def _refuse(result: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, media_type: str) -> bytes:  # noqa: ARG001
    raise RuntimeError("user queries are evaluated by workers only")
