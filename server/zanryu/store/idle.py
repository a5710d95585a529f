"""The workers that wait for a query."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zanryu.store.worker import Snapshot, Worker


class IdleWorkers:
    """Idle workers, the one that worked last at the end. Not locked: the dispatcher's lock is over it."""

    def __init__(self) -> None:
        self._workers: list[Worker] = []

    def __len__(self) -> int:
        return len(self._workers)

    def __contains__(self, worker: Worker) -> bool:
        return worker in self._workers

    def add(self, worker: Worker) -> None:
        """Take in a worker that has ended its work."""
        self._workers.append(worker)

    def remove(self, worker: Worker) -> None:
        """Take a worker out that is lost."""
        self._workers.remove(worker)

    def take(self, snapshot: Snapshot | None) -> Worker:
        """Return one that has a snapshot open already, the one that worked last: its caches are warm.

        If none has, or none is wanted, the one that idled longest opens it: opening costs more than a light
        query, and the others have what is asked for most.
        """
        having = (place for place, worker in enumerate(self._workers) if worker.snapshot is snapshot)
        return self._workers.pop(max(having, default=0))
