"""Versions over a history without a server: what is between two of them, what is made again, what is kept."""

from __future__ import annotations

import shutil
import threading
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unit.store.history.entries import CLAIM, Clock, delta, entry, quad
from unit.store.homes import BASE, QUADS, home_with_versions
from zanryu.errors import NotFound, TooBusy
from zanryu.graph.delta import Delta
from zanryu.store.history.journal import Journal
from zanryu.store.replay import difference, nearest_first
from zanryu.store.versions import Versions
from zanryu.store.worker import Snapshot

if TYPE_CHECKING:
    from collections.abc import Set

    from zanryu.config import Settings

states = st.lists(st.frozensets(st.sampled_from(QUADS)), min_size=1, max_size=8)


def _between(before: Set[ox.Quad], after: Set[ox.Quad]) -> Delta:
    return Delta(frozenset(after - before), frozenset(before - after))


@settings(max_examples=60)
@given(states, st.data())
def test_the_difference_of_two_versions_is_that_of_their_states(
    known: list[frozenset[ox.Quad]], data: st.DataObject
) -> None:
    start, end = (data.draw(st.integers(0, len(known) - 1)) for _ in range(2))
    with TemporaryDirectory() as folder:
        journal = Journal(Path(folder), Clock())
        for before, after in zip(known, known[1:], strict=False):
            journal.append(entry(_between(before, after)))

        assert difference(journal, start, end) == _between(known[start], known[end])


def test_the_nearest_is_the_one_with_the_least_to_read(tmp_path: Path) -> None:
    journal = Journal(tmp_path, Clock())
    large = {quad(CLAIM, "zr:note", f"line {number}") for number in range(200)}
    for change in (delta({QUADS[0]}), delta(large), delta({QUADS[1]}), delta({QUADS[2]})):
        journal.append(entry(change))
    sources = [(Snapshot(tmp_path, str(number)), number) for number in (0, 4, 9)]

    assert [number for _, number in nearest_first(journal, sources, 2)] == [4, 0]
    assert [number for _, number in nearest_first(journal, sources, 1)] == [0, 4]


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """A build of one quad, and three versions that each add one."""
    return home_with_versions(tmp_path)


def _over(home: Settings) -> Versions:
    base = Snapshot(home.store, BASE)
    return Versions(home, lambda: base)


def _quads(snapshot: Snapshot) -> set[ox.Quad]:
    return set(ox.Store.read_only(str(snapshot.folder)))


def test_every_version_has_what_it_had(home: Settings) -> None:
    versions = _over(home)

    found = [_quads(versions.data(versions.find(number))) for number in (3, 0, 1, 2)]

    assert found == [set(QUADS[: number + 1]) for number in (3, 0, 1, 2)]
    assert versions.data(versions.find(0)).folder == home.store  # a build is read where it is
    versions.close()
    assert not list((home.live / "versions").iterdir())


def test_a_number_is_that_of_a_version(home: Settings) -> None:
    versions = _over(home)

    assert [versions.find(number).name for number in (0, 2)] == [BASE, f"{BASE}-2"]
    assert [versions.number_of(name) for name in (BASE, f"{BASE}-2", "other-2", f"{BASE}-9")] == [0, 2, 0, 0]
    for number in (4, -1):
        with pytest.raises(NotFound, match="The newest is 3"):
            versions.find(number)


def test_only_so_many_are_kept_and_none_that_is_read(home: Settings) -> None:
    versions = _over(home)
    first, second, third = (versions.find(number) for number in (1, 2, 3))

    with versions.reading(first):
        read = versions.data(first)
        versions.data(second)
        versions.data(third)
        assert versions.at_hand(second) is None
        assert _quads(read) == set(QUADS[:2])
        with versions.reading(third), pytest.raises(TooBusy, match="2 old versions are being read"):
            versions.data(second)
    assert _quads(versions.data(second)) == set(QUADS[:3])
    versions.close()


def test_a_version_that_many_want_at_once_is_made_once(home: Settings) -> None:
    versions = Versions(replace(home, page_threads=64), lambda: Snapshot(home.store, BASE))
    wanted, found = versions.find(2), []
    threads = [threading.Thread(target=lambda: found.append(versions.data(wanted))) for _ in range(8)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({id(snapshot) for snapshot in found}) == 1
    assert len(list((home.live / "versions").iterdir())) == 1
    versions.close()


def test_another_source_is_taken_where_one_is_not_whole(home: Settings) -> None:
    versions = _over(home)
    broken = home.live / "snapshots" / f"{BASE}-2"
    shutil.copytree(home.store, broken)
    (broken / "CURRENT").unlink()

    assert _quads(versions.data(versions.find(2))) == set(QUADS[:3])
    versions.close()
