"""Whatever a process that was lost has left, the database is made of it with all that was recorded."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from zanryu.errors import BrokenHistory, InputNotFound
from zanryu.graph.delta import Delta
from zanryu.store.gate.lock import lock_gate, sole_server
from zanryu.store.gate.rebase import difference
from zanryu.store.gate.recovery import recover
from zanryu.store.history.journal import Journal
from zanryu.store.history.record import Entry
from zanryu.store.snapshots import Snapshots
from zanryu.store.worker import Snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from zanryu.store.gate.database import Database

GRAPH = ox.NamedNode("https://example.org/graph")


def quad(number: int) -> ox.Quad:
    return ox.Quad(GRAPH, ox.NamedNode("https://example.org/p"), ox.Literal(str(number)), GRAPH)


def numbers(store: ox.Store) -> set[int]:
    return {int(found.object.value) for found in store if isinstance(found.object, ox.Literal)}


class Live:
    """A build with the quad 0, and versions that add one quad each."""

    def __init__(self, home: Path) -> None:
        self.home = home / "live"
        self.home.mkdir()
        self.base = Snapshot(home / "build", "base")
        store = ox.Store(self.base.folder)
        store.add(quad(0))
        store.flush()

    @property
    def journal(self) -> Journal:
        return Journal(self.home / "history")

    @property
    def snapshots(self) -> Snapshots:
        return Snapshots(self.home / "snapshots", "base")

    def recover(self) -> Database:
        return recover(self.home, self.base, self.journal, self.snapshots)

    def write(self, *numbers: int) -> None:
        database = self.recover()
        for number in numbers:
            database.store.add(quad(number))
            self.record(number)
            self.snapshots.publish(database, number)

    def record(self, number: int) -> None:
        delta = Delta(frozenset({quad(number)}), frozenset())
        self.journal.append(Entry(editor="A", message="", base="base", delta=delta))

    def snapshot(self, number: int) -> Path:
        return self.home / "snapshots" / f"base-{number}"

    def damage(self, number: int) -> None:
        (self.snapshot(number) / "CURRENT").write_bytes(b"")


@pytest.fixture
def live(tmp_path: Path) -> Live:
    return Live(tmp_path)


def test_what_was_recorded_and_not_published_is_published(live: Live) -> None:
    live.write(1)
    live.record(2)
    assert numbers(live.recover().store) == {0, 1, 2}
    assert numbers(ox.Store.read_only(str(live.snapshot(2)))) == {0, 1, 2}


def test_what_was_prepared_and_not_recorded_is_not_there(live: Live) -> None:
    live.write(1)
    database = live.recover()
    database.store.add(quad(2))
    live.snapshots.prepare(database)
    del database
    assert numbers(live.recover().store) == {0, 1}
    live.write(2)
    assert numbers(ox.Store.read_only(str(live.snapshot(2)))) == {0, 1, 2}


@pytest.mark.parametrize("damaged", [[3], [2, 3], [1, 2, 3]], ids=["newest", "two", "all"])
def test_in_place_of_a_damaged_snapshot_an_older_one_or_the_build_is_taken(
    live: Live, damaged: list[int]
) -> None:
    live.write(1, 2, 3)
    for number in damaged:
        live.damage(number)
    assert numbers(live.recover().store) == {0, 1, 2, 3}
    assert numbers(ox.Store.read_only(str(live.snapshot(3)))) == {0, 1, 2, 3}


def test_a_snapshot_whose_log_is_cut_is_not_believed_though_the_engine_opens_it(live: Live) -> None:
    live.write(1, 2, 3)
    (log,) = (found for found in live.snapshot(3).glob("*.log") if found.stat().st_size)
    log.write_bytes(log.read_bytes()[:-10])
    assert numbers(ox.Store.read_only(str(live.snapshot(3)))) == {0, 1, 2}
    assert numbers(live.recover().store) == {0, 1, 2, 3}
    assert numbers(ox.Store.read_only(str(live.snapshot(3)))) == {0, 1, 2, 3}


def test_a_history_that_ends_before_the_newest_snapshot_is_refused(live: Live) -> None:
    live.write(1, 2)
    (live.home / "history" / "0000002.rdfp").unlink()
    with pytest.raises(
        BrokenHistory, match="base-2 has version 2, and the history ends at 1: versions were lost"
    ):
        live.recover()


def test_without_a_snapshot_another_build_is_not_taken_for_the_one_under_the_history(
    live: Live, tmp_path: Path
) -> None:
    live.write(1)
    shutil.rmtree(live.home / "snapshots")
    live.base = Snapshot(live.base.folder, "another")
    with pytest.raises(InputNotFound, match="the build in place is not the one that the history began from"):
        live.recover()


def test_of_the_databases_that_were_before_nothing_is_left(live: Live) -> None:
    databases = [live.recover() for _ in range(3)]  # each while the ones before are still open
    assert len(list(live.home.glob("database*"))) == 1
    assert [numbers(database.store) for database in databases] == [{0}] * 3


def test_a_store_has_one_server_and_one_process_that_writes(tmp_path: Path) -> None:
    with (
        sole_server(tmp_path / "live"),
        pytest.raises(InputNotFound, match="written by another server"),
        sole_server(tmp_path / "live"),
    ):
        pass
    with sole_server(tmp_path / "live"):
        lock_gate(tmp_path / "live")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(range(100), range(100), id="the same"),
        pytest.param(range(100), range(50, 150), id="some of both"),
        pytest.param(range(0), range(100), id="from nothing"),
        pytest.param(range(100), range(0), id="to nothing"),
        pytest.param(range(0, 200, 2), range(0, 200, 3), id="here and there"),
        pytest.param(range(100), range(100, 200), id="everything"),
    ],
)
def test_the_difference_of_two_databases_is_what_each_alone_has(before: range, after: range) -> None:
    old, new = ox.Store(), ox.Store()
    old.extend(map(quad, before))
    new.extend(map(quad, after))

    delta = difference(old, new)

    assert delta.added == set(map(quad, after)) - set(map(quad, before))
    assert delta.removed == set(map(quad, before)) - set(map(quad, after))
