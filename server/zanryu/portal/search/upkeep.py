"""Keeping the search index at the version of the data.

A few changes to live data are put into the index at hand, which takes milliseconds, and the request waits
for them; a whole index is made by another process.
"""

from __future__ import annotations

import fcntl
import logging
import shutil
import sqlite3
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final
from weakref import WeakSet

from zanryu.portal.search import building
from zanryu.portal.search.changes import digest_of, step
from zanryu.portal.search.searching import Index
from zanryu.store.files import UNFINISHED
from zanryu.store.index_building import have_made
from zanryu.store.index_keeping import IndexKeeper, Patience, Subject

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from zanryu.config import Settings
    from zanryu.store.backend import Backend
    from zanryu.store.history.reader import History

_KEPT: Final = 2
_SUFFIX: Final = ".sqlite"
_SUBJECT: Final = Subject("search index", "The search index is being made. Ask again in a moment.", 5)
_log = logging.getLogger("zanryu")


class Upkeep(IndexKeeper[Index]):
    """Has the search index of the data at hand."""

    def __init__(
        self, settings: Settings, backend: Backend, history: History, patience: Patience | None = None
    ) -> None:
        super().__init__(settings, backend, _SUBJECT, patience or Patience(with_old=0.25, without=10.0))
        self._history = history
        self._replaced: WeakSet[Index] = WeakSet()

    def close(self) -> None:
        """Wait for what is under way, and close the index."""
        self._wait()
        if self._index:
            self._index.close()
        super().close()

    def _is_there(self, index: Index) -> bool:
        return index.path.exists()

    def _turn(self) -> None:
        folder = self._folder("search/live" if self._is_live else "search/published")
        with _alone(folder):
            self._bring_up(folder)

    def _bring_up(self, folder: Path) -> None:
        version, journal = self._backend.version, self._history.journal()
        history = digest_of(journal, version) if self._is_live else ""
        index = self._held or self._find(folder, version)
        self._index = index
        if index and (index.version, index.history) == (version, history):
            return
        if index and self._is_live and step(index, self._backend, journal):
            return
        self._replace(folder, self._make(folder, version, history))

    def _make(self, folder: Path, version: str, history: str) -> Index:
        began = time.monotonic()
        for left in folder.glob(f"{UNFINISHED}*"):  # by a process that was killed: here, one alone is at work
            shutil.rmtree(left, ignore_errors=True)
        path = folder / f"{time.time_ns()}{_SUFFIX}"
        is_awaited = self._index is None
        have_made(building.__name__, self._data(version), version, path, history, is_awaited=is_awaited)
        _log.info("search index of version %s made in %.1f s", version, time.monotonic() - began)
        return Index(path)

    def _replace(self, folder: Path, index: Index) -> None:
        # Who got hold of an old one goes on with it: it is closed, and its file may go, when nobody has it.
        if self._index:
            self._replaced.add(self._index)
        self._index = index
        in_use = {old.path for old in self._replaced}
        for path in sorted(folder.glob(f"*{_SUFFIX}"))[:-_KEPT]:
            if path not in in_use:
                _remove(path)

    def _find(self, folder: Path, version: str) -> Index | None:
        """Return the index in the folder that is of a version, else the newest that can be used."""
        found = [index for path in sorted(folder.glob(f"*{_SUFFIX}")) if (index := _open(path))]
        if not found:
            return None
        chosen = next((index for index in found if index.version == version), found[-1])
        for index in found:
            if index is not chosen:
                index.close()
        return chosen


def _open(path: Path) -> Index | None:
    try:
        index = Index(path)
    except sqlite3.Error:
        _remove(path)
        return None
    if index.is_readable:
        return index
    index.close()
    _remove(path)
    return None


def _remove(path: Path) -> None:
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Wait until no other process makes an index in the folder."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
