"""Reading one HTTP/1.1 response after the other from a stream of bytes, cheaply and to the last byte."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
_CLOSES = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
_HIT = re.compile(rb"\r\nx-cache: *hit", re.IGNORECASE)
_CRLF_BYTES: Final = 2


class CutOff(Exception):
    """The connection ended before the answer did."""


class ResponseReader:
    """Reads the response to one request at a time; bodies are counted and, where asked for, kept.

    After :meth:`feed` returned true: ``status``, ``body_bytes``, ``closes`` (the server ends the connection),
    ``is_hit`` (``X-Cache: hit``) and ``kept`` (the body, or ``None`` where it was not asked for or is larger
    than was asked for).
    """

    __slots__ = ("_body", "_head", "_keep_bytes", "_left", "_size_line", "_state", "body_bytes", "closes",
                 "is_hit", "status")  # fmt: skip

    def __init__(self) -> None:
        self.begin()

    def begin(self, keep_bytes: int = 0) -> None:
        """Expect a new response; keep its body if that has at most ``keep_bytes``."""
        self._state = "head"
        self._head = b""
        self._left = 0
        self._size_line = b""
        self._keep_bytes = keep_bytes
        self._body: list[bytes] = []
        self.body_bytes = 0
        self.status = 0
        self.closes = False
        self.is_hit = False

    @property
    def kept(self) -> bytes | None:
        """The body, where it was kept."""
        return b"".join(self._body) if 0 < self.body_bytes <= self._keep_bytes else None

    def feed(self, data: bytes) -> bool:
        """Read what came; return whether the response is complete.

        :raises CutOff: where ``data`` is empty: the connection has ended.
        """
        if not data:
            raise CutOff(f"answer cut off after {self.body_bytes} bytes")
        if self._state == "head":
            self._head += data
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return False
            data = self._head[end + 4 :]
            self._read_head(self._head[: end + 2])
        if self._state == "length":
            self._take(data)
            self._left -= len(data)
            return self._left <= 0
        return self._read_chunks(data)

    def _read_head(self, head: bytes) -> None:
        self.status, self.closes, self.is_hit, self._state, self._left = _parse_head(head)

    def _take(self, data: bytes) -> None:
        self.body_bytes += len(data)
        if self.body_bytes <= self._keep_bytes:
            self._body.append(data)
        else:
            self._body.clear()

    def _read_chunks(self, data: bytes) -> bool:
        at = 0
        while at < len(data):
            if self._state == "chunk":
                at = self._read_chunk(data, at)
                continue
            end = data.find(b"\n", at)
            if end < 0:
                self._size_line += data[at:]
                return False
            line, self._size_line = self._size_line + data[at:end], b""
            at = end + 1
            if self._state == "trailer":
                if not line.strip():
                    return True
            else:
                size = int(line.split(b";")[0], 16)
                self._state = "chunk" if size else "trailer"
                self._left = size + _CRLF_BYTES
        return False

    def _read_chunk(self, data: bytes, at: int) -> int:
        """Take what is there of a chunk and its line end; return where the rest of ``data`` begins."""
        end = min(len(data), at + self._left)
        content = min(end, at + max(0, self._left - _CRLF_BYTES))
        self._take(data[at:content])
        self._left -= end - at
        if not self._left:
            self._state = "size"
        return end


@lru_cache(maxsize=1024)  # a cache answers with the same head for a second: reading it costs the client, too
def _parse_head(head: bytes) -> tuple[int, bool, bool, str, int]:
    """Return status, whether the connection closes, whether a cache answered, and how the body ends."""
    status, closes, is_hit = int(head[9:12]), _CLOSES.search(head) is not None, _HIT.search(head) is not None
    if length := _LENGTH.search(head):
        return status, closes, is_hit, "length", int(length[1])
    if _CHUNKED.search(head):
        return status, closes, is_hit, "size", 0
    raise CutOff("answer with neither Content-Length nor chunks")
