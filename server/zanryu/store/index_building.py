"""The processes that make what is kept of a whole graph, an index or a table: ``python -m MODULE``.

A process of its own, because what it does in Python would hold up every request. Its arguments are the folder
of a database that nobody writes, its version, the file or folder to make, how far others go before it
(nice(2)), what else its module wants to be told, and the number of the process that wants it, with which it
ends.
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
from zanryu.store.backend import UNION
from zanryu.store.embedded import EmbeddedStore
from zanryu.store.files import made_whole
from zanryu.store.interpreter import run_module
from zanryu.store.isolation import die_with

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from zanryu.store.backend import Backend

_PATIENT: Final = 10


def have_made(module: str, data: Path, version: str, target: Path, *told: str, is_awaited: bool) -> None:
    """Have a module make something of a database in a process; others go first, unless it is awaited.

    :raises InputNotFound: if it cannot be made; what kept it is on stderr.
    """
    niceness = 0 if is_awaited else _PATIENT
    done = run_module(module, str(data), version, str(target), str(niceness), *told)
    if done.returncode:
        raise InputNotFound(f"{target} was not made of version {version}; stderr says why.")


def make(write: Callable[..., None], arguments: Sequence[str]) -> None:
    """Have ``write`` make, of an engine and under the name given to it, what this process was started for."""
    data, version, target, niceness, *told, parent = arguments
    die_with(int(parent))
    os.nice(int(niceness))
    csv.field_size_limit(sys.maxsize)  # a literal may be longer than the 128 KiB that csv takes
    with made_whole(Path(target)) as unfinished:
        write(EmbeddedStore(Path(data), version, serialise), unfinished, *told)


def serialise(answer: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, media_type: str) -> bytes:
    """Return an answer as CSV or JSON, for an engine that is asked nothing but SELECT."""
    syntax = ox.QueryResultsFormat.from_media_type(media_type)
    if syntax is None or not isinstance(answer, ox.QuerySolutions):
        raise TypeError(f"only SELECT is asked here, not what is answered as {media_type}")
    return answer.serialize(format=syntax) or b""


def rows(backend: Backend, query: str) -> Iterator[list[str]]:
    """Return the rows of an answer, had as CSV. What may be an IRI with a comma is asked for by ``STR``."""
    answer = io.BytesIO(b"".join(backend.query(query, UNION, "text/csv")))
    # Only CR and LF end a line, not U+2028 in a name.
    found = csv.reader(io.TextIOWrapper(answer, encoding="utf-8", newline=""))
    next(found)
    return found
