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

    def take(self, wanted: Snapshot | None, newest: Snapshot) -> Worker:
        """Return one that has the ``wanted`` snapshot open, the one that worked last: its caches are warm.

        If none has, or none is wanted (``None``), the one that idled longest works, but those that have the
        ``newest`` open are left to the questions about that: opening costs more than a light query.
        """
        having = [place for place, worker in enumerate(self._workers) if worker.snapshot is wanted]
        others = (place for place, worker in enumerate(self._workers) if worker.snapshot is not newest)
        return self._workers.pop(having[-1] if having else next(others, 0))
