"""SIGHUP to the process that the operator knows, passed on to the one that serves."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType


def pass_on_reloads() -> None:
    """Have SIGHUP mean *reload* from now on; granian would end the process that serves, and start another.

    A terminal that is closed sends it as well. A server that was started in one ends with it, unless it was
    started with ``nohup``.
    """
    if sys.platform == "win32":
        return
    has_terminal = signal.getsignal(signal.SIGHUP) != signal.SIG_IGN and _has_terminal()
    parent = os.getpid()

    def hear(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - what signal.signal() calls
        if os.getpid() != parent:
            return  # the child, which has not begun to listen and opens the newest build anyway
        if has_terminal and not _has_terminal():
            os.kill(parent, signal.SIGTERM)
            return
        for child in multiprocessing.active_children():
            if child.pid is not None:
                with suppress(ProcessLookupError):
                    os.kill(child.pid, signal.SIGHUP)

    signal.signal(signal.SIGHUP, hear)


def _has_terminal() -> bool:
    try:
        os.close(os.open(os.ctermid(), os.O_RDONLY | os.O_NOCTTY))
    except OSError:
        return False
    return True
