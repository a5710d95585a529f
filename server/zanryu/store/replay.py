"""From the data of one version to that of another: which one to begin with, and what lies between the two.

The change is made by a process of its own, this module: a server is a fork of one that opened a database, and
of the engine's threads, which write, a fork has none. It costs the server no time of the interpreter, either.
"""

from __future__ import annotations

import subprocess
import sys
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Final

from zanryu.errors import ZanryuError
from zanryu.graph.delta import Delta
from zanryu.store.history.journal import Journal
from zanryu.store.interpreter import run_module

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyoxigraph as ox

    from zanryu.store.worker import Snapshot

_COST_OF_A_FILE: Final = 10  # as many quads are read in the time that it takes to open one


def nearest_first(
    journal: Journal, sources: Iterable[tuple[Snapshot, int]], number: int
) -> list[tuple[Snapshot, int]]:
    """Return the sources in the order of what has to be read to get from each to the version ``number``."""
    sizes = (heading.added + heading.removed + _COST_OF_A_FILE for heading in journal.since(0))
    read_to = list(accumulate(sizes, initial=0))
    known = (source for source in sources if source[1] < len(read_to))
    return sorted(known, key=lambda source: abs(read_to[source[1]] - read_to[number]))


def difference(journal: Journal, start: int, end: int) -> Delta:
    """Return what has to change in the data of version ``start`` to have that of ``end``, before or after it.

    :raises BrokenHistory: if a file between them cannot be used.
    """
    changes: dict[ox.Quad, bool] = {}  # whether it is added
    for number in range(min(start, end) + 1, max(start, end) + 1):
        delta = journal.read(number).delta
        for quads, is_added in ((delta.removed, False), (delta.added, True)):
            for quad in quads:
                # Each version is exact for the one before: whatever is there already is the opposite of this.
                if changes.pop(quad, None) is None:
                    changes[quad] = is_added
    found = Delta(
        frozenset(quad for quad, is_added in changes.items() if is_added),
        frozenset(quad for quad, is_added in changes.items() if not is_added),
    )
    return found if start <= end else found.inverse()


def replay(database: Path, journal: Journal, start: int, end: int, timeout_seconds: float) -> None:
    """Turn the data of one version into that of another, in place; waits for it.

    :raises OSError: if that fails, or takes too long; the database is of no use then.
    """
    told = (str(database), str(journal.folder), str(start), str(end))
    try:
        done = run_module(__name__, *told, timeout_seconds=timeout_seconds, stderr=subprocess.PIPE)
    except subprocess.TimeoutExpired:
        raise OSError(f"it takes longer than {timeout_seconds:g} seconds") from None
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise OSError(reason or f"the process ended with {done.returncode}")


def main(database: Path, folder: Path, start: int, end: int, server: int) -> None:
    """Do it, as the process that :func:`replay` starts."""
    from zanryu.store.isolation import isolate

    isolate(server)
    import pyoxigraph as ox

    from zanryu.store.gate.staging import apply

    try:
        delta = difference(Journal(folder), start, end)
    except ZanryuError as error:
        sys.exit(error.detail)
    store = ox.Store(str(database))
    apply(store, delta)
    store.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *map(int, sys.argv[3:]))
