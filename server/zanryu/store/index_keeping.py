"""Keeping an index at the version of the data, beside the requests: an old one serves meanwhile.

What a request finds of another version than the data, a thread makes up for. Whoever asks meanwhile waits
for a moment, and is then answered from the old index, which says its version. What cannot be made is tried
again after a pause, which grows with each failure: else each request would begin it anew.
"""

from __future__ import annotations

import logging
import math
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
_PAUSES_SECONDS: Final = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0)  # after so many failures; then the last
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
        self._failures = 0
        self._resting_until = 0.0
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
            left = math.ceil(self._resting_until - time.monotonic())
            raise TooBusy(
                self._subject.busy, retry_after_seconds=max(self._subject.retry_after_seconds, left)
            )
        return index

    def at_hand(self) -> IndexT | None:
        """Return the index that there is now, whatever it is of; have it brought up to date."""
        index = self._held
        if not index or index.version != self._wanted:
            self.begin()
        return index

    def begin(self) -> threading.Thread:
        """Have a thread bring the index to the version of the data, unless one is at it; return it.

        After a failure, the thread that failed is returned until the pause is over.
        """
        with self._beginning:
            is_free = self._thread is None or not self._thread.is_alive()
            if self._thread is None or (is_free and time.monotonic() >= self._resting_until):
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
        is_made = False
        try:
            if isinstance(self._backend, LiveEdition):
                self._backend.pin()  # this thread's look at it, not that of a request
            self._turn()
            is_made = True
        except (ZanryuError, OSError, sqlite3.Error) as error:
            self._tell(error)
        finally:  # a defect, too, would come again with each request
            self._rest(after_failure=not is_made)

    def _tell(self, error: ZanryuError | OSError | sqlite3.Error) -> None:
        """Log why there is no new index; what may be mended once, and not for each time it is tried again."""
        reason = getattr(error, "detail", f"{error}.")
        if isinstance(error, QueryAborted) and error.members.get("reason") == CLOSED:
            _log.info("%s: what there is stays, for %s", self._subject.name, reason)
        elif not self._failures:
            _log.error(
                "%s: what there is stays, for %s It is tried again when somebody asks, at first after %g, "
                "in the end after %g seconds; this is not told again until it succeeds.",
                *(self._subject.name, reason, _PAUSES_SECONDS[0], _PAUSES_SECONDS[-1]),
            )

    def _rest(self, *, after_failure: bool) -> None:
        if after_failure:
            pause = _PAUSES_SECONDS[min(self._failures, len(_PAUSES_SECONDS) - 1)]
            self._resting_until = time.monotonic() + pause
            self._failures += 1
        elif self._failures:
            _log.info("%s: made, after %d failures", self._subject.name, self._failures)
            self._failures = 0

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
