"""Any version's data to read: that of the build in place, or a copy of what is nearest, with the patches.

A copy is of hard links and goes with its process, so that nothing here keeps a snapshot from being removed,
and nobody else removes what is read.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter, OrderedDict
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from zanryu.errors import InputNotFound, NotFound, TooBusy, ZanryuError
from zanryu.store.build import RECORD
from zanryu.store.draft import Copy
from zanryu.store.gate.rebase import last_build
from zanryu.store.history.reader import History
from zanryu.store.replay import nearest_first, replay
from zanryu.store.snapshots import SNAPSHOTS, Snapshots
from zanryu.store.worker import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from zanryu.config import Settings
    from zanryu.store.history.journal import Journal

VERSIONS: Final = "versions"
_MAX_SOURCES: Final = 3
_log = logging.getLogger("zanryu")


@dataclass(frozen=True, slots=True)
class Version:
    """A version: its number, the data version that it is known by, and since when it was the newest.

    ``time`` is unknown for what was before the first change, once another build is in place.
    """

    number: int
    name: str
    time: datetime | None

    @property
    def http_date(self) -> str:
        """The time as HTTP writes it, in whole seconds; empty where it is unknown."""
        return format_datetime(self.time, usegmt=True) if self.time else ""


class _Made(NamedTuple):
    copy: Copy
    snapshot: Snapshot
    number: int


class Versions:
    """The versions of the history over the build in place, ``base``; see ``versions_kept`` of the settings.

    Each reads as :meth:`reading` says, for as long as :meth:`data` has to stay.
    """

    def __init__(self, settings: Settings, base: Callable[[], Snapshot]) -> None:
        self.history = History(settings.history)
        self._base = base
        self._live = settings.live
        self._kept = settings.versions_kept
        self._timeout_seconds = settings.query_timeout_seconds
        self._made: OrderedDict[str, _Made] = OrderedDict()
        self._readers: Counter[str] = Counter()
        self._changing = threading.Lock()  # of the two above; held for moments
        self._making = threading.Lock()  # held for as long as it takes
        # Each holds a thread that pages are made in; one is for queries, which wait for it without a thread.
        self._places = threading.BoundedSemaphore(max(2, settings.page_threads // 4))

    def find(self, number: int) -> Version:
        """Return a version; 0 is the build that the history began from.

        :raises NotFound: if there is none of this number; it names the newest.
        :raises BrokenHistory: if the history cannot be read.
        """
        journal = self.history.journal()
        if not 0 <= number <= len(journal):
            raise NotFound(
                f"There is no version {number}. The newest is {len(journal)}.", newest=len(journal)
            )
        return self._version(journal, number)

    def these(self, numbers: Iterable[int]) -> list[Version]:
        """Return versions that are known to be there."""
        journal = self.history.journal()
        return [self._version(journal, number) for number in numbers]

    def number_of(self, name: str) -> int:
        """Return the number of the version that some data is of: a snapshot's, or the build's."""
        journal = self.history.journal()
        number = name.rpartition("-")[2]
        if number.isdigit() and 0 < int(number) <= len(journal):
            heading = journal.heading(int(number))
            if name == f"{heading.base}-{heading.number}":
                return heading.number
        return last_build(journal)

    @contextmanager
    def reading(self, version: Version) -> Iterator[None]:
        """Have the data of a version stay, once it is there."""
        with self._changing:
            self._readers[version.name] += 1
        try:
            yield
        finally:
            with self._changing:
                self._readers[version.name] -= 1
                self._readers = +self._readers

    def at_hand(self, version: Version) -> Snapshot | None:
        """Return the data of a version, if it is there."""
        journal, base = self.history.journal(), self._base()
        if _is_under(journal, base) and version.number == last_build(journal):
            return base
        with self._changing:
            if made := self._made.get(version.name):
                self._made.move_to_end(version.name)
                return made.snapshot
        return None

    def data(self, version: Version) -> Snapshot:
        """Return the data of a version; waits while it is made again.

        :raises TooBusy: if others wait already, or as many are read as may be.
        :raises InputNotFound: if it cannot be made again.
        """
        if found := self.at_hand(version):
            return found
        if not self._places.acquire(blocking=False):
            raise TooBusy("The data of other old versions is being made again. Ask again in a moment.")
        try:
            with self._making:  # which others may have waited for, too
                return self.at_hand(version) or self._make(version)
        finally:
            self._places.release()

    def close(self) -> None:
        """Remove all that was made."""
        with self._changing:
            while self._made:
                self._made.popitem()[1].copy.close()

    def _version(self, journal: Journal, number: int) -> Version:
        if number:
            heading = journal.heading(number)
            return Version(number, f"{heading.base}-{number}", heading.time)
        base = self._base()
        if not len(journal):
            return Version(0, base.version, _built_at(base))
        first = journal.heading(1)
        built = _built_at(base) if first.base == base.version else None
        return Version(0, first.base, min(built, first.time) if built else None)

    def _make(self, version: Version) -> Snapshot:
        self._make_room()
        journal = self.history.journal()
        for source, number in nearest_first(journal, self._sources(journal), version.number)[:_MAX_SOURCES]:
            try:
                copy = self._copy(journal, source, number, version.number)
            except (ZanryuError, OSError) as error:
                _log.warning("version %d is not made of %s: %s", version.number, source.folder, error)
                continue
            made = _Made(copy, Snapshot(copy.database, version.name), version.number)
            with self._changing:
                self._made[version.name] = made
            return made.snapshot
        raise InputNotFound(f"The data of version {version.number} cannot be made again. The log says why.")

    def _copy(self, journal: Journal, source: Snapshot, number: int, wanted: int) -> Copy:
        copy = Copy(source.folder, self._live / VERSIONS)
        with ExitStack() as undo:
            undo.callback(copy.close)
            if number != wanted:
                replay(copy.database, journal, number, wanted, self._timeout_seconds)
            undo.pop_all()
        return copy

    def _sources(self, journal: Journal) -> list[tuple[Snapshot, int]]:
        """Return all data that there is, with the number of its version."""
        base = self._base()
        found = Snapshots(self._live / SNAPSHOTS, base.version).newest_first()
        found += [(made.snapshot, made.number) for made in self._made.values()]
        if _is_under(journal, base):
            found.append((base, last_build(journal)))
        return found

    def _make_room(self) -> None:
        """Remove those that nobody reads, the longest unused first, until one more may be kept."""
        with self._changing:
            unread = [name for name in self._made if not self._readers[name]]
            for name in unread[: max(0, len(self._made) - self._kept + 1)]:
                self._made.pop(name).copy.close()
            if len(self._made) >= self._kept:
                raise TooBusy(f"{len(self._made)} old versions are being read. Ask again in a moment.")


def _is_under(journal: Journal, base: Snapshot) -> bool:
    """Return whether the build in place is the one that the newest version is over."""
    return journal.head is None or journal.head.base == base.version


def _built_at(base: Snapshot) -> datetime | None:
    try:
        written = (base.folder.parent / RECORD).stat().st_mtime
    except FileNotFoundError:
        return None
    return datetime.fromtimestamp(int(written), UTC)
