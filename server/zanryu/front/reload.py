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
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from zanryu.app import create_app, freshness_of, require_build
from zanryu.errors import ZanryuError
from zanryu.sparql.policy import published_policy
from zanryu.sparql.results import serialise
from zanryu.store.build import current_folder
from zanryu.store.edition import Edition, Lease, lease_current
from zanryu.store.embedded import EmbeddedStore
from zanryu.store.worker import Snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from zanryu.config import Settings
    from zanryu.front.rsgi import Front
    from zanryu.store.workers import WorkerPool
    from zanryu.validation.evaluation import Validator
    from zanryu.web.headers import Freshness

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


def open_current(
    settings: Settings, dataset_root: Path | None, pool: WorkerPool, validator: Validator | None
) -> Published:
    """Return the build in place, with pages that look things up in it and have queries answered by ``pool``.

    :raises InputNotFound: if nothing is built, or it cannot be opened.
    """
    while True:
        built = require_build(settings)
        lease = lease_current(settings)
        lookups = EmbeddedStore(lease.folder / "store", built.version, serialise)
        edition = Edition(lookups, pool)
        pages = create_app(settings, dataset_root, edition, published_policy(settings), validator)
        freshness = freshness_of(settings)
        # All of it was read through a link that the next build moves: once more, if it did just now.
        if current_folder(settings) == lease.folder and require_build(settings).version == built.version:
            return Published(lease, built.version, pages, freshness)
        lease.release()


class Reloader:
    """Has a front and its pool turn to the build in place, when told to. ``outcomes`` counts."""

    def __init__(
        self,
        settings: Settings,
        dataset_root: Path | None,
        pool: WorkerPool,
        validator: Validator | None = None,
    ) -> None:
        self.outcomes: Counter[str] = Counter(done=0, failed=0)
        self._open = partial(open_current, settings, dataset_root, pool, validator)
        self._settings = settings
        self._pool = pool
        self._validator = validator
        self._served: list[Published] = []
        self._is_wanted = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def open_first(self) -> Published:
        """Return the build to begin with."""
        first = self._open()
        if first.store not in self._pool.folders_in_use():  # a build took its place since the pool began
            self._publish(first)
        self._served.append(first)
        return first

    def listen(self, front: Front, loop: asyncio.AbstractEventLoop) -> None:
        """Turn ``front`` to the build in place at each SIGHUP, and now, if it is another than the first."""
        self._task = loop.create_task(self._run(front))
        if self._served and current_folder(self._settings) != self._served[-1].lease.folder:
            self._is_wanted.set()
        if sys.platform != "win32":
            loop.add_signal_handler(signal.SIGHUP, self._is_wanted.set)

    async def _run(self, front: Front) -> None:
        while True:
            await self._is_wanted.wait()
            self._is_wanted.clear()
            try:
                published = await asyncio.to_thread(self._open)
                self._turn(front, published)
            except (ZanryuError, OSError) as error:
                self.outcomes["failed"] += 1
                _log.error("reload failed, the old build stays: %s", getattr(error, "detail", error))
            except Exception:  # noqa: BLE001 - a reloader that died would leave SIGHUP without effect
                self.outcomes["failed"] += 1
                _log.exception("reload failed, the old build stays")

    def _publish(self, published: Published) -> None:
        self._pool.publish(published.store, published.version)
        if self._validator:
            self._validator.turn_to(Snapshot(published.store, published.version))

    def _turn(self, front: Front, published: Published) -> None:
        """Change in one step of the event loop, so that no request begins between queries and pages."""
        before = self._pool.version
        self._publish(published)
        front.turn_to(published.pages, published.freshness)
        self._served.append(published)
        # What began on the build before may still read it; the one before that is done with.
        for old in self._served[:-2]:
            old.lease.release()
        del self._served[:-2]
        self.outcomes["done"] += 1
        _log.info("reloaded: version %s in place of %s", published.version, before)
