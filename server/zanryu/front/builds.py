"""A server that takes no writes: the build in place, with its pages, for as long as there is no other."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from zanryu.app import create_app, freshness_of, require_build
from zanryu.front.reload import Published
from zanryu.sparql.policy import published_policy
from zanryu.sparql.results import serialise
from zanryu.store.build import current_folder
from zanryu.store.edition import Edition, lease_current
from zanryu.store.embedded import EmbeddedStore
from zanryu.store.versions import Versions
from zanryu.store.worker import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zanryu.config import Settings
    from zanryu.store.build import Build
    from zanryu.store.edition import Lease
    from zanryu.store.workers import WorkerPool
    from zanryu.validation.evaluation import Validator


class Builds:
    """Has one build after the other served; meets :class:`zanryu.front.reload.Data`."""

    gate = None

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
        self.versions = Versions(settings, lambda: pool.snapshot)
        self.first = self.open_next()
        if self.first.store not in pool.folders_in_use():  # a build took its place since the pool began
            self.show(self.first)

    def open_next(self) -> Published:
        """Return the build in place, with pages that look things up in it and have queries answered.

        :raises InputNotFound: if nothing is built, or it cannot be opened.
        """
        return open_current(self._settings, self._publish)

    def show(self, published: Published) -> None:
        """Have queries and documents answered by a build from now on."""
        self._pool.publish(published.store, published.version)
        if self._validator:
            self._validator.turn_to(Snapshot(published.store, published.version))

    def close(self) -> None:
        """Do nothing: the pool belongs to whoever opened it."""

    def _publish(self, lease: Lease, built: Build) -> Published:
        lookups = EmbeddedStore(lease.folder / "store", built.version, serialise)
        settings, policy = self._settings, published_policy(self._settings)
        edition = Edition(lookups, self._pool, self.versions)
        pages = create_app(settings, self._dataset_root, edition, policy, self._validator)
        return Published(lease, built.version, pages, freshness_of(settings))


def open_current(settings: Settings, publish: Callable[[Lease, Build], Published]) -> Published:
    """Return what is made of the build in place, all of it of the same one.

    :raises InputNotFound: if nothing is built, or it cannot be opened.
    """
    while True:
        built = require_build(settings)
        lease = lease_current(settings)
        with ExitStack() as undo:
            undo.callback(lease.release)
            published = publish(lease, built)
            # All of it was read through a link that the next build moves: once more, if it did just now.
            if current_folder(settings) == lease.folder and require_build(settings).version == built.version:
                undo.pop_all()
                return published
