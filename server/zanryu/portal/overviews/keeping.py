"""Keeping the overviews' index: made whole from each version, and kept for the last few."""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import time
from typing import TYPE_CHECKING, Final

from zanryu import __version__
from zanryu.portal.overviews.building import build
from zanryu.portal.overviews.index import Index, open_index
from zanryu.portal.overviews.listings import LISTINGS
from zanryu.store.index_keeping import IndexKeeper, Patience, Subject

if TYPE_CHECKING:
    from pathlib import Path

    from zanryu.config import Settings
    from zanryu.store.backend import Backend

_KEPT: Final = 4
_SUFFIX: Final = ".sqlite"
_SUBJECT: Final = Subject(
    "overviews", "The overviews are being made from the whole graph. Ask again in a moment.", 10
)
# What another program made may lack what this one looks for.
_PROGRAM: Final = hashlib.sha256(f"{__version__} {list(LISTINGS.values())}".encode()).hexdigest()[:8]
_log = logging.getLogger("zanryu")


class Keeper(IndexKeeper[Index]):
    """Has the overviews' index of the data at hand."""

    def __init__(self, settings: Settings, backend: Backend, patience: Patience | None = None) -> None:
        super().__init__(settings, backend, _SUBJECT, patience or Patience(with_old=1.5, without=15.0))

    def _turn(self) -> None:
        folder, version = self._folder("overviews"), self._backend.version
        self._index = self._index or _newest(folder)  # it says its version, and is better than nothing
        data = self._data(version)
        path = folder / f"{_PROGRAM}-{_digest(version, data)}{_SUFFIX}"
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


def _digest(version: str, data: Path) -> str:
    """Return a name that another database of the same version has not."""
    seen = data.stat()
    told = f"{version} {data} {seen.st_ino} {seen.st_ctime_ns}"
    return hashlib.sha256(told.encode()).hexdigest()[:24]


def _newest(folder: Path) -> Index | None:
    paths = sorted(folder.glob(f"{_PROGRAM}-*{_SUFFIX}"), key=_time_of, reverse=True)
    return next((index for path in paths if (index := _open(path))), None)


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
