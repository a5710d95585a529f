"""A disk that is full, or may only be read: clear errors, no loss, readers go on."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

import pytest

from attack.server import environment, free_port, wait_until
from writing.crashing import Load, added, assert_sound, gate_of
from writing.editor import Editor, copy_of, editing, told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from zanryu.config import Settings
    from zanryu.graph.sources import Dataset

_TMPFS_BYTES: Final = 96 * 1024 * 1024
_BLOCK: Final = b"\0" * 65_536


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """Mount a small file system at a folder, for the block; where the machine does not allow it, skip."""
    folder.mkdir()
    made = _mount("-t", "tmpfs", "-o", f"size={_TMPFS_BYTES}", "none", str(folder))
    if made.returncode:
        pytest.skip(f"no file system can be mounted here: {made.stderr.strip()}")
    try:
        yield
    finally:
        _unmount(folder)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Let nobody open a file in a folder for writing, for the block; where that is not possible, skip.

    What is open already stays so, as on a disk that turns read-only after an error.
    """
    made = _mount("--bind", str(folder), str(folder))
    if made.returncode:
        pytest.skip(f"no folder can be made read-only here: {made.stderr.strip()}")
    try:
        assert _mount("-o", "remount,bind,ro", str(folder)).returncode == 0
        yield
    finally:
        _unmount(folder)


def _mount(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["mount", *options], capture_output=True, text=True, check=False)  # noqa: S607


def _unmount(folder: Path) -> None:
    subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S607


def fill(path: Path) -> None:
    """Write into a file until the disk takes no more."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT)
    try:
        for size in (len(_BLOCK), 4096, 1):
            with suppress(OSError):
                while True:
                    os.write(descriptor, _BLOCK[:size])
    finally:
        os.close(descriptor)


def write(load: Load, number: int) -> int:
    """Try a pair of claims, and return the status of the answer."""
    pair = f"{load.prefix}-{number}"
    load.tried[pair] = 1
    answer = load.editor.update(added(pair))
    if answer.status == 200:
        load.acknowledged[pair] = 1
    elif answer.status == 507:
        assert told(answer)["type"].endswith("/disk-refused")
        assert "Nothing was changed." in told(answer)["detail"]
        assert str(load.editor.server.output.parent) not in answer.text, "a path of the machine is told"
    return answer.status


def assert_readable(editor: Editor, number: int) -> None:
    answer = editor.server.query(f"SELECT (COUNT(*) AS ?n{number}) {{ ?s ?p ?o }}")
    assert answer.status == 200
    assert editor.server.get("/health").status == 200


def test_a_full_disk_refuses_writes_in_words_loses_nothing_and_takes_them_again_when_there_is_room(
    built: Settings, tmp_path: Path, dataset: Dataset
) -> None:
    disk = tmp_path / "disk"
    with small_disk(disk):
        own = copy_of(built, disk / "home")
        with editing(own, tmp_path) as editor:
            load = Load(editor, "full")
            assert write(load, 1) == 200
            for attempt in range(2):
                fill(disk / "filled")
                for number in range(2, 6):
                    assert write(load, attempt * 10 + number) == 507
                    assert_readable(editor, attempt * 10 + number)
                (disk / "filled").unlink()
                assert write(load, attempt * 10 + 7) == 200
        assert_sound(own, dataset, tmp_path, load)


@pytest.mark.long
def test_a_disk_that_fills_up_under_writes_loses_no_acknowledged_one(
    built: Settings, tmp_path: Path, dataset: Dataset
) -> None:
    disk = tmp_path / "disk"
    with small_disk(disk):
        own = copy_of(built, disk / "home")
        with editing(own, tmp_path, snapshots_kept="2") as editor:
            load = Load(editor, "filling")
            assert write(load, 1) == 200
            fill(disk / "filled")
            statuses = []
            for number in range(2, 40):  # room for a part of a write, then for more of it
                size = (disk / "filled").stat().st_size
                os.truncate(disk / "filled", max(size - 65_536, 0))
                statuses.append(write(load, number))
                if statuses[-3:] == [200, 200, 200]:
                    break
            assert set(statuses) == {200, 507}
        assert_sound(own, dataset, tmp_path, load)


def test_a_limit_on_the_writing_process_is_told_as_a_disk_that_refuses(
    own: Settings, tmp_path: Path, few: Dataset
) -> None:
    with editing(own, tmp_path) as editor:
        load = Load(editor, "limit")
        assert write(load, 1) == 200
        gate = gate_of(editor.server)
        assert gate is not None
        try:
            soft, hard = resource.prlimit(gate, resource.RLIMIT_FSIZE)
            resource.prlimit(gate, resource.RLIMIT_FSIZE, (100, hard))
        except (AttributeError, PermissionError) as error:
            pytest.skip(f"no limit can be set on another process here: {error}")
        for number in range(2, 5):
            assert write(load, number) == 507
            assert_readable(editor, number)
        resource.prlimit(gate, resource.RLIMIT_FSIZE, (soft, hard))
        assert write(load, 5) == 200
        assert gate_of(editor.server) == gate
    assert_sound(own, few, tmp_path, load)


def test_a_disk_that_turns_read_only_refuses_writes_and_serves_readers(
    own: Settings, tmp_path: Path, few: Dataset
) -> None:
    with editing(own, tmp_path) as editor:
        load = Load(editor, "read-only")
        assert write(load, 1) == 200
        with read_only(own.live):
            for number in range(2, 4):
                assert write(load, number) == 507
                assert_readable(editor, number)
        assert write(load, 4) == 200
    assert_sound(own, few, tmp_path, load)


def test_a_server_that_is_to_take_writes_does_not_start_where_it_cannot_keep_them(
    own: Settings, tmp_path: Path
) -> None:
    own.live.mkdir(exist_ok=True)
    with read_only(own.live):
        failed = refused_server(own, tmp_path)
    assert failed.returncode == 2
    assert "lock cannot be written (Read-only file system)" in failed.stderr
    assert "Traceback" not in failed.stderr


def test_a_second_server_over_one_store_refuses_to_start_and_the_first_goes_on(
    own: Settings, tmp_path: Path, few: Dataset
) -> None:
    with editing(own, tmp_path) as editor:
        load = Load(editor, "first")
        failed = refused_server(own, tmp_path)
        assert failed.returncode == 2
        assert "is written by another server. Stop that one" in failed.stderr
        assert "Traceback" not in failed.stderr
        assert write(load, 1) == 200
    assert_sound(own, few, tmp_path, load)


def test_of_two_servers_that_are_started_at_once_one_serves(own: Settings, tmp_path: Path) -> None:
    started = [start_server(own, tmp_path) for _ in range(2)]
    try:
        wait_until(lambda: any(s.poll() is not None for s in started), 60, "one of them refuses")
        assert sorted(str(s.poll()) for s in started) == ["2", "None"]
    finally:
        for server in started:
            server.kill()
            server.communicate()


def start_server(settings: Settings, folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", "from zanryu.cli import main; main()", "serve"]
    options = ["--store", str(settings.store), "--port", str(free_port())]
    variables = environment({"writes": "true", "access_log": "none"})
    return subprocess.Popen(
        [*command, *options], cwd=folder, env=variables, stderr=subprocess.PIPE, text=True
    )


def refused_server(settings: Settings, folder: Path) -> subprocess.CompletedProcess[str]:
    process = start_server(settings, folder)
    try:
        _, errors = process.communicate(timeout=60)
    finally:
        process.kill()
    return subprocess.CompletedProcess(process.args, process.returncode, "", errors)
