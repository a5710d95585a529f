"""Turning to another build while requests come in: none is dropped, and none sees two builds at once.

granian would start a second process and end the first, and with it the connections that wait at its socket.
So the signal is passed on to the process that serves, and that changes what it serves.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol

from zanryu.errors import ZanryuError
from zanryu.front.indexes import Indexes
from zanryu.front.presence import Reloaded, tell_reload
from zanryu.store.build import current_build, current_folder

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from zanryu.config import Settings
    from zanryu.front.rsgi import Front
    from zanryu.front.writes import WatchedGate
    from zanryu.store.edition import Lease
    from zanryu.store.versions import Versions
    from zanryu.web.headers import Freshness

DONE: Final = "done"
FAILED: Final = "failed"
_log = logging.getLogger("zanryu")


@dataclass(frozen=True, slots=True)
class Published:
    """A build with everything that is made of it: its pages, and how long they may be used."""

    lease: Lease
    version: str
    pages: Flask
    freshness: Freshness

    @property
    def store(self) -> Path:
        """The database, in a folder that never changes."""
        return self.lease.folder / "store"


class Data(Protocol):
    """What is served, and can be that of another build."""

    @property
    def first(self) -> Published:
        """The build to begin with."""

    @property
    def versions(self) -> Versions:
        """The versions before what is served."""

    @property
    def gate(self) -> WatchedGate | None:
        """What makes changes, if any can be made."""

    def open_next(self) -> Published:
        """Return the build in place, ready to be served. Called in a thread; it may take its time.

        :raises ZanryuError: if it cannot be served; what is served stays.
        """

    def show(self, published: Published) -> None:
        """Serve a build from now on. Called in the event loop."""

    def close(self) -> None:
        """Finish what is being written, and end."""


class Reloader:
    """Has a front and its data turn to the build in place, when told to. ``outcomes`` counts."""

    def __init__(self, settings: Settings, data: Data) -> None:
        self.outcomes: Counter[str] = Counter({DONE: 0, FAILED: 0})
        self._settings = settings
        self._data = data
        self._served = [data.first]
        self._indexes = Indexes()
        self._is_wanted = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def listen(self, front: Front, loop: asyncio.AbstractEventLoop) -> None:
        """Turn ``front`` to the build in place at each SIGHUP, and now, if it is another than the first."""
        if sys.platform != "win32":
            signal.signal(signal.SIGHUP, lambda number, frame: self._is_wanted.set())
        if current_folder(self._settings) != self._served[-1].lease.folder:
            self._is_wanted.set()
        self._task = loop.create_task(self._run(front))
        self._prepare(self._data.first)

    def _prepare(self, published: Published) -> None:
        if self._settings.prepare_indexes:
            self._indexes.begin(published.pages)

    async def _run(self, front: Front) -> None:
        if sys.platform != "win32":
            # Not before: uvloop (0.23) forgets the signals that come while it does not run yet.
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._is_wanted.set)
        while True:
            await self._is_wanted.wait()
            self._is_wanted.clear()
            told = await self._reload(front)
            if told.is_done:
                _log.info("reloaded: version %s in place of %s", told.version, told.before)
            self.outcomes[DONE if told.is_done else FAILED] += 1
            tell_reload(self._settings, replace(told, number=self.outcomes.total()))

    async def _reload(self, front: Front) -> Reloaded:
        wanted, before = current_build(self._settings), self._served[-1].version
        told = Reloaded(wanted.version if wanted else "", before, is_done=False)
        try:
            published = await asyncio.to_thread(self._data.open_next)
            self._turn(front, published)
        except (ZanryuError, OSError) as error:
            detail = getattr(error, "detail", str(error))
            _log.error("reload failed, the old build stays: %s", detail)
            return replace(told, detail=detail)
        except Exception:  # noqa: BLE001 - a reloader that died would leave SIGHUP without effect
            _log.exception("reload failed, the old build stays")
            return replace(told, detail="It failed at a fault of the program; see its log.")
        return replace(told, version=published.version, is_done=True)

    def _turn(self, front: Front, published: Published) -> None:
        """Change in one step of the event loop, so that no request begins between queries and pages."""
        self._data.show(published)
        front.turn_to(published.pages, published.freshness)
        self._prepare(published)
        self._served.append(published)
        # What began on the build before may still read it; the one before that is done with.
        for old in self._served[:-2]:
            old.lease.release()
        del self._served[:-2]
