"""What was read of Wikidata is in a backup, and comes back beside what was read since."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from wikidata.reference import enveloped
from zanryu.store.backup import back_up
from zanryu.store.checksums import SUMS
from zanryu.store.restore import InvalidBackup, restore
from zanryu.store.wikidata_files import counts_beside
from zanryu.wikidata.entities.cache import Cache

if TYPE_CHECKING:
    from pathlib import Path

    from zanryu.config import Settings
    from zanryu.graph.sources import Dataset


def _item(entity_id: str, revision: int) -> bytes:
    return enveloped({"id": entity_id, "claims": {}}, revision)


@pytest.fixture
def read(own: Settings) -> Cache:
    """The cache beside the store: an item at two revisions, into which another was merged."""
    cache = Cache(own.wikidata)
    cache.keep("Q1", _item("Q1", 5))
    cache.keep("Q2", _item("Q1", 6))
    counts_beside(own.wikidata).write_text('{"day": "2026-01-01"}\n')
    return cache


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", ["kept", "kept.tar.gz"])
def test_what_was_read_is_there_again_after_everything_was_lost(
    own: Settings, read: Cache, few: Dataset, tmp_path: Path, name: str
) -> None:
    before = _files(own.wikidata)
    back_up(own, tmp_path / name)
    shutil.rmtree(own.store.parent)

    restore(own, tmp_path / name, few)

    assert _files(own.wikidata) == before == {"Q1/5.json": before["Q1/5.json"], **before}
    assert counts_beside(own.wikidata).read_text() == '{"day": "2026-01-01"}\n'
    assert (read.revisions("Q1"), read.target("Q2")) == ([5, 6], "Q1")
    assert (own.wikidata / "Q1" / "5.json").stat().st_mode & 0o777 == 0o644


def test_a_restore_adds_to_what_was_read_and_replaces_nothing(
    own: Settings, read: Cache, few: Dataset, tmp_path: Path
) -> None:
    back_up(own, tmp_path / "kept")
    (own.wikidata / "Q1" / "5.json").unlink()
    read.keep("Q1", _item("Q1", 7))
    read.keep("Q2", _item("Q2", 8))  # the merge was undone
    counts_beside(own.wikidata).write_text("later\n")
    state = read.state

    restore(own, tmp_path / "kept", few)

    assert (read.revisions("Q1"), read.revisions("Q2"), read.target("Q2")) == ([5, 6, 7], [8], "Q2")
    assert counts_beside(own.wikidata).read_text() == "later\n"
    assert read.state != state


def test_only_what_was_read_is_kept(own: Settings, read: Cache, tmp_path: Path) -> None:
    for name in ("Q1/.unfinished-x", "Q1/note.txt", "notes/1.json"):
        (own.wikidata / name).parent.mkdir(exist_ok=True)
        (own.wikidata / name).write_text("x")

    back_up(own, tmp_path / "kept")

    assert _files(tmp_path / "kept" / "wikidata").keys() == {"Q1/5.json", "Q1/6.json", "Q2/redirect"}
    assert (tmp_path / "kept/wikidata/Q1/5.json").samefile(own.wikidata / "Q1/5.json")
    sums = (tmp_path / "kept" / SUMS).read_text()
    assert "wikidata/Q1/5.json" in sums
    assert "wikidata-gaps.jsonl" in sums
    assert read.revisions("Q1") == [5, 6]


def test_a_revision_that_was_altered_is_refused_and_changes_nothing(
    own: Settings, read: Cache, few: Dataset, tmp_path: Path
) -> None:
    back_up(own, tmp_path / "kept.tar.gz")
    shutil.unpack_archive(tmp_path / "kept.tar.gz", tmp_path / "kept", filter="data")
    (tmp_path / "kept" / "wikidata" / "Q1" / "6.json").write_bytes(_item("Q1", 7))
    shutil.rmtree(own.wikidata)

    with pytest.raises(InvalidBackup, match=r"wikidata/Q1/6\.json was altered"):
        restore(own, tmp_path / "kept", few)

    assert read.state == ""


def test_where_nothing_was_read_nothing_is_kept_or_added(own: Settings, few: Dataset, tmp_path: Path) -> None:
    back_up(own, tmp_path / "kept")
    Cache(own.wikidata).keep("Q1", _item("Q1", 5))

    restore(own, tmp_path / "kept", few)

    assert not (tmp_path / "kept" / "wikidata").exists()
    assert Cache(own.wikidata).revisions("Q1") == [5]


def test_a_folder_elsewhere_is_kept_and_filled_too(own: Settings, few: Dataset, tmp_path: Path) -> None:
    elsewhere = replace(own, wikidata_folder=tmp_path / "elsewhere" / "read")
    Cache(elsewhere.wikidata).keep("Q1", _item("Q1", 5))
    back_up(elsewhere, tmp_path / "kept")
    shutil.rmtree(tmp_path / "elsewhere")

    restore(elsewhere, tmp_path / "kept", few)

    assert Cache(elsewhere.wikidata).revisions("Q1") == [5]
