from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from zanryu.store.snapshots import Snapshots

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def add(store: ox.Store, number: int) -> None:
    graph = ox.NamedNode("http://example.org/graph")
    store.add(ox.Quad(graph, ox.NamedNode("http://example.org/p"), ox.Literal(str(number)), graph))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ox.Store]:
    store = ox.Store(tmp_path / "database")
    add(store, 0)
    yield store
    del store


@pytest.fixture
def snapshots(tmp_path: Path) -> Snapshots:
    return Snapshots(tmp_path / "snapshots", "abc123")


def names(tmp_path: Path) -> set[str]:
    return {folder.name for folder in (tmp_path / "snapshots").iterdir()}


def test_a_snapshot_is_named_by_its_version_and_has_what_the_store_had(
    store: ox.Store, snapshots: Snapshots
) -> None:
    first = snapshots.publish(store)
    add(store, 1)
    second = snapshots.publish(store)

    assert (first.version, second.version) == ("abc123-1", "abc123-2")
    assert [len(ox.Store.read_only(str(s.folder))) for s in (first, second)] == [1, 2]
    assert [s.folder.name for s in (first, second)] == [first.version, second.version]


def test_a_snapshot_is_of_hard_links(store: ox.Store, snapshots: Snapshots) -> None:
    tables = list(snapshots.publish(store).folder.glob("*.sst"))
    assert tables and all(table.stat().st_nlink > 1 for table in tables)


def test_numbers_go_on_after_a_restart_and_sort_as_numbers(
    store: ox.Store, snapshots: Snapshots, tmp_path: Path
) -> None:
    for _ in range(10):
        snapshots.publish(store)
        snapshots.prune()
    newest = Snapshots(tmp_path / "snapshots", "abc123").newest()
    assert newest is not None
    assert newest.version == "abc123-10"
    assert Snapshots(tmp_path / "snapshots", "def456").publish(store).version == "def456-11"


def test_the_newest_two_and_those_in_use_are_kept(
    store: ox.Store, snapshots: Snapshots, tmp_path: Path
) -> None:
    made = [snapshots.publish(store) for _ in range(5)]
    assert snapshots.prune({made[1].folder}) == ["abc123-1", "abc123-3"]
    assert names(tmp_path) == {"abc123-2", "abc123-4", "abc123-5"}


def test_a_pruned_snapshot_can_be_read_to_the_end_by_who_has_it_open(
    store: ox.Store, snapshots: Snapshots
) -> None:
    reader = ox.Store.read_only(str(snapshots.publish(store).folder))
    snapshots.publish(store)
    snapshots.publish(store)
    assert snapshots.prune() == ["abc123-1"]
    assert len(reader) == 1


def test_what_a_crash_left_unfinished_is_neither_seen_nor_in_the_way(store: ox.Store, tmp_path: Path) -> None:
    unfinished = tmp_path / "snapshots" / ".unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "CURRENT").touch()
    snapshots = Snapshots(tmp_path / "snapshots", "abc123")
    assert snapshots.newest() is None
    assert len(ox.Store.read_only(str(snapshots.publish(store).folder))) == 1


@pytest.mark.parametrize("version", ["", "../outside", "a/b", ".hidden"])
def test_a_version_that_is_no_folder_s_name_is_refused(tmp_path: Path, version: str) -> None:
    with pytest.raises(ValueError, match="folder's name"):
        Snapshots(tmp_path / "snapshots", version)
