"""What is made whole is put in place whole, or leaves what is there."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from zanryu.store.files import made_whole, write_whole

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_that_is_not_made_to_its_end_leaves_the_one_before_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "index"
    target.write_text("before")

    with pytest.raises(ValueError, match="half way"), made_whole(target) as unfinished:
        unfinished.write_text("aft")
        raise ValueError("half way")

    assert target.read_text() == "before"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_is_not_seen_before_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "new" / "tables"

    with made_whole(target) as unfinished:
        unfinished.mkdir()
        (unfinished / "a.csv").write_text("a")
        assert not target.exists()

    assert (target / "a.csv").read_text() == "a"
    assert list(target.parent.iterdir()) == [target]


def test_everybody_may_read_what_is_written_whole(tmp_path: Path) -> None:
    write_whole(tmp_path / "file", b"content")

    assert (tmp_path / "file").read_bytes() == b"content"
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o644
