"""What a write costs at two sizes, what readers notice of many, and how soon a killed server is back."""

from __future__ import annotations

import argparse
import http.client
import os
import shutil
import statistics
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from benchmarks import stores
from benchmarks.load import HOST
from benchmarks.servers import ours
from benchmarks.workloads import JSON, LIGHT
from zanryu.access.register import Tokens
from zanryu.access.tokens import Scope
from zanryu.config import Settings
from zanryu.graph.namespaces import PREFIXES
from zanryu.graph.sources import find_dataset
from zanryu.sparql.update_steps import read_steps
from zanryu.store.gate.changes import Outcome, Wanted
from zanryu.store.gate.remote import GateSetup, RemoteGate
from zanryu.store.worker import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.servers import Server

_EDITOR: Final = "benchmark"
_PROLOGUE: Final = "".join(
    f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("zr", "zv", "cl", "p", "w", "rdf")
)
_CLAIM: Final = """cl:written-{n}-1 a zr:Assertion ; rdf:subject p:officer-{officer} ;
  rdf:predicate zr:describedAs ; rdf:object "somebody seen by witness {n}"@en ;
  zr:certainty zv:probable ; zr:status zv:normal ; zr:when "1946-{month:02}" ;
  zr:citation [ zr:work w:work-{n_a} ; zr:locator "page {n}" ; zr:stance zv:supports ] ,
              [ zr:work w:work-{n_b} ; zr:locator "page {n}" ; zr:stance zv:supports ] .
"""
_BATCH: Final = 1_000
_WRITES_A_SECOND: Final = 20
_READS_A_SECOND: Final = 50
_WORKS: Final = 200
_BEFORE_KILL: Final = 50


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of single writes (median and 95th percentile), seconds of a thousand claims in one."""

    triples: int
    median: float
    p95: float
    batch_seconds: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print a table."""
    given = _parser().parse_args(arguments)
    costs = [_measure(given.home / str(scale), scale, given.writes) for scale in given.officers]
    print(
        "| triples | one claim, p50 ms | p95 ms | 1,000 claims in one request, s |\n| --- | --- | --- | --- |"
    )
    for cost in costs:
        print(f"| {cost.triples:,} | {cost.median:.1f} | {cost.p95:.1f} | {cost.batch_seconds:.2f} |")
    if len(costs) > 1:
        print(f"\nThe largest against the smallest: {costs[-1].median / costs[0].median:.2f} times.")
    quiet, busy = _readers(given.home / str(given.officers[0]), given.officers[0], given.seconds)
    print(
        f"\nReaders at {_READS_A_SECOND} questions/s: p99 {quiet:.1f} ms, and {busy:.1f} ms beside "
        f"{_WRITES_A_SECOND} writes/s: {busy / quiet:.2f} times."
    )
    for scale in given.officers:
        read, written = _back(given.home / str(scale), scale)
        print(
            f"\n{scale:,} officers, all processes killed after {_BEFORE_KILL} writes: the first answer "
            f"{read:.2f} s after the start, the first write acknowledged {written:.2f} s after it."
        )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks.writing", description=__doc__)
    parser.add_argument("--officers", type=int, nargs="+", default=[1_000, 30_000], help="scales")
    parser.add_argument("--home", type=Path, default=Path("var/bench"), help="where the stores are")
    parser.add_argument("--writes", type=int, default=200, help="single writes at each scale")
    parser.add_argument("--seconds", type=float, default=15.0, help="of reading, quiet and beside writes")
    return parser


def claims(numbers: range, officers: int) -> str:
    """Return an update that adds a claim with two citations for each number."""
    said = [
        _CLAIM.format(
            n=n, officer=n * 7919 % officers, month=n % 12 + 1, n_a=n % _WORKS, n_b=(n + 1) % _WORKS
        )
        for n in numbers
    ]
    return f"{_PROLOGUE}INSERT DATA {{ {''.join(said)} }}"


def _measure(home: Path, officers: int, writes: int) -> Cost:
    made = stores.make(home, officers)
    live = home / "live"
    shutil.rmtree(live, ignore_errors=True)
    base = Snapshot((home / "store").resolve(), "benchmark")
    setup = GateSetup(live, base, find_dataset().root, timeout_seconds=300.0)
    gate = RemoteGate(setup, base, lambda _: None)
    try:
        _write(gate, range(5), officers)  # the first ones warm the process
        taken = []
        for n in range(10, 10 + writes):
            began = time.perf_counter()
            _write(gate, range(n, n + 1), officers)
            taken.append(time.perf_counter() - began)
        began = time.perf_counter()
        _write(gate, range(1_000_000, 1_000_000 + _BATCH), officers)
        batch_seconds = time.perf_counter() - began
    finally:
        gate.close()
        shutil.rmtree(live, ignore_errors=True)
    return Cost(
        made.triples,
        statistics.median(taken) * 1000,
        statistics.quantiles(taken, n=20)[-1] * 1000,
        batch_seconds,
    )


def _write(gate: RemoteGate, numbers: range, officers: int) -> Outcome:
    outcome = gate.write(Wanted(_EDITOR, steps=tuple(read_steps(claims(numbers, officers)))))
    if outcome.is_blocked or outcome.number is None:
        raise RuntimeError(f"a write was refused: {outcome.findings[:2]}")
    return outcome


@contextmanager
def _serving(home: Path) -> Iterator[tuple[Server, str]]:
    """Yield a server that takes writes, and a token for it."""
    settings = replace(Settings(), store=home / "store")
    for left in (settings.live, settings.tokens):
        shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink(missing_ok=True)
    secret = Tokens(settings.tokens).create(_EDITOR, Scope.write, "never").secret
    server = ours(home)
    server.environment["ZANRYU_WRITES"] = "true"
    server.start(LIGHT % (0, 1_000))
    try:
        yield server, secret
    finally:
        server.stop()
        shutil.rmtree(settings.live, ignore_errors=True)


def _readers(home: Path, officers: int, seconds: float) -> tuple[float, float]:
    """Return the 99th percentile of readers' milliseconds, quiet and beside writes."""
    with _serving(home) as (server, secret):
        port = server.port
        _post(port, secret, claims(range(5), officers))
        quiet = _read(port, officers, seconds, 0)
        is_over = threading.Event()
        writer = threading.Thread(target=_keep_writing, args=(port, secret, officers, is_over))
        writer.start()
        busy = _read(port, officers, seconds, 1_000_000)
        is_over.set()
        writer.join()
    return quiet, busy


def _back(home: Path, officers: int) -> tuple[float, float]:
    """Return the seconds from a start after ``kill -9`` to the first answer, and to the first write."""
    with _serving(home) as (server, secret):
        for n in range(_BEFORE_KILL):
            _post(server.port, secret, claims(range(n, n + 1), officers))
        server.kill()
        began = time.monotonic()
        read = server.start(LIGHT % (0, 1_000))
        _post(server.port, secret, claims(range(_BEFORE_KILL, _BEFORE_KILL + 1), officers))
        return read, time.monotonic() - began


def _read(port: int, officers: int, seconds: float, first: int) -> float:
    """Ask a distinct light question at a steady pace, on one connection; return the p99 in milliseconds."""
    connection = http.client.HTTPConnection(HOST, port)
    taken, begun = [], time.monotonic()
    for n in range(int(seconds * _READS_A_SECOND)):
        time.sleep(max(0.0, begun + n / _READS_A_SECOND - time.monotonic()))
        text = LIGHT % (n % officers, first + n + 1_000)
        sent = time.perf_counter()
        connection.request("GET", f"/sparql?query={quote(text, safe='')}", headers={"Accept": JSON})
        response = connection.getresponse()
        response.read()
        taken.append(time.perf_counter() - sent)
        if response.status != http.client.OK:
            raise RuntimeError(f"a reader got {response.status}")
    connection.close()
    return statistics.quantiles(taken, n=100)[-1] * 1000


def _keep_writing(port: int, secret: str, officers: int, is_over: threading.Event) -> None:
    begun, n = time.monotonic(), 0
    while not is_over.wait(max(0.0, begun + n / _WRITES_A_SECOND - time.monotonic())):
        _post(port, secret, claims(range(10_000 + n, 10_001 + n), officers))
        n += 1
    rate = n / (time.monotonic() - begun)
    sys.stderr.write(f"{datetime.now(UTC):%H:%M:%S} {rate:.1f} writes/s beside the readers\n")


def _post(port: int, secret: str, update: str) -> None:
    connection = http.client.HTTPConnection(HOST, port)
    headers = {"Content-Type": "application/sparql-update", "Authorization": f"Bearer {secret}"}
    connection.request("POST", "/sparql", update.encode(), headers)
    response = connection.getresponse()
    body = response.read()
    if response.status != http.client.OK:
        raise RuntimeError(f"a write got {response.status}: {body[:300]!r}")
    connection.close()


if __name__ == "__main__":
    os.environ.setdefault("PYTHONPATH", os.pathsep.join(sys.path))
    sys.exit(main())
