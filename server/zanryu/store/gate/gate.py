"""The gate over one database: stage, derive, validate; then record and publish, or take it all back.

Readers see snapshots alone, so the database is where a change is staged. It can be lost at any moment: the
newest snapshot and the records after it are the truth, and it is made of them again.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final, Protocol

from zanryu.errors import KeyReused, PreconditionFailed, ZanryuError
from zanryu.graph.validation import report_graph
from zanryu.store.gate.changes import VIOLATION, WARNING, Outcome, Wanted, describe_finding
from zanryu.store.gate.lock import lock_gate
from zanryu.store.gate.recovery import recover
from zanryu.store.gate.staging import Staging
from zanryu.store.history.journal import Journal
from zanryu.store.history.record import Entry, Kind, retry_key
from zanryu.store.snapshots import SNAPSHOTS, Snapshots

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    import pyoxigraph as ox

    from zanryu.graph.delta import Delta
    from zanryu.graph.derivation import Deriver
    from zanryu.graph.validation import Finding
    from zanryu.store.gate.database import Database
    from zanryu.store.history.record import Heading
    from zanryu.store.worker import Snapshot

HISTORY: Final = "history"


class Validator(Protocol):
    """What finds fault with a change."""

    def findings(self, store: ox.Store, delta: Delta) -> list[Finding]:
        """Return the findings about what ``delta`` can affect; ``store`` has it already."""


class Gate:
    """Opens the live data in ``home``, over the build ``base``; one process at a time can.

    :raises InputNotFound: if another process has it, or it cannot be opened.
    :raises OSError: if the disk refuses.
    """

    def __init__(self, home: Path, base: Snapshot, deriver: Deriver, validator: Validator) -> None:
        self._home = home
        self._base = base
        self._deriver = deriver
        self._validator = validator
        self._lock = lock_gate(home)
        with ExitStack() as undo:
            undo.callback(os.close, self._lock)
            self.journal = Journal(home / HISTORY)
            self._snapshots = Snapshots(home / SNAPSHOTS, base.version)
            self._database: Database | None = self._recover()
            undo.pop_all()

    @property
    def snapshot(self) -> Snapshot:
        """The newest snapshot: that of the last record, or the build."""
        return self._snapshots.newest() or self._base

    def write(self, wanted: Wanted, on_staged: Callable[[Delta], None] | None = None) -> Outcome:
        """Make a change, all of it or nothing; when this returns it is on disk, and in the snapshot.

        A violation blocks it, and the outcome says so. ``on_staged`` is told what the change comes to, before
        it is checked.

        :raises PreconditionFailed: if the data is no longer of the version that it depends on.
        :raises KeyReused: if its name was given to another change.
        :raises ZanryuError: for what may not be written, or cannot be read.
        :raises OSError: if the disk refuses; nothing was changed.
        """
        key = retry_key(wanted.editor, wanted.retry_key, wanted.content) if wanted.retry_key else ""
        if key and (known := self.journal.with_key(key)):
            return self._repeated(known, key)
        now = self.snapshot.version
        if wanted.if_versions is not None and now not in wanted.if_versions:
            named = f", not {' or '.join(wanted.if_versions)}" if wanted.if_versions else ""
            raise PreconditionFailed(
                f"The data is of version {now} now{named}, so what the change depends on does not hold. Read "
                "it again, and decide again."
            )
        # Let go of until it is known to hold what was recorded and nothing else: after a failed write, the
        # engine takes no other one, and after a failure halfway nobody knows what it holds.
        database, self._database = self._database or self._recover(), None
        staging = Staging(database.store, self._deriver, self.journal)
        try:
            staging.carry_out(wanted)
            if on_staged:
                on_staged(staging.delta)
            outcome = self._attempt(database, staging, wanted, key)
        except ZanryuError:
            staging.take_back()
            self._database = database
            raise
        self._database = database
        return outcome

    def close(self) -> None:
        """Let go of the database."""
        self._database = None
        os.close(self._lock)

    def _attempt(self, database: Database, staging: Staging, wanted: Wanted, key: str) -> Outcome:
        findings = self._validator.findings(staging.store, staging.delta) if staging.delta else []
        levels = {finding.level for finding in findings}
        is_blocked = VIOLATION in levels or (wanted.is_strict and WARNING in levels)
        if is_blocked or wanted.is_trial or not staging.delta:
            staging.take_back()
            return self._outcome(wanted, None, staging.delta, findings, is_blocked=is_blocked)
        entry = Entry(
            editor=wanted.editor,
            message=wanted.message,
            base=self._base.version,
            delta=staging.delta,
            kind=Kind.write if wanted.reverts is None else Kind.revert,
            reverts=wanted.reverts,
            key=key,
        )
        return self._outcome(wanted, self._commit(database, entry), staging.delta, findings)

    def _commit(self, database: Database, entry: Entry) -> int:
        # All that takes room on the disk comes first. With its record, the change is made; no way leads back.
        self._snapshots.prepare(database)
        number = self.journal.append(entry).number
        try:
            self._snapshots.name(number)
        except OSError as error:
            raise RuntimeError(f"version {number} is kept, and its snapshot has no name ({error})") from error
        return number

    def _repeated(self, known: Heading, key: str) -> Outcome:
        if known.key != key:
            raise KeyReused(
                f"The Idempotency-Key came with another change before, version {known.number}. Nothing was "
                "changed; send this one under a key of its own."
            )
        # The version that the change made: what was changed since then, its sender has not seen.
        return Outcome(
            f"{known.base}-{known.number}",
            str(self.snapshot.folder),
            known.number,
            added=known.added,
            removed=known.removed,
            is_repeated=True,
        )

    def _recover(self) -> Database:
        return recover(self._home, self._base, self.journal, self._snapshots)

    def _outcome(
        self,
        wanted: Wanted,
        number: int | None,
        delta: Delta,
        findings: Collection[Finding],
        *,
        is_blocked: bool = False,
    ) -> Outcome:
        snapshot = self.snapshot
        report = report_graph(findings).serialize(format="nt") if wanted.wants_report and findings else ""
        return Outcome(
            snapshot.version,
            str(snapshot.folder),
            number,
            is_blocked,
            len(delta.added),
            len(delta.removed),
            [describe_finding(finding) for finding in findings],
            report,
        )
