"""The gate as the server sees it: a process of its own, asked for one change at a time, replaced when lost.

One thread starts it, talks to it and replaces it: the kernel ends the process with the thread that started it
(prctl(2), PR_SET_PDEATHSIG).
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from zanryu.errors import ChangeLost, QueryTimeout, TooBusy, ZanryuError
from zanryu.store.frames import FrameReader, Kind, frame_of, read_error, read_json
from zanryu.store.gate.changes import Outcome, Wanted
from zanryu.store.worker import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

_SECONDS_TO_START: Final = 60.0
_log = logging.getLogger("zanryu")


@dataclass(frozen=True, slots=True)
class GateSetup:
    """What the process needs to know: the live data's folder, the build under it, the dataset's shapes."""

    home: Path
    base: Snapshot
    dataset: Path
    timeout_seconds: float = 30.0
    queue_length: int = 32


class RemoteGate:
    """The gate in its process, which is started meanwhile: a change waits for it, and starts it if need be.

    ``first`` is the snapshot that readers have before. ``on_published`` is called with each new one, before
    the change is acknowledged.
    """

    def __init__(self, setup: GateSetup, first: Snapshot, on_published: Callable[[Snapshot], None]) -> None:
        self.snapshot = first
        self._setup = setup
        self._on_published = on_published
        self._connection: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._places = threading.BoundedSemaphore(setup.queue_length)
        self._thread = ThreadPoolExecutor(1, "zanryu-gate")
        self._thread.submit(self._start_early)

    def write(self, wanted: Wanted) -> Outcome:
        """Have a change made; waits for it. See :meth:`zanryu.store.gate.gate.Gate.write`.

        :raises TooBusy: if as many wait as may.
        :raises QueryTimeout: if it took too long; nothing was changed.
        :raises ChangeLost: if the process was lost; whether the change was made is not known.
        :raises InputNotFound: if the live data cannot be opened.
        """
        if not self._places.acquire(blocking=False):
            raise TooBusy(f"{self._setup.queue_length} changes are waiting already. Try again soon.")
        try:
            return self._thread.submit(self._make, wanted).result()
        finally:
            self._places.release()

    @property
    def process_id(self) -> int | None:
        """The number of the process, while it runs."""
        return self._process.pid if self._process else None

    def close(self) -> None:
        """End when the changes that wait are made."""
        stopped = self._thread.submit(self._stop)
        self._thread.shutdown(wait=False)
        wait([stopped], self._setup.timeout_seconds)

    def _start_early(self) -> None:
        try:
            self._start()
        except ZanryuError as error:
            _log.error("no change can be made: %s It is tried again with the next change.", error.detail)

    def _make(self, wanted: Wanted, *, is_again: bool = False) -> Outcome:
        if self._process is None or self._process.poll() is not None:
            self._start()
        try:
            kind, payload = self._exchange(Kind.QUERY, wanted.as_json())
        except (EOFError, OSError) as error:
            if made := self._look_after_loss(error):
                return made
            if is_again:
                raise ChangeLost(
                    "The change ended the process that makes changes, twice. Nothing was changed; send it "
                    "in parts."
                ) from None
            return self._make(wanted, is_again=True)
        if kind == Kind.ERROR:
            raise read_error(payload)
        outcome = Outcome(**read_json(payload))
        if outcome.number is not None and not outcome.is_repeated:
            self._publish(Snapshot(Path(outcome.folder), outcome.version))
        return outcome

    def _look_after_loss(self, error: EOFError | OSError) -> Outcome | None:
        """Replace the process. If it got as far as to record the change, this is made; else nothing was."""
        _log.error("the process that makes changes was lost, and is replaced (%s)", error or "it hung up")
        before = self.snapshot
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
            limit = self._setup.timeout_seconds
            raise QueryTimeout(
                f"The change took longer than {limit:g} seconds. Nothing was changed; send it in parts.",
                limit=limit,
            )
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
        setup = self._setup
        start = {
            "home": str(setup.home),
            "base_folder": str(setup.base.folder),
            "base_version": setup.base.version,
            "dataset": str(setup.dataset),
        }
        try:
            ours, theirs = socket.socketpair()
            with theirs:
                self._connection = ours
                self._process = _start_process(theirs.fileno())
            ours.settimeout(_SECONDS_TO_START)
            kind, payload = self._exchange(Kind.START, start)
        except (EOFError, OSError) as error:
            self._stop()
            raise ChangeLost(
                f"The process that makes changes cannot be started ({error or 'it ended at once'})."
            ) from None
        if kind == Kind.ERROR:
            self._stop()
            raise read_error(payload)
        ours.settimeout(setup.timeout_seconds)
        folder, version = read_json(payload)
        self._publish(Snapshot(Path(folder), version))

    def _exchange(self, kind: Kind, document: object) -> tuple[int, bytes]:
        if self._connection is None:
            raise EOFError("it was never started")
        self._connection.sendall(frame_of(kind, document))
        return FrameReader(self._connection).next()

    def _stop(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None
        if self._process:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None


def _start_process(descriptor: int) -> subprocess.Popen[bytes]:
    """Start a fresh interpreter that inherits one socket, and of the environment its path."""
    command = [
        sys.executable, "-P", "-m", "zanryu.store.gate.gate_process", str(descriptor), str(os.getpid()),
    ]  # fmt: skip
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONPATH": os.pathsep.join(folder for folder in sys.path if folder),
        "MALLOC_ARENA_MAX": "2",
    }
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        pass_fds=(descriptor,),
    )
