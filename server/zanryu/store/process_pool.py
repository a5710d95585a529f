"""Worker processes that can be stopped, over snapshots that never change: started, given work, replaced."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zanryu.store.dispatch import Dispatcher
from zanryu.store.jobs import Job
from zanryu.store.keeper import Keeper

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from zanryu.store.isolation import Isolation
    from zanryu.store.worker import Limits, Load, Program, Snapshot


@dataclass(frozen=True, slots=True)
class Statistics:
    """For ``/metrics``. ``lost`` counts the workers that ended by the reason: timeout, memory, crashed …

    ``started`` counts those that came to work, the first ones among them.
    """

    load: Load
    lost: Mapping[str, int]
    started: int


class ProcessPool:
    """As many workers as ``limits`` say, each running ``program`` over the same snapshot.

    With ``waits`` the first of them works when this returns. Without it, what is asked before waits for it.

    :raises InputNotFound: if none starts, or the snapshot cannot be opened.
    """

    def __init__(self, snapshot: Snapshot, program: Program, limits: Limits, *, waits: bool = True) -> None:
        self.limits = limits
        self._keeper = Keeper(program, limits)
        self._dispatcher = Dispatcher(snapshot, limits, self._keeper.wake)
        with ExitStack() as undo:
            undo.callback(self.close)
            self._keeper.start(self._dispatcher, waits=waits)
            undo.pop_all()

    def ask(
        self,
        frame: bytes,
        timeout_seconds: float | None = None,
        snapshot: Snapshot | None = None,
        *,
        is_reading: bool = True,
    ) -> Job:
        """Give a frame to a worker, or queue it; see :class:`zanryu.store.jobs.Job`.

        :raises TooBusy: at once, if as many wait as may.
        """
        seconds = timeout_seconds or self.limits.timeout_seconds
        return self._dispatcher.submit(Job(self._dispatcher, frame, seconds, snapshot, is_reading=is_reading))

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot that requests see from now on."""
        return self._dispatcher.snapshot

    @property
    def version(self) -> str:
        """The version of the data that requests see from now on."""
        return self._dispatcher.snapshot.version

    def turn_to(self, snapshot: Snapshot) -> None:
        """Have what begins from now on done on another snapshot; what is under way ends on its own."""
        self._dispatcher.publish(snapshot)

    def folders_in_use(self) -> set[Path]:
        """Return the folders that are read, or will be opened; the others may be removed."""
        return {snapshot.folder for snapshot in self._dispatcher.snapshots_in_use()}

    def statistics(self) -> Statistics:
        """Return how busy the workers are, and how many were lost to what."""
        return Statistics(self._dispatcher.load(), dict(self._keeper.lost), self._keeper.started)

    def isolation_status(self) -> Isolation:
        """Return which layers hold in the workers; see :meth:`Isolation.has_no_network`."""
        return self._keeper.isolation

    def close(self, grace_seconds: float = 0.0) -> None:
        """End: refuse what comes, let what is under way finish for ``grace_seconds``, leave no process."""
        self._dispatcher.close(grace_seconds)
        self._keeper.close()
