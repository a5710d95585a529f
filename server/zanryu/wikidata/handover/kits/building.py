"""The process that makes the tables of a whole graph: ``python -m zanryu.wikidata.handover.kits.building``.

A process of its own, because what it does in Python would hold up every request. Its arguments are the folder
of a database that nobody writes, its version, the folder to make, how far others go before it (nice(2)), and
the number of the process that wants it, with which it ends.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from zanryu.errors import InputNotFound
from zanryu.graph.table.cells import escape
from zanryu.store.embedded import EmbeddedStore
from zanryu.store.interpreter import run_module
from zanryu.store.isolation import die_with
from zanryu.wikidata.expression.alignment import read_alignment
from zanryu.wikidata.handover.kits import mixnmatch, openrefine
from zanryu.wikidata.handover.kits.officers import officers

if TYPE_CHECKING:
    from zanryu.store.backend import Backend

MIXNMATCH: Final = "mixnmatch.csv"
OPENREFINE: Final = "openrefine.csv"
SCHEMA: Final = "openrefine.json"
COUNT: Final = "count.json"
_PATIENT: Final = 10


def build(database: Path, version: str, folder: Path, *, is_awaited: bool) -> None:
    """Make the tables of a database in another process; others go first, unless they are awaited.

    :raises InputNotFound: if they cannot be made; what kept it is on stderr.
    """
    niceness = 0 if is_awaited else _PATIENT
    done = run_module(__name__, str(database), version, str(folder), str(niceness))
    if done.returncode:
        raise InputNotFound(f"The tables for Wikidata of version {version} were not made; stderr says why.")


def write_tables(backend: Backend, folder: Path) -> None:
    """Write the tables of what an engine holds, which must answer in CSV and JSON, and have no time limit."""
    alignment = read_alignment(backend)
    count = 0
    with ExitStack() as files:
        catalogue, table = (
            csv.writer(
                files.enter_context((folder / name).open("w", encoding="utf-8", newline="")),
                lineterminator="\r\n",
            )
            for name in (MIXNMATCH, OPENREFINE)
        )
        catalogue.writerow(mixnmatch.COLUMNS)
        table.writerow(openrefine.COLUMNS)
        for officer in officers(backend, alignment):
            count += 1
            table.writerow([escape(cell) for cell in openrefine.row(officer)])
            if entry := mixnmatch.row(officer):
                catalogue.writerow([escape(cell) for cell in entry])
    (folder / SCHEMA).write_bytes(openrefine.operations(alignment))
    (folder / COUNT).write_text(json.dumps({"version": backend.version, "officers": count}), "utf-8")


def _serialise(answer: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, media_type: str) -> bytes:
    if not isinstance(answer, ox.QuerySolutions):
        raise TypeError("only SELECT is asked here")
    is_table = media_type == "text/csv"
    return (
        answer.serialize(format=ox.QueryResultsFormat.CSV if is_table else ox.QueryResultsFormat.JSON) or b""
    )


def main(database: str, version: str, folder: str, niceness: str, parent: str) -> None:
    """Make the tables under another name, and put them in place whole."""
    die_with(int(parent))
    os.nice(int(niceness))
    target = Path(folder)
    unfinished = target.with_name(f"{target.name}.{os.getpid()}")
    unfinished.mkdir(parents=True)
    try:
        write_tables(EmbeddedStore(Path(database), version, _serialise), unfinished)
        unfinished.replace(target)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
