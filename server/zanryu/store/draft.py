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


class Draft:
    """A private copy of ``snapshot`` in a folder of its own below ``home``; ``store`` may be changed.

    Drafts of processes that were killed are removed first. That a draft is in use is told by a lock on its
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
            copy = self._folder / "database"
            shutil.copytree(snapshot, copy, copy_function=_link_or_copy)
            self.store = ox.Store(str(copy))
        except OSError as error:
            raise InputNotFound(f"No draft of {snapshot.name} can be made in {home}: {error}.") from None

    def close(self) -> None:
        """Remove the copy."""
        del self.store
        shutil.rmtree(self._folder, ignore_errors=True)
        os.close(self._lock)


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
