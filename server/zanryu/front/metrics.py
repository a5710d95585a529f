"""Figures for Prometheus: what was asked and answered, the cache, the workers, the data.

Counted in plain numbers on the event loop, where nothing has to be locked, and put into words when asked for:
a counter of the library's for each request would cost more than an answer from the cache does.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from zanryu.store.durations import Durations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from prometheus_client.metrics_core import Metric
    from werkzeug.routing import Map

    from zanryu.front.access_log import Exchange

_ROUTE: Final = ("route",)
UNMATCHED: Final = "unmatched"
_KEPT_PATHS: Final = 4096


def templates_of(rules: Map, *others: str) -> Callable[[str], str]:
    """Return the function from a path to its rule (``/id/<kind>/<slug>``): of paths there are too many.

    ``others`` are paths that stand for themselves.
    """
    adapter = rules.bind("localhost")

    @lru_cache(maxsize=_KEPT_PATHS)
    def template_of(path: str) -> str:
        if path in others:
            return path
        try:
            return str(adapter.match(path, "GET", return_rule=True)[0].rule)
        except MethodNotAllowed as error:
            method = next(iter(error.valid_methods or ()), "GET")
            return str(adapter.match(path, method, return_rule=True)[0].rule)
        except HTTPException:
            return UNMATCHED

    return template_of


class Requests(Collector):
    """The requests that were answered, by route."""

    def __init__(self, template_of: Callable[[str], str]) -> None:
        self._template_of = template_of
        self._answered: Counter[tuple[str, int]] = Counter()
        self._bytes: Counter[str] = Counter()
        self._cache: Counter[str] = Counter()
        self._durations: dict[str, Durations] = {}

    def record(self, exchange: Exchange) -> None:
        """Count an exchange."""
        route = self._template_of(exchange.path)
        self._answered[route, exchange.status] += 1
        self._bytes[route] += exchange.body_bytes
        if exchange.cache:
            self._cache[exchange.cache] += 1
        durations = self._durations.get(route)
        if durations is None:
            durations = self._durations[route] = Durations()
        durations.add(exchange.seconds)

    def collect(self) -> Iterator[Metric]:
        """Yield the figures; status 499 is that of clients who left before the answer."""
        answered = CounterMetricFamily(
            "zanryu_http_requests", "Requests answered, by route and status.", labels=("route", "status")
        )
        for (route, status), count in self._answered.items():
            answered.add_metric((route, str(status)), count)
        seconds = HistogramMetricFamily(
            "zanryu_http_request_duration_seconds", "Time from a request to its answer.", labels=_ROUTE
        )
        for route, durations in self._durations.items():
            seconds.add_metric((route,), durations.buckets(), durations.total)
        sent = CounterMetricFamily("zanryu_http_response_bytes", "Bytes of bodies sent.", labels=_ROUTE)
        for route, count in self._bytes.items():
            sent.add_metric((route,), count)
        looked_up = CounterMetricFamily(
            "zanryu_cache_lookups", "Answers that may be kept, by whether they were.", labels=("result",)
        )
        for result in ("hit", "miss"):
            looked_up.add_metric((result,), self._cache[result])
        yield from (answered, seconds, sent, looked_up)


class Metrics:
    """All figures, in a registry of their own."""

    def __init__(self, requests: Requests, others: Iterable[Collector] = ()) -> None:
        self.requests = requests
        self._registry = CollectorRegistry()
        self._registry.register(requests)
        for collector in others:
            self._registry.register(collector)
        ProcessCollector(registry=self._registry)

    def exposition(self, accept: str) -> tuple[bytes, str]:
        """Return the figures in the text format that a scraper accepts, and its media type."""
        encoder, content_type = choose_encoder(accept)
        return encoder(self._registry), content_type
