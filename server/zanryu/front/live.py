"""A server that takes writes: the gate in its process, and every new snapshot passed on to who reads."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from zanryu.access.guard import Access
from zanryu.app import create_app
from zanryu.errors import InputNotFound
from zanryu.front.builds import open_current
from zanryu.front.reload import Published
from zanryu.front.writes import WatchedGate
from zanryu.graph.sources import find_dataset
from zanryu.sparql.editing import Editing
from zanryu.sparql.policy import published_policy
from zanryu.store.edition import LiveEdition
from zanryu.store.gate.remote import GateSetup, RemoteGate
from zanryu.store.snapshots import SNAPSHOTS, Snapshots
from zanryu.store.versions import Versions
from zanryu.store.worker import Snapshot
from zanryu.web.headers import Freshness

if TYPE_CHECKING:
    from pathlib import Path

    from zanryu.config import Settings
    from zanryu.store.build import Build
    from zanryu.store.edition import Lease
    from zanryu.store.workers import WorkerPool
    from zanryu.validation.evaluation import Validator

_log = logging.getLogger("zanryu")


class Live:
    """The live data over the build in place; meets :class:`zanryu.front.reload.Data`.

    Its pages are those through which the data is written, too.
    """

    gate: WatchedGate

    def __init__(
        self,
        settings: Settings,
        dataset_root: Path | None,
        pool: WorkerPool,
        validator: Validator | None = None,
    ) -> None:
        self._settings = settings
        self._dataset_root = dataset_root
        self._pool = pool
        self._validator = validator
        self.versions = Versions(settings, lambda: self.gate.gate.setup.base)
        self._edition = LiveEdition(pool, self.versions)
        self.first = open_current(settings, self._begin)

    def open_next(self) -> Published:
        """Have the gate go on over the build in place, which becomes a version, and return it with its pages.

        :raises InputNotFound: if it lacks what was written, or cannot be opened; everything stays as it was.
        """
        return open_current(self._settings, self._turn)

    def show(self, published: Published) -> None:
        """Do nothing: what the gate published is served already."""

    def close(self) -> None:
        """Make the changes that wait, and end."""
        self.gate.gate.close()

    def _begin(self, lease: Lease, built: Build) -> Published:
        base = _base_of(lease, built)
        self._snapshots = Snapshots(self._settings.live / SNAPSHOTS, base.version)
        setup = GateSetup(
            self._settings.live,
            base,
            find_dataset(self._dataset_root).root,
            self._settings.write_timeout_seconds,
            # Each holds a thread that pages are made in: the others are for readers.
            max(1, self._settings.page_threads // 2),
        )
        self.gate = WatchedGate(RemoteGate(setup, self._open_newest(base), self._publish))
        return self._published(lease, built)

    def _turn(self, lease: Lease, built: Build) -> Published:
        base, gate = _base_of(lease, built), self.gate.gate
        if gate.setup.base != base or gate.process_id is None:
            gate.turn_to(base)
        return self._published(lease, built)

    def _published(self, lease: Lease, built: Build) -> Published:
        settings = self._settings
        editing = Editing(self.gate, Access.of(settings), self._edition, settings.query_timeout_seconds)
        policy = published_policy(settings)
        pages = create_app(settings, self._dataset_root, self._edition, policy, self._validator, editing)
        return Published(lease, built.version, pages, Freshness(settings.max_age_seconds))

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
        self._pool.prepare(snapshot)
        self._pool.turn_to(snapshot)  # what the gate made can be opened
        self._judge_by(snapshot)
        validated = self._validator.folders_in_use() if self._validator else set()
        self._snapshots.prune(self._pool.folders_in_use() | validated, self._settings.snapshots_kept)

    def _show(self, snapshot: Snapshot) -> None:
        self._pool.publish(snapshot.folder, snapshot.version)
        self._judge_by(snapshot)

    def _judge_by(self, snapshot: Snapshot) -> None:
        if self._validator:
            self._validator.turn_to(snapshot)


def _base_of(lease: Lease, built: Build) -> Snapshot:
    return Snapshot(lease.folder / "store", built.version)
