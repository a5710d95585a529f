"""Keeping the index of names: made whole from each version beside the requests, and kept for the last few."""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import time
from typing import TYPE_CHECKING, Final

from zanryu.errors import InputNotFound
from zanryu.reconciliation.building import build
from zanryu.reconciliation.indexing import FORMAT
from zanryu.reconciliation.matching import Matcher, open_matcher
from zanryu.store.index_keeping import IndexKeeper, Patience, Subject

if TYPE_CHECKING:
    from pathlib import Path

    from zanryu.config import Settings
    from zanryu.store.backend import Backend

_KEPT: Final = 4
_SUFFIX: Final = ".sqlite"
_SUBJECT: Final = Subject("matching", "The names are being indexed. Ask again in a moment.", 5)
# What another program made may lack what this one looks for.
_PROGRAM: Final = hashlib.sha256(FORMAT.encode()).hexdigest()[:8]
_log = logging.getLogger("zanryu")


class MatchKeeper(IndexKeeper[Matcher]):
    """Has what matches names with the data at hand."""

    def __init__(self, settings: Settings, backend: Backend, patience: Patience | None = None) -> None:
        super().__init__(settings, backend, _SUBJECT, patience or Patience(with_old=0.5, without=15.0))

    def index(self) -> Matcher:
        """Return what matches with the data, or after a moment with an old version of it.

        :raises TooBusy: if there is none yet.
        """
        index = self._index
        if index and not index.path.exists():
            self._index = None  # another server of this store keeps the last few files only
        return super().index()

    def _turn(self) -> None:
        folder, version = self._folder("matching"), self._backend.version
        self._index = self._index or _newest(folder)  # it says its version, and is better than nothing
        data = self._data(version)
        path = folder / f"{_PROGRAM}-{_digest(version, data)}{_SUFFIX}"
        found = _open(path)
        if found is None:
            began = time.monotonic()
            build(data, version, path, is_awaited=self._index is None)
            found = open_matcher(path)
            _log.info("names of version %s indexed in %.1f s", version, time.monotonic() - began)
        if found is None:
            raise InputNotFound(f"{path} is of another version of the program.")
        self._index = found
        path.touch()
        # A question opens the file that it is answered from, and the newest are enough for those under way.
        newest = sorted(folder.glob(f"*{_SUFFIX}"), key=_time_of, reverse=True)
        for old in newest[_KEPT:]:
            old.unlink(missing_ok=True)


def _digest(version: str, data: Path) -> str:
    """Return a name that another database of the same version has not."""
    seen = data.stat()
    told = f"{version} {data} {seen.st_ino} {seen.st_ctime_ns}"
    return hashlib.sha256(told.encode()).hexdigest()[:24]


def _newest(folder: Path) -> Matcher | None:
    paths = sorted(folder.glob(f"{_PROGRAM}-*{_SUFFIX}"), key=_time_of, reverse=True)
    return next((matcher for path in paths if (matcher := _open(path))), None)


def _open(path: Path) -> Matcher | None:
    if not path.exists():
        return None
    try:
        return open_matcher(path)
    except sqlite3.Error:
        path.unlink(missing_ok=True)
        return None


def _time_of(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
