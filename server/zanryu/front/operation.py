"""What the operator sees and sets: `/health`, `/metrics`, budgets. Before Flask, so under load too."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from zanryu.access import tokens
from zanryu.access.guard import Access
from zanryu.access.register import Tokens
from zanryu.errors import MethodNotAllowed
from zanryu.front.fairness import Fairness
from zanryu.front.gauges import Accounts, Cache, Gate, Reloads, Validation, Workers
from zanryu.front.health import answer_health
from zanryu.front.metrics import Metrics, Requests
from zanryu.web.bearer import TokenMissing
from zanryu.web.plain import PlainResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from granian.rsgi import Scope
    from prometheus_client.registry import Collector

    from zanryu.config import Settings
    from zanryu.front.access_log import Exchange
    from zanryu.front.cache import AnswerCache
    from zanryu.front.headers import Head
    from zanryu.front.writes import WatchedGate
    from zanryu.store.workers import WorkerPool
    from zanryu.validation.evaluation import Validator

HEALTH: Final = "/health"
METRICS: Final = "/metrics"
_READING: Final = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Watched:
    """What is told of: the query workers, the outcomes of reloads, and what else the server has."""

    pool: WorkerPool
    reloads: Mapping[str, int] = field(default_factory=dict)
    gate: WatchedGate | None = None
    validator: Validator | None = None

    def collectors(self) -> Iterator[Collector]:
        """Yield what gives the figures of each."""
        yield Workers(self.pool)
        yield Reloads(self.reloads)
        if self.gate:
            yield Gate(self.gate)
        if self.validator:
            yield Validation(self.validator)


class Operation:
    """The operator's side of a server. ``template_of`` names the route of a path."""

    def __init__(self, settings: Settings, watched: Watched, template_of: Callable[[str], str]) -> None:
        self.fairness = Fairness(settings)
        self.requests = Requests(template_of)
        self._watched = watched
        self._is_public = settings.metrics_public
        self._access = Access(Tokens(settings.tokens))
        accounts = Accounts(self.fairness.budgets, self.fairness.under_way)
        self._collectors = [*watched.collectors(), accounts]
        self._metrics = Metrics(self.requests, self._collectors)

    def watch(self, cache: AnswerCache) -> None:
        """Tell of this cache too."""
        self._metrics = Metrics(self.requests, [*self._collectors, Cache(cache)])

    async def answer(self, scope: Scope, head: Head) -> PlainResponse | None:
        """Return the answer to a request for one of its own addresses.

        :raises ZanryuError: for a method that they do not answer, and for a stranger.
        """
        if head.path not in (HEALTH, METRICS):
            return None
        if head.method not in _READING:
            error = MethodNotAllowed(f"{head.path} does not answer {head.method[:20]}.")
            error.headers["Allow"] = ", ".join(_READING)
            raise error
        if head.method == "OPTIONS":
            return PlainResponse(HTTPStatus.NO_CONTENT, (("Allow", ", ".join(_READING)),))
        if head.path == METRICS:
            return self._figures(scope, head)
        watched = self._watched
        return await answer_health(watched.pool, watched.gate, watched.validator)

    def _figures(self, scope: Scope, head: Head) -> PlainResponse:
        if not (self._is_public or self.fairness.is_local(scope, head)):
            self._require_operator(scope, head)
        body, content_type = self._metrics.exposition(head.headers.get("accept", ""))
        headers = (("Content-Type", content_type), ("Cache-Control", "no-store"))
        return PlainResponse(HTTPStatus.OK, headers, body)

    def _require_operator(self, scope: Scope, head: Head) -> None:
        """Let a machine in that is not this one: who gathers the figures elsewhere sends a token."""
        self.fairness.admit(scope, head)  # whoever guesses tokens has to wait, as everywhere
        try:
            self._access.require(head.headers, tokens.Scope.admin)
        except TokenMissing:
            raise TokenMissing(
                "The figures are for the server's own machine, and for tokens of the scope `admin`."
            ) from None

    def record(self, scope: Scope, head: Head, exchange: Exchange, headers: dict[str, str]) -> None:
        """Count an exchange, and charge the client for a failure."""
        self.requests.record(exchange)
        if exchange.status >= HTTPStatus.BAD_REQUEST:
            self.fairness.note(scope, head, exchange.status, is_busy="retry-after" in headers)
