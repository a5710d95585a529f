"""Making the tables: ``python -m zanryu.wikidata.handover.kits.building``; see ``store.index_building``."""

from __future__ import annotations

import csv
import json
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

from zanryu.graph.table.cells import escape
from zanryu.store.index_building import make
from zanryu.wikidata.expression.alignment import read_alignment
from zanryu.wikidata.handover.kits import mixnmatch, openrefine
from zanryu.wikidata.handover.kits.officers import officers

if TYPE_CHECKING:
    from pathlib import Path

    from zanryu.store.backend import Backend

MIXNMATCH: Final = "mixnmatch.csv"
OPENREFINE: Final = "openrefine.csv"
SCHEMA: Final = "openrefine.json"
COUNT: Final = "count.json"


def write_tables(backend: Backend, folder: Path) -> None:
    """Write the tables of what an engine holds, which must answer in CSV and JSON, and have no time limit."""
    folder.mkdir()
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


if __name__ == "__main__":
    make(write_tables, sys.argv[1:])
