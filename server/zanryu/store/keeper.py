"""The thread that starts workers, watches what they use, kills them, and sees them off.

One thread does it for all: the kernel ends a worker when the *thread* that started it ends (prctl(2),
PR_SET_PDEATHSIG), so a thread that serves requests must not start one.
"""

from __future__ import annotations

import logging
import select
import socket
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING, Final

from zanryu.errors import InputNotFound, ZanryuError
from zanryu.store.isolation import Isolation
from zanryu.store.worker import CLOSED, CRASHED, MEMORY, RETIRED, TIMEOUT, Limits, Program, Worker

if TYPE_CHECKING:
    from zanryu.store.dispatch import Dispatcher

_TICK_SECONDS: Final = 0.05
_AWAKE_SECONDS: Final = 1.0
_START_AGAIN_SECONDS: Final = 1.0
_SECONDS_TO_START: Final = 30.0
_SECONDS_TO_END: Final = 5.0
_KEPT_SHARE: Final = 0.25  # of the memory limit: an idle worker that keeps more is replaced
_log = logging.getLogger("zanryu")


class Keeper:
    """Keeps as many workers as the limits say.

    ``lost`` counts the workers that ended, by the reason, and ``started`` those that came to work.
    """

    def __init__(self, program: Program, limits: Limits) -> None:
        self.lost: Counter[str] = Counter()
        self.started = 0
        self.isolation = Isolation()
        self.failure: ZanryuError | None = None
        self._program = program
        self._limits = limits
        self._starting: dict[int, Worker] = {}
        self._admitted: set[Worker] = set()
        self._not_before = 0.0
        self._active_at = 0.0
        self._has_started = threading.Event()
        self._is_closing = False
        self._bell, self._ringer = socket.socketpair()
        self._bell.setblocking(False)
        self._ringer.setblocking(False)
        self._thread = threading.Thread(target=self._run, name="zanryu-keeper", daemon=True)

    def start(self, dispatcher: Dispatcher, *, waits: bool) -> None:
        """Start the workers, and if told so wait for the first; otherwise a failure is only logged.

        :raises InputNotFound: if it cannot start, or cannot open the snapshot.
        """
        self._dispatcher = dispatcher
        if not waits:
            self._has_started.set()
        self._thread.start()
        self._has_started.wait(_SECONDS_TO_START)
        if self.failure or not self._has_started.is_set():
            raise self.failure or InputNotFound("No query worker started. What kept it is on stderr.")

    def wake(self) -> None:
        """Have the thread look around now."""
        try:
            self._ringer.send(b"!")
        except OSError:
            return  # full, so it will wake; or closed

    def close(self) -> None:
        """End every worker and the thread."""
        self._is_closing = True
        self.wake()
        self._thread.join()
        for end in (self._bell, self._ringer):
            end.close()

    def _run(self) -> None:
        while not self._is_closing:
            try:
                self._turn()
            except Exception:  # noqa: BLE001 - a dead keeper takes every worker with it
                _log.exception("the keeper of the query workers failed at something and goes on")
                time.sleep(_TICK_SECONDS)
        self._end_all()

    def _turn(self) -> None:
        self._start_missing()
        spoken = self._wait()
        now = time.monotonic()
        for worker in self._dispatcher.everyone():
            if worker.connection.fileno() in spoken and not worker.is_read:
                self._dispatcher.lose(worker)  # it hung up
            else:
                self._watch(worker, now)
        self._finish_starts(spoken)
        self._see_off()

    def _wait(self) -> set[int]:
        """Sleep until there is something to do; return the connections that speak or have hung up."""
        poll = select.poll()
        poll.register(self._bell, select.POLLIN)
        for descriptor in self._starting:
            poll.register(descriptor, select.POLLIN)
        for worker in self._dispatcher.everyone():
            if not worker.is_read:
                poll.register(worker.connection, 0)  # 0: hanging up is told in any case
        spoken = {descriptor for descriptor, _ in poll.poll(self._pause())}
        self._dispatcher.keeper_sleeps = False
        if self._bell.fileno() in spoken:
            self._bell.recv(4096)
        return spoken

    def _pause(self) -> float | None:
        """Return for how many milliseconds nothing needs watching; ``None`` while no query comes."""
        now = time.monotonic()
        # First this, then the look: a query that begins in between sees it and rings.
        self._dispatcher.keeper_sleeps = now - self._active_at > _AWAKE_SECONDS
        deadlines = [job.deadline for worker in self._admitted if (job := worker.job)]
        if deadlines or self._starting or self._not_before > now or self._has_leavers():
            self._active_at = now
        elif self._dispatcher.keeper_sleeps:
            return None
        return max(0.0, min([_TICK_SECONDS, *(deadline - now for deadline in deadlines)])) * 1000

    def _has_leavers(self) -> bool:
        return len(self._admitted) > len(self._dispatcher.everyone())

    def _watch(self, worker: Worker, now: float) -> None:
        job = worker.job
        used = worker.private_bytes() - worker.own_bytes
        if job and now >= job.deadline:
            self._dispatcher.end(worker, job, TIMEOUT)
        elif job and used > self._limits.memory_bytes:
            self._dispatcher.end(worker, job, MEMORY)
        elif not job and used > self._limits.memory_bytes * _KEPT_SHARE:
            self._dispatcher.end(worker, None, RETIRED)

    def _start_missing(self) -> None:
        if time.monotonic() < self._not_before:
            return
        wanted = self._limits.workers + self._limits.spares
        for _ in range(wanted - len(self._dispatcher.everyone()) - len(self._starting)):
            snapshot = self._dispatcher.begin_start()
            try:
                worker = Worker(snapshot, self._program, self._limits)
            except OSError as error:  # no processes, no memory, no descriptors left
                self._dispatcher.end_start(snapshot)
                self._fail(InputNotFound(f"A query worker cannot be started: {error.strerror}."))
                return
            self._starting[worker.connection.fileno()] = worker

    def _finish_starts(self, spoken: set[int]) -> None:
        for descriptor in spoken & self._starting.keys():
            worker = self._starting.pop(descriptor)
            self._admitted.add(worker)
            opened = worker.snapshot  # once admitted, it may turn to another
            try:
                worker.finish_start()
            except ZanryuError as error:
                worker.kill(CRASHED)
                self._fail(error)
            except (EOFError, OSError):
                worker.cause_of_death()  # waits, so that it can write its last words
                worker.kill(CRASHED)
                self._fail(InputNotFound("A query worker ended while it started; the reason is on stderr."))
            else:
                self.isolation = worker.isolation
                self.started += 1
                self._dispatcher.admit(worker)
                self._has_started.set()
            finally:
                self._dispatcher.end_start(opened)

    def _fail(self, failure: ZanryuError) -> None:
        if self._has_started.is_set():
            _log.error("no new query worker: %s", failure.detail)
        else:
            self.failure = failure
            self._has_started.set()
        self._not_before = time.monotonic() + _START_AGAIN_SECONDS

    def _see_off(self) -> None:
        """Close what belongs to workers that are gone, once nobody reads from them."""
        for worker in self._admitted - set(self._dispatcher.everyone()):
            if not worker.is_read and worker.process.poll() is not None:
                self.lost[worker.cause_of_death()] += 1
                self._admitted.remove(worker)
                worker.connection.close()

    def _end_all(self) -> None:
        self._admitted.update(self._starting.values())
        for worker in self._admitted:
            worker.kill(CLOSED)
            self._dispatcher.lose(worker)
        patience = time.monotonic() + _SECONDS_TO_END
        while self._admitted and time.monotonic() < patience:
            self._see_off()
            select.poll().poll(1)
