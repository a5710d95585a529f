"""The engine for user queries: worker processes that can be stopped, over snapshots that never change.

The bounded look-ups that pages are made of stay in this process, over its own read-only handle.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from zanryu.errors import QueryAborted
from zanryu.store.dispatch import Dispatcher, Load
from zanryu.store.embedded import EmbeddedStore
from zanryu.store.frames import Request, frame_of_query
from zanryu.store.keeper import Keeper
from zanryu.store.worker import CRASHED, Limits, Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pyoxigraph as ox

    from zanryu.store.backend import Health, QueryDataset, Statement
    from zanryu.store.isolation import Isolation
    from zanryu.store.jobs import Job

__all__ = ["Limits", "Request", "Statistics", "WorkerPool"]


@dataclass(frozen=True, slots=True)
class Statistics:
    """For ``/metrics``. ``lost`` counts the workers that ended by the reason: timeout, memory, crashed …

    ``started`` counts those that came to work, the first ones among them.
    """

    load: Load
    lost: Mapping[str, int]
    started: int


class WorkerPool:
    """Evaluates queries in worker processes; meets :class:`zanryu.store.backend.Backend`.

    ``folder`` is a database that nobody writes: a built store, or a published snapshot. ``serialisers`` is
    the import path of the module that writes answers (:class:`zanryu.store.bounded_answers.Serialisers`);
    it is given from above because the syntaxes of answers belong to the SPARQL floor.

    :raises InputNotFound: if there is no such database.
    """

    def __init__(self, folder: Path, version: str, serialisers: str, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._store = _open(folder, version)
        self._publishing = threading.Lock()
        self._keeper = Keeper(serialisers, self.limits)
        self._dispatcher = Dispatcher(
            Snapshot(Path(folder).resolve(), version), self.limits, self._keeper.wake
        )
        try:
            self._keeper.start(self._dispatcher)
        except BaseException:
            self.close()
            raise

    def submit(self, request: Request, timeout_seconds: float | None = None) -> Job:
        """Begin a query and return it as a job, whose answer can be awaited or cancelled.

        :raises TooBusy: at once, if as many wait as may.
        :raises MalformedQuery: for text that is not Unicode; what is not SPARQL is told by the job.
        """
        return self._dispatcher.submit(
            frame_of_query(request), timeout_seconds or self.limits.timeout_seconds
        )

    def query(
        self,
        text: str,
        dataset: QueryDataset,
        media_type: str,
        *,
        timeout_seconds: float | None = None,
    ) -> Iterable[bytes]:
        """Evaluate a query; see :meth:`zanryu.store.backend.Backend.query` and :meth:`Job.chunks`."""
        request = Request(text, dataset, media_type)
        try:
            return self.submit(request, timeout_seconds).chunks()
        except QueryAborted as error:
            if error.members.get("reason") != CRASHED:
                raise
        # A worker can be lost to something else than this query; a second loss is this query's own.
        return self.submit(request, timeout_seconds).chunks()

    def graphs(self) -> Mapping[str, int]:
        """Return the IRI of each named graph with its number of triples."""
        return self._store.graphs()

    def describe(self, *iris: str) -> list[Statement]:
        """Return every triple whose subject is one of ``iris``."""
        return self._store.describe(*iris)

    def referring(self, iri: str, *predicates: str) -> list[Statement]:
        """Return every triple whose object is ``iri``."""
        return self._store.referring(iri, *predicates)

    @property
    def version(self) -> str:
        """The version of the data that queries see from now on; costs nothing, unlike :meth:`health`."""
        return self._dispatcher.snapshot.version

    def health(self) -> Health:
        """Return the data version and the size of the union."""
        return self._store.health()

    def publish(self, folder: Path, version: str) -> None:
        """Change to another snapshot. Queries that begin from now on see it; those under way end on theirs.

        :raises InputNotFound: if it cannot be opened; the old one stays.
        """
        with self._publishing:
            self._store = _open(folder, version)
            self._dispatcher.publish(Snapshot(Path(folder).resolve(), version))

    def folders_in_use(self) -> set[Path]:
        """Return the folders that some worker has open; the others may be removed."""
        workers = self._dispatcher.everyone()
        return {self._dispatcher.snapshot.folder, *(worker.snapshot.folder for worker in workers)}

    def statistics(self) -> Statistics:
        """Return how busy the workers are, and how many were lost to what."""
        return Statistics(self._dispatcher.load(), dict(self._keeper.lost), self._keeper.started)

    def isolation_status(self) -> Isolation:
        """Return which layers hold in the workers; see :meth:`Isolation.has_no_network`."""
        return self._keeper.isolation

    def close(self, grace_seconds: float = 0.0) -> None:
        """End: refuse what comes, let what is under way finish for ``grace_seconds``, leave no process."""
        self._dispatcher.close(grace_seconds)
        self._keeper.close()


def _open(folder: Path, version: str) -> EmbeddedStore:
    return EmbeddedStore(folder, version, _refuse)


def _refuse(result: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, media_type: str) -> bytes:  # noqa: ARG001
    raise RuntimeError("user queries are evaluated by workers only")
