"""The writer's database, and copies of it that cost what was written lately.

The engine makes a copy by writing what is in memory to tables first: some ten small ones for each change,
which it then merges over and over, the more the longer it runs. But what is in memory is in its log, too
(RocksDB's write-ahead log), and whoever opens a copy with a log reads that. So most copies are the files of
the last one that the engine made, which never change and are linked, with the log of what was written since.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from zanryu.store.files import sync

if TYPE_CHECKING:
    from pathlib import Path

_TABLE: Final = ".sst"
_LISTS: Final = ("CURRENT", "MANIFEST-", "OPTIONS-")  # which tables there are, and how they are read
_LOG: Final = ".log"
# Some forty claims. To open a copy takes a millisecond longer for each 100 kB.
_MAX_LOG_BYTES: Final = 512 * 1024


class Database:
    """A database in ``folder``, opened for writing; what this makes beside it has its name in front."""

    def __init__(self, folder: Path) -> None:
        self.store = ox.Store(folder)
        self._folder = folder
        self._whole = folder.with_name(f"{folder.name}-whole")
        self._first_log = 0

    def backup(self, target: Path) -> None:
        """Make a copy in a folder that is not there; it is on disk when this returns.

        :raises OSError: if the disk refuses.
        """
        logs = self._logs()
        if not self._first_log or sum(log.stat().st_size for log in logs) > _MAX_LOG_BYTES:
            self._make_whole()
            logs = []  # what they say is in the tables
        link_files(self._whole, target)
        for log in logs:
            _copy(log, target / log.name)
        sync(target)

    def _make_whole(self) -> None:
        self._first_log = 0
        shutil.rmtree(self._whole, ignore_errors=True)
        self.store.backup(self._whole)
        # The engine goes on in a new log, and keeps older ones to use their files again.
        self._first_log = max(_number(log) for log in self._folder.glob(f"*{_LOG}"))

    def _logs(self) -> list[Path]:
        return [log for log in self._folder.glob(f"*{_LOG}") if _number(log) >= self._first_log]


def link_files(source: Path, target: Path) -> None:
    """Make a copy of a database that nobody writes to, of links; its logs are copied."""
    target.mkdir()
    for name in os.listdir(source):  # noqa: PTH208 - names are enough
        if name.endswith(_LOG):
            _copy(source / name, target / name)
        elif name.endswith(_TABLE) or name.startswith(_LISTS):
            os.link(source / name, target / name)


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    sync(target)


def _number(log: Path) -> int:
    return int(log.stem)
