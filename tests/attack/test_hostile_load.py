"""Twenty hostile queries at once: the others are served meanwhile, and afterwards nothing is left."""

from __future__ import annotations

import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from attack.server import ASK, ENDLESS, QUERY, wait_until

if TYPE_CHECKING:
    from concurrent.futures import Future

    from attack.server import Answer, Process, Server

_ENTITY: Final = "/page/person/ishii-takuo"
_BIG_TRIPLES: Final = 250
HOSTILE: Final = {
    "cross product": ENDLESS,
    "cross product of everything, as rows": "SELECT * { ?a ?b ?c . ?d ?e ?f }",
    "cross product of everything, as a graph": "CONSTRUCT { ?a ?b ?f } { ?a ?b ?c . ?d ?e ?f }",
    "cross product, sorted": "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY DESC(CONCAT(STR(?a), STR(?d)))",
    "cross product, each once": "SELECT DISTINCT ?a ?d ?f { ?a ?b ?c . ?d ?e ?f }",
    "cross product, in groups": "SELECT ?a ?d (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f } GROUP BY ?a ?d",
    "cross product of values": (
        "SELECT (COUNT(*) AS ?n) { "
        + " ".join(f"VALUES ?v{i} {{ 1 2 3 4 5 6 7 8 }}" for i in range(40))
        + " }"
    ),
    "path through everything": "SELECT (COUNT(*) AS ?n) { ?a (<p:p>|!<p:p>)* ?b }",
    "path of paths": "SELECT * { ?a ((<p:p>|!<p:p>)*/(<p:p>|^<p:p>|!<p:p>)+)* ?b . ?b (!<p:p>)+ ?c }",
    "all of it as one string": (
        "SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d), STR(?g))) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    ),
    "strings that grow": (
        "SELECT (REPLACE(?x, '.', ?x) AS ?z) { { SELECT (GROUP_CONCAT(?v; separator='') AS ?x) "
        "{ ?a ?b ?c . ?d ?e ?f BIND('0123456789' AS ?v) } } }"
    ),
    "regular expression on every pair": (
        "SELECT * { ?a ?b ?c . ?d ?e ?f "
        "FILTER(REGEX(CONCAT(STR(?c), STR(?f)), '(a|a?)+(b|b*)+(.*)+$x', 'i')) }"
    ),
    "regular expression that grows": (
        "SELECT * { ?a ?b ?c FILTER(REGEX(STR(?c), '((((.{1,99}){1,99}){1,99}){1,99})')) }"
    ),
    "nested as deep as may be": "SELECT * { " + "{ ?s ?p ?o FILTER EXISTS " * 25 + "{}" + "}" * 25 + " }",
    "a chain to plan": (
        "SELECT (COUNT(*) AS ?n) { "
        + " ".join(f"?s{i} ?p{i} ?s{i + 1} ." for i in range(_BIG_TRIPLES))
        + " }"
    ),
    "a star to plan": (
        "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?s ?p{i} ?o{i} ." for i in range(_BIG_TRIPLES)) + " }"
    ),
    "a net to plan": (
        "SELECT (COUNT(*) AS ?n) { "
        + " ".join(f"?v{i % 16} ?p{i} ?v{i * 7 % 16} ." for i in range(_BIG_TRIPLES))
        + " }"
    ),
    "options to plan": "SELECT * { " + "OPTIONAL { ?s ?p ?o } " * _BIG_TRIPLES + "} LIMIT 0",
    "difference of products": "SELECT * { ?a ?b ?c MINUS { ?d ?e ?f . ?g ?h ?i } }",
    "description of everything": "DESCRIBE * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
}
# What the limit, the worker's end and a full queue are told as: the client's query, never a fault of ours.
_VERDICTS: Final = {"query-timeout", "query-too-expensive", "result-too-large", "query-aborted", "refused"}
# On a machine that does nothing else; where more programs run than there are processors, each has to wait.
_AT_ONCE_SECONDS: Final = 1.0
_LOAD_SECONDS: Final = 120.0
_SETTLE_SECONDS: Final = 60.0
# Idle workers use no processor; those of this many hundredths of a second in the window below are at work.
_IDLE_TICKS: Final = 2
_WINDOW_SECONDS: Final = 0.3
# What may stay: the answers in the cache (8 MB), what the allocators of five processes keep, and the pages of
# a worker that has answered a query (about 30 MB each, shared ones counted for each).
_KEPT_BYTES: Final = 150_000_000


def test_twenty_hostile_queries_hold_up_nobody_and_leave_nothing_behind(server: Server) -> None:
    server.query(ASK)
    before, memory_before = server.census(), server.resident_bytes()
    deadline = time.monotonic() + _LOAD_SECONDS
    slow: list[tuple[str, float]] = []
    samples = 0
    at_once_seconds = _AT_ONCE_SECONDS * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))

    with ThreadPoolExecutor(len(HOSTILE)) as clients:
        verdicts = {name: clients.submit(_insist, server, text, deadline) for name, text in HOSTILE.items()}
        while not all(verdict.done() for verdict in verdicts.values()):
            for path in (_ENTITY, "/health"):
                seconds = _seconds_to_answer(server, f"{path}?sample={samples}")
                samples += 1
                slow += [(path, seconds)] * (seconds > at_once_seconds)

    assert {
        name: said for name, verdict in verdicts.items() if (said := _said(verdict)) not in _VERDICTS
    } == {}
    assert samples > 20
    assert slow == []
    wait_until(lambda: _is_settled(server, before), _SETTLE_SECONDS, "as many processes as before, all idle")
    wait_until(
        lambda: server.resident_bytes() < memory_before + _KEPT_BYTES,
        _SETTLE_SECONDS,
        "the memory is given back",
    )
    assert server.query(ASK).status == 200


def _insist(server: Server, text: str, deadline: float) -> Answer:
    """Ask again for as long as the server is too busy: each of the twenty is really begun."""
    while True:
        answer = server.post(text.encode(), QUERY, Accept="*/*")
        if _kind(answer) != "too-busy" or time.monotonic() > deadline:
            return answer
        assert answer.headers["retry-after"].isdecimal()


def _kind(answer: Answer) -> str:
    if answer.media_type != "application/problem+json":
        return f"{answer.status} {answer.media_type}"
    return str(json.loads(answer.body)["type"]).rpartition("/")[2]


def _said(verdict: Future[Answer]) -> str:
    return _kind(verdict.result())


def _seconds_to_answer(server: Server, path: str) -> float:
    began = time.monotonic()
    answer = server.get(path)
    # Where all workers are lost at the same time, it says that none is ready; but it says so at once.
    assert answer.status == 200 or (answer.status == 503 and json.loads(answer.body).get("live"))
    return time.monotonic() - began


def _is_settled(server: Server, before: list[Process]) -> bool:
    then = server.census()
    if sum(p.is_worker for p in then) != sum(p.is_worker for p in before) or len(then) != len(before):
        return False
    ticks = {process.id: process.ticks for process in then}
    began = time.monotonic()
    wait_until(lambda: time.monotonic() > began + _WINDOW_SECONDS, 10, "a window to look through")
    used = {process.id: process.ticks - ticks.get(process.id, 0) for process in server.census()}
    return used.keys() == ticks.keys() and max(used.values()) <= _IDLE_TICKS
