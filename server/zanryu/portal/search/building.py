"""The process that makes an index of a whole graph: ``python -m zanryu.portal.search.building``.

A process of its own, because what it does in Python would hold up every request. Its arguments are the folder
of a database that nobody writes, its version, the digest of the change that made it, the file to write, how
far others go before it (nice(2)), and the number of the process that wants it, with which it ends.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final, NoReturn

from zanryu.errors import InputNotFound
from zanryu.portal.search.index import create
from zanryu.portal.search.reading import Reader
from zanryu.store.embedded import EmbeddedStore
from zanryu.store.interpreter import run_module
from zanryu.store.isolation import die_with

_PATIENT: Final = 10


def build(folder: Path, version: str, history: str, file: Path, *, is_awaited: bool) -> None:
    """Make the index of a database in another process; others go first, unless it is awaited.

    :raises InputNotFound: if it cannot be made; what kept it is on stderr.
    """
    niceness = 0 if is_awaited else _PATIENT
    done = run_module(__name__, str(folder), version, history, str(file), str(niceness))
    if done.returncode:
        raise InputNotFound(f"The search index of version {version} was not made; stderr says why.")


def main(folder: str, version: str, history: str, file: str, *process: str) -> None:
    """Make an index under another name, and put it in place whole."""
    niceness, parent = process
    die_with(int(parent))
    os.nice(int(niceness))
    target = Path(file)
    unfinished = target.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    create(unfinished, Reader(EmbeddedStore(Path(folder), version, _refuse)).all(), version, history)
    unfinished.replace(target)


def _refuse(*asked: object) -> NoReturn:
    raise RuntimeError(f"nothing is queried here, but {asked} was")


if __name__ == "__main__":
    main(*sys.argv[1:])
