"""Backups of a store that is written to, and the drill: everything is lost, and restored."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from attack.server import environment
from writing.crashing import assert_sound, in_order, loading, stored
from writing.editor import claim, copy_of, editing, insert, told
from zanryu.errors import InputNotFound, InvalidData, InvalidSetting
from zanryu.store.backup import back_up
from zanryu.store.build import current_build
from zanryu.store.gate.lock import sole_server
from zanryu.store.replacement import DECIDED, finish
from zanryu.store.restore import InvalidBackup, restore
from zanryu.store.verification import problems

if TYPE_CHECKING:
    from zanryu.config import Settings
    from zanryu.graph.sources import Dataset


@pytest.fixture(scope="module")
def written_to(few_built: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A store with two versions over its build, that nobody serves."""
    home = tmp_path_factory.mktemp("written-to")
    settings = copy_of(few_built, home / "home")
    with editing(settings, home) as editor:
        editor.made(insert(claim("first-1")))
        editor.made(insert(claim("second-1")))
    return settings


@pytest.fixture
def mine(written_to: Settings, tmp_path: Path) -> Settings:
    """A copy of it to spoil."""
    return copy_of(written_to, tmp_path / "mine")


def quads_of(settings: Settings) -> list[str]:
    return in_order(stored(settings))


def run(settings: Settings, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from zanryu.cli import main; main()", *arguments]
    return subprocess.run(
        [*command, "--store", str(settings.store)],
        env=environment(variables),
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_was_backed_up_is_there_again_after_everything_was_lost(mine: Settings, tmp_path: Path) -> None:
    """The drill: write, back up, write more, lose everything, restore, compare, go on."""
    backup = tmp_path / "kept.tar.gz"
    with editing(mine, tmp_path) as editor:
        editor.made(insert(claim("third-1")))
        made = run(mine, "backup", str(backup))
        assert (made.returncode, made.stderr) == (0, "")
        assert "3 changes" in made.stdout
        at_backup = quads_of(mine)
        editor.made(insert(claim("lost-1")))
    shutil.rmtree(mine.store.parent)

    restored = run(mine, "restore", str(backup))
    assert (restored.returncode, restored.stderr) == (0, "")
    assert "before" not in restored.stdout
    assert quads_of(mine) == at_backup
    assert problems(mine) == []
    with editing(mine, tmp_path, name="Somebody Else") as editor:
        assert editor.holds("cl:third-1 ?p ?o")
        assert not editor.holds("cl:lost-1 ?p ?o")
        assert editor.made(insert(claim("fourth-1")))["number"] == 4
        assert told(editor.send("GET", "/history/3"))["number"] == 3
    assert problems(mine) == []


@pytest.mark.long
def test_a_backup_under_a_load_of_writes_is_one_moment_of_them(
    own: Settings, tmp_path: Path, few: Dataset
) -> None:
    with editing(own, tmp_path, snapshots_kept="2") as editor, loading(editor, "load") as load:
        load.wait_for(4)
        before = dict(load.acknowledged)
        made = back_up(own, tmp_path / "kept")
        assert problems(own) == []
        load.wait_for(2)
    assert made.number >= 4
    shutil.rmtree(own.live)
    restore(own, tmp_path / "kept", few)
    load.acknowledged = before
    assert_sound(own, few, tmp_path, load)


@pytest.mark.long
def test_what_was_there_before_a_restore_is_kept_and_can_be_put_back(
    mine: Settings, tmp_path: Path, few: Dataset
) -> None:
    back_up(mine, tmp_path / "old")
    with editing(mine, tmp_path) as editor:
        editor.made(insert(claim("newer-1")))
    newer = quads_of(mine)

    kept = restore(mine, tmp_path / "old", few).kept

    assert kept is not None
    assert len(quads_of(mine)) < len(newer)
    assert in_order(list(ox.Store.read_only(str(kept / "live" / "snapshots" / _newest(kept))))) == newer
    assert sorted(path.name for path in kept.iterdir()) == ["build", "live"]


def _newest(kept: Path) -> str:
    return max(os.listdir(kept / "live" / "snapshots"))  # noqa: PTH208


def test_a_store_that_was_never_written_to_is_backed_up_and_restored(
    own: Settings, tmp_path: Path, few: Dataset
) -> None:
    assert back_up(own, tmp_path / "kept").number == 0
    before = quads_of(own)
    shutil.rmtree(own.store.parent)
    restore(own, tmp_path / "kept", few)
    assert quads_of(own) == before
    assert current_build(own) is not None


@pytest.mark.parametrize("part", ["history/0000001.rdfp", "build/dist/zanryu.ttl", "BACKUP.json", "snapshot"])
@pytest.mark.parametrize("damage", ["altered", "missing"])
def test_a_backup_that_was_damaged_is_refused_and_changes_nothing(
    mine: Settings, tmp_path: Path, few: Dataset, part: str, damage: str
) -> None:
    back_up(mine, tmp_path / "linked")
    backup = tmp_path / "kept"
    shutil.copytree(tmp_path / "linked", backup)  # not of hard links: the damage is its own
    before = quads_of(mine)
    path = backup / part
    path = max(path.glob("*.sst"), key=lambda p: p.stat().st_size) if path.is_dir() else path
    if damage == "missing":
        path.unlink()
    else:
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)

    with pytest.raises(InvalidBackup, match=r"[Bb]ackup"):
        restore(mine, backup, few)

    assert quads_of(mine) == before
    assert not list(mine.store.parent.glob("*restor*"))


def test_a_history_that_was_forged_with_its_checksums_is_refused(
    mine: Settings, tmp_path: Path, few: Dataset
) -> None:
    from zanryu.store.checksums import write_sums

    back_up(mine, tmp_path / "linked")
    shutil.copytree(tmp_path / "linked", tmp_path / "kept")
    path = tmp_path / "kept" / "history" / "0000001.rdfp"
    path.write_bytes(path.read_bytes().replace(b"first-1", b"other-1"))
    write_sums(tmp_path / "kept")
    with pytest.raises(InvalidBackup, match="0000001.rdfp cannot be used"):
        restore(mine, tmp_path / "kept", few)


def test_data_that_breaks_the_shapes_is_not_restored_unless_it_is_forced(
    mine: Settings, tmp_path: Path, few: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shapes of today that are stricter than those of the backup: one that no claim of it can meet."""
    from zanryu.graph.sources import Dataset as Folder

    back_up(mine, tmp_path / "kept")
    shutil.copytree(few.root / "shapes", tmp_path / "strict" / "shapes")
    strict = (
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix zr: <https://w3id.org/zanryu/ontology/> .\n"
        '<urn:strict> a sh:NodeShape ; sh:targetClass zr:Assertion ; sh:name "strict"@en ;\n'
        '  sh:property [ sh:path zr:neverSaid ; sh:minCount 1 ; sh:message "No claim says it."@en ] .\n'
    )
    (tmp_path / "strict" / "shapes" / "strict.ttl").write_text(strict, encoding="utf-8")
    today = Folder(tmp_path / "strict")
    with pytest.raises(InvalidData, match="violations, by the shapes of today; nothing was changed"):
        restore(mine, tmp_path / "kept", today)
    assert restore(mine, tmp_path / "kept", today, force=True).manifest.number == 2


def test_nothing_is_restored_under_a_server_that_runs(own: Settings, tmp_path: Path, few: Dataset) -> None:
    back_up(own, tmp_path / "kept")
    with editing(own, tmp_path) as editor:
        refused = run(own, "restore", str(tmp_path / "kept"))
        assert (refused.returncode, "Stop it first" in refused.stderr) == (2, True), refused.stderr
        assert editor.holds("?s ?p ?o")
    with sole_server(own.live), pytest.raises(InputNotFound, match="written by another server"):
        restore(own, tmp_path / "kept", few)


@pytest.mark.parametrize("steps", range(5))
def test_a_restore_that_is_interrupted_after_any_step_is_gone_on_with_at_the_next_start(
    mine: Settings, tmp_path: Path, few: Dataset, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    back_up(mine, tmp_path / "kept")
    at_backup = quads_of(mine)
    shutil.rmtree(max((mine.live / "snapshots").iterdir(), key=lambda path: path.name))
    (mine.history / "0000002.rdfp").unlink()
    left = steps
    original = Path.rename

    def rename(self: Path, target: Path) -> Path:
        nonlocal left
        if self.parent.name == DECIDED or target.parent.name.startswith("before-"):
            if not left:
                raise KeyboardInterrupt
            left -= 1
        return original(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    try:
        restore(mine, tmp_path / "kept", few, force=True)
    except KeyboardInterrupt:
        assert any("interrupted" in problem for problem in problems(mine))
    monkeypatch.undo()

    with sole_server(mine.live):  # as a server that starts
        finish(mine)

    assert quads_of(mine) == at_backup
    assert problems(mine) == []
    assert not (mine.store.parent / DECIDED).exists()


def test_a_restore_keeps_the_tokens_that_are_there(mine: Settings, tmp_path: Path, few: Dataset) -> None:
    back_up(mine, tmp_path / "kept")
    mine.tokens.write_text('{"tokens": []}\n', encoding="utf-8")
    restore(mine, tmp_path / "kept", few)
    assert mine.tokens.read_text(encoding="utf-8") == '{"tokens": []}\n'
    mine.tokens.unlink()
    restore(mine, tmp_path / "kept", few)
    assert "Nguyen Van A" in mine.tokens.read_text(encoding="utf-8")
    assert mine.tokens.stat().st_mode & 0o777 == 0o600


def test_a_backup_is_never_overwritten_and_nobody_else_can_read_it(mine: Settings, tmp_path: Path) -> None:
    for name in ("kept", "kept.tar.gz"):
        back_up(mine, tmp_path / name)
        assert (tmp_path / name).stat().st_mode & 0o077 == 0
        with pytest.raises(InvalidSetting, match="never overwritten"):
            back_up(mine, tmp_path / name)


@pytest.mark.parametrize("name", ["kept.zip", "kept.TAR", "kept.tar.xz"])
def test_a_backup_has_no_name_of_a_file_that_it_is_not(mine: Settings, tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidSetting, match=r"a folder or a \.tar\.gz"):
        back_up(mine, tmp_path / name)
    assert not list(tmp_path.glob("kept*"))


def test_a_disk_that_is_not_mounted_is_not_made_up_for(mine: Settings, tmp_path: Path) -> None:
    with pytest.raises(InputNotFound, match="mount its disk"):
        back_up(mine, tmp_path / "mnt" / "monday")
    assert not (tmp_path / "mnt").exists()


def test_a_quad_that_no_version_added_is_found(mine: Settings) -> None:
    assert problems(mine) == []
    snapshot = max((mine.live / "snapshots").iterdir(), key=lambda path: path.name)
    shutil.copytree(snapshot, snapshot.with_name("copy"))
    store = ox.Store(snapshot.with_name("copy"))
    iri = ox.NamedNode("https://example.org/smuggled")
    store.add(ox.Quad(iri, iri, iri, iri))
    store.flush()
    del store
    shutil.rmtree(snapshot)
    snapshot.with_name("copy").rename(snapshot)
    assert "quads, and the build with all that was written has" in " ".join(problems(mine))


def test_a_dump_that_was_altered_is_found(mine: Settings) -> None:
    path = mine.dist.resolve() / "zanryu.ttl"
    path.write_bytes(path.read_bytes() + b"\n")
    found = run(mine, "verify")
    assert (found.returncode, "zanryu.ttl was altered" in found.stdout) == (1, True)
