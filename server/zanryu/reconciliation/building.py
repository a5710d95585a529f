"""The process that makes an index of a whole graph: ``python -m zanryu.reconciliation.building``.

A process of its own, because what it does in Python would hold up every request. Its arguments are the folder
of a database that nobody writes, its version, the file to write, how far others go before it (nice(2)), and
the number of the process that wants it, with which it ends.
"""

from __future__ import annotations

import csv
import os
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from zanryu.errors import InputNotFound
from zanryu.reconciliation.describing import Describer, labels_of
from zanryu.reconciliation.indexing import Writer
from zanryu.reconciliation.reading import CSV, GraphReader
from zanryu.store.embedded import EmbeddedStore
from zanryu.store.interpreter import run_module
from zanryu.store.isolation import die_with

if TYPE_CHECKING:
    from zanryu.store.backend import Backend

_PATIENT: Final = 10


def build(folder: Path, version: str, file: Path, *, is_awaited: bool) -> None:
    """Make the index of a database in another process; others go first, unless it is awaited.

    :raises InputNotFound: if it cannot be made; what kept it is on stderr.
    """
    niceness = 0 if is_awaited else _PATIENT
    done = run_module(__name__, str(folder), version, str(file), str(niceness))
    if done.returncode:
        raise InputNotFound(f"The names of version {version} were not indexed; stderr says why.")


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


def serialise(answer: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, media_type: str) -> bytes:
    """Return an answer as CSV, for a store that is asked nothing else."""
    if media_type != CSV or not isinstance(answer, ox.QuerySolutions):
        raise TypeError(f"only SELECT is asked here, as CSV, not {media_type}")
    return answer.serialize(format=ox.QueryResultsFormat.CSV) or b""


def main(folder: str, version: str, file: str, niceness: str, parent: str) -> None:
    """Make an index under another name, and put it in place whole."""
    die_with(int(parent))
    csv.field_size_limit(sys.maxsize)  # a literal may be longer than the 128 KiB that csv takes
    os.nice(int(niceness))
    target = Path(file)
    unfinished = target.with_suffix(f".{os.getpid()}")
    unfinished.unlink(missing_ok=True)
    try:
        write_index(EmbeddedStore(Path(folder), version, serialise), unfinished)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
