"""The gate as the server sees it: a process of its own, asked for one change at a time, replaced when lost.

One thread starts it, talks to it and replaces it: see :mod:`zanryu.store.gate.child`.
"""

from __future__ import annotations

import logging
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from zanryu.errors import ChangeLost, ZanryuError
from zanryu.store.frames import Kind, read_error, read_json
from zanryu.store.gate.changes import ChangeTooLarge, Outcome, Wanted
from zanryu.store.gate.child import GateChild, GateSetup
from zanryu.store.gate.queueing import Queue
from zanryu.store.history.journal import Journal
from zanryu.store.worker import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["GateSetup", "RemoteGate"]

LOST: Final = "lost"
TIMEOUT: Final = "timeout"
RELOAD: Final = "reload"
_log = logging.getLogger("zanryu")


class RemoteGate:
    """The gate in its process, which is started meanwhile: a change waits for it, and starts it if need be.

    ``first`` is the snapshot that readers have before. ``on_published`` is called with each new one, before
    the change is acknowledged. ``restarts`` counts the processes that took the place of one, by the reason;
    ``failure`` is why none could be started, if it was tried and did not succeed since.
    """

    def __init__(self, setup: GateSetup, first: Snapshot, on_published: Callable[[Snapshot], None]) -> None:
        self.snapshot = first
        self.setup = setup
        self.restarts: Counter[str] = Counter({LOST: 0, TIMEOUT: 0, RELOAD: 0})
        self.failure: ZanryuError | None = None
        self._on_published = on_published
        self._child: GateChild | None = None
        self._queue = Queue(setup.queue_length)
        self._thread = ThreadPoolExecutor(1, "zanryu-gate")
        self._thread.submit(self._start_early)

    def write(self, wanted: Wanted) -> Outcome:
        """Have a change made; waits for it. See :meth:`zanryu.store.gate.gate.Gate.write`.

        :raises TooBusy: if as many wait as may; it says for about how long.
        :raises ChangeTooLarge: if it took too long to check it, or to find out what it changes; nothing was
            changed.
        :raises ChangeLost: if the process was lost; whether the change was made is not known.
        :raises InputNotFound: if the live data cannot be opened.
        """
        with self._queue.place():
            return self._thread.submit(self._make, wanted).result()

    def turn_to(self, base: Snapshot) -> None:
        """Go on over another build, which becomes a version; changes wait meanwhile.

        What it cannot turn to leaves everything as it was. Readers have the last snapshot until the new one
        is there.

        :raises InputNotFound: if the build lacks what was written, or cannot be opened.
        :raises ZanryuError: if the process cannot be started.
        """
        self._thread.submit(self._turn, base).result()

    @property
    def process_id(self) -> int | None:
        """The number of the process, while it runs."""
        child = self._child
        return child.process_id if child and child.is_alive else None

    @property
    def waiting(self) -> int:
        """How many changes are being made, or wait."""
        return self._queue.waiting

    def close(self) -> None:
        """End when the changes that wait are made."""
        stopped = self._thread.submit(self._stop)
        self._thread.shutdown(wait=False)
        wait([stopped], self.setup.timeout_seconds)

    def _start_early(self) -> None:
        try:
            with self._queue.busy():
                self._start()
        except ZanryuError as error:
            _log.error("no change can be made: %s It is tried again with the next change.", error.detail)

    def _turn(self, base: Snapshot) -> None:
        with self._queue.turning():
            self._turn_to(base)

    def _turn_to(self, base: Snapshot) -> None:
        before, self.setup = self.setup, replace(self.setup, base=base)
        if self._child:
            self.restarts[RELOAD] += 1
        try:
            self._start()
        except ZanryuError:
            # With its record, the build is a version: then no way leads back.
            if self._has_taken_up(base):
                self._start()
                return
            self.setup = before
            self._start_early()
            raise

    def _has_taken_up(self, base: Snapshot) -> bool:
        head = Journal(self.setup.history).head
        return head is not None and head.base == base.version

    def _make(self, wanted: Wanted) -> Outcome:
        with self._queue.making():
            return self._attempt(wanted)

    def _attempt(self, wanted: Wanted, *, is_again: bool = False) -> Outcome:
        if self._child is None or not self._child.is_alive:
            if self._child:
                self.restarts[LOST] += 1
            self._start()
        try:
            kind, payload = self._exchange(wanted)
        except (EOFError, OSError) as error:
            if made := self._look_after_loss(error, wanted):
                return made
            if is_again:
                raise ChangeLost(
                    "The change ended the process that makes changes, twice. Nothing was changed; send it "
                    "in parts."
                ) from None
            return self._attempt(wanted, is_again=True)
        if kind == Kind.ERROR:
            raise read_error(payload)
        outcome = Outcome(**read_json(payload))
        if outcome.number is not None and not outcome.is_repeated:
            self._publish(Snapshot(Path(outcome.folder), outcome.version))
        return outcome

    def _exchange(self, wanted: Wanted) -> tuple[int, bytes]:
        if self._child is None:
            raise EOFError("it was never started")
        return self._child.exchange(Kind.QUERY, wanted.as_json())

    def _look_after_loss(self, error: EOFError | OSError, wanted: Wanted) -> Outcome | None:
        """Replace the process. If it got as far as to record the change, this is made; else nothing was."""
        _log.error("the process that makes changes was lost, and is replaced (%s)", error or "it hung up")
        self.restarts[TIMEOUT if isinstance(error, TimeoutError) else LOST] += 1
        before, staged = self.snapshot, self._child.staged if self._child else None
        try:
            self._start()
        except ZanryuError as cause:
            raise ChangeLost(
                "The process that makes changes was lost, and cannot be started again. Whether the change "
                f"was made is seen in the history. {cause.detail}"
            ) from None
        after = self.snapshot
        if after != before:
            number = int(after.version.rpartition("-")[2])
            return Outcome(after.version, str(after.folder), number)
        if isinstance(error, TimeoutError):
            raise _too_long(wanted, staged, self.setup.timeout_seconds)
        return None

    def _publish(self, snapshot: Snapshot) -> None:
        if snapshot != self.snapshot:
            self._on_published(snapshot)
            self.snapshot = snapshot

    def _start(self) -> None:
        """Start the process in place of the one before, and publish what it found to be the newest.

        :raises ZanryuError: if it cannot open the live data.
        """
        self._stop()
        try:
            self._child = GateChild(self.setup)
        except ZanryuError as error:
            self.failure = error
            raise
        self.failure = None
        self._publish(self._child.snapshot)

    def _stop(self) -> None:
        child, self._child = self._child, None
        if child:
            child.end()


def _too_long(wanted: Wanted, staged: tuple[int, int] | None, limit: float) -> ZanryuError:
    """Return the error of a change that reached its time limit: as it is, it would do so again."""
    if staged is None and wanted.steps:
        return ChangeTooLarge(
            f"What the update changes was not found out within {limit:g} seconds. Nothing was changed. Name "
            "more terms in its patterns, or send it in parts.",
            limit=limit,
        )
    size = f", which adds {staged[0]} quads and removes {staged[1]} with what follows," if staged else ""
    took = f"Checking the change{size} took longer than {limit:g} seconds."
    return ChangeTooLarge(f"{took} Nothing was changed. Send it in parts.", limit=limit)
