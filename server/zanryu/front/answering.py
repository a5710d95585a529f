"""From a request to its answer: what is known already, what is a query, what is a page."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from zanryu.errors import ZanryuError
from zanryu.front import compression
from zanryu.front.body import read_body
from zanryu.front.cache import AnswerCache, Entry, Key, key_of, may_be_kept
from zanryu.front.flights import Flights
from zanryu.front.representations import Reply, Representations
from zanryu.front.wsgi_bridge import Made, Stream, WsgiBridge, environ_of
from zanryu.sparql.endpoint import Asked, read, respond
from zanryu.web.handover import KEY, Handover
from zanryu.web.headers import Freshness, standard_headers
from zanryu.web.media_types import HTML, PROBLEM
from zanryu.web.negotiation import prefers
from zanryu.web.problems import answer_problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from granian.rsgi import HTTPProtocol, Scope

    from zanryu.front.evaluator import Evaluated, Evaluator
    from zanryu.front.headers import Head
    from zanryu.web.plain import PlainRequest, PlainResponse

_ENDPOINT: Final = "/sparql"
_WITHOUT_BODY: Final = ("GET", "HEAD", "OPTIONS")
# Reading a query takes about a microsecond a character; a longer one must not hold up everybody else.
_INLINE_QUERY_BYTES: Final = 4096
_log = logging.getLogger("zanryu")


@dataclass(frozen=True, slots=True)
class Services:
    """What answers are made by. ``version`` tells the data version at hand, and costs little."""

    bridge: WsgiBridge
    evaluator: Evaluator
    version: Callable[[], str]
    freshness: Freshness
    cache_bytes: int
    max_body_bytes: int
    close_engine: Callable[[], None] = lambda: None

    def close(self) -> None:
        """Begin nothing more, and end the engine's processes."""
        self.bridge.close()
        self.evaluator.close()
        self.close_engine()


@dataclass(frozen=True, slots=True)
class Asking:
    """A request on its way. ``key`` is what its answer is kept under, if it is."""

    head: Head
    scope: Scope
    protocol: HTTPProtocol
    request_id: str
    key: Key | None = None
    body: bytes = b""


class Answering:
    """Answers requests by the services."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._cache = AnswerCache(services.cache_bytes)
        self._representations = Representations(self._cache, services.bridge.in_thread)
        self._evaluations: Flights[Evaluated] = Flights()
        self._pages: Flights[tuple[str, Made | Stream]] = Flights()

    async def answer(
        self, head: Head, scope: Scope, protocol: HTTPProtocol, request_id: str
    ) -> Reply | Stream:
        """Return the answer to a request, an error of the client's among them.

        :raises ClientLeft: if nobody waits for it any more.
        """
        version = self._services.version()
        self._cache.turn_to(version)
        asking = Asking(head, scope, protocol, request_id, key_of(head, version))
        try:
            if head.method not in _WITHOUT_BODY:
                body = await read_body(protocol, head.headers, self._services.max_body_bytes)
                is_query = head.path == _ENDPOINT and head.method == "POST"
                key = key_of(head, version, body) if is_query else None
                asking = replace(asking, body=body, key=key)
            return await self._known(asking) or await self._ask(asking)
        except ZanryuError as error:
            return await self._refuse(asking, error)

    async def _known(self, asking: Asking) -> Reply | None:
        entry = self._cache.find(asking.key) if asking.key else None
        if entry is None:
            return None
        found = self._representations.find(asking.head, entry, "hit")
        return found or await self._representations.make(asking.head, asking.key, entry, "hit")

    async def _ask(self, asking: Asking) -> Reply | Stream:
        if asking.head.path == _ENDPOINT and asking.head.method in ("GET", "HEAD", "POST"):
            asked = await self._read(asking.head.plain(asking.body))
            if isinstance(asked, Asked):
                return await self._query(asking, asked)
        return await self._page(asking, Handover(asking.request_id))

    async def _read(self, request: PlainRequest) -> Any:  # noqa: ANN401 - Asked | Introduction, through a thread
        if len(request.query_string) + len(request.body) <= _INLINE_QUERY_BYTES:
            return read(request)
        return await self._services.bridge.in_thread(partial(read, request))

    async def _query(self, asking: Asking, asked: Asked) -> Reply | Stream:
        prepared = asked.prepared
        condition = asking.head.headers.get("if-none-match")
        if condition and asking.key and (known := self._unchanged(asking, asked, condition)):
            return known
        version = asking.key.version if asking.key else self._services.version()
        shared = (version, prepared.text, prepared.dataset, prepared.evaluated_as)
        key = shared if prepared.outline.is_repeatable else None
        evaluated = await self._evaluations.join(
            key, partial(self._services.evaluator.evaluate, prepared), asking.protocol
        )
        if asking.key and asking.key.version != evaluated.version:
            asking = replace(asking, key=asking.key._replace(version=evaluated.version))
        if prepared.wants_page:
            handover = Handover(asking.request_id, answer=evaluated.body, version=evaluated.version)
            return await self._page(asking, handover)
        response = respond(asked, evaluated.body, evaluated.version)
        return await self._finish(asking, self._complete(asking, response))

    def _unchanged(self, asking: Asking, asked: Asked, condition: str) -> Reply | None:
        """Return 304 to a client whose copy is of this data: it costs no evaluation."""
        ...

    async def _page(self, asking: Asking, handover: Handover) -> Reply | Stream:
        ...
