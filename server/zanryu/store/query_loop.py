"""What a confined worker does: open a snapshot, answer query after query, change snapshots when told."""

from __future__ import annotations

import gc
import os
import socket
import sys
from dataclasses import asdict, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from zanryu.errors import QueryAborted, ZanryuError
from zanryu.store.bounded_answers import BoundedAnswer, Serialisers, too_expensive
from zanryu.store.embedded import EmbeddedStore
from zanryu.store.frames import HEADER, FrameReader, Kind, frame_of, frame_of_error, read_json, read_query
from zanryu.store.isolation import Isolation, limit_files, limit_memory

if TYPE_CHECKING:
    import pyoxigraph as ox

_BLOCK_BYTES: Final = 131_072


def serve_queries(descriptor: int, isolation: Isolation) -> None:
    """Answer until the server closes the connection. The first two frames are START and OPEN."""
    with socket.socket(fileno=descriptor) as connection:
        frames = FrameReader(connection)
        limits = read_json(frames.next()[1])
        worker = _Worker(connection, limits)
        worker.open(*read_json(frames.next()[1]))
        if worker.failure is not None:
            connection.sendall(frame_of_error(worker.failure))
            return
        isolation = replace(isolation, memory_limit=worker.has_memory_limit, file_limits=limit_files())
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
    """Send stderr nowhere from now on: what libraries write there is shaped by queries."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stderr.fileno())
    os.close(nowhere)


class _Worker:
    """One connection, one snapshot, one query at a time."""

    def __init__(self, connection: socket.socket, limits: dict[str, Any]) -> None:
        self.failure: ZanryuError | None = None
        self.has_memory_limit = False
        self._connection = connection
        self._limits = limits
        self._serialisers = cast("Serialisers", import_module(limits["serialisers"]))
        self._store: EmbeddedStore | None = None
        self._answer = self._new_answer()

    def open(self, folder: str, version: str) -> None:
        """Change to a snapshot; a failure is told to the next query."""
        self._store = self.failure = None  # the old one goes first: two need twice the memory
        limit_memory(None)
        try:
            self._store = EmbeddedStore(Path(folder), version, self._serialise)
        except ZanryuError as error:
            self.failure = error
        self.has_memory_limit = limit_memory(self._limits["memory_bytes"])

    def answer(self, payload: bytes) -> None:
        """Send the answer to a query, or its error."""
        self._answer = self._new_answer()
        try:
            self._evaluate(payload)
        except ConnectionError:
            sys.exit()  # the server is gone
        except ZanryuError as error:
            self._connection.sendall(frame_of_error(error))
        except MemoryError:
            self._connection.sendall(frame_of_error(too_expensive(self._limits["memory_bytes"])))
        except (OSError, RuntimeError, ValueError) as error:
            self._connection.sendall(frame_of_error(_gave_up(error)))
        else:
            self._send(Kind.END, self._answer.block)

    def _evaluate(self, payload: bytes) -> None:
        if self._store is None:
            raise self.failure or RuntimeError("no snapshot is open")
        request = read_query(payload)
        self._store.query(request.text, request.dataset, request.media_type)

    def _serialise(self, result: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, name: str) -> bytes:
        return self._answer.serialise(self._serialisers, result, name)

    def _new_answer(self) -> BoundedAnswer:
        limits = self._limits
        return BoundedAnswer(limits["result_bytes"], limits["result_rows"], self._send_block, _BLOCK_BYTES)

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
