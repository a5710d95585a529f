"""The newest data of a store as a command sees it: beside a server that writes, or while none runs."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from zanryu.errors import InputNotFound
from zanryu.store.build import current_build
from zanryu.store.draft import Draft
from zanryu.store.gate.rebase import last_build
from zanryu.store.gate.staging import apply
from zanryu.store.history.journal import Journal
from zanryu.store.snapshots import SNAPSHOTS, Snapshots
from zanryu.store.worker import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zanryu.config import Settings


@contextmanager
def newest(settings: Settings) -> Iterator[Snapshot]:
    """Yield a database with everything that was accepted; the build where nothing was ever written.

    :raises InputNotFound: if nothing is built, or no snapshot is left that it could be made of.
    :raises BrokenHistory: if a version is missing.
    """
    built = current_build(settings)
    if built is None:
        raise InputNotFound(f"{settings.store} holds no built store; run `zanryu build`.")
    base = Snapshot(settings.store.resolve(), built.version)
    journal = Journal(settings.history)
    head = journal.head
    if head is None:
        yield base
        return
    source, number = _nearest(settings, base, journal)
    if number == head.number:
        yield source
        return
    # The server was lost between the record of a change and its snapshot, and makes this at its next start.
    with tempfile.TemporaryDirectory() as folder:
        draft = Draft(source.folder, Path(folder))
        try:
            for heading in journal.since(number):
                apply(draft.store, journal.read(heading.number).delta)
            yield Snapshot(draft.settle(), f"{head.base}-{head.number}")
        finally:
            draft.close()


def _nearest(settings: Settings, base: Snapshot, journal: Journal) -> tuple[Snapshot, int]:
    for snapshot, number in Snapshots(settings.live / SNAPSHOTS, base.version).newest_first():
        if number <= len(journal):
            return snapshot, number
    if journal.head and journal.head.base == base.version:
        return base, last_build(journal)
    raise InputNotFound(
        f"{settings.live} holds no snapshot, and the build in place is not the one under the history. "
        "`zanryu verify` says more."
    )
