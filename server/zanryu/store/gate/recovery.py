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
from zanryu.store.gate.database import Database, link_files
from zanryu.store.gate.rebase import entry_of_build, last_build
from zanryu.store.gate.staging import apply

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from zanryu.graph.delta import Delta
    from zanryu.store.history.journal import Journal
    from zanryu.store.snapshots import Snapshots
    from zanryu.store.worker import Snapshot

_DATABASE: Final = "database"
_log = logging.getLogger("zanryu")


def recover(home: Path, base: Snapshot, journal: Journal, snapshots: Snapshots) -> Database:
    """Return a new database in ``home`` with everything that was recorded, and see that it is published.

    Where ``base`` is another build than the one under the last version, turn to it: that is a version, too.

    :raises InputNotFound: if nothing that it could be made of can be opened, or the build lacks what was
        written.
    :raises BrokenHistory: if a version is missing.
    :raises OSError: if the disk refuses.
    """
    journal.refresh()  # a record that was kept as its process was lost
    database, known = _copy(home, base, journal, snapshots)
    store = database.store
    for heading in journal.since(known):
        apply(store, journal.read(heading.number).delta)
    head = journal.head
    if head and head.base != base.version:
        entry = entry_of_build(journal, store, _open_build(base), base.version)
        apply(store, entry.delta)
        snapshots.prepare(database)
        snapshots.name(journal.append(entry).number)
    elif head and head.number > known:
        snapshots.publish(database, head.number)
    return database


def _open_build(base: Snapshot) -> ox.Store:
    try:
        return ox.Store.read_only(str(base.folder))
    except (OSError, RuntimeError) as error:  # RuntimeError: files are missing or damaged
        raise InputNotFound(
            f"The build {base.version} cannot be opened ({error}). Build again: `zanryu build --force`."
        ) from None


def _copy(home: Path, base: Snapshot, journal: Journal, snapshots: Snapshots) -> tuple[Database, int]:
    """Return a database with what the newest snapshot has that can be opened, and its version's number."""
    for old in home.glob(f"{_DATABASE}*"):
        shutil.rmtree(old, ignore_errors=True)
    for snapshot, number in _sources(base, journal, snapshots):
        try:
            ox.Store.read_only(str(snapshot.folder))
        except (OSError, RuntimeError) as error:  # RuntimeError: files are missing or damaged
            _log.warning("%s cannot be opened, an older one is taken (%s)", snapshot.folder, error)
            continue
        # A name of its own: the engine holds on to the one of a database while anything refers to it.
        folder = home / f"{_DATABASE}-{secrets.token_hex(4)}"
        link_files(snapshot.folder, folder)
        database = Database(folder)
        if not number or _has(database.store, journal.read(number).delta):
            return database, number
        # The engine reads a log up to where it is damaged, and says nothing.
        _log.warning("%s has not all of its version, an older one is taken", snapshot.folder)
    raise InputNotFound(
        f"{home} cannot be opened: no snapshot is whole, and the build in place is not the one that the "
        "history began from. Put that one back, or run `zanryu restore`."
    )


def _has(store: ox.Store, delta: Delta) -> bool:
    return all(quad in store for quad in delta.added) and not any(quad in store for quad in delta.removed)


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
