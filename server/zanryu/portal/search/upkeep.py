"""Keeping the index at the version of the data, beside the requests: an old one serves meanwhile.

What a request finds of another version than the data, a thread makes up for. A few changes to live data are
put into the index at hand, which takes milliseconds, and the request waits for them; a whole index is made
by another process, and whoever asks meanwhile is answered from the old one, which says its version.
"""

from __future__ import annotations

import fcntl
import logging
import os
import sqlite3
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from zanryu.errors import InputNotFound, TooBusy, ZanryuError
from zanryu.portal.search.building import build
from zanryu.portal.search.changes import digest_of, step
from zanryu.portal.search.searching import Index
from zanryu.store.build import current_build
from zanryu.store.edition import LiveEdition
from zanryu.store.snapshots import SNAPSHOTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zanryu.config import Settings
    from zanryu.store.backend import Backend
    from zanryu.store.history.reader import History

_KEPT: Final = 2
_SUFFIX: Final = ".sqlite"
_log = logging.getLogger("zanryu")


@dataclass(frozen=True, slots=True)
class Patience:
    """For how many seconds a request waits for the index of its data: if there is an old one, and if not."""

    with_old: float = 0.25
    without: float = 10.0


class Upkeep:
    """Has the index of the data at hand. Making this reads and starts nothing."""

    def __init__(
        self, settings: Settings, backend: Backend, history: History, patience: Patience | None = None
    ) -> None:
        self._settings = settings
        self._backend = backend
        self._history = history
        self._patience = patience or Patience()
        self._index: Index | None = None
        self._beginning = threading.Lock()
        self._thread: threading.Thread | None = None
        self._temporary: tempfile.TemporaryDirectory[str] | None = None

    def index(self) -> Index:
        """Return the index of the data, or after a moment an old one.

        :raises TooBusy: if there is none yet.
        """
        wanted, index = self._backend.version, self._index
        if index and index.version == wanted:
            return index
        thread = self.begin()
        thread.join(self._patience.with_old)
        if not self._index:
            thread.join(self._patience.without)
        if not self._index:
            raise TooBusy("The search index is being made. Ask again in a moment.", retry_after_seconds=5)
        return self._index

    def at_hand(self) -> Index | None:
        """Return the index that there is now, whatever it is of; have it brought up to date."""
        if not self._index or self._index.version != self._backend.version:
            self.begin()
        return self._index

    def begin(self) -> threading.Thread:
        """Have a thread bring the index to the version of the data, unless one is at it; return it."""
        with self._beginning:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="zanryu-search", daemon=True)
                self._thread.start()
            return self._thread

    def close(self) -> None:
        """Wait for what is under way, and close the index."""
        if self._thread:
            self._thread.join()
        if self._index:
            self._index.close()
        if self._temporary:
            self._temporary.cleanup()

    def _run(self) -> None:
        try:
            folder = self._folder()
            with _alone(folder):
                self._turn(folder)
        except (ZanryuError, OSError, sqlite3.Error) as error:
            _log.error("the search index stays as it is: %s", getattr(error, "detail", error))

    def _turn(self, folder: Path) -> None:
        if isinstance(self._backend, LiveEdition):
            self._backend.pin()
        version, journal = self._backend.version, self._history.journal()
        is_live = isinstance(self._backend, LiveEdition)
        history = digest_of(journal, version) if is_live else ""
        index = self._index or self._find(folder, version)
        self._index = index
        if index and (index.version, index.history) == (version, history):
            return
        if index and is_live and step(index, self._backend, journal):
            return
        self._replace(folder, self._make(folder, version, history))

    def _make(self, folder: Path, version: str, history: str) -> Index:
        began = time.monotonic()
        path = folder / f"{time.time_ns()}{_SUFFIX}"
        build(self._data(version), version, history, path, is_awaited=self._index is None)
        _log.info("search index of version %s made in %.1f s", version, time.monotonic() - began)
        return Index(path)

    def _data(self, version: str) -> Path:
        """Return the database of a version."""
        snapshot = self._settings.live / SNAPSHOTS / version
        if isinstance(self._backend, LiveEdition) and snapshot.is_dir():
            return snapshot
        built = current_build(self._settings)
        if built and built.version == version:
            return self._settings.store.resolve()
        raise InputNotFound(f"The data of version {version} is not there any more.")

    def _replace(self, folder: Path, index: Index) -> None:
        # Who got hold of the old one goes on with it, so its file stays until the next.
        old, self._index = self._index, index
        if old:
            old.close()
        for path in sorted(folder.glob(f"*{_SUFFIX}"))[:-_KEPT]:
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

    def _folder(self) -> Path:
        """Return where indexes are kept: beside the store, or where that may not be written, for a while."""
        name = "live" if isinstance(self._backend, LiveEdition) else "published"
        folder = self._settings.store.parent / "search" / name
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
        self._temporary = self._temporary or tempfile.TemporaryDirectory(prefix="zanryu-search-")
        return Path(self._temporary.name)


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
