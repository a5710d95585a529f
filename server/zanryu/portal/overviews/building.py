"""The process that makes an index of a whole graph: ``python -m zanryu.portal.overviews.building``.

A process of its own, because what it does in Python would hold up every request. Its arguments are the folder
of a database that nobody writes, its version, the file to write, how far others go before it (nice(2)), and
the number of the process that wants it, with which it ends.
"""

from __future__ import annotations

import csv
import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from zanryu.errors import InputNotFound
from zanryu.naming.labels import can_be_seen
from zanryu.portal.overviews.index import Writer
from zanryu.portal.overviews.listings import LISTINGS
from zanryu.portal.overviews.queries import names_query, number_query, values_query
from zanryu.store.backend import UNION
from zanryu.store.embedded import EmbeddedStore
from zanryu.store.interpreter import run_module
from zanryu.store.isolation import die_with

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zanryu.portal.overviews.listings import Listing
    from zanryu.store.backend import Backend

_PATIENT: Final = 10
_CSV: Final = "text/csv"


def build(folder: Path, version: str, file: Path, *, is_awaited: bool) -> None:
    """Make the index of a database in another process; others go first, unless it is awaited.

    :raises InputNotFound: if it cannot be made; what kept it is on stderr.
    """
    niceness = 0 if is_awaited else _PATIENT
    done = run_module(__name__, str(folder), version, str(file), str(niceness))
    if done.returncode:
        raise InputNotFound(f"The overviews of version {version} were not made; stderr says why.")


def write_index(backend: Backend, file: Path) -> None:
    """Make the index of what an engine holds, which must answer in CSV, and have no time limit."""
    writer = Writer(file, backend.version)
    for listing in LISTINGS.values():
        names = _names(backend, listing)
        numbers = {
            number.name: {item: int(count) for item, count in _rows(backend, number_query(listing, number))}
            for number in listing.numbers
        }
        values = {d.name: _pairs(backend, values_query(listing, d)) for d in listing.dimensions}
        writer.write(listing, names, numbers, values)
    writer.close()


def _names(backend: Backend, listing: Listing) -> dict[str, str]:
    """Return a name for each member: the English one, else the first."""
    found: dict[str, tuple[bool, str]] = {}
    for item, name, language in _rows(backend, names_query(listing)):
        offered = (not language.lower().startswith("en"), name)
        found[item] = min(found.get(item, offered), offered)
    return {item: name for item, (_, name) in found.items()}


def _pairs(backend: Backend, query: str) -> Iterator[tuple[str, str]]:
    return ((item, value) for item, value in _rows(backend, query) if can_be_seen(value))


def _rows(backend: Backend, query: str) -> Iterator[list[str]]:
    answer = b"".join(backend.query(query, UNION, _CSV)).decode()
    rows = csv.reader(io.StringIO(answer, newline=""))  # only CR and LF end a line, not U+2028 in a name
    next(rows)
    return rows


def _serialise(answer: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, media_type: str) -> bytes:
    if media_type != _CSV or not isinstance(answer, ox.QuerySolutions):
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
        write_index(EmbeddedStore(Path(folder), version, _serialise), unfinished)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
