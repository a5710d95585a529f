"""Whatever a process that was lost has left, the database is made of it with all that was recorded."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from zanryu.errors import BrokenHistory, InputNotFound
from zanryu.graph.delta import Delta
from zanryu.store.gate.lock import lock_gate, sole_server
from zanryu.store.gate.recovery import recover
from zanryu.store.history.journal import Journal
from zanryu.store.history.record import Entry
from zanryu.store.snapshots import Snapshots
from zanryu.store.worker import Snapshot

if TYPE_CHECKING:
    from pathlib import Path

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

    def recover(self) -> ox.Store:
        return recover(self.home, self.base, self.journal, self.snapshots)

    def write(self, *numbers: int) -> None:
        store = self.recover()
        for number in numbers:
            store.add(quad(number))
            self.record(number)
            self.snapshots.publish(store, number)

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
    assert numbers(live.recover()) == {0, 1, 2}
    assert numbers(ox.Store.read_only(str(live.snapshot(2)))) == {0, 1, 2}


def test_what_was_prepared_and_not_recorded_is_not_there(live: Live) -> None:
    live.write(1)
    store = live.recover()
    store.add(quad(2))
    live.snapshots.prepare(store)
    del store
    assert numbers(live.recover()) == {0, 1}
    live.write(2)
    assert numbers(ox.Store.read_only(str(live.snapshot(2)))) == {0, 1, 2}


@pytest.mark.parametrize("damaged", [[3], [2, 3], [1, 2, 3]], ids=["newest", "two", "all"])
def test_in_place_of_a_damaged_snapshot_an_older_one_or_the_build_is_taken(
    live: Live, damaged: list[int]
) -> None:
    live.write(1, 2, 3)
    for number in damaged:
        live.damage(number)
    assert numbers(live.recover()) == {0, 1, 2, 3}
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
    stores = [live.recover() for _ in range(3)]  # each while the ones before are still open
    assert len(list(live.home.glob("database*"))) == 1
    assert [numbers(store) for store in stores] == [{0}] * 3


def test_a_store_has_one_server_and_one_process_that_writes(tmp_path: Path) -> None:
    with (
        sole_server(tmp_path / "live"),
        pytest.raises(InputNotFound, match="written by another server"),
        sole_server(tmp_path / "live"),
    ):
        pass
    with sole_server(tmp_path / "live"):
        lock_gate(tmp_path / "live")
