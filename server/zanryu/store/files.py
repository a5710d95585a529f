"""Files and folders that are whole or not there, outlast a loss of power, and belong to whom they are for."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

UNFINISHED: Final = ".unfinished-"  # how the names of folders begin in which something is being made


@contextmanager
def made_whole(target: Path) -> Iterator[Path]:
    """Yield another name for a file or folder to be made under; at the end it is put in place in one step.

    If that is not reached, ``target`` is what it was. A folder with something in it is not replaced.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=target.parent) as folder:
        unfinished = Path(folder, target.name)
        yield unfinished
        unfinished.replace(target)


def write_whole(path: Path, content: bytes) -> None:
    """Have a file that everybody may read, whole, on disk when this returns."""
    with made_whole(path) as unfinished:
        unfinished.write_bytes(content)
        unfinished.chmod(0o644)
        sync(unfinished)
    sync(path.parent)  # its new name, too


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, on disk when this returns."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def hand_over(path: Path, home: Path) -> None:
    """Leave what root makes to the owner of ``home``: the user of the server, who has to write it."""
    if os.geteuid() == 0:
        owner = home.stat()
        os.chown(path, owner.st_uid, owner.st_gid)
