"""The next snapshot: opened by one worker before it is shown, while the others answer on the present one."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from unit.store.conftest import SERIALISERS, write_snapshot
from zanryu.store.backend import RESULTS_JSON, UNION, UPDATE_SYNTAX
from zanryu.store.worker import Snapshot
from zanryu.store.workers import Limits, Request, WorkerPool

if TYPE_CHECKING:
    from collections.abc import Iterator

ASKED = Request("ASK { ?s ?p ?o }", UNION, RESULTS_JSON)
PARSED = Request("INSERT DATA { <http://h/a> <http://h/p> 1 }", UNION, UPDATE_SYNTAX)


@pytest.fixture
def pool(snapshot: Path) -> Iterator[WorkerPool]:
    with closing(WorkerPool(snapshot, "v1", SERIALISERS, Limits(workers=2, spares=0))) as pool:
        yield pool


@pytest.fixture
def following(tmp_path: Path) -> Snapshot:
    return Snapshot(write_snapshot(tmp_path, "second").resolve(), "v2")


def opened_by(pool: WorkerPool, snapshot: Snapshot) -> list[int]:
    """Return the workers that have files of a snapshot open."""
    pids = [worker.process.pid for worker in pool._dispatcher.everyone()]
    return [pid for pid in pids if any(str(snapshot.folder) in name for name in files_of(pid))]


def files_of(pid: int) -> set[str]:
    return {os.path.realpath(link) for link in Path(f"/proc/{pid}/fd").iterdir()}


def test_one_worker_has_it_open_before_it_is_shown(pool: WorkerPool, following: Snapshot) -> None:
    pool.submit(ASKED).result()

    pool.prepare(following)

    assert pool.version == "v1"
    assert len(opened_by(pool, following)) == 1


def test_who_asks_next_is_answered_by_the_worker_that_has_it(pool: WorkerPool, following: Snapshot) -> None:
    pool.submit(ASKED).result()
    pool.prepare(following)
    pool.turn_to(following)

    for _ in range(5):
        job = pool.submit(ASKED)
        job.result()
        assert job.version == "v2"

    assert len(opened_by(pool, following)) == 1


def test_the_others_answer_on_the_present_one_meanwhile(pool: WorkerPool, following: Snapshot) -> None:
    pool.submit(ASKED).result()
    pool.prepare(following)

    job = pool.submit(ASKED)

    assert job.result()
    assert job.version == "v1"


def test_it_is_left_to_a_worker_that_nobody_asks_of_the_present_one(
    pool: WorkerPool, following: Snapshot, tmp_path: Path
) -> None:
    pool.submit(ASKED).result()
    pool.prepare(following)
    pool.turn_to(following)
    pool.submit(ASKED).result()
    after_that = Snapshot(write_snapshot(tmp_path / "after that", "third").resolve(), "v3")

    pool.submit(PARSED).result()  # by the one that idled longest, which is then no longer
    pool.prepare(after_that)

    assert len(opened_by(pool, following)) == len(opened_by(pool, after_that)) == 1


def test_where_nobody_asks_nothing_is_opened(pool: WorkerPool, following: Snapshot) -> None:
    pool.prepare(following)

    assert not opened_by(pool, following)


def test_to_parse_an_update_opens_nothing(pool: WorkerPool, following: Snapshot) -> None:
    pool.turn_to(following)

    for _ in range(4):
        pool.submit(PARSED).result()

    assert not opened_by(pool, following)


def test_one_that_cannot_be_opened_harms_nobody(pool: WorkerPool, tmp_path: Path) -> None:
    pool.submit(ASKED).result()

    pool.prepare(Snapshot(tmp_path / "nothing", "v2"))

    assert [pool.submit(ASKED).result() for _ in range(4)]
    assert pool.statistics().lost == {}
