"""The files of indexes: the newest are kept, and who cannot make one says so."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from zanryu.errors import InputNotFound
from zanryu.store.index_building import have_made
from zanryu.store.index_files import keep_newest

if TYPE_CHECKING:
    from pathlib import Path


def test_the_newest_stay_and_older_files_and_folders_go(tmp_path: Path) -> None:
    for age, name in enumerate(("new", "second", "old", ".unfinished-old")):
        path = tmp_path / name
        if name.endswith("old"):
            path.mkdir()
            (path / "part").touch()
        else:
            path.touch()
        os.utime(path, (1_000 - age, 1_000 - age))

    keep_newest(tmp_path, 2)

    assert {path.name for path in tmp_path.iterdir()} == {"new", "second"}


def test_a_process_that_fails_leaves_nothing_and_is_told_of(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(InputNotFound, match=r"index was not made of version 7; stderr says why"):
        have_made(
            "zanryu.reconciliation.building", tmp_path / "none", "7", tmp_path / "index", is_awaited=True
        )

    assert "InputNotFound" in capfd.readouterr().err
    assert list(tmp_path.iterdir()) == []
