"""The state of the data that a citation names: the release, the data version, and since when it is so."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from zanryu.errors import BrokenHistory

if TYPE_CHECKING:
    from pathlib import Path

    from zanryu.store.backend import Backend
    from zanryu.store.versions import Versions


@dataclass(frozen=True, slots=True)
class Edition:
    """A data version: its name, its number in the history (0: nothing was changed there), and its day."""

    name: str
    number: int = 0
    day: date | None = None

    def permalink(self, iri: str) -> str:
        """Return the address under which a thing stays as it is in this version, where there is one."""
        return f"{iri}?version={self.number}" if self.number and "?" not in iri and "#" not in iri else iri


@dataclass(slots=True)
class Editions:
    """Which edition the data is. ``current`` is the link to the build in place, as old as the build."""

    current: Path
    versions: Versions | None = None
    _known: dict[str, Edition] = field(default_factory=dict)

    def of(self, backend: Backend) -> Edition:
        """Return the edition that an engine reads; the last one asked for is remembered."""
        name = backend.version
        found = self._known.get(name)
        if found is None:
            found = self._find(name)
            self._known = {name: found}
        return found

    def _find(self, name: str) -> Edition:
        if self.versions:
            try:
                version = self.versions.find(self.versions.number_of(name))
            except BrokenHistory:
                return Edition(name)  # a history that cannot be read hides no page but its own
            if version.number and version.name == name:
                return Edition(name, version.number, version.time.date() if version.time else None)
        try:
            changed = self.current.lstat().st_mtime
        except FileNotFoundError:
            return Edition(name)
        return Edition(name, 0, datetime.fromtimestamp(changed, UTC).date())
