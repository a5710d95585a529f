"""The embedded engine: an Oxigraph database on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

if TYPE_CHECKING:
    from pathlib import Path


def create_store(folder: Path, nquads: Path) -> None:
    """Create a database in ``folder`` (which must not exist) and fill it with an N-Quads file."""
    store = ox.Store(folder)
    store.bulk_load(path=nquads, format=ox.RdfFormat.N_QUADS)
    store.optimize()
    store.flush()
