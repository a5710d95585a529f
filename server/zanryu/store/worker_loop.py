"""What a confined worker does: open a snapshot, answer frame after frame, change snapshots when told."""

from __future__ import annotations

import gc
import os
import socket
import sys
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Final, Protocol

from zanryu.errors import QueryAborted, ZanryuError
from zanryu.store.bounded_answers import BoundedAnswer, too_expensive
from zanryu.store.frames import HEADER, FrameReader, Kind, frame_of, frame_of_error, read_json
from zanryu.store.isolation import Isolation, limit_files, limit_memory

if TYPE_CHECKING:
    from collections.abc import Callable

_BLOCK_BYTES: Final = 131_072


class Work(Protocol):
    """What the worker knows to do; made of the options that it is started with."""

    def open(self, folder: str, version: str) -> None:
        """Change to a snapshot.

        :raises ZanryuError: if it cannot be opened.
        """

    def answer(self, payload: bytes, answer: BoundedAnswer) -> None:
        """Write the answer to a frame. Raises what the client is told."""


def serve(descriptor: int, isolation: Isolation, begin: Callable[[dict[str, Any]], Work]) -> None:
    """Answer until the server closes the connection. The first two frames are START and OPEN.

    Among the options of START, ``file_bytes`` is how long a file the work may write; without it, none.
    """
    with socket.socket(fileno=descriptor) as connection:
        frames = FrameReader(connection)
        options = read_json(frames.next()[1])
        worker = _Worker(connection, options, begin(options))
        worker.open(*read_json(frames.next()[1]))
        if worker.failure is not None:
            connection.sendall(frame_of_error(worker.failure))
            return
        holds = limit_files(options.get("file_bytes", 0))
        isolation = replace(isolation, memory_limit=worker.has_memory_limit, file_limits=holds)
        gc.freeze()
        _silence()
        connection.sendall(frame_of(Kind.READY, asdict(isolation)))
        while frame := _next(frames):
            kind, payload = frame
            if kind == Kind.OPEN:
                worker.open(*read_json(payload))
            else:
                worker.answer(payload)


def _next(frames: FrameReader) -> tuple[int, bytes] | None:
    try:
        return frames.next()
    except (EOFError, ConnectionError):
        return None


def _silence() -> None:
    """Send stderr nowhere from now on: what libraries write there is shaped by requests."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stderr.fileno())
    os.close(nowhere)


class _Worker:
    """One connection, one snapshot, one request at a time."""

    def __init__(self, connection: socket.socket, limits: dict[str, Any], work: Work) -> None:
        self.failure: ZanryuError | None = None
        self.has_memory_limit = False
        self._connection = connection
        self._limits = limits
        self._work = work

    def open(self, folder: str, version: str) -> None:
        """Change to a snapshot; a failure is told to the next request."""
        self.failure = None
        limit_memory(None)
        try:
            self._work.open(folder, version)
        except ZanryuError as error:
            self.failure = error
        self.has_memory_limit = limit_memory(self._limits["memory_bytes"])

    def answer(self, payload: bytes) -> None:
        """Send the answer to a frame, or its error."""
        limits = self._limits
        answer = BoundedAnswer(limits["result_bytes"], limits["result_rows"], self._send_block, _BLOCK_BYTES)
        try:
            if self.failure:
                raise self.failure
            self._work.answer(payload, answer)
        except ConnectionError:
            sys.exit()  # the server is gone
        except ZanryuError as error:
            self._connection.sendall(frame_of_error(error))
        except MemoryError:
            self._connection.sendall(frame_of_error(too_expensive(limits["memory_bytes"])))
        except (OSError, RuntimeError, ValueError) as error:
            self._connection.sendall(frame_of_error(_gave_up(error)))
        else:
            self._send(Kind.END, answer.block)

    def _send_block(self, block: bytearray) -> None:
        self._send(Kind.DATA, block)

    def _send(self, kind: Kind, block: bytearray) -> None:
        header = HEADER.pack(kind, len(block))
        if len(block) < _BLOCK_BYTES:
            self._connection.sendall(header + block)
        else:
            self._connection.sendall(header)
            self._connection.sendall(block)


def _gave_up(error: Exception) -> QueryAborted:
    """Return the error of a query that the engine cannot finish. System errors may name paths: not told."""
    said = "it cannot reach or read what the query names" if isinstance(error, OSError) else str(error)
    return QueryAborted(f"The engine gave the query up: {said}.", reason="engine")
