"""Keeping the index at the version of the data, beside the requests: an old one serves meanwhile."""

from __future__ import annotations

import hashlib
import logging
import os
import sqlite3
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from zanryu import __version__
from zanryu.errors import InputNotFound, TooBusy, ZanryuError
from zanryu.portal.overviews.building import build
from zanryu.portal.overviews.index import Index, open_index
from zanryu.portal.overviews.listings import LISTINGS
from zanryu.store.build import current_build
from zanryu.store.edition import LiveEdition
from zanryu.store.snapshots import SNAPSHOTS

if TYPE_CHECKING:
    from zanryu.config import Settings
    from zanryu.store.backend import Backend

_KEPT: Final = 4
_SUFFIX: Final = ".sqlite"
_log = logging.getLogger("zanryu")


@dataclass(frozen=True, slots=True)
class Patience:
    """For how many seconds a request waits for the index of its data: if there is an old one, and if not."""

    with_old: float = 1.5
    without: float = 15.0


class Keeper:
    """Has the index of the data at hand. Making this reads and starts nothing."""

    def __init__(self, settings: Settings, backend: Backend, patience: Patience | None = None) -> None:
        self._settings = settings
        self._backend = backend
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
        thread = self._begin()
        thread.join(self._patience.with_old if index else self._patience.without)
        if not self._index:
            sentence = "The overviews are being made from the whole graph. Ask again in a moment."
            raise TooBusy(sentence, retry_after_seconds=10)
        return self._index

    def close(self) -> None:
        """Wait for what is under way."""
        if self._thread:
            self._thread.join()
        if self._temporary:
            self._temporary.cleanup()

    def _begin(self) -> threading.Thread:
        """Have a thread make the index of the data, unless one is at it; return it."""
        with self._beginning:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="zanryu-overviews", daemon=True)
                self._thread.start()
            return self._thread

    def _run(self) -> None:
        try:
            if isinstance(self._backend, LiveEdition):
                self._backend.pin()  # this thread's look at it, not that of a request
            self._turn(self._folder(), self._backend.version)
        except (ZanryuError, OSError, sqlite3.Error) as error:
            _log.error("the overviews stay as they are: %s", getattr(error, "detail", error))

    def _turn(self, folder: Path, version: str) -> None:
        data = self._data(version)
        path = folder / f"{_digest(version, data)}{_SUFFIX}"
        found = _open(path)
        if found is None:
            began = time.monotonic()
            build(data, version, path, is_awaited=self._index is None)
            found = open_index(path)
            _log.info("overviews of version %s made in %.1f s", version, time.monotonic() - began)
        self._index = found
        path.touch()
        # Whoever reads an older one has opened it; a file that is gone is there for them until they close it.
        newest = sorted(folder.glob(f"*{_SUFFIX}"), key=_time_of, reverse=True)
        for old in newest[_KEPT:]:
            old.unlink(missing_ok=True)

    def _data(self, version: str) -> Path:
        """Return the database of a version."""
        snapshot = self._settings.live / SNAPSHOTS / version
        if isinstance(self._backend, LiveEdition) and snapshot.is_dir():
            return snapshot
        built = current_build(self._settings)
        if built and built.version == version:
            return self._settings.store.resolve()
        raise InputNotFound(f"The data of version {version} is not there any more.")

    def _folder(self) -> Path:
        """Return where indexes are kept: beside the store, or where that may not be written, for a while."""
        folder = self._settings.store.parent / "overviews"
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
        self._temporary = self._temporary or tempfile.TemporaryDirectory(prefix="zanryu-overviews-")
        return Path(self._temporary.name)


def _digest(version: str, data: Path) -> str:
    """Return a name that another database of the same version, or what else would be read in it, has not."""
    seen = data.stat()
    told = f"{__version__} {version} {data} {seen.st_ino} {seen.st_ctime_ns} {list(LISTINGS.values())}"
    return hashlib.sha256(told.encode()).hexdigest()[:24]


def _open(path: Path) -> Index | None:
    if not path.exists():
        return None
    try:
        return open_index(path)
    except sqlite3.Error:
        path.unlink(missing_ok=True)
        return None


def _time_of(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
