"""Who works on what: idle workers, spares, the queue. Everything is under one lock, and nothing here waits.

The longest-waiting query is served first.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import TYPE_CHECKING

from zanryu.errors import QueryAborted, TooBusy
from zanryu.store.idle import IdleWorkers
from zanryu.store.worker import CANCELLED, CLOSED, CRASHED, Limits, Load, Snapshot, Worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from zanryu.store.jobs import Job


class Dispatcher:
    """Gives queries to workers. Processes are started and watched elsewhere (the keeper)."""

    def __init__(self, snapshot: Snapshot, limits: Limits, wake_keeper: Callable[[], None]) -> None:
        self.snapshot = snapshot
        self.keeper_sleeps = False
        self._limits = limits
        self._wake_keeper = wake_keeper
        self._lock = threading.Lock()
        self._live: set[Worker] = set()
        self._spares: list[Worker] = []
        self._starting: list[Snapshot] = []
        self._idle = IdleWorkers()
        self._was_asked = False
        self._waiting: deque[Job] = deque()
        self._evaluated = self._refused = 0
        self._is_closed = False
        self._ended = threading.Condition(self._lock)

    def submit(self, job: Job) -> Job:
        """Begin a query, or queue it; return it.

        :raises TooBusy: at once, if the queue is full.
        """
        with self._lock:
            if self._is_closed:
                raise QueryAborted("The server is stopping.", reason=CLOSED)
            if not self._idle:
                self._enqueue(job)
                return job
            wanted = (job.snapshot or self.snapshot) if job.is_reading else None
            worker = self._idle.take(wanted, self.snapshot)
            self._assign(job, worker)
        self._send(job, worker)
        return job

    def _enqueue(self, job: Job) -> None:
        if len(self._waiting) >= self._limits.queue_length:
            self._refused += 1
            raise TooBusy(f"{len(self._waiting)} queries are waiting already. Ask again in a moment.")
        self._waiting.append(job)

    def _assign(self, job: Job, worker: Worker) -> None:
        job.deadline = time.monotonic() + job.timeout_seconds
        job.worker, worker.job = worker, job
        if job.is_reading:  # in use from now on; the worker hears of it later
            worker.snapshot = job.snapshot or self.snapshot
            self._was_asked = self._was_asked or job.snapshot is None
        if self.keeper_sleeps:
            self.keeper_sleeps = False
            self._wake_keeper()

    def _send(self, job: Job, worker: Worker) -> None:
        """Send an assigned query. A worker that died while it was idle is passed over."""
        try:
            worker.ask(job.query)
        except OSError:
            if worker.fate in ("", CRASHED):
                self.lose(worker, again=job)
                return
        with self._lock:
            job.is_granted = True
            notify = job.notify
        if notify:
            notify()

    def tell_when_granted(self, job: Job, notify: Callable[[], object]) -> None:
        """Call ``notify`` once ``job`` has a worker or a refusal; at once, if it has."""
        with self._lock:
            if not job.is_granted:
                job.notify = notify
                return
        notify()

    def withdraw(self, job: Job) -> None:
        """Take a job out of the queue that waited too long; one that was granted meanwhile goes on."""
        with self._lock:
            if job not in self._waiting:
                return
            self._waiting.remove(job)
            self._refused += 1
            busy = TooBusy(f"No worker was free within {job.timeout_seconds:g} seconds. Ask again later.")
            self._refuse(job, busy)

    def _refuse(self, job: Job, refusal: QueryAborted | TooBusy) -> None:
        job.refusal = refusal
        job.is_granted = True
        if job.notify:
            job.notify()

    def begin_reading(self, job: Job) -> Worker:
        """Return the worker of a granted job, to read its answer from.

        :raises ZanryuError: that refuses the job.
        """
        with self._lock:
            if job.refusal:
                raise job.refusal
            if job.worker is None or job.worker.is_read:
                raise RuntimeError("the answer of this job is being taken")
            job.worker.is_read = True
            return job.worker

    def end_reading(self, worker: Worker, *, is_whole: bool) -> None:
        """Take a worker back: for the next query, or as lost if its answer was not read to the end."""
        job = None
        with self._lock:
            worker.is_read = False
            self._evaluated += 1
            is_whole = is_whole and not worker.fate
            if is_whole:
                worker.job = None
                job = self._employ(worker)
            if self._is_closed:
                self._ended.notify_all()
        if job:
            self._send(job, worker)
        elif not is_whole:
            worker.kill(CANCELLED)
            self.lose(worker)

    def _employ(self, worker: Worker) -> Job | None:
        """Assign the next query to a free worker and return it, or let the worker idle."""
        if self._waiting:
            job = self._waiting.popleft()
            self._assign(job, worker)
            return job
        self._idle.add(worker)
        return None

    def begin_start(self) -> Snapshot:
        """Return the snapshot for a new worker to open; it is in use until that start has ended."""
        with self._lock:
            self._starting.append(self.snapshot)
            return self.snapshot

    def end_start(self, snapshot: Snapshot) -> None:
        """Give up what :meth:`begin_start` returned: it is open, or will never be."""
        with self._lock:
            self._starting.remove(snapshot)

    def admit(self, worker: Worker) -> None:
        """Take a started worker in, as a spare or in the place of a lost one."""
        with self._lock:
            self._spares.append(worker)
        self._promote_spares()

    def lose(self, worker: Worker, *, again: Job | None = None) -> None:
        """Give a dead or dying worker up; a spare takes its place. ``again`` goes first in the queue."""
        with self._lock:
            self._live.discard(worker)
            if worker in self._idle:
                self._idle.remove(worker)
            if worker in self._spares:
                self._spares.remove(worker)
            if again:
                again.worker = worker.job = None
                self._waiting.appendleft(again)
        self._promote_spares()
        self._wake_keeper()

    def _promote_spares(self) -> None:
        pairs = []
        with self._lock:
            while self._spares and len(self._live) < self._limits.workers:
                worker = self._spares.pop()
                self._live.add(worker)
                if job := self._employ(worker):
                    pairs.append((job, worker))
        for job, worker in pairs:
            self._send(job, worker)

    def cancel(self, job: Job) -> None:
        """Stop a job, wherever it is; nothing happens to one that is answered."""
        with self._lock:
            if job in self._waiting:
                self._waiting.remove(job)
                self._refuse(job, QueryAborted("The query was cancelled.", reason=CANCELLED))
                return
            worker = job.worker
        if worker:
            self.end(worker, job, CANCELLED)

    def end(self, worker: Worker, job: Job | None, fate: str) -> None:
        """Kill a worker for what it does with ``job`` (``None``: idly), unless it has gone on to another."""
        with self._lock:
            if worker.job is not job or worker not in (*self._live, *self._spares):
                return
            worker.kill(fate)
            if worker in self._idle:
                self._idle.remove(worker)  # no query may be given to it before it is lost
        self.lose(worker)

    def publish(self, snapshot: Snapshot) -> None:
        """Have every query from now on evaluated on ``snapshot``; those under way end on theirs."""
        self.snapshot = snapshot  # who takes the old one at this moment holds the lock, until it is in use
        self._was_asked = False

    @property
    def may_prepare(self) -> bool:
        """Whether a worker is free to open the next snapshot, and the present one was asked at all."""
        return self._was_asked and len(self._idle) > 0

    def snapshots_in_use(self) -> list[Snapshot]:
        """Return those that are read, or will be opened. What an idle worker has open, nobody reads again."""
        with self._lock:
            return [self.snapshot, *self._starting, *(worker.snapshot for worker in self._live if worker.job)]

    def everyone(self) -> list[Worker]:
        """Return all workers, busy, idle and spare."""
        with self._lock:
            return [*self._live, *self._spares]

    def load(self) -> Load:
        """Return how busy the workers are."""
        with self._lock:
            busy, waiting = sum(worker.job is not None for worker in self._live), len(self._waiting)
            return Load(len(self._live), len(self._spares), busy, waiting, self._evaluated, self._refused)

    def close(self, grace_seconds: float) -> None:
        """Refuse what waits and what comes; wait until what is under way has ended, if it does in time."""
        with self._lock:
            self._is_closed = True
            while self._waiting:
                self._refuse(self._waiting.popleft(), QueryAborted("The server is stopping.", reason=CLOSED))
            self._ended.wait_for(lambda: not any(worker.job for worker in self._live), grace_seconds)
