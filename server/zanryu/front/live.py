"""A server that takes writes: the gate in its process, and every new snapshot passed on to who reads."""

from __future__ import annotations

import logging
import signal
import sys
from typing import TYPE_CHECKING

from zanryu.access.guard import Access
from zanryu.app import create_app, require_build
from zanryu.errors import InputNotFound
from zanryu.graph.sources import find_dataset
from zanryu.sparql.editing import Editing
from zanryu.sparql.policy import published_policy
from zanryu.store.edition import LiveEdition, lease_current
from zanryu.store.gate.remote import GateSetup, RemoteGate
from zanryu.store.snapshots import SNAPSHOTS, Snapshots
from zanryu.store.worker import Snapshot

if TYPE_CHECKING:
    import asyncio
    from pathlib import Path

    from flask import Flask

    from zanryu.config import Settings
    from zanryu.store.workers import WorkerPool
    from zanryu.validation.evaluation import Validator

_log = logging.getLogger("zanryu")


class Live:
    """The live data over the build in place. ``pages`` is the application, through which it is written."""

    def __init__(
        self,
        settings: Settings,
        dataset_root: Path | None,
        pool: WorkerPool,
        validator: Validator | None = None,
    ) -> None:
        self._pool = pool
        self._validator = validator
        self._kept = settings.snapshots_kept
        self._lease = lease_current(settings)
        base = Snapshot(self._lease.folder / "store", require_build(settings).version)
        setup = GateSetup(
            settings.live,
            base,
            find_dataset(dataset_root).root,
            settings.write_timeout_seconds,
            # Each holds a thread that pages are made in: the others are for readers.
            max(1, settings.page_threads // 2),
        )
        access = Access.of(settings)
        self._snapshots = Snapshots(settings.live / SNAPSHOTS, base.version)
        self._gate = RemoteGate(setup, self._open_newest(base), self._publish)
        edition = LiveEdition(pool)
        editing = Editing(self._gate, access, edition, settings.query_timeout_seconds)
        policy = published_policy(settings)
        self.pages: Flask = create_app(settings, dataset_root, edition, policy, validator, editing)

    def _open_newest(self, base: Snapshot) -> Snapshot:
        """Have readers see the newest snapshot, without waiting for the gate; return it."""
        newest = self._snapshots.newest() or base
        try:
            self._show(newest)
        except InputNotFound as error:
            _log.error("%s The build is served until it is made again.", error.detail)
            return base
        return newest

    def _publish(self, snapshot: Snapshot) -> None:
        self._show(snapshot)
        validated = self._validator.folders_in_use() if self._validator else set()
        self._snapshots.prune(self._pool.folders_in_use() | validated, self._kept)

    def _show(self, snapshot: Snapshot) -> None:
        self._pool.publish(snapshot.folder, snapshot.version)
        if self._validator:
            self._validator.turn_to(snapshot)

    def close(self) -> None:
        """Make the changes that wait, and end."""
        self._gate.close()
        self._lease.release()


def refuse_reload(loop: asyncio.AbstractEventLoop) -> None:
    """Have SIGHUP say that live data turns to another build when the server is started again."""
    if sys.platform != "win32":
        loop.add_signal_handler(
            signal.SIGHUP,
            lambda: _log.warning("a server that takes writes turns to a new build when it is started again"),
        )
