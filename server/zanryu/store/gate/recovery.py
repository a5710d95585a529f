"""Making the writer's database, which is disposable, of the newest snapshot and of what was recorded since.

Nothing here looks at how the last process ended: whatever it left, this is what every start does.
"""

from __future__ import annotations

import logging
import secrets
import shutil
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from zanryu.errors import BrokenHistory, InputNotFound
from zanryu.store.gate.rebase import entry_of_build, last_build
from zanryu.store.gate.staging import apply

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from zanryu.store.history.journal import Journal
    from zanryu.store.snapshots import Snapshots
    from zanryu.store.worker import Snapshot

_DATABASE: Final = "database"
_log = logging.getLogger("zanryu")


def recover(home: Path, base: Snapshot, journal: Journal, snapshots: Snapshots) -> ox.Store:
    """Return a new database in ``home`` with everything that was recorded, and see that it is published.

    Where ``base`` is another build than the one under the last version, turn to it: that is a version, too.

    :raises InputNotFound: if nothing that it could be made of can be opened, or the build lacks what was
        written.
    :raises BrokenHistory: if a version is missing.
    :raises OSError: if the disk refuses.
    """
    journal.refresh()  # a record that was kept as its process was lost
    store, known = _copy(home, base, journal, snapshots)
    for heading in journal.since(known):
        apply(store, journal.read(heading.number).delta)
    head = journal.head
    if head and head.base != base.version:
        build = ox.Store.read_only(str(base.folder))
        entry = entry_of_build(journal, store, build, base.version)
        apply(store, entry.delta)
        snapshots.prepare(store)
        snapshots.name(journal.append(entry).number)
    elif head and head.number > known:
        snapshots.publish(store, head.number)
    return store


def _copy(home: Path, base: Snapshot, journal: Journal, snapshots: Snapshots) -> tuple[ox.Store, int]:
    """Return a database with what the newest snapshot has that can be opened, and its version's number."""
    for old in home.glob(f"{_DATABASE}*"):
        shutil.rmtree(old, ignore_errors=True)
    # A name of its own: the engine holds on to the one of a database that failed while anything refers to it.
    database = home / f"{_DATABASE}-{secrets.token_hex(4)}"
    for snapshot, number in _sources(base, journal, snapshots):
        try:
            source = ox.Store.read_only(str(snapshot.folder))
        except (OSError, RuntimeError) as error:  # RuntimeError: files are missing or damaged
            _log.warning("%s cannot be opened, an older one is taken (%s)", snapshot.folder, error)
            continue
        source.backup(database)
        return ox.Store(database), number
    raise InputNotFound(
        f"{home} cannot be opened: no snapshot is whole, and the build in place is not the one that the "
        "history began from. Put that one back, or run `zanryu restore`."
    )


def _sources(base: Snapshot, journal: Journal, snapshots: Snapshots) -> Iterator[tuple[Snapshot, int]]:
    for snapshot, number in snapshots.newest_first():
        if number > len(journal):
            raise BrokenHistory(
                f"{snapshot.folder} has version {number}, and the history ends at {len(journal)}: versions "
                "were lost. Run `zanryu verify`, and `zanryu restore` with the newest backup.",
                file=str(journal.folder),
            )
        yield snapshot, number
    if journal.head is None or journal.head.base == base.version:
        yield base, last_build(journal)
