"""What crosses between the server and a query worker: frames of a kind, a length and bytes. No pickle.

A query is one frame: its dataset and media type as JSON, a NUL, its text in UTF-8. An answer is any number of
``DATA`` frames and one ``END``; without ``END`` there is no answer, so a worker that dies cannot shorten one.
"""

from __future__ import annotations

import json
import struct
from dataclasses import astuple, dataclass
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from zanryu import errors
from zanryu.errors import MalformedQuery, ZanryuError
from zanryu.store.backend import QueryDataset

if TYPE_CHECKING:
    import socket

HEADER: Final = struct.Struct("!B3xI")
READ_BYTES: Final = 262_144
_SEPARATOR: Final = b"\0"


class Kind(IntEnum):
    """What a frame holds. Server to worker: START, OPEN, QUERY; worker to server: the others.

    STAGED comes from the gate alone, before a change is checked: how many quads it adds and removes.
    """

    START = 1
    OPEN = 2
    QUERY = 3
    READY = 4
    DATA = 5
    END = 6
    ERROR = 7
    STAGED = 8


@dataclass(frozen=True, slots=True)
class Request:
    """A query to evaluate: what crosses to a worker."""

    text: str
    dataset: QueryDataset
    media_type: str


def frame(kind: Kind, payload: bytes) -> bytes:
    """Return a frame."""
    return HEADER.pack(kind, len(payload)) + payload


def frame_of(kind: Kind, document: object) -> bytes:
    """Return a frame that holds a JSON document."""
    return frame(kind, json.dumps(document).encode())


def frame_of_query(request: Request) -> bytes:
    """Return a query as a frame.

    :raises MalformedQuery: for text that has no UTF-8 form (half of a surrogate pair).
    """
    try:
        text = request.text.encode()
    except UnicodeEncodeError as error:
        raise MalformedQuery(f"The query is not Unicode text (character {error.start}).") from None
    return frame(Kind.QUERY, _options(request.dataset, request.media_type) + text)


@lru_cache(maxsize=256)
def _options(dataset: QueryDataset, media_type: str) -> bytes:
    return json.dumps([media_type, *astuple(dataset)]).encode() + _SEPARATOR


def read_query(payload: bytes) -> Request:
    """Return the query that a frame holds."""
    options, _, text = payload.partition(_SEPARATOR)
    dataset, media_type = _read_options(options)
    return Request(text.decode(), dataset, media_type)


@lru_cache(maxsize=256)
def _read_options(options: bytes) -> tuple[QueryDataset, str]:
    media_type, default_graphs, named_graphs, *others = json.loads(options)
    return QueryDataset(tuple(default_graphs), tuple(named_graphs), *others), media_type


def frame_of_error(error: ZanryuError) -> bytes:
    """Return an error as a frame: its kind, what it says, its members."""
    return frame_of(Kind.ERROR, [error.slug, error.detail, error.members])


def read_error(payload: bytes) -> ZanryuError:
    """Return the error that a frame holds, in its own class again."""
    slug, detail, members = json.loads(payload)
    return _known_errors().get(slug, ZanryuError)(detail, **members)


@lru_cache(maxsize=1)
def _known_errors() -> dict[str, type[ZanryuError]]:
    found = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    return {kind.slug: kind for kind in found if issubclass(kind, ZanryuError)}


class FrameReader:
    """Reads frame after frame, each with one system call where it is short."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._data = b""

    def next(self) -> tuple[int, bytes]:
        """Return the kind and the payload of the next frame; waits for it.

        :raises EOFError: if the other side is gone.
        """
        self._fill(HEADER.size)
        kind, length = HEADER.unpack_from(self._data)
        end = HEADER.size + length
        self._fill(end)
        payload, self._data = self._data[HEADER.size : end], self._data[end:]
        return kind, payload

    def _fill(self, length: int) -> None:
        while len(self._data) < length:
            received = self._connection.recv(READ_BYTES)
            if not received:
                raise EOFError
            self._data += received


class AnswerReader:
    """Puts an answer together from whatever arrives, in steps: for a thread or an event loop."""

    __slots__ = ("_error", "_kind", "_missing", "_rest", "chunks")

    def __init__(self) -> None:
        self.chunks: list[bytes] = []
        self._error = b""
        self._rest = b""
        self._kind = 0
        self._missing = 0

    def step(self, connection: socket.socket, flags: int = 0) -> bool:
        """Receive once; return whether the answer is complete.

        :raises EOFError: if the worker is gone.
        :raises ZanryuError: that the worker sent.
        :raises BlockingIOError: if nothing is there and ``flags`` say not to wait.
        """
        received = connection.recv(READ_BYTES, flags)
        if not received:
            raise EOFError
        data = self._rest + received if self._rest else received
        self._rest = b""
        while data:
            if not self._kind:
                if len(data) < HEADER.size:
                    self._rest = data
                    break
                self._kind, self._missing = HEADER.unpack_from(data)
                data = data[HEADER.size :]
            part, data = data[: self._missing], data[self._missing :]
            self._missing -= len(part)
            self._keep(part)
            if not self._missing and self._end_frame():
                return True
        return False

    def whole(self) -> bytes:
        """Return the complete answer in one piece."""
        return self.chunks[0] if len(self.chunks) == 1 else b"".join(self.chunks)

    def _keep(self, part: bytes) -> None:
        if self._kind == Kind.ERROR:
            self._error += part
        elif part:
            self.chunks.append(part)

    def _end_frame(self) -> bool:
        kind, self._kind = self._kind, 0
        if kind == Kind.ERROR:
            raise read_error(self._error)
        return kind == Kind.END


def read_json(payload: bytes) -> Any:  # noqa: ANN401 - a document whose shape the frame's kind tells
    """Return the JSON document that a frame holds."""
    return json.loads(payload)
