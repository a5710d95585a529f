"""A server, a client and an engine that are values, so that the front can be asked without a socket."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from zanryu.front.rsgi import Front
from zanryu.front.services import Services
from zanryu.front.wsgi_bridge import WsgiBridge
from zanryu.store.jobs import Evaluated
from zanryu.web.headers import Freshness

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable

    from zanryu.sparql.evaluation import Prepared

LAST_MODIFIED = "Sat, 21 Nov 2026 00:00:00 GMT"
RESULTS_JSON = "application/sparql-results+json"


@dataclass
class Headers:
    pairs: list[tuple[str, str]]

    def keys(self) -> list[str]:
        return [name for name, _ in self.pairs]

    def items(self) -> list[tuple[str, str]]:
        return self.pairs


@dataclass
class Scope:
    method: str
    path: str
    query_string: str
    headers: Headers
    proto: str = "http"
    http_version: str = "1.1"
    scheme: str = "http"
    server: str = "127.0.0.1:8000"
    client: str = "127.0.0.1:50000"
    authority: str | None = None


@dataclass
class Answer:
    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def __getitem__(self, name: str) -> str:
        return ", ".join(value for known, value in self.headers if known == name)

    def __contains__(self, name: str) -> bool:
        return any(known == name for known, _ in self.headers)


class Protocol:
    """The server's side of one exchange. The client leaves when ``leave`` is set."""

    def __init__(self, chunks: Iterable[bytes] = ()) -> None:
        self.answer = Answer()
        self.chunks_read = 0
        self.leave = asyncio.Event()
        self._chunks = list(chunks)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self._chunks:
            self.chunks_read += 1
            yield chunk

    async def client_disconnect(self) -> None:
        await self.leave.wait()

    def response_empty(self, status: int, headers: list[tuple[str, str]]) -> None:
        self.answer = Answer(status, headers)

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.answer = Answer(status, headers, body)

    def response_stream(self, status: int, headers: list[tuple[str, str]]) -> Protocol:
        self.answer = Answer(status, headers)
        return self

    async def send_bytes(self, data: bytes) -> None:
        self.answer.body += data


class Engine:
    """Counts what it is asked. ``answer`` is given, or raised if it is an error, once ``go`` is set."""

    def __init__(self, answer: bytes | Exception = b"answer", version: str = "v1") -> None:
        self.answer = answer
        self.version = version
        self.asked: list[str] = []
        self.cancelled = 0
        self.go = asyncio.Event()
        self.go.set()

    def begin(self, prepared: Prepared) -> asyncio.Future[Evaluated]:
        return asyncio.ensure_future(self._evaluate(prepared))

    async def _evaluate(self, prepared: Prepared) -> Evaluated:
        self.asked.append(prepared.text)
        version = self.version
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if isinstance(self.answer, Exception):
            raise self.answer
        return Evaluated(self.answer, version)

    def close(self) -> None:
        pass


def no_pages(environ: dict[str, Any], start_response: Callable[..., object]) -> list[bytes]:
    start_response("404 Not Found", [("Content-Type", "text/plain")])
    return [environ["PATH_INFO"].encode()]


@dataclass
class Server:
    """A front over doubles or over the real thing, asked one request after the other or many at once."""

    front: Front

    async def ask(self, path: str, method: str = "GET", body: Any = (), **headers: Any) -> Answer:
        protocol = Protocol(body)
        await self.ask_on(protocol, path, method, **headers)
        return protocol.answer

    async def ask_on(self, protocol: Protocol, path: str, method: str = "GET", **headers: str) -> None:
        path, _, query_string = path.partition("?")
        pairs = [(name.replace("_", "-").lower(), value) for name, value in headers.items()]
        scope = Scope(method, path, query_string, Headers([("host", "x"), *pairs]))
        await self.front.__rsgi__(cast("Any", scope), cast("Any", protocol))


def server_over(
    engine: Any,
    pages: Callable[..., Iterable[bytes]] = no_pages,
    *,
    cache_bytes: int = 1_000_000,
) -> Server:
    services = Services(
        bridge=WsgiBridge(pages, 4),
        evaluator=engine,
        version=lambda: engine.version,
        freshness=Freshness(60, LAST_MODIFIED),
        cache_bytes=cache_bytes,
        max_body_bytes=1000,
    )
    return Server(Front(services))
