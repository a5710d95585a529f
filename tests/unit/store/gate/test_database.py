"""Copies of the writer's database hold what it holds, whatever the engine does with its tables meanwhile."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from zanryu.store.gate.database import Database, link_files

if TYPE_CHECKING:
    from pathlib import Path

GRAPH = ox.NamedNode("https://example.org/graph")


def quads(number: int, count: int) -> list[ox.Quad]:
    subject = ox.NamedNode(f"https://example.org/{number * 7919 % 1000}")
    predicate = ox.NamedNode("https://example.org/p")
    return [ox.Quad(subject, predicate, ox.Literal(f"{number} {i}"), GRAPH) for i in range(count)]


@pytest.mark.parametrize("count", [30, 3_000], ids=["small changes", "changes larger than the log may grow"])
def test_each_copy_holds_what_was_there_when_it_was_made(tmp_path: Path, count: int) -> None:
    database = Database(tmp_path / "database")
    expected: dict[int, set[ox.Quad]] = {}
    held: set[ox.Quad] = set()
    for number in range(60_000 // count // (10 if count > 1000 else 20)):
        added, removed = set(quads(number, count)), set(quads(number // 2, count // 3))
        database.store.extend(added)
        held |= added
        for quad in removed:
            database.store.remove(quad)
        held -= removed
        database.backup(tmp_path / str(number))
        expected[number] = set(held)
    for number, quads_then in expected.items():
        assert set(ox.Store.read_only(str(tmp_path / str(number)))) == quads_then


def test_a_copy_of_a_copy_is_changed_alone(tmp_path: Path) -> None:
    database = Database(tmp_path / "database")
    for number in range(3):
        database.store.extend(quads(number, 3))
        database.backup(tmp_path / str(number))
    held = set(database.store)
    link_files(tmp_path / "2", tmp_path / "copy")
    copy = ox.Store(tmp_path / "copy")
    assert set(copy) == held
    copy.extend(quads(9, 3))
    copy.flush()
    copy.optimize()
    database.store.extend(quads(8, 3))
    database.backup(tmp_path / "3")
    assert set(ox.Store.read_only(str(tmp_path / "2"))) == held
    assert set(ox.Store.read_only(str(tmp_path / "3"))) == held | set(quads(8, 3))


def test_a_copy_outlasts_the_database_and_the_other_copies(tmp_path: Path) -> None:
    database = Database(tmp_path / "database")
    for number in range(3):
        database.store.extend(quads(number, 3))
        database.backup(tmp_path / str(number))
    held = set(database.store)
    del database
    for folder in [path for path in tmp_path.iterdir() if path.name != "2"]:
        shutil.rmtree(folder)
    assert set(ox.Store.read_only(str(tmp_path / "2"))) == held
