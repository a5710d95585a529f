"""A copy of a snapshot that one process may change, and that nobody keeps: to see what a change would do.

The tables of the database never change once they are written (RocksDB), so they are linked, not copied: a
copy costs milliseconds and next to no space, on the file system of the snapshot.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from zanryu.errors import InputNotFound

if TYPE_CHECKING:
    from collections.abc import Iterator

_TABLE: Final = ".sst"
_BEGIN: Final = "CURRENT"  # names the list of the tables


class Copy:
    """A private copy of ``snapshot`` in a folder of its own below ``home``: ``database`` may be changed.

    Copies of processes that were killed are removed first. That a copy is in use is told by a lock on its
    folder, which the kernel lets go of with the process.

    :raises InputNotFound: if there is no such snapshot, or it cannot be copied.
    """

    def __init__(self, snapshot: Path, home: Path) -> None:
        try:
            home.mkdir(parents=True, exist_ok=True)
            with _locked(home):  # or another process could take a folder that has no lock yet for abandoned
                _remove_abandoned(home)
                self._folder = Path(tempfile.mkdtemp(dir=home))
                self._lock = os.open(self._folder, os.O_RDONLY)
                fcntl.flock(self._lock, fcntl.LOCK_EX)
        except OSError as error:
            raise _refused(snapshot, home, error) from None
        self.database = self._folder / "database"
        try:
            shutil.copytree(snapshot, self.database, copy_function=_link_or_copy)
            # Without this file, the engine would begin an empty database: the snapshot is being removed.
            (self.database / _BEGIN).stat()
        except OSError as error:
            self.close()
            raise _refused(snapshot, home, error) from None

    def close(self) -> None:
        """Remove it."""
        shutil.rmtree(self._folder, ignore_errors=True)
        os.close(self._lock)


class Draft(Copy):
    """A copy that this process has open: ``store`` may be changed. See :class:`Copy`."""

    def __init__(self, snapshot: Path, home: Path) -> None:
        super().__init__(snapshot, home)
        try:
            self.store = ox.Store(str(self.database))
        except OSError as error:
            super().close()
            raise _refused(snapshot, home, error) from None

    def settle(self) -> Path:
        """Let go of the database, whose folder may be read from now on until it is closed, and return it."""
        self.store.flush()
        del self.store
        return self.database

    def close(self) -> None:
        """Let go of it, and remove it."""
        self.__dict__.pop("store", None)
        super().close()


def _refused(snapshot: Path, home: Path, error: OSError) -> InputNotFound:
    return InputNotFound(f"No draft of {snapshot.name} can be made in {home}: {error}.")


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _link_or_copy(source: str, target: str) -> None:
    if source.endswith(_TABLE):
        with suppress(OSError):  # another file system, or one without links
            os.link(source, target)
            return
    shutil.copyfile(source, target)


def _remove_abandoned(home: Path) -> None:
    for folder in home.iterdir():
        with suppress(OSError):  # in use, or removed by another process meanwhile
            lock = os.open(folder, os.O_RDONLY)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(lock)
