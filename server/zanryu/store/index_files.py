"""Keeping indexes in files that nobody changes: made whole from each version, and kept for the last few."""

from __future__ import annotations

import hashlib
import logging
import shutil
import sqlite3
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from zanryu.errors import InputNotFound
from zanryu.store.index_building import have_made
from zanryu.store.index_keeping import IndexKeeper, Versioned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from zanryu.config import Settings
    from zanryu.store.backend import Backend
    from zanryu.store.index_keeping import Patience, Subject

_log = logging.getLogger("zanryu")


class Filed(Versioned, Protocol):
    """An index that is asked in its file or folder."""

    @property
    def path(self) -> Path:
        """The file or folder."""


FiledT = TypeVar("FiledT", bound=Filed)


@dataclass(frozen=True, slots=True)
class Files(Generic[FiledT]):
    """Files or folders of one kind: the ``most`` newest are kept in a ``folder`` beside the store.

    A ``module`` makes them (:func:`zanryu.store.index_building.make`). ``open`` returns ``None`` or raises
    ``sqlite3.Error`` for what cannot be used. ``program`` is different in a program that makes others.
    """

    folder: str
    module: str
    open: Callable[[Path], FiledT | None]
    program: str
    most: int = 4


class FileKeeper(IndexKeeper[FiledT]):
    """Has an index in a file: found again by a server that starts, and serving it till there is a new one."""

    def __init__(
        self,
        settings: Settings,
        backend: Backend,
        subject: Subject,
        patience: Patience,
        files: Files[FiledT],
    ) -> None:
        super().__init__(settings, backend, subject, patience)
        self._files = files

    def _is_there(self, index: FiledT) -> bool:
        return index.path.exists()

    def _turn(self) -> None:
        folder, version = self._folder(self._files.folder), self._backend.version
        # What another program made may lack what this one looks for.
        program = _digest(self._files.program)[:8]
        # The newest says its version, and is better than nothing.
        self._index = self._held or self._first_of(_newest_first(folder.glob(f"{program}-*")))
        data = self._data(version)
        seen = data.stat()  # another database of the same version has another name
        path = folder / f"{program}-{_digest(f'{version} {data} {seen.st_ino} {seen.st_ctime_ns}')[:24]}"
        self._index = self._open(path) or self._make(data, version, path)
        path.touch()
        # Who reads one that is removed has opened it: it is there for him until he closes it.
        keep_newest(folder, self._files.most)

    def _first_of(self, paths: Iterable[Path]) -> FiledT | None:
        return next((index for path in paths if (index := self._open(path))), None)

    def _open(self, path: Path) -> FiledT | None:
        """Return the index at a path; what cannot be used is removed."""
        with suppress(sqlite3.Error):
            if found := self._files.open(path):
                return found
        _remove(path)
        return None

    def _make(self, data: Path, version: str, path: Path) -> FiledT:
        began = time.monotonic()
        have_made(self._files.module, data, version, path, is_awaited=self._index is None)
        _log.info("%s: version %s made in %.1f s", self._subject.name, version, time.monotonic() - began)
        if found := self._open(path):
            return found
        raise InputNotFound(f"{path} was made and cannot be used: another program is where this one was.")


def keep_newest(folder: Path, most: int) -> None:
    """Remove all but the newest in a folder, and so in time what a process that was killed left behind."""
    for old in _newest_first(folder.iterdir())[most:]:
        _remove(old)


def _newest_first(paths: Iterable[Path]) -> list[Path]:
    return sorted(paths, key=_time_of, reverse=True)


def _time_of(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
