"""The files of a handover: a batch in each, and the list of what is in none."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from zanryu.graph.table.cells import escape
from zanryu.wikidata.handover.hindrances import why

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zanryu.web.words import Words
    from zanryu.wikidata.handover.batches import Handover
    from zanryu.wikidata.handover.entries import Held

_COLUMNS = ("thing", "item", "claims", "property", "reasons", "why", "line")


def files(handover: Handover, words: Words) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each file; the names tell the data version, so that none hides another."""
    for number, batch in enumerate(handover.batches, 1):
        yield batch_name(handover, number), batch.text.encode()
    yield f"held-{handover.version}.csv", held_csv(handover.held, words)


def batch_name(handover: Handover, number: int) -> str:
    """Return the name of the file of a batch; they count from 1."""
    return f"batch-{handover.version}-{number:03}.tsv"


def held_csv(held: tuple[Held, ...], words: Words) -> bytes:
    """Return what is held back as a table, a line for each statement, term or reference."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for one in held:
        cells = (
            one.thing,
            one.item,
            " ".join(one.claims),
            one.statement.property if one.statement else "",
            " ".join(one.reasons),
            " ".join(why(reason, words) for reason in one.reasons),
            one.said,
        )
        writer.writerow([escape(cell) for cell in cells])
    return written.getvalue().encode()
