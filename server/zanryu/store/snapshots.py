"""Snapshots: immutable copies of the writer's database, made of hard links in milliseconds.

One folder holds them, each under its data version: the version of the build, a hyphen, and a number that
grows. The folder has to be on the database's own file system.
"""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Final

from zanryu.store.worker import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pyoxigraph as ox

_NAME: Final = re.compile(r"(?P<base>[A-Za-z0-9][A-Za-z0-9._-]*)-(?P<number>[0-9]+)")
_UNFINISHED: Final = ".unfinished"
_KEPT: Final = 2


class Snapshots:
    """The snapshots in ``home``, of which one process at a time makes new ones."""

    def __init__(self, home: Path, base_version: str) -> None:
        if not _NAME.fullmatch(f"{base_version}-0"):
            raise ValueError(f"{base_version!r} cannot be part of a folder's name")
        self._home = home.resolve()
        self._base_version = base_version
        self._home.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(self._home / _UNFINISHED, ignore_errors=True)

    def publish(self, store: ox.Store) -> Snapshot:
        """Make a snapshot of what ``store`` holds now, on disk when this returns.

        :raises OSError: if the disk refuses; nothing is published then.
        """
        unfinished = self._home / _UNFINISHED
        shutil.rmtree(unfinished, ignore_errors=True)
        store.flush()
        store.backup(unfinished)
        newest = self.newest()
        number = _number(newest.folder) + 1 if newest else 1
        version = f"{self._base_version}-{number}"
        # The name appears in one step, with everything in it.
        return Snapshot(unfinished.rename(self._home / version), version)

    def newest(self) -> Snapshot | None:
        """Return the last one published, or ``None``."""
        folders = self._folders()
        return Snapshot(folders[-1], folders[-1].name) if folders else None

    def prune(self, in_use: Iterable[Path] = ()) -> list[str]:
        """Remove all but the newest two and those in use; return the versions removed."""
        kept = set(in_use)
        old = [folder for folder in self._folders()[:-_KEPT] if folder not in kept]
        for folder in old:
            shutil.rmtree(folder, ignore_errors=True)
        return [folder.name for folder in old]

    def _folders(self) -> list[Path]:
        return sorted((p for p in self._home.iterdir() if _NAME.fullmatch(p.name)), key=_number)


def _number(folder: Path) -> int:
    return int(folder.name.rpartition("-")[2])
