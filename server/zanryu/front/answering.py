"""From a request to its answer: what is known already, what is a query, what is a page."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, TypeVar

from zanryu.errors import ZanryuError
from zanryu.front.asking import Asking
from zanryu.front.body import read_body
from zanryu.front.cache import AnswerCache, Entry, Key, key_of, may_be_kept
from zanryu.front.compression import tags_of_identity
from zanryu.front.flights import Flights
from zanryu.front.headers import refuse_unreadable
from zanryu.front.past import Past
from zanryu.front.representations import Reply, Representations, likely_coding
from zanryu.front.wsgi_bridge import Made, Stream, environ_of
from zanryu.sparql.endpoint import Asked, read, respond
from zanryu.web.assets import is_immutable
from zanryu.web.content_coding import decode
from zanryu.web.handover import KEY, Handover
from zanryu.web.headers import Freshness, standard_headers
from zanryu.web.media_types import HTML, PROBLEM
from zanryu.web.negotiation import prefers
from zanryu.web.problems import answer_problem

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from granian._granian import RSGIHTTPProtocol as HTTPProtocol
    from granian.rsgi import Scope

    from zanryu.front.headers import Head
    from zanryu.front.services import Services
    from zanryu.sparql.evaluation import Prepared
    from zanryu.store.jobs import Evaluated
    from zanryu.store.versions import Version
    from zanryu.web.plain import PlainRequest, PlainResponse

T = TypeVar("T")
_ENDPOINT: Final = "/sparql"
_WITHOUT_BODY: Final = ("GET", "HEAD", "OPTIONS")
# Reading a query takes about a microsecond a character; a longer one must not hold up everybody else.
_INLINE_QUERY_BYTES: Final = 4096
_log = logging.getLogger("zanryu")


class Answering:
    """Answers requests by the services."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._cache = AnswerCache(services.cache_bytes)
        self._past = Past(services.versions, services.bridge.in_thread)
        if services.operation:
            services.operation.watch(self._cache)
        self._representations = Representations(self._cache, services.bridge.in_thread)
        self._evaluations: Flights[Evaluated] = Flights()
        self._pages: Flights[tuple[str, Made | Stream]] = Flights()

    def turn_to(self, pages: Callable[..., Iterable[bytes]], freshness: Freshness) -> None:
        """Have the pages made by another application from now on."""
        self._services.bridge.turn_to(pages)
        self._cache.turn_to("")  # other pages of the same data: live data had this version before them
        self._services = replace(self._services, freshness=freshness)

    async def answer(
        self, head: Head, scope: Scope, protocol: HTTPProtocol, request_id: str
    ) -> Reply | Stream:
        """Return the answer to a request, an error of the client's among them.

        :raises ClientLeft: if nobody waits for it any more.
        """
        version = self._services.version()
        self._cache.turn_to(version)
        beside = self._services.beside(head.path)
        asking = Asking(head, scope, protocol, request_id, key_of(head, version, beside=beside))
        try:
            if head.method not in _WITHOUT_BODY:
                refuse_unreadable(scope, head)
                body = await read_body(protocol, head.headers, self._services.max_body_bytes)
                is_query = head.path == _ENDPOINT and head.method == "POST"
                coding = head.headers.get("content-encoding", "")
                plain = decode(body, coding, self._services.max_body_bytes) if is_query else b""
                key = key_of(head, version, plain) if is_query else None
                asking = replace(asking, body=body, plain_body=plain, key=key)
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
        if (operation := self._services.operation) is None:
            return await self._route(asking)
        own = await operation.answer(asking.scope, asking.head)
        if own is not None:
            return await self._finish(replace(asking, key=None), self._complete(asking, own))
        account = operation.fairness.admit(asking.scope, asking.head)
        return await self._route(replace(asking, account=account) if account else asking)

    async def _route(self, asking: Asking) -> Reply | Stream:
        is_query = asking.head.path == _ENDPOINT and asking.head.method in ("GET", "HEAD", "POST")
        if is_query and "content-encoding" not in asking.head.headers:  # the page undoes that, too
            asked = await self._read(asking.head.plain(asking.plain_body))
            if isinstance(asked, Asked):
                return await self._query(asking, asked)
            if asking.head.method == "POST":
                asking = replace(asking, key=None)  # an update: each is carried out
        return await self._metered(asking, partial(self._page, asking, Handover(asking.request_id)))

    async def _metered(self, asking: Asking, work: Callable[[], Awaitable[T]]) -> T:
        operation = self._services.operation
        return await (operation.fairness.metered(asking.account, work) if operation else work())

    async def _read(self, request: PlainRequest) -> Any:  # noqa: ANN401 - Asked | Introduction, through a thread
        if len(request.query_string) + len(request.body) <= _INLINE_QUERY_BYTES:
            return read(request, self._services.policy)
        return await self._services.bridge.in_thread(partial(read, request, self._services.policy))

    async def _query(self, asking: Asking, asked: Asked) -> Reply | Stream:
        prepared = asked.prepared
        past = None if asked.version is None else await self._past.find(asked.version)
        if past:
            asked = replace(asked, moment=past.http_date)
        version = past.name if past else self._services.version()
        if known := self._unchanged(asking, asked, version):
            return known
        shared = (version, prepared.text, prepared.dataset, prepared.evaluated_as)
        key = shared if prepared.outline.is_repeatable else None
        evaluated = await self._evaluations.join(
            key,
            partial(self._begin, asking, prepared, past),
            asking.protocol,
        )
        if past is None:
            version = evaluated.version
            if asking.key and asking.key.version != version:
                asking = replace(asking, key=asking.key._replace(version=version))
        if prepared.wants_page:
            handover = Handover(asking.request_id, None, evaluated.body, version, asked.moment)
            return await self._page(asking, handover)
        response = respond(asked, evaluated.body, version)
        return await self._finish(asking, self._complete(asking, response))

    def _begin(self, asking: Asking, prepared: Prepared, past: Version | None) -> Awaitable[Evaluated]:
        evaluator = self._services.evaluator
        begin: Callable[[], Awaitable[Evaluated]] = partial(evaluator.begin, prepared)
        if past:
            begin = partial(self._past.evaluate, evaluator, prepared, past)
        return self._metered(asking, begin) if asking.account else begin()

    def _unchanged(self, asking: Asking, asked: Asked, version: str) -> Reply | None:
        """Return 304 to a client whose copy is of this data: it costs no evaluation."""
        if "if-none-match" not in asking.head.headers:
            return None
        awaited = self._complete(asking, respond(asked, b"", version))
        return self._representations.unchanged(asking.head, awaited, "miss" if asking.key else "")

    async def _page(self, asking: Asking, handover: Handover) -> Reply | Stream:
        """Have Flask answer. Those who ask the same at the same time get the same, if it may be kept."""
        environ = environ_of(asking.scope, asking.head, asking.body)
        environ[KEY] = handover
        condition = environ.get("HTTP_IF_NONE_MATCH")
        if condition and asking.head.method in _WITHOUT_BODY:
            del environ["HTTP_IF_NONE_MATCH"]
            if bare := tags_of_identity(condition, likely_coding(asking.head)):
                environ["HTTP_IF_NONE_MATCH"] = bare
        call = partial(self._call, environ, asking)
        if asking.key is None or condition or handover.answer is not None:
            return await self._take(asking, (await call())[1])
        caller, made = await self._pages.join(asking.key, call, asking.protocol)
        if caller != asking.request_id and not _is_shared(made, asking.key):
            made = (await call())[1]
        return await self._take(asking, made)

    async def _call(self, environ: dict[str, Any], asking: Asking) -> tuple[str, Made | Stream]:
        bridge = self._services.bridge
        application = bridge.application
        made = await bridge.call(dict(environ), asking.protocol)
        is_repeatable = environ["REQUEST_METHOD"] == "GET" and isinstance(made, Made)
        if bridge.application is not application and is_repeatable:
            # The data changed meanwhile: a query in it may have seen the new, when the rest is of the old.
            made = await bridge.call(dict(environ), asking.protocol)
        return asking.request_id, made

    async def _take(self, asking: Asking, made: Made | Stream) -> Reply | Stream:
        if isinstance(made, Stream):
            return made
        if made.is_file and not is_immutable(asking.head.path):
            asking = replace(asking, key=None)  # a file can change while the data stays
        return await self._finish(asking, made.response)

    async def _finish(self, asking: Asking, response: PlainResponse) -> Reply:
        """Keep an answer that may be kept, and return what is sent of it."""
        key = asking.key if asking.key and may_be_kept(asking.key, response) else None
        entry = self._cache.keep(key, response) if key else Entry(response)
        return await self._representations.make(asking.head, key, entry, "miss" if key else "")

    def _complete(self, asking: Asking, response: PlainResponse) -> PlainResponse:
        own = {name.lower(): value for name, value in response.headers}
        return response.with_headers(standard_headers(asking.head.method, own, self._services.freshness))

    async def _refuse(self, asking: Asking, error: ZanryuError) -> Reply | Stream:
        """Answer an error: a problem document to a program, a page to a browser."""
        asking = replace(asking, key=None)
        if prefers(asking.head.headers.get("accept"), HTML, (PROBLEM, HTML)):
            return await self._page(asking, Handover(asking.request_id, error=error))
        if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            _log.error("%s: %s", error.slug, error.detail)
        response = answer_problem(error, f"urn:uuid:{asking.request_id}")
        return await self._finish(asking, self._complete(asking, response))


def _is_shared(made: Made | Stream, key: Key) -> bool:
    return isinstance(made, Made) and not made.is_file and may_be_kept(key, made.response)
