"""A query on its way: waiting for a worker, evaluated, answered. For a thread or for an event loop."""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from zanryu.errors import ZanryuError
from zanryu.store.frames import AnswerReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from zanryu.store.dispatch import Dispatcher
    from zanryu.store.worker import Worker


class Job:
    """One query. Exactly one thread or task takes its answer, by ``result``, ``chunks`` or ``answer``.

    Evaluation begins when a worker is free, not when the answer is asked for; a job whose answer nobody takes
    is stopped at its time limit. ``version`` names the data it was evaluated on, once it has an answer.
    """

    __slots__ = (
        "_dispatcher",
        "deadline",
        "is_granted",
        "notify",
        "query",
        "refusal",
        "timeout_seconds",
        "version",
        "worker",
    )

    def __init__(self, dispatcher: Dispatcher, query: bytes, timeout_seconds: float) -> None:
        self.query = query
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
        chunks = self.chunks()
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

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

    async def answer(self) -> list[bytes]:
        """Return the whole answer in pieces, in an event loop and without a thread; see :meth:`chunks`.

        A task that is cancelled cancels the query.
        """
        try:
            if not self.is_granted:
                await self._wait_for_worker()
            with self._worker() as worker:
                return await _read(worker.connection)
        except asyncio.CancelledError:
            self.cancel()
            raise

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

    async def _wait_for_worker(self) -> None:
        loop = asyncio.get_running_loop()
        granted = asyncio.Event()
        self._dispatcher.tell_when_granted(self, partial(loop.call_soon_threadsafe, granted.set))
        try:
            await asyncio.wait_for(granted.wait(), self.timeout_seconds)
        except TimeoutError:
            self._dispatcher.withdraw(self)


async def _read(connection: socket.socket) -> list[bytes]:
    loop = asyncio.get_running_loop()
    if connection.fileno() < 0:
        raise EOFError  # its worker is gone, and seen off
    reader = AnswerReader()
    descriptor = connection.fileno()  # a socket as such would be described in words, in an error never shown
    finished: asyncio.Future[list[bytes]] = loop.create_future()

    def step() -> None:
        try:
            if not finished.done() and reader.step(connection, socket.MSG_DONTWAIT):
                finished.set_result(reader.chunks)
        except BlockingIOError:
            return
        except (EOFError, OSError, ZanryuError) as error:
            finished.set_exception(error)

    loop.add_reader(descriptor, step)
    try:
        return await finished
    finally:
        loop.remove_reader(descriptor)
        # uvloop leaves what it has watched non-blocking, and the next answer may be read in a thread.
        connection.setblocking(True)
