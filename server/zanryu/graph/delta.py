"""A change of the graph as the quads that it adds and removes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyoxigraph import Quad


@dataclass(frozen=True, slots=True)
class Delta:
    """What a change adds and removes; no quad is in both."""

    added: frozenset[Quad] = field(default=frozenset())
    removed: frozenset[Quad] = field(default=frozenset())

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)

    def inverse(self) -> Delta:
        """Return the change that undoes this one."""
        return Delta(self.removed, self.added)

    def then(self, later: Delta) -> Delta:
        """Return the one change that this and a later one come to, each exact for the state it met."""
        return Delta(
            (self.added - later.removed) | (later.added - self.removed),
            (self.removed - later.added) | (later.removed - self.added),
        )
