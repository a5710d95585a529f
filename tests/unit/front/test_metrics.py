"""Figures, and what is said of the state of the server."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.routing import Map, Rule

from zanryu.front.access_log import Exchange
from zanryu.front.gauges import Reloads, Workers
from zanryu.front.health import answer_health, isolation_warning
from zanryu.front.metrics import Metrics, Requests, templates_of
from zanryu.store.backend import Health
from zanryu.store.isolation import Isolation
from zanryu.store.worker import Load
from zanryu.store.workers import Limits, Statistics

RULES = Map([Rule("/"), Rule("/id/<kind>/<slug>"), Rule("/write", methods=["PUT"])])
WHOLE = Isolation(**dict.fromkeys(Isolation.__slots__, True))


@dataclass
class Pool:
    """What a pool of workers tells of itself."""

    workers: int = 2
    version: str = "v1"
    limits: Limits = field(default_factory=Limits)
    isolation: Isolation = WHOLE
    failure: Exception | None = None

    def statistics(self) -> Statistics:
        return Statistics(Load(self.workers, 1, 1, 3, 40, 5), {"timeout": 6}, 9)

    def isolation_status(self) -> Isolation:
        return self.isolation

    def health(self) -> Health:
        if self.failure:
            raise self.failure
        return Health(self.version, 123)


def exchange(path: str, status: int = 200, seconds: float = 0.003, cache: str = "") -> Exchange:
    return Exchange("id", "GET", path, status, 10, seconds, cache, "text/plain")


def samples(metrics: Metrics) -> dict[tuple[str, ...], float]:
    text = metrics.exposition("")[0].decode()
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/", "/"),
        ("/id/person/x", "/id/<kind>/<slug>"),
        ("/id/person/y", "/id/<kind>/<slug>"),
        ("/write", "/write"),
        ("/metrics", "/metrics"),
        ("/nowhere", "unmatched"),
        ("/id/person", "unmatched"),
    ],
)
def test_a_path_is_counted_under_its_rule(path: str, template: str) -> None:
    assert templates_of(RULES, "/metrics")(path) == template


def test_requests_are_counted_by_route_and_status_with_their_times_and_bytes() -> None:
    requests = Requests(templates_of(RULES))
    for given in (exchange("/", seconds=0.004), exchange("/", seconds=20), exchange("/x", 404, seconds=90)):
        requests.record(given)
    requests.record(exchange("/", cache="hit"))

    found = samples(Metrics(requests))

    assert found["zanryu_http_requests_total", "/", "200"] == 3
    assert found["zanryu_http_requests_total", "unmatched", "404"] == 1
    assert found["zanryu_http_response_bytes_total", "/"] == 30
    assert found["zanryu_http_request_duration_seconds_bucket", "0.005", "/"] == 2
    assert found["zanryu_http_request_duration_seconds_bucket", "30.0", "/"] == 3
    assert found["zanryu_http_request_duration_seconds_bucket", "30.0", "unmatched"] == 0
    assert found["zanryu_http_request_duration_seconds_bucket", "+Inf", "unmatched"] == 1
    assert found["zanryu_http_request_duration_seconds_sum", "/"] == pytest.approx(20.007)
    assert (found["zanryu_cache_lookups_total", "hit"], found["zanryu_cache_lookups_total", "miss"]) == (1, 0)


def test_the_bounds_are_within_their_bucket() -> None:
    requests = Requests(templates_of(RULES))
    requests.record(exchange("/", seconds=0.005))

    assert samples(Metrics(requests))["zanryu_http_request_duration_seconds_bucket", "0.005", "/"] == 1


def test_workers_queue_kills_restarts_and_data_are_told() -> None:
    pool = cast("Any", Pool(isolation=Isolation(system_call_filter=True)))

    found = samples(Metrics(Requests(str), [Workers(pool), Reloads({"done": 4})]))

    expected = {
        ("zanryu_query_workers", "busy"): 1,
        ("zanryu_query_workers", "idle"): 1,
        ("zanryu_query_workers", "spare"): 1,
        ("zanryu_query_queue_length",): 3,
        ("zanryu_query_evaluations_total",): 40,
        ("zanryu_query_refusals_total",): 5,
        ("zanryu_query_workers_lost_total", "timeout"): 6,
        ("zanryu_query_workers_started_total",): 9,
        ("zanryu_isolation", "network_namespace"): 0,
        ("zanryu_isolation", "system_call_filter"): 1,
        ("zanryu_data_info", "v1"): 1,
        ("zanryu_reloads_total", "done"): 4,
    }
    assert {key: found[key] for key in expected} == expected


def test_two_servers_in_one_process_do_not_share_figures() -> None:
    first, second = (Requests(str) for _ in range(2))
    first.record(exchange("/"))

    assert ("zanryu_http_requests_total", "/", "200") in samples(Metrics(first))
    assert ("zanryu_http_requests_total", "/", "200") not in samples(Metrics(second))


def test_the_format_is_the_one_that_a_scraper_accepts() -> None:
    metrics = Metrics(Requests(str))

    assert metrics.exposition("")[1].startswith("text/plain; version=0.0.4")
    body, content_type = metrics.exposition("application/openmetrics-text; version=1.0.0")
    assert content_type.startswith("application/openmetrics-text")
    assert body.endswith(b"# EOF\n")


def health(pool: Pool) -> tuple[int, dict[str, Any]]:
    response = asyncio.run(answer_health(cast("Any", pool)))
    assert response.header("Cache-Control") == "no-store"
    return response.status, json.loads(response.body)


def test_a_healthy_server_is_live_and_ready() -> None:
    status, document = health(Pool())

    assert status == 200
    assert document == {
        "status": "ok",
        "live": True,
        "ready": True,
        "version": "v1",
        "triples": 123,
        "workers": {"count": 2, "busy": 1, "spare": 1},
        "queue": {"length": 3, "limit": 64},
        "isolation": {"network_namespace": True, "no_network": True, "missing": []},
    }


@pytest.mark.parametrize("pool", [Pool(workers=0), Pool(failure=OSError("the disk's own words"))])
def test_a_server_that_cannot_answer_queries_is_live_and_not_ready(pool: Pool) -> None:
    status, document = health(pool)

    assert (status, document["live"], document["ready"], document["status"]) == (503, True, False, "failing")
    assert "own words" not in json.dumps(document)


def test_nothing_is_warned_of_where_every_layer_holds() -> None:
    assert isolation_warning(WHOLE) is None


@pytest.mark.parametrize(
    ("isolation", "said"),
    [
        pytest.param(Isolation(), "refusal of SERVICE alone", id="nothing holds"),
        pytest.param(Isolation(system_call_filter=True), "system call filter alone", id="no namespace"),
        pytest.param(Isolation(network_namespace=True), "no network all the same", id="no filter"),
    ],
)
def test_what_does_not_hold_is_one_line_with_what_follows_from_it(isolation: Isolation, said: str) -> None:
    warning = isolation_warning(isolation)

    assert warning is not None
    assert said in warning
    assert "a memory limit by the kernel" in warning
    assert "\n" not in warning
    assert ("a network namespace" in warning) is not isolation.network_namespace
