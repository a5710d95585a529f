"""Figures that are looked up when Prometheus asks: workers, queue, cache, budgets, data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
)
from prometheus_client.registry import Collector

from zanryu import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prometheus_client.metrics_core import Metric

    from zanryu.front.budget import Budgets
    from zanryu.front.cache import AnswerCache
    from zanryu.front.under_way import UnderWay
    from zanryu.front.writes import WatchedGate
    from zanryu.store.durations import Durations
    from zanryu.store.workers import WorkerPool
    from zanryu.validation.evaluation import Validator


def _counter(name: str, meaning: str, value: float) -> Metric:
    return CounterMetricFamily(name, meaning, value=value)


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value=value)


def _histogram(name: str, meaning: str, durations: Durations) -> Metric:
    return HistogramMetricFamily(name, meaning, buckets=durations.buckets(), sum_value=durations.total)


def _counters(name: str, meaning: str, label: str, values: Mapping[str, float]) -> Metric:
    return _by(CounterMetricFamily(name, meaning, labels=(label,)), dict(values))


def _by(family: CounterMetricFamily | GaugeMetricFamily, values: Mapping[str, float]) -> Metric:
    for label, value in values.items():
        family.add_metric((label,), value)
    return family


@dataclass(frozen=True, slots=True, eq=False)  # a registry keeps them by identity
class Workers(Collector):
    """The query workers, their queue and the data that they answer from."""

    pool: WorkerPool

    def collect(self) -> Iterator[Metric]:
        """Yield the figures."""
        statistics = self.pool.statistics()
        load, isolation = statistics.load, self.pool.isolation_status()
        states = {"busy": load.busy, "idle": load.workers - load.busy, "spare": load.spares}
        yield _by(GaugeMetricFamily("zanryu_query_workers", "Query workers now.", labels=("state",)), states)
        yield _gauge("zanryu_query_queue_length", "Queries that wait for a worker.", load.waiting)
        yield _gauge("zanryu_query_queue_limit", "Queries that may wait.", self.pool.limits.queue_length)
        yield _counter("zanryu_query_evaluations", "Queries that a worker had.", load.evaluated)
        yield _counter("zanryu_query_refusals", "Queries refused because too many waited.", load.refused)
        yield _counter("zanryu_query_workers_started", "Query workers started.", statistics.started)
        lost = CounterMetricFamily(
            "zanryu_query_workers_lost", "Query workers that ended, by the reason.", labels=("reason",)
        )
        yield _by(lost, statistics.lost)
        layers = {name: float(getattr(isolation, name)) for name in isolation.__slots__}
        yield _by(
            GaugeMetricFamily("zanryu_isolation", "Whether a layer of isolation holds.", labels=("layer",)),
            layers,
        )
        version = {"version": self.pool.version}
        yield InfoMetricFamily("zanryu_data", "The data that is served.", value=version)
        yield InfoMetricFamily("zanryu_program", "The program.", value={"version": __version__})


@dataclass(frozen=True, slots=True, eq=False)  # a registry keeps them by identity
class Cache(Collector):
    """The answers that are kept."""

    cache: AnswerCache

    def collect(self) -> Iterator[Metric]:
        """Yield the figures."""
        yield _gauge("zanryu_cache_bytes", "Bytes of the answers kept.", self.cache.size_bytes)
        yield _gauge("zanryu_cache_limit_bytes", "Bytes that may be kept.", self.cache.max_bytes)
        yield _gauge("zanryu_cache_entries", "Answers kept.", len(self.cache))


@dataclass(frozen=True, slots=True, eq=False)  # a registry keeps them by identity
class Accounts(Collector):
    """The budgets of clients, and what they have under way; nothing tells whose they are."""

    budgets: Budgets
    under_way: UnderWay

    def collect(self) -> Iterator[Metric]:
        """Yield the figures."""
        yield _gauge("zanryu_budget_clients", "Client addresses with an account.", len(self.budgets))
        yield _counter("zanryu_budget_refusals", "Requests refused: a budget is spent.", self.budgets.refused)
        yield _gauge(
            "zanryu_under_way_clients", "Client addresses with a query under way.", len(self.under_way)
        )
        yield _counter(
            "zanryu_under_way_refusals",
            "Queries refused because their client had too many under way.",
            self.under_way.refused,
        )


@dataclass(frozen=True, slots=True, eq=False)  # a registry keeps them by identity
class Reloads(Collector):
    """How often the server turned to another build, or failed to."""

    outcomes: Mapping[str, int]

    def collect(self) -> Iterator[Metric]:
        """Yield the figures."""
        family = CounterMetricFamily("zanryu_reloads", "Reloads, by their outcome.", labels=("outcome",))
        yield _by(family, self.outcomes)


@dataclass(frozen=True, slots=True, eq=False)  # a registry keeps them by identity
class Gate(Collector):
    """The gate: its process, its queue, and what became of the changes that got as far."""

    watched: WatchedGate

    def collect(self) -> Iterator[Metric]:
        """Yield the figures."""
        watched, gate = self.watched, self.watched.gate
        yield _gauge("zanryu_gate_up", "Whether changes can be made now.", gate.process_id is not None)
        yield _gauge("zanryu_gate_head_version", "Number of the newest version.", watched.head)
        yield _gauge("zanryu_gate_queue_length", "Changes being made, or waiting.", gate.waiting)
        yield _gauge("zanryu_gate_queue_limit", "Changes that may be.", gate.setup.queue_length)
        yield _counters("zanryu_gate_restarts", "Processes replaced, by the reason.", "reason", gate.restarts)
        yield _counters(
            "zanryu_writes_accepted", "Changes, by what came of them.", "outcome", watched.accepted
        )
        yield _counters(
            "zanryu_writes_refused", "Changes refused, by the problem.", "reason", watched.refused
        )
        meaning = "Time from a change to its outcome, with the time in the queue."
        yield _histogram("zanryu_write_duration_seconds", meaning, watched.durations)


@dataclass(frozen=True, slots=True, eq=False)  # a registry keeps them by identity
class Validation(Collector):
    """The processes that validate documents."""

    validator: Validator

    def collect(self) -> Iterator[Metric]:
        """Yield the figures."""
        statistics, limits = self.validator.statistics(), self.validator.limits
        load = statistics.load
        states = {"busy": load.busy, "idle": load.workers - load.busy}
        name = "zanryu_validation_workers"
        yield _by(GaugeMetricFamily(name, "Processes that validate, now.", labels=("state",)), states)
        yield _gauge("zanryu_validation_queue_length", "Documents that wait.", load.waiting)
        yield _gauge("zanryu_validation_queue_limit", "Documents that may wait.", limits.queue_length)
        yield _counter("zanryu_validation_runs", "Documents that a process had.", load.evaluated)
        yield _counter("zanryu_validation_refusals", "Documents refused: too many waited.", load.refused)
        yield _counter("zanryu_validation_workers_started", "Processes started.", statistics.started)
        meaning = "Processes that ended, by the reason."
        yield _counters("zanryu_validation_workers_lost", meaning, "reason", statistics.lost)
        meaning = "Time from a document to its report, with the time in the queue."
        yield _histogram("zanryu_validation_duration_seconds", meaning, self.validator.durations)
