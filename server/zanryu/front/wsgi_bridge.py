"""Calling a WSGI application (PEP 3333) from an event loop, in a bounded number of threads.

An answer of unannounced length is gathered before it is sent: granian ends a broken one like a whole one.
"""

from __future__ import annotations

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from zanryu.front.flights import done_for
from zanryu.front.headers import Head, sendable
from zanryu.web.plain import PlainResponse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
    from types import TracebackType

    from granian.rsgi import Scope

    from zanryu.front.flights import Connection

_ExcInfo: TypeAlias = (
    "tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None] | None"
)
_BLOCK_BYTES: Final = 262_144
_STREAMED_FROM_BYTES: Final = 1_048_576
_NOT_HTTP: Final = ("content-type", "content-length", "transfer-encoding", "proxy")  # HTTP_PROXY: httpoxy


class FileWrapper:
    """``wsgi.file_wrapper``: a file in blocks, which is what tells files from made answers."""

    def __init__(self, file: Any, block_bytes: int = _BLOCK_BYTES) -> None:  # noqa: ANN401 - PEP 3333: has read()
        self._file = file
        self._block_bytes = max(block_bytes, _BLOCK_BYTES)

    def __iter__(self) -> Iterator[bytes]:
        while block := self._file.read(self._block_bytes):
            yield block

    def close(self) -> None:
        """Close the file."""
        if hasattr(self._file, "close"):
            self._file.close()


@dataclass(frozen=True, slots=True)
class Stream:
    """An answer that is sent while it is read: a large file, or a range of one. Its length is known."""

    status: int
    headers: list[tuple[str, str]]
    length: int
    chunks: Iterable[bytes]
    threads: ThreadPoolExecutor

    async def blocks(self) -> AsyncIterator[bytes]:
        """Yield the body in blocks, read in a thread."""
        loop, chunks = asyncio.get_running_loop(), iter(self.chunks)
        while block := await loop.run_in_executor(self.threads, next, chunks, b""):
            yield block

    def close(self) -> None:
        """Let go of what is read from (PEP 3333: always, whatever happened)."""
        _close(self.chunks)


@dataclass(frozen=True, slots=True)
class Made:
    """An answer that is complete. ``is_file`` says that it stands for a file, which may change by itself."""

    response: PlainResponse
    is_file: bool = False


class WsgiBridge:
    """A WSGI application behind an event loop, in ``threads`` threads.

    ``waiting`` names requests (method and path) that wait for something else most of their time, each with
    the number of its own threads: pages must not wait behind them.
    """

    def __init__(
        self,
        application: Callable[..., Iterable[bytes]],
        threads: int,
        waiting: Mapping[tuple[str, str], int] | None = None,
    ) -> None:
        self.application = application
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="zanryu-page")
        self._waiting = {
            request: ThreadPoolExecutor(count, thread_name_prefix="zanryu-waiting")
            for request, count in (waiting or {}).items()
        }

    def turn_to(self, application: Callable[..., Iterable[bytes]]) -> None:
        """Have what begins from now on answered by another application."""
        self.application = application

    async def call(self, environ: dict[str, Any], client: Connection) -> Made | Stream:
        """Return the application's answer. Raises what it raises.

        :raises ClientLeft: if the client left what waits for something else; what it waits for is stopped.
        """
        waiting = self._waiting.get((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        if waiting:
            return await done_for(client, waiting, partial(self._call, environ))
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._call, environ)

    async def in_thread(self, work: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the work returns
        """Do something that takes a while in one of the threads."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def close(self) -> None:
        """Begin nothing more."""
        for threads in (self._threads, *self._waiting.values()):
            threads.shutdown(wait=False, cancel_futures=True)

    def _call(self, environ: dict[str, Any]) -> Made | Stream:
        start = _Start()
        result = self.application(environ, start)
        is_streamed = False
        try:
            is_file = isinstance(result, FileWrapper)
            chunks = iter(result)
            first = next(chunks, b"")  # an application may call start_response as late as here
            status, headers = start.answer()
            length = start.length()
            if not start.written and length is not None and length >= _STREAMED_FROM_BYTES:
                is_streamed = True
                return Stream(status, headers, length, _Rest(first, chunks, result), self._threads)
            body = b"".join([*start.written, first, *chunks])
            _require_length(body, length, environ)
            return Made(PlainResponse(status, tuple(headers), body), is_file or start.has("Accept-Ranges"))
        finally:
            if not is_streamed:
                _close(result)


class _Start:
    """``start_response``: takes the status and the headers, and returns ``write``."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self._status = ""
        self._headers: list[tuple[str, str]] = []

    def __call__(
        self, status: str, headers: list[tuple[str, str]], exc_info: _ExcInfo = None
    ) -> Callable[[bytes], None]:
        if self._status and exc_info is None:
            raise RuntimeError("start_response was called twice without an error")  # PEP 3333
        if self.written and exc_info is not None and exc_info[1] is not None:
            raise exc_info[1].with_traceback(exc_info[2])
        self._status, self._headers = status, list(headers)
        return self.written.append

    def answer(self) -> tuple[int, list[tuple[str, str]]]:
        """Return the status and the headers that may be sent."""
        if not self._status:
            raise RuntimeError("the application did not call start_response")
        return int(self._status.partition(" ")[0]), sendable(self._headers)

    def length(self) -> int | None:
        """Return the announced length of the body."""
        return next((int(value) for name, value in self._headers if name.lower() == "content-length"), None)

    def has(self, wanted: str) -> bool:
        """Return whether a header was given."""
        return any(name.lower() == wanted.lower() for name, _ in self._headers)


class _Rest:
    """The chunks of a result whose first was taken; closes the result."""

    def __init__(self, first: bytes, chunks: Iterator[bytes], result: Iterable[bytes]) -> None:
        self._first = first
        self._chunks = chunks
        self._result = result

    def __iter__(self) -> Iterator[bytes]:
        # An empty chunk is not the end (PEP 3333).
        yield from (chunk for chunk in chain((self._first,), self._chunks) if chunk)

    def close(self) -> None:
        _close(self._result)


def _close(result: Iterable[bytes]) -> None:
    close = getattr(result, "close", None)
    if close is not None:
        close()


def _require_length(body: bytes, length: int | None, environ: dict[str, Any]) -> None:
    if length is not None and body and len(body) != length:
        raise RuntimeError(f"{environ['PATH_INFO']}: {len(body)} bytes given, {length} announced")


def environ_of(scope: Scope, head: Head, body: bytes) -> dict[str, Any]:
    """Return the WSGI environment of a request; HEAD is asked as GET, and its body not sent."""
    host, _, port = scope.server.rpartition(":")
    client, _, client_port = scope.client.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET" if head.method == "HEAD" else head.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": _as_latin_1(head.path),
        "QUERY_STRING": _as_latin_1(head.query_string),
        "CONTENT_TYPE": head.headers.get("content-type", ""),
        "CONTENT_LENGTH": str(len(body)),
        "SERVER_NAME": host or "localhost",
        "SERVER_PORT": port or "80",
        "SERVER_PROTOCOL": f"HTTP/{'1.0' if scope.http_version == '1' else scope.http_version}",
        "REMOTE_ADDR": client.strip("[]"),
        "REMOTE_PORT": client_port,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": FileWrapper,
    }
    for name, value in head.headers.items():
        # A name with an underscore would be taken for the one with a hyphen.
        if name not in _NOT_HTTP and "_" not in name:
            environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
    if "host" not in head.headers and scope.authority:
        environ["HTTP_HOST"] = scope.authority
    return environ


def _as_latin_1(text: str) -> str:
    """Return bytes as PEP 3333 has them in a string."""
    return text.encode("utf-8", "surrogateescape").decode("latin-1")
