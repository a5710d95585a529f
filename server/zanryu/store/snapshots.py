"""Snapshots: immutable copies of the writer's database, made of hard links in milliseconds.

One folder holds them, each under its data version: the version of the build, a hyphen, and a number that
grows. The folder has to be on the database's own file system.
"""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Final, Protocol

from zanryu.store.worker import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from zanryu.config import Settings

SNAPSHOTS: Final = "snapshots"
_NAME: Final = re.compile(r"(?P<base>[A-Za-z0-9][A-Za-z0-9._-]*)-(?P<number>[0-9]+)")
_UNFINISHED: Final = ".unfinished"
_KEPT: Final = 2


class Copied(Protocol):
    """A database: the engine's own, or one that makes its copies otherwise."""

    def backup(self, target: Path, /) -> None:
        """Make a copy in a folder that is not there; it is on disk when this returns."""


class Snapshots:
    """The snapshots in ``home``, of which one process at a time makes new ones. Others may look meanwhile."""

    def __init__(self, home: Path, base_version: str) -> None:
        if not _NAME.fullmatch(f"{base_version}-0"):
            raise ValueError(f"{base_version!r} cannot be part of a folder's name")
        self._home = home.resolve()
        self._base_version = base_version

    def publish(self, store: Copied, number: int | None = None) -> Snapshot:
        """Make a snapshot of what ``store`` holds now, on disk when this returns.

        ``number`` is the one of its version, else the next.

        :raises OSError: if the disk refuses; nothing is published then.
        """
        self.prepare(store)
        return self.name((self.newest_number or 0) + 1 if number is None else number)

    def prepare(self, store: Copied) -> None:
        """Make a snapshot of what ``store`` holds now, which nobody sees before it has a name.

        :raises OSError: if the disk refuses.
        """
        unfinished = self._home / _UNFINISHED
        self._home.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(unfinished, ignore_errors=True)
        store.backup(unfinished)

    def name(self, number: int) -> Snapshot:
        """Publish what was prepared as the version ``number``: it appears in one step, whole."""
        version = f"{self._base_version}-{number}"
        folder = self._home / version
        shutil.rmtree(folder, ignore_errors=True)  # one that cannot be opened
        return Snapshot((self._home / _UNFINISHED).rename(folder), version)

    def newest(self) -> Snapshot | None:
        """Return the last one published, or ``None``."""
        folders = self._folders()
        return Snapshot(folders[-1], folders[-1].name) if folders else None

    def newest_first(self) -> list[tuple[Snapshot, int]]:
        """Return every one with the number of its version."""
        return [(Snapshot(folder, folder.name), _number(folder)) for folder in reversed(self._folders())]

    @property
    def newest_number(self) -> int | None:
        """The number of the last one published, or ``None``."""
        folders = self._folders()
        return _number(folders[-1]) if folders else None

    def prune(self, in_use: Iterable[Path] = (), kept: int = _KEPT) -> list[str]:
        """Remove all but the newest ``kept`` and those in use; return the versions removed."""
        used = set(in_use)
        old = [folder for folder in self._folders()[:-kept] if folder not in used]
        for folder in old:
            shutil.rmtree(folder, ignore_errors=True)
        return [folder.name for folder in old]

    def _folders(self) -> list[Path]:
        if not self._home.is_dir():
            return []
        return sorted((p for p in self._home.iterdir() if _NAME.fullmatch(p.name)), key=_number)


def newest_data(settings: Settings) -> Path:
    """Return the folder with the newest data: the last snapshot, or the build where nothing was written."""
    home = settings.live / SNAPSHOTS
    folders = [p for p in home.iterdir() if _NAME.fullmatch(p.name)] if home.is_dir() else []
    return max(folders, key=_number, default=settings.store)


def _number(folder: Path) -> int:
    return int(folder.name.rpartition("-")[2])
