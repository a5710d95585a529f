"""Keeping an index at the version of the data, beside the requests: an old one serves meanwhile.

What a request finds of another version than the data, a thread makes up for. Whoever asks meanwhile waits
for a moment, and is then answered from the old index, which says its version.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import tempfile
import threading
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar

from zanryu.errors import InputNotFound, QueryAborted, TooBusy, ZanryuError
from zanryu.store.build import current_build
from zanryu.store.edition import LiveEdition
from zanryu.store.snapshots import SNAPSHOTS
from zanryu.store.worker import CLOSED

if TYPE_CHECKING:
    from zanryu.config import Settings
    from zanryu.store.backend import Backend

INDEXES: Final = "zanryu.indexes"  # among the extensions of an application: what keeps its indexes
_log = logging.getLogger("zanryu")


class Beginning(Protocol):
    """What keeps an index, as whoever has it made in advance sees it."""

    def begin(self) -> threading.Thread:
        """Have a thread bring the index up to date; return it."""


class Versioned(Protocol):
    """An index that says which version of the data it was made of."""

    @property
    def version(self) -> str:
        """The version of the data."""


IndexT = TypeVar("IndexT", bound=Versioned)


@dataclass(frozen=True, slots=True)
class Patience:
    """For how many seconds a request waits for the index of its data: if there is an old one, and if not.

    With an old one, nobody waits for what was begun longer ago than that: it will take its time.
    """

    with_old: float
    without: float


@dataclass(frozen=True, slots=True)
class Subject:
    """What is kept, as messages have it: its ``name`` ("overviews") and whoever is ``busy`` with the first.

    ``retry_after_seconds`` is when to ask again.
    """

    name: str
    busy: str
    retry_after_seconds: int


class IndexKeeper(ABC, Generic[IndexT]):
    """Has the index of the data at hand. Making this reads and starts nothing."""

    def __init__(self, settings: Settings, backend: Backend, subject: Subject, patience: Patience) -> None:
        self._settings = settings
        self._backend = backend
        self._subject = subject
        self._patience = patience
        self._index: IndexT | None = None
        self._beginning = threading.Lock()
        self._thread: threading.Thread | None = None
        self._began = 0.0
        self._temporary: tempfile.TemporaryDirectory[str] | None = None

    def index(self) -> IndexT:
        """Return the index of the data, or after a moment an old one.

        :raises TooBusy: if there is none yet.
        """
        wanted, index = self._wanted, self._held
        if index and index.version == wanted:
            return index
        thread = self.begin()
        left = self._began + self._patience.with_old - time.monotonic()
        thread.join(max(0.0, left) if index else self._patience.without)
        index = self._held
        if not index:
            raise TooBusy(self._subject.busy, retry_after_seconds=self._subject.retry_after_seconds)
        return index

    def at_hand(self) -> IndexT | None:
        """Return the index that there is now, whatever it is of; have it brought up to date."""
        index = self._held
        if not index or index.version != self._wanted:
            self.begin()
        return index

    def begin(self) -> threading.Thread:
        """Have a thread bring the index to the version of the data, unless one is at it; return it."""
        with self._beginning:
            if self._thread is None or not self._thread.is_alive():
                name = f"zanryu {self._subject.name}"
                self._thread = threading.Thread(target=self._run, name=name, daemon=True)
                self._began = time.monotonic()
                self._thread.start()
            return self._thread

    def close(self) -> None:
        """Wait for what is under way, and remove what is kept for a while only."""
        self._wait()
        if self._temporary:
            self._temporary.cleanup()

    def _wait(self) -> None:
        if self._thread:
            self._thread.join()

    @abstractmethod
    def _turn(self) -> None:
        """Have ``_index`` be of the version of the data; called in the thread, never twice at once."""

    @property
    def _held(self) -> IndexT | None:
        """The index at hand, if it can still be asked."""
        index = self._index
        return index if index and self._is_there(index) else None

    def _is_there(self, index: IndexT) -> bool:  # noqa: ARG002 - it is, unless it is read from a file
        """Whether the file of an index is there: another server of this store keeps the last few only."""
        return True

    @property
    def _wanted(self) -> str:
        """The version that an index has to be of."""
        return self._backend.version

    @property
    def _is_live(self) -> bool:
        """Whether the data changes between builds."""
        return isinstance(self._backend, LiveEdition)

    def _run(self) -> None:
        try:
            if isinstance(self._backend, LiveEdition):
                self._backend.pin()  # this thread's look at it, not that of a request
            self._turn()
        except (ZanryuError, OSError, sqlite3.Error) as error:
            is_end = isinstance(error, QueryAborted) and error.members.get("reason") == CLOSED
            level = logging.INFO if is_end else logging.ERROR
            reason = getattr(error, "detail", error)
            _log.log(level, "%s: what there is stays, for %s", self._subject.name, reason)

    def _data(self, version: str) -> Path:
        """Return the database of a version."""
        snapshot = self._settings.live / SNAPSHOTS / version
        if self._is_live and snapshot.is_dir():
            return snapshot
        built = current_build(self._settings)
        if built and built.version == version:
            return self._settings.store.resolve()
        raise InputNotFound(f"The data of version {version} is not there any more.")

    def _folder(self, name: str) -> Path:
        """Return where indexes are kept: beside the store, or where that may not be written, for a while."""
        folder = self._settings.store.parent / name
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
        self._temporary = self._temporary or tempfile.TemporaryDirectory(prefix="zanryu-")
        return Path(self._temporary.name)
