"""One build as the pages see it: their look-ups stay on it, whatever the workers turn to meanwhile.

A page is made of dozens of look-ups. Were they to move to another build between two of them, it would say
something that neither build says, under the entity tag of one.
"""

from __future__ import annotations

import fcntl
import json
import os
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zanryu.errors import InputNotFound
from zanryu.store.build import RECORD, current_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from zanryu.config import Settings
    from zanryu.store.backend import Backend, Health, QueryDataset, Statement
    from zanryu.store.versions import Versions
    from zanryu.store.workers import WorkerPool


@dataclass(frozen=True, slots=True)
class Edition:
    """Look-ups by ``lookups``, queries by ``queries``; meets :class:`zanryu.store.backend.Backend`.

    ``versions`` are those before it.
    """

    lookups: Backend
    queries: Backend
    versions: Versions | None = None

    def query(
        self,
        text: str,
        dataset: QueryDataset,
        media_type: str,
        *,
        timeout_seconds: float | None = None,
    ) -> Iterable[bytes]:
        """Evaluate a query; see :meth:`zanryu.store.backend.Backend.query`."""
        return self.queries.query(text, dataset, media_type, timeout_seconds=timeout_seconds)

    def graphs(self) -> Mapping[str, int]:
        """Return the IRI of each named graph with its number of triples."""
        return self.lookups.graphs()

    def describe(self, *iris: str) -> list[Statement]:
        """Return every triple whose subject is one of ``iris``."""
        return self.lookups.describe(*iris)

    def referring(self, iri: str, *predicates: str) -> list[Statement]:
        """Return every triple whose object is ``iri``."""
        return self.lookups.referring(iri, *predicates)

    @property
    def version(self) -> str:
        """The data version."""
        return self.lookups.version

    def health(self) -> Health:
        """Return the data version and the number of triples in all graphs."""
        return self.lookups.health()


_NOT_YET: Final = "not yet"
_PINNED: Final[ContextVar[Backend | str | None]] = ContextVar("pinned", default=None)


class LiveEdition:
    """The newest snapshot, as a page sees it from its first look-up to its last.

    Meets :class:`zanryu.store.backend.Backend`. :meth:`pin` is called before each page: what is published
    while it is made is for the next one.
    """

    def __init__(self, pool: WorkerPool, versions: Versions | None = None) -> None:
        self._pool = pool
        self.versions = versions

    def pin(self) -> None:
        """Have this thread's look-ups made in what is the newest snapshot at the first of them."""
        _PINNED.set(_NOT_YET)

    @property
    def _lookups(self) -> Backend:
        pinned = _PINNED.get()
        if pinned is None:
            return self._pool.lookups
        if isinstance(pinned, str):
            pinned = self._pool.lookups
            _PINNED.set(pinned)
        return pinned

    def query(
        self,
        text: str,
        dataset: QueryDataset,
        media_type: str,
        *,
        timeout_seconds: float | None = None,
    ) -> Iterable[bytes]:
        """Evaluate a query; see :meth:`zanryu.store.backend.Backend.query`."""
        return self._pool.query(text, dataset, media_type, timeout_seconds=timeout_seconds)

    def graphs(self) -> Mapping[str, int]:
        """Return the IRI of each named graph with its number of triples."""
        return self._lookups.graphs()

    def describe(self, *iris: str) -> list[Statement]:
        """Return every triple whose subject is one of ``iris``."""
        return self._lookups.describe(*iris)

    def referring(self, iri: str, *predicates: str) -> list[Statement]:
        """Return every triple whose object is ``iri``."""
        return self._lookups.referring(iri, *predicates)

    @property
    def version(self) -> str:
        """The data version."""
        return self._lookups.version

    def health(self) -> Health:
        """Return the data version and the number of triples in all graphs."""
        return self._lookups.health()


class Lease:
    """Says, for as long as it is not released, that a server reads a build, which a build must not remove."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._descriptor = os.open(folder / RECORD, os.O_RDONLY | os.O_CLOEXEC)
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def release(self) -> None:
        """Let the build be removed. The kernel does it for a process that ends."""
        os.close(self._descriptor)


def lease_current(settings: Settings) -> Lease:
    """Return a lease of the build in place.

    :raises OSError: if there is none.
    """
    while True:
        lease = Lease(current_folder(settings))
        if current_folder(settings) == lease.folder:
            return lease
        lease.release()  # another took its place meanwhile, and may have removed it


def leased_build(settings: Settings, version: str) -> Lease:
    """Return the build of a version, kept from being removed; without a version, the one in place.

    :raises InputNotFound: if there is none.
    """
    current = current_folder(settings)
    for folder in (current, *sorted(current.parent.glob("*"))):
        try:
            lease = Lease(folder)
        except OSError:
            continue  # unfinished
        if not version or version_of(folder) == version:
            return lease
        lease.release()
    raise InputNotFound(f"There is no build {version} in {current.parent}; run `zanryu build`.")


def version_of(build: Path) -> str:
    """Return the data version of a build."""
    return str(json.loads((build / RECORD).read_text(encoding="utf-8"))["version"])
