"""A small database whose cross products never end, and ways to wait for processes without sleeping."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from zanryu.store.workers import Limits, WorkerPool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SERIALISERS = "zanryu.sparql.results"
TRIPLES = 3000
GRAPH = ox.NamedNode("http://example.org/graph")
LIGHT = "SELECT ?o { <http://example.org/7> ?p ?o }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
EVERYTHING = "SELECT * { ?s ?p ?o . ?s2 ?p ?o2 }"


def wait_until(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    """Look again and again until something holds."""
    turn = threading.Event()
    patience = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < patience, f"it did not happen within {seconds} seconds"
        turn.wait(0.005)


def is_running(process: int) -> bool:
    """Return whether a process exists and is not a zombie."""
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in ("Z", "X")


def processes(pool: WorkerPool) -> set[int]:
    """Return the ids of the pool's processes, spares included."""
    return {worker.process.pid for worker in pool._dispatcher.everyone()}


def is_complete(pool: WorkerPool) -> bool:
    """Return whether every worker and spare is there, and none is busy."""
    load = pool.statistics().load
    return (load.workers, load.spares, load.busy) == (pool.limits.workers, pool.limits.spares, 0)


def output_of(program: str) -> str:
    """Return what a program prints in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env=environment,
        check=True,
        timeout=30,
    )
    return done.stdout.strip()


def write_snapshot(folder: Path, value: str = "first") -> Path:
    """Write a database of 3,000 triples; ``value`` is the object of <http://example.org/version>."""
    folder.mkdir(exist_ok=True)
    store = ox.Store(folder / "writable")
    predicate = ox.NamedNode("http://example.org/p")
    store.bulk_extend(
        ox.Quad(
            ox.NamedNode(f"http://example.org/{n}"), predicate, ox.Literal(f"value {n} {'x' * 40}"), GRAPH
        )
        for n in range(TRIPLES)
    )
    store.add(ox.Quad(ox.NamedNode("http://example.org/version"), predicate, ox.Literal(value), GRAPH))
    store.backup(folder / "snapshot")
    return folder / "snapshot"


@pytest.fixture(scope="session")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A snapshot to read."""
    return write_snapshot(tmp_path_factory.mktemp("snapshot"))


@pytest.fixture(scope="module")
def pool(snapshot: Path) -> Iterator[WorkerPool]:
    """Two workers and a spare; whoever kills one waits until it is replaced."""
    pool = WorkerPool(snapshot, "v1", SERIALISERS, Limits(workers=2, timeout_seconds=20, memory_bytes=2**25))
    yield pool
    pool.close()


@pytest.fixture
def whole_pool(pool: WorkerPool) -> Iterator[WorkerPool]:
    """The pool, complete again before and after."""
    wait_until(lambda: is_complete(pool))
    yield pool
    wait_until(lambda: is_complete(pool))
