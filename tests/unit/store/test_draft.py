"""A draft is a snapshot's twin that may be changed, and leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

import zanryu
from zanryu.errors import InputNotFound
from zanryu.store.draft import Draft

ADDED = ox.Quad(ox.NamedNode("h:s"), ox.NamedNode("h:p"), ox.Literal("added"), ox.NamedNode("h:g"))


@pytest.fixture
def database(tmp_path: Path) -> Path:
    folder = tmp_path / "snapshot"
    store = ox.Store(str(folder))
    store.bulk_extend(
        ox.Quad(ox.NamedNode(f"h:{n}"), ox.NamedNode("h:p"), ox.Literal(str(n)), ox.NamedNode("h:g"))
        for n in range(100)
    )
    store.optimize()
    store.flush()
    return folder


def test_a_draft_can_be_changed_and_the_snapshot_stays(database: Path, tmp_path: Path) -> None:
    draft = Draft(database, tmp_path / "drafts")

    draft.store.add(ADDED)
    draft.store.flush()

    assert len(draft.store) == 101
    assert len(ox.Store.read_only(str(database))) == 100


def test_the_tables_are_linked_and_not_copied(database: Path, tmp_path: Path) -> None:
    Draft(database, tmp_path / "drafts")

    copied = [path for path in (tmp_path / "drafts").rglob("*.sst")]
    assert copied
    assert all(path.stat().st_nlink == 2 for path in copied)


def test_a_closed_draft_leaves_nothing(database: Path, tmp_path: Path) -> None:
    Draft(database, tmp_path / "drafts").close()

    assert list((tmp_path / "drafts").iterdir()) == []


def test_a_draft_of_a_process_that_was_killed_is_removed_and_one_in_use_is_not(
    database: Path, tmp_path: Path
) -> None:
    home = tmp_path / "drafts"
    program = (
        "import os, sys; from pathlib import Path; from zanryu.store.draft import Draft\n"
        "Draft(Path(sys.argv[1]), Path(sys.argv[2])); os._exit(9)"
    )
    package = str(Path(zanryu.__file__).parents[1])
    subprocess.run(
        [sys.executable, "-c", program, str(database), str(home)],
        env={**os.environ, "PYTHONPATH": package},
        check=False,
    )
    abandoned = list(home.iterdir())

    used = Draft(database, home)
    other = Draft(database, home)

    assert abandoned
    assert not abandoned[0].exists()
    assert len(used.store) == len(other.store) == 100
    assert len(list(home.iterdir())) == 2


def test_what_cannot_be_copied_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputNotFound, match="nothing"):
        Draft(tmp_path / "nothing", tmp_path / "drafts")
