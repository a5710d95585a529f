"""A store with a history, without a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from unit.store.history.entries import CLAIM, Clock, delta, entry, quad
from zanryu.config import Settings
from zanryu.store.history.journal import Journal

if TYPE_CHECKING:
    from pathlib import Path

BASE = "0123456789abcdef"
QUADS = [quad(CLAIM, "zr:note", f"note {number}") for number in range(6)]


def home_with_versions(folder: Path) -> Settings:
    """Return a build of one quad, and three versions that each add one; two old ones may be read at once."""
    found = Settings(store=folder / "home" / "store", versions_kept=2)
    found.store.parent.mkdir()
    store = ox.Store(str(found.store))
    store.add(QUADS[0])
    store.flush()
    journal = Journal(found.history, Clock())
    for number in (1, 2, 3):
        journal.append(entry(delta({QUADS[number]})))
    return found
