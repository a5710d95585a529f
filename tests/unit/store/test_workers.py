from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from unit.store.conftest import (
    ENDLESS,
    EVERYTHING,
    GRAPH,
    LIGHT,
    SERIALISERS,
    TRIPLES,
    is_complete,
    is_running,
    processes,
    wait_until,
    write_snapshot,
)
from zanryu.errors import (
    InputNotFound,
    MalformedQuery,
    NotAcceptable,
    QueryAborted,
    QueryTimeout,
    QueryTooExpensive,
    ResultTooLarge,
    TooBusy,
)
from zanryu.sparql.results import serialise
from zanryu.store.backend import RESULTS_JSON, UNION, Backend, QueryDataset
from zanryu.store.departure import Departure
from zanryu.store.embedded import EmbeddedStore
from zanryu.store.frames import HEADER, frame_of_query, read_query
from zanryu.store.worker import Snapshot
from zanryu.store.workers import Limits, Request, WorkerPool

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zanryu.store.jobs import Job
    from zanryu.store.worker import Worker

RESULTS = (
    RESULTS_JSON,
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
)
GRAPHS = (
    "text/turtle",
    "application/n-triples",
    "application/ld+json",
    "application/rdf+xml",
    "application/n-quads",
    "application/trig",
)
# How late what is at once may be where much else runs. Nothing here would end by itself before it.
LATE_SECONDS = 10.0
VERSION = "SELECT ?o { <http://example.org/version> ?p ?o }"


def answer(pool: Backend, query: str, media_type: str = RESULTS_JSON) -> bytes:
    return b"".join(pool.query(query, UNION, media_type))


def submit(pool: WorkerPool, query: str, media_type: str = RESULTS_JSON) -> Job:
    return pool.submit(Request(query, UNION, media_type))


def wait_until_busy(pool: WorkerPool, queries: int = 1) -> None:
    wait_until(lambda: pool.statistics().load.busy == queries)


# Answers


@pytest.mark.parametrize(
    ("query", "media_type"),
    [
        *[("SELECT * { ?s ?p ?o } ORDER BY ?s", name) for name in RESULTS],
        *[("CONSTRUCT WHERE { ?s ?p ?o }", name) for name in GRAPHS],
        ("ASK { ?s ?p ?o }", RESULTS_JSON),
    ],
)
def test_a_worker_answers_what_the_engine_answers_in_process(
    snapshot: Path, pool: WorkerPool, query: str, media_type: str
) -> None:
    expected = answer(EmbeddedStore(snapshot, "v1", serialise), query, media_type)
    assert answer(pool, query, media_type) == expected


def test_the_dataset_of_the_protocol_crosses(pool: WorkerPool) -> None:
    counted = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    inside = pool.query(counted, QueryDataset(default_graphs=(GRAPH.value,)), "text/csv")
    outside = pool.query(counted, QueryDataset(default_graphs=("http://example.org/other",)), "text/csv")
    assert b"".join(inside) == f"n\r\n{TRIPLES + 1}\r\n".encode()
    assert b"".join(outside) == b"n\r\n0\r\n"


def test_everything_about_the_dataset_crosses() -> None:
    dataset = QueryDataset(("urn:a",), ("urn:b", "urn:c"), True, True, "http://example.org/")
    request = Request("ASK { ?s ?p '残留\0' }", dataset, RESULTS_JSON)
    assert read_query(frame_of_query(request)[HEADER.size :]) == request


def test_look_ups_are_answered_beside_the_workers(pool: WorkerPool) -> None:
    assert pool.graphs() == {GRAPH.value: TRIPLES + 1}
    assert len(pool.describe("http://example.org/7")) == 1
    assert pool.referring("http://example.org/7") == []
    assert pool.health().version == "v1"


def test_two_hundred_queries_from_sixteen_threads_are_all_right(pool: WorkerPool) -> None:
    def ask(number: int) -> tuple[int, bytes]:
        return number, answer(pool, f"SELECT ?o {{ <http://example.org/{number}> ?p ?o }}", "text/csv")

    with ThreadPoolExecutor(16) as threads:
        found = list(threads.map(ask, range(200)))

    assert all(text == f"o\r\nvalue {number} {'x' * 40}\r\n".encode() for number, text in found)


def test_queries_leave_no_thread_behind(pool: WorkerPool) -> None:
    answer(pool, LIGHT)
    before = threading.active_count()
    for _ in range(500):
        answer(pool, LIGHT)
    assert threading.active_count() == before


def test_an_event_loop_awaits_answers(pool: WorkerPool) -> None:
    async def ask() -> list[bytes]:
        answers = [submit(pool, LIGHT, "text/csv").answer() for _ in range(20)]
        return [answer.body for answer in await asyncio.gather(*answers)]

    assert set(asyncio.run(ask())) == {f"o\r\nvalue 7 {'x' * 40}\r\n".encode()}


def test_a_job_names_the_version_of_its_answer(pool: WorkerPool) -> None:
    job = submit(pool, LIGHT)
    job.result()
    assert job.version == "v1"


# Mistakes of the client


def test_a_syntax_error_has_its_place_and_the_worker_lives_on(snapshot: Path, whole_pool: WorkerPool) -> None:
    before = processes(whole_pool)
    wrong = "SELECT *\nWHERE { ?s ?p }"
    with pytest.raises(MalformedQuery) as in_process:
        answer(EmbeddedStore(snapshot, "v1", serialise), wrong)
    with pytest.raises(MalformedQuery) as caught:
        answer(whole_pool, wrong)
    assert caught.value.members == in_process.value.members
    assert caught.value.detail == in_process.value.detail
    assert caught.value.members["line"] == 2
    assert processes(whole_pool) == before


def test_an_answer_that_a_media_type_cannot_say_is_refused_with_the_alternatives(pool: WorkerPool) -> None:
    with pytest.raises(NotAcceptable) as caught:
        answer(pool, LIGHT, "text/turtle")
    assert caught.value.members["available"] == list(RESULTS)


def test_half_a_surrogate_pair_is_a_malformed_query(pool: WorkerPool) -> None:
    with pytest.raises(MalformedQuery, match="not Unicode"):
        answer(pool, "ASK { ?s ?p '\ud800' }")


# Limits


def test_a_query_over_its_time_is_stopped_and_its_worker_replaced(whole_pool: WorkerPool) -> None:
    before = processes(whole_pool)
    begun = time.monotonic()
    with pytest.raises(QueryTimeout, match=r"0\.3 seconds"):
        list(whole_pool.query(ENDLESS, UNION, RESULTS_JSON, timeout_seconds=0.3))
    stopped = time.monotonic()
    answer(whole_pool, LIGHT)

    assert stopped - begun < 0.3 + LATE_SECONDS
    assert time.monotonic() - stopped < LATE_SECONDS
    wait_until(lambda: sum(is_running(process) for process in before) == len(before) - 1)
    wait_until(lambda: whole_pool.statistics().lost.get("timeout", 0) >= 1)


def test_a_job_that_nobody_reads_is_stopped_at_its_time_limit(whole_pool: WorkerPool) -> None:
    before = processes(whole_pool)
    job = whole_pool.submit(Request(ENDLESS, UNION, RESULTS_JSON), timeout_seconds=0.2)
    wait_until(lambda: sum(is_running(process) for process in before) == len(before) - 1)
    with pytest.raises(QueryTimeout):
        job.result()


def test_light_queries_pass_while_another_never_ends(whole_pool: WorkerPool) -> None:
    job = submit(whole_pool, ENDLESS)
    for _ in range(50):
        answer(whole_pool, LIGHT)
    assert whole_pool.statistics().load.busy == 1
    job.cancel()


@pytest.mark.parametrize(
    ("query", "media_type"),
    [
        (
            "SELECT (GROUP_CONCAT(CONCAT(?c, ?c, ?f, ?c, ?c, ?f)) AS ?all) { ?a ?b ?c . ?d ?e ?f }",
            RESULTS_JSON,
        ),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f", "text/csv"),
        (
            "CONSTRUCT { ?a ?c2 ?f } { ?a ?b ?c . ?d ?e ?f BIND(IRI(CONCAT(STR(?a), STR(?d))) AS ?c2) }",
            "text/turtle",
        ),
    ],
    ids=["group-concat", "order-by", "construct"],
)
def test_a_query_over_its_memory_is_stopped_and_the_server_is_not_harmed(
    whole_pool: WorkerPool, query: str, media_type: str
) -> None:
    before = resident_bytes()
    with pytest.raises(QueryTooExpensive, match="32 MiB") as caught:
        answer(whole_pool, query, media_type)
    assert caught.value.members["limit"] == whole_pool.limits.memory_bytes
    assert resident_bytes() - before < 2**24
    answer(whole_pool, LIGHT)


def resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGESIZE")


@pytest.fixture(scope="module")
def narrow_pool(snapshot: Path) -> object:
    limits = Limits(
        workers=1, spares=0, queue_length=1, timeout_seconds=20, result_rows=100, result_bytes=20_000
    )
    pool = WorkerPool(snapshot, "v1", SERIALISERS, limits)
    yield pool
    pool.close()


@pytest.mark.parametrize("media_type", RESULTS)
def test_an_answer_of_too_many_rows_is_refused_whole(narrow_pool: WorkerPool, media_type: str) -> None:
    answer(narrow_pool, "SELECT ?s { ?s ?p ?o } LIMIT 100", media_type)
    with pytest.raises(ResultTooLarge, match="more than 100 rows") as caught:
        answer(narrow_pool, "SELECT ?s { ?s ?p ?o } LIMIT 101", media_type)
    assert caught.value.members == {"limit": 100, "unit": "rows"}


@pytest.mark.parametrize("media_type", GRAPHS)
def test_a_graph_of_too_many_triples_is_refused_whole(narrow_pool: WorkerPool, media_type: str) -> None:
    answer(narrow_pool, "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 100", media_type)
    with pytest.raises(ResultTooLarge, match="more than 100 rows"):
        answer(narrow_pool, "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 101", media_type)


@pytest.mark.parametrize("media_type", RESULTS)
def test_an_answer_of_too_many_bytes_is_refused_whole(narrow_pool: WorkerPool, media_type: str) -> None:
    with pytest.raises(ResultTooLarge, match="20,000 bytes"):
        answer(narrow_pool, "SELECT (CONCAT(?o, ?o, ?o, ?o, ?o, ?o) AS ?x) { ?s ?p ?o } LIMIT 99", media_type)


@pytest.mark.parametrize("media_type", RESULTS)
def test_line_ends_and_marks_inside_values_are_not_rows(narrow_pool: WorkerPool, media_type: str) -> None:
    hostile = r"""SELECT ("a\r\n\r\n\"},{\"\"}},{\"</result>\t\n" AS ?x) (1 AS ?y) { ?s ?p ?o } LIMIT 60"""
    answer(narrow_pool, hostile, media_type)


def test_over_the_queue_a_query_is_refused_at_once(narrow_pool: WorkerPool) -> None:
    running, waiting = submit(narrow_pool, ENDLESS), submit(narrow_pool, LIGHT)
    with pytest.raises(TooBusy) as caught:
        answer(narrow_pool, LIGHT)
    assert caught.value.headers["Retry-After"] == "1"
    assert narrow_pool.statistics().load.waiting == 1, "refused at once: who came before waits on"
    running.cancel()
    assert b"value 7" in waiting.result()


def test_queries_are_begun_in_the_order_they_came(snapshot: Path) -> None:
    pool = WorkerPool(snapshot, "v1", SERIALISERS, Limits(workers=1, spares=0))
    running = submit(pool, ENDLESS)
    jobs = [submit(pool, LIGHT) for _ in range(5)]
    with ThreadPoolExecutor(5) as threads:
        answers = [threads.submit(job.result) for job in reversed(jobs)]
        running.cancel()
        assert all(b"value 7" in each.result() for each in answers)
    pool.close()
    begun = [job.deadline for job in jobs]  # each the same time after its begin
    assert begun == sorted(begun)


def test_a_query_that_waits_longer_than_its_time_is_told_so(narrow_pool: WorkerPool) -> None:
    running = submit(narrow_pool, ENDLESS)
    with pytest.raises(TooBusy, match=r"within 0\.05 seconds"):
        list(narrow_pool.query(LIGHT, UNION, RESULTS_JSON, timeout_seconds=0.05))
    running.cancel()


# Ends before the answer


def test_a_query_that_crashes_its_worker_harms_no_other(whole_pool: WorkerPool) -> None:
    deep = f"ASK {{ FILTER({'(' * 50_000}1{')' * 50_000}) }}"
    with ThreadPoolExecutor(4) as threads:
        crash = threads.submit(answer, whole_pool, deep)
        others = [threads.submit(answer, whole_pool, LIGHT) for _ in range(20)]
        with pytest.raises(QueryAborted) as caught:
            crash.result()
        assert all(b"value 7" in other.result() for other in others)
    assert caught.value.members["reason"] == "crashed"
    assert caught.value.status == 503


def test_a_cancelled_query_ends_with_its_process(whole_pool: WorkerPool) -> None:
    job = submit(whole_pool, ENDLESS)
    worker = job.worker
    assert worker is not None
    with ThreadPoolExecutor(1) as threads:
        reading = threads.submit(job.result)
        wait_until(lambda: worker.is_read)
        job.cancel()
        with pytest.raises(QueryAborted, match="cancelled"):
            reading.result()
    wait_until(lambda: not is_running(worker.process.pid))


def test_a_query_that_a_page_asks_for_ends_with_its_process_when_the_client_leaves(
    whole_pool: WorkerPool,
) -> None:
    before = processes(whole_pool)
    departure = Departure()

    def ask() -> list[bytes]:
        return list(whole_pool.query(ENDLESS, UNION, RESULTS_JSON, timeout_seconds=60))

    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(departure.during, ask)
        wait_until(lambda: whole_pool.statistics().load.busy == 1)
        departure.happen()
        with pytest.raises(asyncio.CancelledError):
            asked.result(10)

    wait_until(lambda: is_complete(whole_pool))
    assert len(before - processes(whole_pool)) == 1


def test_a_query_cancelled_in_the_queue_is_never_begun(narrow_pool: WorkerPool) -> None:
    running, waiting = submit(narrow_pool, ENDLESS), submit(narrow_pool, LIGHT)
    waiting.cancel()
    running.cancel()
    with pytest.raises(QueryAborted, match="cancelled"):
        waiting.result()
    assert waiting.worker is None


def test_a_cancelled_task_cancels_its_query(whole_pool: WorkerPool) -> None:
    async def leave() -> Job:
        job = submit(whole_pool, ENDLESS)
        task = asyncio.create_task(job.answer())
        await asyncio.sleep(0)  # so that it begins to read
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return job

    job = asyncio.run(leave())
    worker = job.worker
    assert worker is not None
    wait_until(lambda: not is_running(worker.process.pid))


@pytest.mark.parametrize("media_type", [*RESULTS, *GRAPHS])
def test_a_worker_killed_in_the_middle_of_an_answer_gives_an_error_never_a_short_answer(
    whole_pool: WorkerPool, media_type: str
) -> None:
    query = EVERYTHING if media_type in RESULTS else "CONSTRUCT WHERE { ?s ?p ?o }"
    job = submit(whole_pool, query, media_type)
    assert job.worker is not None
    sent = job.worker.connection.recv(200_000 if media_type in GRAPHS else 1, socket.MSG_PEEK)
    assert sent
    job.worker.process.send_signal(signal.SIGKILL)
    with pytest.raises(QueryAborted):
        job.result()


def test_an_idle_worker_killed_from_outside_costs_no_query(whole_pool: WorkerPool) -> None:
    for worker in whole_pool._dispatcher.everyone():
        worker.process.send_signal(signal.SIGKILL)
        worker.process.wait()
    assert b"value 7" in answer(whole_pool, LIGHT)


def test_a_keeper_that_fell_asleep_still_stops_a_query(whole_pool: WorkerPool) -> None:
    wait_until(lambda: whole_pool._dispatcher.keeper_sleeps)
    with pytest.raises(QueryTimeout):
        list(whole_pool.query(ENDLESS, UNION, RESULTS_JSON, timeout_seconds=0.1))


# Snapshots


def test_a_change_of_snapshot_under_load_loses_no_query(snapshot: Path, tmp_path: Path) -> None:
    second = write_snapshot(tmp_path, "second")
    pool = WorkerPool(snapshot, "v1", SERIALISERS, Limits(workers=2))
    is_over = threading.Event()

    def ask_until_over() -> list[tuple[str, bytes]]:
        found = []
        while not is_over.is_set():
            job = submit(pool, VERSION, "text/csv")
            found.append((job.result(), job.version)[::-1])
        return found

    with ThreadPoolExecutor(6) as threads:
        asking = [threads.submit(ask_until_over) for _ in range(6)]
        wait_until(lambda: pool.statistics().load.evaluated > 100)
        pool.publish(second, "v2")
        assert answer(pool, VERSION, "text/csv") == b"o\r\nsecond\r\n"
        evaluated = pool.statistics().load.evaluated
        wait_until(lambda: pool.statistics().load.evaluated > evaluated + 100)
        is_over.set()
        found = [pair for thread in asking for pair in thread.result()]

    assert set(found) == {("v1", b"o\r\nfirst\r\n"), ("v2", b"o\r\nsecond\r\n")}
    assert pool.statistics().lost == {}
    wait_until(lambda: pool.folders_in_use() == {second})  # the spare may have begun to start on the first
    assert pool.health().version == "v2"
    pool.close()


def test_a_query_under_way_ends_on_the_snapshot_it_began_on(snapshot: Path, tmp_path: Path) -> None:
    pool = WorkerPool(snapshot, "v1", SERIALISERS, Limits(workers=1, spares=0))
    job = submit(pool, EVERYTHING.replace("SELECT *", "SELECT ?s") + " LIMIT 100000", "text/csv")
    pool.publish(write_snapshot(tmp_path, "second"), "v2")
    assert pool.folders_in_use() >= {snapshot.resolve()}
    assert job.result().count(b"\n") == 100_001
    assert job.version == "v1"
    pool.close()


def test_a_snapshot_that_no_query_was_asked_of_may_go_before_a_worker_gets_to_it(
    snapshot: Path, tmp_path: Path
) -> None:
    for name in ("passing", "last"):
        (tmp_path / name).mkdir()
    passing, last = (write_snapshot(tmp_path / name, name) for name in ("passing", "last"))
    pool = WorkerPool(snapshot, "v1", SERIALISERS, Limits(workers=1, spares=0))
    (worker,) = pool._dispatcher.everyone()
    with held(worker):
        pool.publish(passing, "v2")
        pool.publish(last, "v3")
        assert passing not in pool.folders_in_use()
        for table in passing.glob("*.sst"):  # half removed: the engine calls that corruption
            table.unlink()
    assert answer(pool, VERSION, "text/csv") == b"o\r\nlast\r\n"
    assert pool._dispatcher.everyone() == [worker]
    pool.close()


def test_the_snapshot_that_a_worker_starts_on_is_in_use_until_it_has_started(
    snapshot: Path, tmp_path: Path
) -> None:
    second = write_snapshot(tmp_path, "second")
    pool = WorkerPool(snapshot, "v1", SERIALISERS, Limits(workers=1, spares=0))
    (first,) = pool._dispatcher.everyone()
    first.process.send_signal(signal.SIGKILL)
    wait_until(lambda: len(pool._keeper._starting) == 1)
    (starting,) = pool._keeper._starting.values()
    with held(starting):
        pool.publish(second, "v2")
        assert pool.folders_in_use() == {snapshot.resolve(), second}
    wait_until(lambda: is_complete(pool))
    wait_until(lambda: pool.folders_in_use() == {second})
    assert answer(pool, VERSION, "text/csv") == b"o\r\nsecond\r\n"
    pool.close()


@contextmanager
def held(worker: Worker) -> Iterator[None]:
    """Keep a worker from doing anything, as a busy machine does."""
    worker.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        worker.process.send_signal(signal.SIGCONT)


def test_a_snapshot_that_cannot_be_opened_is_refused_and_the_old_one_stays(
    pool: WorkerPool, tmp_path: Path
) -> None:
    with pytest.raises(InputNotFound):
        pool.publish(tmp_path / "nothing", "v9")
    assert pool.health().version == "v1"
    assert b"value 7" in answer(pool, LIGHT)


def test_of_snapshots_that_no_page_looked_at_only_the_newest_is_opened(
    snapshot: Path, tmp_path: Path
) -> None:
    with closing(WorkerPool(snapshot, "v1", SERIALISERS, Limits(workers=1))) as pool:
        before = pool.lookups
        pool.turn_to(Snapshot(tmp_path / "was removed", "v2"))
        pool.turn_to(Snapshot(write_snapshot(tmp_path, "third"), "v3"))
        versions = [found.object.value for found in pool.describe("http://example.org/version")]
        assert (pool.lookups.version, versions, before.version) == ("v3", ["third"], "v1")


# Beginning and end


def test_a_pool_over_nothing_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(InputNotFound):
        WorkerPool(tmp_path / "nothing", "v1", SERIALISERS)


def test_a_pool_whose_workers_cannot_start_says_so(snapshot: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(InputNotFound, match="ended while it started"):
        WorkerPool(snapshot, "v1", "zanryu.no_such_module")
    assert "no_such_module" in capfd.readouterr().err


def test_no_process_is_left_after_the_end(snapshot: Path) -> None:
    pool = WorkerPool(snapshot, "v1", SERIALISERS, Limits(workers=2))
    wait_until(lambda: is_complete(pool))
    ids = processes(pool)
    job = submit(pool, ENDLESS)
    pool.close()
    assert not any(is_running(process) for process in ids)
    with pytest.raises(QueryAborted, match="stopping"):
        job.result()
    with pytest.raises(QueryAborted, match="stopping"):
        answer(pool, LIGHT)


def test_what_is_under_way_may_finish(snapshot: Path) -> None:
    pool = WorkerPool(snapshot, "v1", SERIALISERS, Limits(workers=1))
    job = submit(pool, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c { SELECT * { ?d ?e ?f } LIMIT 400 } }", "text/csv")
    with ThreadPoolExecutor(1) as threads:
        reading = threads.submit(job.result)
        pool.close(grace_seconds=30)
        assert reading.result() == f"n\r\n{(TRIPLES + 1) * 400}\r\n".encode()


def test_no_process_outlives_a_killed_server(snapshot: Path) -> None:
    program = f"""
import sys
from pathlib import Path
from zanryu.store.backend import UNION
from zanryu.store.frames import HEADER, frame_of_query, read_query
from zanryu.store.worker import Snapshot
from zanryu.store.workers import Limits, Request, WorkerPool
pool = WorkerPool(Path({str(snapshot)!r}), "v1", {SERIALISERS!r}, Limits(workers=2))
while len(pool._dispatcher.everyone()) < 3:
    pass
jobs = [pool.submit(Request({ENDLESS!r}, UNION, "text/csv")) for _ in range(2)]
print(*[worker.process.pid for worker in pool._dispatcher.everyone()], flush=True)
jobs[0].result()
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
        assert server.stdout is not None
        ids = [int(text) for text in server.stdout.readline().split()]
        assert len(ids) == 3 and all(is_running(process) for process in ids)
        server.kill()
    wait_until(lambda: not any(is_running(process) for process in ids))
