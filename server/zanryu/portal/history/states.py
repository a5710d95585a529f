"""The states that a thing was in: from which version to which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zanryu.graph.namespaces import RDF_SUBJECT

if TYPE_CHECKING:
    from datetime import datetime

    from zanryu.store.backend import Backend
    from zanryu.store.history.reader import History
    from zanryu.store.versions import Version, Versions


def versions_of(history: History, backend: Backend, iri: str) -> list[int]:
    """Return the versions that changed a thing or a claim about it, ascending."""
    claims = [s.subject.value for s in backend.referring(iri, RDF_SUBJECT.value)]
    return history.versions_of(iri, claims)


@dataclass(frozen=True, slots=True)
class Past:
    """A thing as it was in a version: how long it was so, and how often it was changed since.

    ``since`` is unknown where it was so before the history began, ``until`` is ``None`` where it still is.
    """

    version: Version
    since: datetime | None
    until: datetime | None
    changes_since: int


@dataclass(frozen=True, slots=True)
class States:
    """The versions that ``changed`` a thing, and those in which it began to be something else than before.

    ``mementos`` are the latter: without those that removed it, and with the first one in which it was there.
    """

    changed: list[Version]
    mementos: list[Version]
    first: Version

    def past(self, version: Version) -> Past:
        """Return what a page says of a version."""
        earlier = [c for c in (self.first, *self.changed) if c.number <= version.number]
        since = max(earlier, key=lambda c: c.number, default=version)
        later = [c for c in self.changed if c.number > version.number]
        return Past(version, since.time, later[0].time if later else None, len(later))


def states_of(versions: Versions, backend: Backend, iri: str) -> States:
    """Return the states of a thing; ``backend`` has the present, of whichever version that is.

    :raises BrokenHistory: if the history cannot be read.
    """
    numbers = versions_of(versions.history, backend, iri)
    growth = versions.history.growth_of(iri)
    present, size = versions.number_of(backend.version), len(backend.describe(iri))

    def is_there(number: int) -> bool:
        later = sum(more for at, more in growth.items() if number < at <= present)
        earlier = sum(more for at, more in growth.items() if present < at <= number)
        return size - later + earlier > 0

    first = versions.find(0)
    if first.time is None and len(versions.history.journal()):
        first = versions.find(1)  # nobody knows since when it was so, but it was so then
    known = sorted({first.number, *numbers} - set(range(first.number)))
    return States(versions.these(numbers), versions.these([n for n in known if is_there(n)]), first)
