"""Making the search index: ``python -m zanryu.portal.search.building``; see ``store.index_building``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from zanryu.portal.search.index import create
from zanryu.portal.search.reading import Reader
from zanryu.store.index_building import make

if TYPE_CHECKING:
    from pathlib import Path

    from zanryu.store.backend import Backend


def write_index(backend: Backend, file: Path, history: str) -> None:
    """Make the index of what an engine holds; ``history`` is the digest of the change that made it."""
    create(file, Reader(backend).all(), backend.version, history)


if __name__ == "__main__":
    make(write_index, sys.argv[1:])
