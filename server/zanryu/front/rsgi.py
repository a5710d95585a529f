"""The RSGI application: cache, then queries without a held thread, then Flask for everything else.

https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md
"""

from __future__ import annotations

import logging
import time
from random import Random
from typing import TYPE_CHECKING, Final

from granian._granian import RSGIProtocolClosed as ProtocolClosed

from zanryu.errors import ZanryuError
from zanryu.front.access_log import Exchange
from zanryu.front.answering import Answering
from zanryu.front.flights import ClientLeft
from zanryu.front.headers import read_head, sendable
from zanryu.front.representations import Reply
from zanryu.front.wsgi_bridge import Stream
from zanryu.web.headers import Freshness, standard_headers
from zanryu.web.problems import answer_problem

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterable

    from granian._granian import RSGIHTTPProtocol as HTTPProtocol
    from granian.rsgi import Scope

    from zanryu.front.access_log import AccessLog
    from zanryu.front.headers import Head
    from zanryu.front.services import Services

CLIENT_LEFT: Final = 499  # as nginx writes it; nobody receives it
_WITHOUT_BODY: Final = (204, 304)
_ids = Random()  # noqa: S311 - see _new_id; the system's own source costs a call of the kernel for each
_log = logging.getLogger("zanryu")


class Front:
    """The server over its services, which it closes at its end."""

    def __init__(self, services: Services, access_log: AccessLog | None = None) -> None:
        self._answering = Answering(services)
        self._services = services
        self._access_log = access_log
        self._on_start: list[Callable[[asyncio.AbstractEventLoop], None]] = []

    def on_start(self, begin: Callable[[asyncio.AbstractEventLoop], None]) -> None:
        """Have something begun when the event loop is there."""
        self._on_start.append(begin)

    def turn_to(self, pages: Callable[..., Iterable[bytes]], freshness: Freshness) -> None:
        """See :meth:`Answering.turn_to`."""
        self._answering.turn_to(pages, freshness)

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin what was given to :meth:`on_start`."""
        for begin in self._on_start:
            begin(loop)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Let go of everything, when the last answer under way has been sent."""
        self._services.close()
        if self._access_log:
            self._access_log.close()

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        """Answer one request."""
        began = time.perf_counter()
        head = read_head(scope)
        request_id = _new_id()
        answer, status, sent = None, CLIENT_LEFT, 0
        try:
            answer = await self._answer(head, scope, protocol, request_id)
            sent = await _send(protocol, head, answer, request_id)
            status = answer.status
        except (ClientLeft, ProtocolClosed):
            pass  # nobody is there to be told
        finally:
            seconds = time.perf_counter() - began
            said = dict(answer.headers) if answer else {}
            cache, media_type = said.get("x-cache", ""), said.get("content-type", "").partition(";")[0]
            exchange = Exchange(request_id, head.method, head.path, status, sent, seconds, cache, media_type)
            if self._access_log:
                self._access_log.record(exchange)
            if self._services.operation:
                self._services.operation.record(scope, head, exchange, said)

    async def _answer(
        self, head: Head, scope: Scope, protocol: HTTPProtocol, request_id: str
    ) -> Reply | Stream:
        try:
            return await self._answering.answer(head, scope, protocol, request_id)
        except ClientLeft:
            raise
        except Exception:  # noqa: BLE001 - the one place for what nobody foresaw: logged, under an id
            _log.exception("unexpected error %s at %s %r", request_id, head.method, head.path)
            return _fault(head.method, request_id)


def _new_id() -> str:
    """Return a UUID (version 4). It names a line of the log and opens nothing: it may be guessed."""
    digits = f"{_ids.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:]}"


def _fault(method: str, request_id: str) -> Reply:
    """Answer a defect of ours: the detail is in the log, the client gets its id."""
    hidden = ZanryuError(f"This is a fault of the server, logged as {request_id}.")
    response = answer_problem(hidden, f"urn:uuid:{request_id}")
    own = {name.lower(): value for name, value in response.headers}
    return Reply(
        response.status,
        sendable(response.with_headers(standard_headers(method, own, Freshness())).headers),
        response.body,
    )


async def _send(protocol: HTTPProtocol, head: Head, answer: Reply | Stream, request_id: str) -> int:
    """Send an answer and return the number of bytes of its body."""
    headers = [*answer.headers, ("x-request-id", request_id)]
    if isinstance(answer, Stream):
        return await _send_stream(protocol, head, answer, headers)
    if answer.status in _WITHOUT_BODY:
        protocol.response_empty(answer.status, headers)
        return 0
    if head.method == "HEAD":
        protocol.response_empty(answer.status, [*headers, ("content-length", str(len(answer.body)))])
        return 0
    protocol.response_bytes(answer.status, headers, answer.body)
    return len(answer.body)


async def _send_stream(
    protocol: HTTPProtocol, head: Head, answer: Stream, headers: list[tuple[str, str]]
) -> int:
    """Send a file in blocks. One that ends early breaks the connection, since its length was announced."""
    headers = [*headers, ("content-length", str(answer.length))]
    sent = 0
    try:
        if head.method == "HEAD":
            protocol.response_empty(answer.status, headers)
            return 0
        transport = protocol.response_stream(answer.status, headers)
        async for block in answer.blocks():
            await transport.send_bytes(block)
            sent += len(block)
    finally:
        answer.close()
    return sent
