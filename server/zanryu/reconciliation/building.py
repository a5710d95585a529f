"""Making the index of names: ``python -m zanryu.reconciliation.building``; see ``store.index_building``."""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING

from zanryu.reconciliation.describing import Describer, labels_of
from zanryu.reconciliation.indexing import Writer
from zanryu.reconciliation.reading import GraphReader
from zanryu.store.index_building import make

if TYPE_CHECKING:
    from pathlib import Path

    from zanryu.store.backend import Backend


def write_index(backend: Backend, file: Path) -> None:
    """Make the index of what an engine holds, which must answer in CSV, and have no time limit."""
    reader, writer = GraphReader(backend), Writer(file)
    writer.add_things(reader.types(), reader.claims())
    writer.add_names(reader.names())
    writer.add_facts(reader.facts())
    writer.add_sources(reader.sources())
    writer.add_broader(reader.broader())
    writer.add_identifiers(reader.identifiers())
    with closing(writer.finish(backend.version)) as database:
        describer = Describer(database, writer.bits, labels_of(reader.terms()), reader.ranks())
        describer.write(reader.ranges())
        database.execute("COMMIT")


if __name__ == "__main__":
    make(write_index, sys.argv[1:])
