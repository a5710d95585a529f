"""Zanryū: a knowledge graph of sourced claims, its validation, build and SPARQL endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from rdflib import Dataset

__all__ = ["__version__", "open_dataset"]
__version__ = "0.1.0"


def open_dataset(store: str | Path | None = None) -> Dataset:
    """Open the built store as an rdflib ``Dataset``; see :func:`zanryu.graph.notebook.open_dataset`."""
    # Imported here so that `import zanryu` stays free of rdflib and opens nothing.
    from zanryu.graph.notebook import open_dataset as _open

    return _open(store)
