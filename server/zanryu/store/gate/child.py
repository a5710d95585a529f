"""The process of the gate as the server sees it: started, asked one thing at a time, ended."""

from __future__ import annotations

import signal
import socket
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from zanryu.errors import ChangeLost
from zanryu.store.frames import FrameReader, Kind, frame_of, read_error, read_json
from zanryu.store.interpreter import start_module
from zanryu.store.worker import Snapshot

_PROGRAM: Final = "zanryu.store.gate.gate_process"
_SECONDS_TO_START: Final = 300.0  # a build is compared with the live data, quad by quad


@dataclass(frozen=True, slots=True)
class GateSetup:
    """What the process needs to know: the live data's folder, the build under it, the dataset's shapes."""

    home: Path
    base: Snapshot
    dataset: Path
    timeout_seconds: float = 30.0
    queue_length: int = 32

    @property
    def history(self) -> Path:
        """The folder of the journal."""
        return self.home / "history"


class GateChild:
    """A process of the gate that has opened the live data; ``snapshot`` is the newest in it.

    ``staged`` is how many quads the change adds and removes that it was asked for last, as soon as it knows.

    The thread that makes this has to live on: the kernel ends the process with it (prctl(2),
    PR_SET_PDEATHSIG).

    :raises ChangeLost: if it cannot be started.
    :raises ZanryuError: if it cannot open the live data.
    """

    def __init__(self, setup: GateSetup) -> None:
        self.staged: tuple[int, int] | None = None
        self._seconds = _SECONDS_TO_START
        self._connection, theirs = socket.socketpair()
        with theirs:
            try:
                self._process = start_module(_PROGRAM, theirs.fileno())
            except OSError as error:
                self._connection.close()
                raise _not_started(error) from None
        with ExitStack() as undo:
            undo.callback(self.end)
            self.snapshot = self._open(setup)
            undo.pop_all()

    @property
    def process_id(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended by itself."""
        return self._process.poll() is None

    def exchange(self, kind: Kind, document: object) -> tuple[int, bytes]:
        """Send a document, and return the kind and the bytes of the answer; waits for it.

        :raises EOFError: if the process was lost; and ``OSError``, of which ``TimeoutError`` is one.
        """
        self.staged, frames = None, FrameReader(self._connection)
        deadline = time.monotonic() + self._seconds
        self._connection.settimeout(self._seconds)
        self._connection.sendall(frame_of(kind, document))
        answered, payload = frames.next()
        if answered == Kind.STAGED:
            self.staged = tuple(read_json(payload))
            # All of it has one time limit; 0 would be to wait for nothing.
            self._connection.settimeout(max(deadline - time.monotonic(), 0.001))
            answered, payload = frames.next()
        return answered, payload

    def end(self) -> None:
        """Kill it, and wait until it is gone."""
        self._connection.close()
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def _open(self, setup: GateSetup) -> Snapshot:
        start = {
            "home": str(setup.home),
            "base_folder": str(setup.base.folder),
            "base_version": setup.base.version,
            "dataset": str(setup.dataset),
        }
        try:
            kind, payload = self.exchange(Kind.START, start)
        except (EOFError, OSError) as error:
            raise _not_started(error) from None
        if kind == Kind.ERROR:
            raise read_error(payload)
        self._seconds = setup.timeout_seconds
        folder, version = read_json(payload)
        return Snapshot(Path(folder), version)


def _not_started(error: EOFError | OSError) -> ChangeLost:
    return ChangeLost(f"The process that makes changes cannot be started ({error or 'it ended at once'}).")
