"""One worker as the server sees it: a process, a socket to it, and why it was killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zanryu.errors import QueryAborted, QueryTimeout, ZanryuError
from zanryu.store.bounded_answers import too_expensive
from zanryu.store.frames import FrameReader, Kind, frame_of, read_error, read_json
from zanryu.store.interpreter import start_module
from zanryu.store.isolation import Isolation, private_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from zanryu.store.jobs import Job

_SECONDS_TO_DIE: Final = 2.0
TIMEOUT: Final = "timeout"
MEMORY: Final = "memory"
CANCELLED: Final = "cancelled"
CRASHED: Final = "crashed"
RETIRED: Final = "retired"
CLOSED: Final = "closed"
_ABORTED: Final = {
    CANCELLED: "The query was cancelled.",
    CRASHED: "The query ended the process that evaluated it. It may be nested too deeply.",
    RETIRED: "The query's process was replaced. Ask again.",
    CLOSED: "The server is stopping.",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What queries may use. ``queue_length`` queries wait at most; ``spares`` workers stand by, started.

    ``memory_bytes`` is what a query may need beyond the worker's own.
    """

    workers: int = os.cpu_count() or 1
    spares: int = 1
    queue_length: int = 64
    timeout_seconds: float = 30.0
    memory_bytes: int = 1_073_741_824
    result_bytes: int = 268_435_456
    result_rows: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Load:
    """How busy the workers are. ``evaluated`` counts answers and errors of queries, ``refused`` TooBusy."""

    workers: int
    spares: int
    busy: int
    waiting: int
    evaluated: int
    refused: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An immutable database: a folder that nobody writes, and the data version it holds."""

    folder: Path
    version: str


@dataclass(frozen=True, slots=True)
class Program:
    """What a worker runs: a module that confines itself and serves (:mod:`zanryu.store.worker_loop`).

    ``options`` is what it is told at its start, beside the limits; it crosses as JSON.
    """

    module: str
    options: Mapping[str, object]


class Worker:
    """A worker process. Who may use it, and when, is the dispatcher's to say: nothing here is locked.

    ``is_read`` says that somebody reads from ``connection``, so that nobody else may close it. ``snapshot``
    is what its last query is evaluated on. It opens one with a query, and never before.
    """

    def __init__(self, snapshot: Snapshot, program: Program, limits: Limits) -> None:
        self.fate = ""
        self.job: Job | None = None
        self.is_read = False
        self.isolation = Isolation()
        self.snapshot = self._told = snapshot
        self.own_bytes = 0
        self._limits = limits
        self.connection, other = socket.socketpair()
        with other:
            self.process = start_module(program.module, other.fileno())
        start = {
            **program.options,
            "memory_bytes": limits.memory_bytes,
            "result_bytes": limits.result_bytes,
            "result_rows": limits.result_rows,
        }
        self.connection.sendall(frame_of(Kind.START, start) + _frame_of(snapshot))

    def finish_start(self) -> None:
        """Read what the worker says of its start; it has to have said something.

        :raises ZanryuError: why it could not open the snapshot.
        :raises EOFError: if it ended without a word; the interpreter wrote the reason to stderr.
        """
        kind, payload = FrameReader(self.connection).next()
        if kind == Kind.ERROR:
            raise read_error(payload)
        self.isolation = Isolation(**read_json(payload))
        self.own_bytes = self.private_bytes()

    def ask(self, query: bytes) -> None:
        """Send the frame of a query, and before it the snapshot to evaluate it on, if that is another.

        :raises OSError: if the worker is gone; it has evaluated nothing.
        """
        if self.snapshot is not self._told:
            query = _frame_of(self.snapshot) + query
            self._told = self.snapshot
        self.connection.sendall(query)

    def kill(self, fate: str) -> None:
        """End the process at once. Who reads from it sees the end before the kernel has taken it apart."""
        self.fate = self.fate or fate
        self.process.kill()
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # closed already

    def private_bytes(self) -> int:
        """Return its resident memory beside mapped files; 0 where the system does not tell."""
        return private_bytes(self.process.pid) or 0

    def cause_of_death(self) -> str:
        """Return why it is gone; waits for the end of a process that was not killed by this server."""
        if not self.fate:
            try:
                code = self.process.wait(_SECONDS_TO_DIE)
            except subprocess.TimeoutExpired:
                code = 0
            # Rust ends the process by SIGABRT where the kernel refuses it memory (RLIMIT_DATA).
            self.fate = MEMORY if code == -signal.SIGABRT else CRASHED
        return self.fate

    def loss(self, timeout_seconds: float) -> ZanryuError:
        """Return why it is gone as an error for the client whose query it had."""
        fate = self.cause_of_death()
        if fate == TIMEOUT:
            return QueryTimeout(
                f"The query was stopped after {timeout_seconds:g} seconds. Ask for less, or name more terms.",
                limit=timeout_seconds,
            )
        if fate == MEMORY:
            return too_expensive(self._limits.memory_bytes)
        return QueryAborted(_ABORTED[fate], reason=fate)


def _frame_of(snapshot: Snapshot) -> bytes:
    return frame_of(Kind.OPEN, [str(snapshot.folder), snapshot.version])
