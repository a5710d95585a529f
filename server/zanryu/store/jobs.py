"""A query on its way: waiting for a worker, evaluated, answered. For a thread or for an event loop."""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zanryu.errors import ZanryuError
from zanryu.store.frames import AnswerReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from zanryu.store.dispatch import Dispatcher
    from zanryu.store.worker import Snapshot, Worker


@dataclass(frozen=True, slots=True)
class Evaluated:
    """An engine's whole answer, and the version of the data it was evaluated on."""

    body: bytes
    version: str


class Job:
    """One query. Exactly one thread or task takes its answer, by ``result``, ``chunks`` or ``answer``.

    Evaluation begins when a worker is free, not when the answer is asked for; a job whose answer nobody takes
    is stopped at its time limit. ``version`` names the data it was evaluated on, once it has an answer;
    ``snapshot`` is that data where it is not to be the newest; its sender keeps it from removal. What is only
    parsed is not ``is_reading``: it goes to a worker whatever that has open.
    """

    __slots__ = (
        "_dispatcher",
        "deadline",
        "is_granted",
        "is_reading",
        "notify",
        "query",
        "refusal",
        "snapshot",
        "timeout_seconds",
        "version",
        "worker",
    )

    def __init__(
        self,
        dispatcher: Dispatcher,
        query: bytes,
        timeout_seconds: float,
        snapshot: Snapshot | None = None,
        *,
        is_reading: bool = True,
    ) -> None:
        self.query = query
        self.is_reading = is_reading
        self.snapshot = snapshot
        self.timeout_seconds = timeout_seconds
        self.version = ""
        self.deadline = 0.0
        self.worker: Worker | None = None
        self.is_granted = False
        self.refusal: ZanryuError | None = None
        self.notify: Callable[[], object] | None = None
        self._dispatcher = dispatcher

    def result(self) -> bytes:
        """Return the whole answer; waits for it. Raises what :meth:`chunks` raises."""
        return b"".join(self.chunks())

    def chunks(self) -> list[bytes]:
        """Return the whole answer in pieces; waits for it.

        :raises QueryTimeout: after the time limit.
        :raises QueryTooExpensive: above the memory limit.
        :raises QueryAborted: if it was cancelled, or its worker died.
        :raises TooBusy: if no worker was free within the time limit.
        """
        if not self.is_granted:
            granted = threading.Event()
            self._dispatcher.tell_when_granted(self, granted.set)
            if not granted.wait(self.timeout_seconds):
                self._dispatcher.withdraw(self)
        with self._worker() as worker:
            reader = AnswerReader()
            while not reader.step(worker.connection):
                pass
        return reader.chunks

    async def answer(self) -> Evaluated:
        """Return the answer, in an event loop and without a thread. Raises what :meth:`chunks` raises.

        A task that is cancelled cancels the query.
        """
        return await self.begin_answer()

    def begin_answer(self) -> asyncio.Future[Evaluated]:
        """Begin to take the answer in the running event loop; see :meth:`answer`."""
        return _Taking(self, self._dispatcher).future

    def cancel(self) -> None:
        """Stop the query: its client is gone. Whoever waits for the answer gets ``QueryAborted``."""
        self._dispatcher.cancel(self)

    @contextmanager
    def _worker(self) -> Iterator[Worker]:
        """Yield the worker to read from, and give it back, or up if the answer was not read to its end."""
        worker = self._dispatcher.begin_reading(self)
        is_whole = False
        try:
            yield worker
            is_whole = True
        except (EOFError, OSError):
            raise worker.loss(self.timeout_seconds) from None
        except ZanryuError:
            is_whole = True
            raise
        finally:
            self.version = worker.snapshot.version
            self._dispatcher.end_reading(worker, is_whole=is_whole)


class _Taking:
    """Takes the answer of a job in an event loop: waits for its worker, reads when there is something.

    By callbacks: with a task, the loop would go round twice more for each answer.
    """

    def __init__(self, job: Job, dispatcher: Dispatcher) -> None:
        self._job = job
        self._dispatcher = dispatcher
        self._reader = AnswerReader()
        self._worker: Worker | None = None
        self._patience: asyncio.TimerHandle | None = None
        self._thread = threading.get_ident()
        self._loop = asyncio.get_running_loop()
        self.future: asyncio.Future[Evaluated] = self._loop.create_future()
        self.future.add_done_callback(self._see_whether_cancelled)
        if job.is_granted:
            self._begin()
        else:
            self._patience = self._loop.call_later(job.timeout_seconds, dispatcher.withdraw, job)
            dispatcher.tell_when_granted(job, self._notify)

    def _notify(self) -> None:
        # Most are granted by the loop itself, at the end of another answer: it need not be woken. And not
        # here and now, since the dispatcher may hold its lock.
        if threading.get_ident() == self._thread:
            self._loop.call_soon(self._begin)
        else:
            self._loop.call_soon_threadsafe(self._begin)

    def _begin(self) -> None:
        if self._patience:
            self._patience.cancel()
        if self.future.done():
            return  # cancelled
        try:
            worker = self._worker = self._dispatcher.begin_reading(self._job)
        except ZanryuError as error:
            self.future.set_exception(error)
            return
        if worker.connection.fileno() < 0:  # its worker is gone, and seen off
            self._end(worker.loss(self._job.timeout_seconds), is_whole=False)
        else:
            # A descriptor: a socket as such would be described in words, in an error never shown.
            self._loop.add_reader(worker.connection.fileno(), self._read, worker)

    def _read(self, worker: Worker) -> None:
        try:
            if self._reader.step(worker.connection, socket.MSG_DONTWAIT):
                self._end(None, is_whole=True)
        except BlockingIOError:
            return
        except (EOFError, OSError):
            self._end(worker.loss(self._job.timeout_seconds), is_whole=False)
        except ZanryuError as error:
            self._end(error, is_whole=True)

    def _end(self, error: ZanryuError | None, *, is_whole: bool) -> None:
        """Give the worker back, and then tell."""
        worker, self._worker = self._worker, None
        if worker is None:
            return
        self._job.notify = None  # which leads back here: the answer must not wait for the garbage collector
        if worker.connection.fileno() >= 0:
            self._loop.remove_reader(worker.connection.fileno())
            # uvloop leaves what it has watched non-blocking, and the next answer may be read in a thread.
            worker.connection.setblocking(True)
        self._job.version = worker.snapshot.version
        self._dispatcher.end_reading(worker, is_whole=is_whole)
        if self.future.done():
            return
        if error:
            self.future.set_exception(error)
        else:
            self.future.set_result(Evaluated(self._reader.whole(), self._job.version))

    def _see_whether_cancelled(self, future: asyncio.Future[Evaluated]) -> None:
        if future.cancelled():
            self._job.cancel()
            self._end(None, is_whole=False)
