"""The process of the gate: it confines itself, opens the live data, and makes one change after another.

Started by :mod:`zanryu.store.gate.remote` as ``python -m zanryu.store.gate.gate_process DESCRIPTOR SERVER``.
It ends when the server closes the connection. It may be killed at any moment: see
:mod:`zanryu.store.gate.recovery`.
"""

from __future__ import annotations

import gc
import logging
import signal
import socket
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from zanryu.errors import DiskRefused, ZanryuError
from zanryu.store.frames import FrameReader, Kind, frame_of, frame_of_error, read_json
from zanryu.store.isolation import isolate
from zanryu.store.turns import take_long_turns

if TYPE_CHECKING:
    from zanryu.graph.delta import Delta
    from zanryu.store.gate.gate import Gate

_YOUNG: Final = 1
_SWITCH_SECONDS: Final = 0.0005
_log = logging.getLogger("zanryu")


def main(descriptor: int, server: int) -> None:
    """Serve the process ``server``, which holds the other end of the socket ``descriptor``."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # the server says when it ends
    isolate(server)
    take_long_turns()  # a reader is not to wait for the middle of a change
    # Little in a change goes in circles, and a thousand claims are a million objects.
    # They are not looked through again and again: the circles go after the answer.
    gc.disable()
    with socket.socket(fileno=descriptor) as connection:
        frames = FrameReader(connection)
        start = read_json(frames.next()[1])
        try:
            gate = _open(start)
        except ZanryuError as error:
            connection.sendall(frame_of_error(error))
            return
        except OSError as error:
            connection.sendall(frame_of_error(_refused_by_disk(error)))
            return
        gc.freeze()
        # What the engine's thread waits for its turn at the interpreter, after each select, is usually 5 ms.
        sys.setswitchinterval(_SWITCH_SECONDS)
        snapshot = gate.snapshot
        connection.sendall(frame_of(Kind.READY, [str(snapshot.folder), snapshot.version]))
        while frame := _next(frames):
            connection.sendall(_answer(gate, frame[1], connection))
            gc.collect(_YOUNG)


def _open(start: dict[str, Any]) -> Gate:
    # Only now: pyoxigraph starts threads, and a process with threads cannot leave its network namespace.
    from zanryu.graph.sources import Dataset
    from zanryu.store.gate.opening import open_gate
    from zanryu.store.worker import Snapshot

    base = Snapshot(Path(start["base_folder"]), start["base_version"])
    return open_gate(Path(start["home"]), base, Dataset(Path(start["dataset"])))


def _next(frames: FrameReader) -> tuple[int, bytes] | None:
    try:
        return frames.next()
    except (EOFError, ConnectionError):
        return None


def _answer(gate: Gate, payload: bytes, connection: socket.socket) -> bytes:
    from zanryu.store.gate.changes import wanted_from

    def tell(delta: Delta) -> None:
        connection.sendall(frame_of(Kind.STAGED, [len(delta.added), len(delta.removed)]))

    try:
        return frame_of(Kind.END, asdict(gate.write(wanted_from(read_json(payload)), tell)))
    except ZanryuError as error:
        return frame_of_error(error)
    except OSError as error:
        return frame_of_error(_refused_by_disk(error))


def _refused_by_disk(error: OSError) -> DiskRefused:
    """Tell the client what, the log where. The engine's errors have no number, and end with the reason."""
    _log.error("the disk refused a change: %s", error)
    reason = error.strerror or str(error).rpartition(": ")[2]
    return DiskRefused(f"The disk refused the change: {reason}. Nothing was changed.")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
