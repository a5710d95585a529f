"""One workload against all servers: the answers compared first, then timed in turns (A B C A B C …)."""

from __future__ import annotations

import json
import statistics
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmarks.answers import Answer, Refused, fetch
from benchmarks.load import Outcome, Plan, run
from benchmarks.servers import OURS
from benchmarks.workloads import CSV, HTML

if TYPE_CHECKING:
    from benchmarks.servers import Server
    from benchmarks.workloads import Workload

_SLOW_SECONDS = 2.0


class Disagreement(Exception):
    """Two servers answered the same question differently."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long and how hard: ``rounds`` slices of ``seconds`` for each server, from so many processes."""

    rounds: int
    seconds: float
    processes: int
    patience: float


@dataclass(slots=True)
class Measured:
    """What one server did. ``rates`` are answers a second by round; ``refusal`` says why there are none."""

    rates: list[float] = field(default_factory=list)
    p50: float = 0.0
    p99: float | None = None
    answers: int = 0
    failures: dict[str, int] = field(default_factory=dict)
    hits: int = 0
    refusal: str = ""

    @property
    def rate(self) -> float:
        """The median of the rounds."""
        return statistics.median(self.rates) if self.rates else 0.0

    def ratio(self, other: Measured) -> float | None:
        """Return the median of this rate over the other's in the same round."""
        pairs = [(a, b) for a, b in zip(self.rates, other.rates, strict=False) if a and b]
        return statistics.median(a / b for a, b in pairs) if pairs else None


def measure(workload: Workload, servers: list[Server], pace: Pace) -> dict[str, Measured]:
    """Compare the answers, then time them.

    :raises Disagreement: naming servers and question.
    """
    asked = [server for server in servers if server.name == OURS or not workload.is_page]
    found = {server.name: Measured() for server in asked}
    slow = _compare(workload, asked, found, pace.patience)
    outcomes: dict[str, Outcome] = {server.name: Outcome() for server in asked}
    for number in range(pace.rounds):
        for server in asked:
            if found[server.name].refusal:
                continue
            outcome = run(_plan(workload, server, pace, number, slow[server.name]))
            _look_at(outcome, workload)
            outcomes[server.name].add(outcome)
            found[server.name].rates.append(outcome.rate)
            server.look_at_memory()
    for name, measured in found.items():
        _sum_up(measured, outcomes[name], workload)
    return found


def _compare(
    workload: Workload, servers: list[Server], found: dict[str, Measured], patience: float
) -> dict[str, float]:
    """Ask every server every question and return the longest time of each."""
    longest = dict.fromkeys(found, 0.0)
    for text in workload.checked():
        answers: dict[str, Answer] = {}
        for server in servers:
            measured = found[server.name]
            if measured.refusal:
                continue
            try:
                path = server.target(text, page=workload.is_page)
                answers[server.name] = fetch(server.port, path, workload.accept, patience)
            except Refused as refused:
                measured.refusal = str(refused)
                server.restart()  # it may go on with the question for minutes
                continue
            longest[server.name] = max(longest[server.name], answers[server.name].seconds)
        _agree(answers, text, workload)
    return longest


def _agree(answers: dict[str, Answer], text: str, workload: Workload) -> None:
    for name, answer in answers.items():
        first, expected = next(iter(answers.items()))
        if not answer.agrees_with(expected):
            raise Disagreement(
                f"{first} answers {expected.rows} rows, {name} {answer.rows}, or others, to:\n{text}"
            )
        if workload.rows not in (None, answer.rows):
            raise Disagreement(f"{name} answers {answer.rows} rows instead of {workload.rows} to:\n{text}")


def _plan(workload: Workload, server: Server, pace: Pace, number: int, slowest: float) -> Plan:
    """Return one slice; a server that needs seconds for an answer is asked once, with nothing beside it."""
    alone = slowest > _SLOW_SECONDS or workload.connections == 1
    processes = 1 if alone else pace.processes
    count = 1 if alone else int(workload.most_a_second * pace.seconds)
    checked = workload.checks if workload.distinct else 0  # those were asked before, and may be remembered
    requests = [
        _requests(workload, server, checked + (number * processes + process) * count, count)
        for process in range(processes)
    ]
    connections = 1 if alone else max(1, workload.connections // processes)
    return Plan(server.port, requests, pace.seconds, connections, pace.patience * 2)


def _requests(workload: Workload, server: Server, first: int, count: int) -> list[bytes]:
    built: dict[str, bytes] = {}
    requests = []
    for serial in range(first, first + count):
        text = workload.ask(serial)
        if text not in built:
            built[text] = server.request(text, workload.accept, page=workload.is_page)
        requests.append(built[text])
    return requests


def _look_at(outcome: Outcome, workload: Workload) -> None:
    """Read the bodies that were kept; one that is not whole or has no rows is a failure."""
    for body in outcome.kept:
        if not _is_whole(body, workload):
            outcome.failures["answer not whole"] += 1
    outcome.kept.clear()


def _is_whole(body: bytes, workload: Workload) -> bool:
    if workload.accept == HTML:
        return body.rstrip().endswith(b"</html>")
    if workload.accept == CSV:
        rows = body.count(b"\n") - 1
    else:
        try:
            rows = len(json.loads(body)["results"]["bindings"])
        except ValueError:
            return False
    return rows >= 0 if workload.rows is None else rows == workload.rows


def _sum_up(measured: Measured, outcome: Outcome, workload: Workload) -> None:
    latencies = sorted(outcome.latencies)
    measured.answers = len(latencies)
    measured.failures = dict(Counter(outcome.failures))
    measured.hits = outcome.hits
    if workload.distinct and outcome.hits:
        measured.failures["answered from the cache"] = outcome.hits
    if latencies:
        measured.p50 = statistics.median(latencies)
    if len(latencies) >= 100:
        measured.p99 = latencies[int(len(latencies) * 0.99)]
    elif not latencies and not measured.refusal:
        measured.refusal = ", ".join(measured.failures) or "no answer"
