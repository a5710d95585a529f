"""The states that a thing was in: from which version to which, and since which one it is gone."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from zanryu.graph.namespaces import RDF_SUBJECT

if TYPE_CHECKING:
    from collections.abc import Mapping
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

    ``mementos`` are the latter: with the first one in which it was there, and without the ``removals``, the
    versions after which it was there no more.
    """

    changed: list[Version]
    mementos: list[Version]
    removals: list[Version]
    first: Version
    sizes: Sizes

    def past(self, version: Version) -> Past:
        """Return what a page says of a version."""
        earlier = [c for c in (self.first, *self.changed) if c.number <= version.number]
        since = max(earlier, key=lambda c: c.number, default=version)
        later = [c for c in self.changed if c.number > version.number]
        return Past(version, since.time, later[0].time if later else None, len(later))

    def is_there(self, number: int) -> bool:
        """Return whether the graph of a version says anything about the thing."""
        return self.sizes.at(number) > 0

    def removal(self, number: int) -> Version | None:
        """Return the newest version up to ``number`` that removed the thing, ``None`` where none did."""
        return next((v for v in reversed(self.removals) if v.number <= number), None)


def states_of(versions: Versions, backend: Backend, iri: str) -> States:
    """Return the states of a thing; ``backend`` has the present, of whichever version that is.

    :raises BrokenHistory: if the history cannot be read.
    """
    numbers = versions_of(versions.history, backend, iri)
    growth = versions.history.growth_of(iri)
    sizes = Sizes(growth, versions.number_of(backend.version), len(backend.describe(iri)))
    first = versions.find(0)
    if first.time is None and len(versions.history.journal()):
        first = versions.find(1)  # nobody knows since when it was so, but it was so then
    known = sorted({first.number, *numbers} - set(range(first.number)))
    removals = [number for number in sorted(growth) if sizes.at(number - 1) and not sizes.at(number)]
    return States(
        versions.these(numbers),
        versions.these(number for number in known if sizes.at(number)),
        versions.these(removals),
        first,
        sizes,
    )


class Sizes:
    """How many quads a thing has as a subject, by version; ``size`` is that in the version ``present``."""

    def __init__(self, growth: Mapping[int, int], present: int, size: int) -> None:
        self._numbers = sorted(growth)
        before = size - sum(more for number, more in growth.items() if number <= present)
        self._sizes = list(accumulate((growth[number] for number in self._numbers), initial=before))

    def at(self, number: int) -> int:
        """Return the size in a version."""
        return max(0, self._sizes[bisect_right(self._numbers, number)])
