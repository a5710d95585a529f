"""Signals: SIGHUP is passed on to the process that serves, which hears only the first one to stop."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final, TypeVarTuple, Unpack

from granian import loops

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

_Ts = TypeVarTuple("_Ts")
_STOPS: Final = (signal.SIGINT, signal.SIGTERM)

if sys.platform != "win32":
    import uvloop

    class OneStopLoop(uvloop.Loop):
        """An event loop that calls a handler of SIGINT or SIGTERM once, at the first of either.

        A terminal and a service manager signal both processes, and the parent passes its signal on. At a
        second or third one granian's handler (2.8.7) blocks for ever, and what is under way never ends.
        """

        _is_stopping = False

        def add_signal_handler(
            self, sig: int, callback: Callable[[Unpack[_Ts]], object], *args: *_Ts
        ) -> None:
            """See :meth:`asyncio.loop.add_signal_handler`."""
            if sig in _STOPS:
                super().add_signal_handler(sig, self._stop, callback, *args)
            else:
                super().add_signal_handler(sig, callback, *args)

        def _stop(self, callback: Callable[[Unpack[_Ts]], object], *args: *_Ts) -> None:
            if not self._is_stopping:
                self._is_stopping = True
                callback(*args)

    # Here and not in a function: a process that is spawned imports this module and calls nothing of it.
    @loops.register("auto")
    def new_event_loop() -> asyncio.AbstractEventLoop:
        """Return the loop that granian serves in."""
        loop = OneStopLoop()
        asyncio.set_event_loop(loop)
        return loop


def ends_with_terminal() -> bool:
    """Return whether this process was started in a terminal without ``nohup``; ask before granian starts."""
    return sys.platform != "win32" and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN and _has_terminal()


def pass_on_reloads(*, has_terminal: bool) -> None:
    """Have SIGHUP mean *reload* from now on; granian would end the process that serves, and start another.

    A terminal that is closed sends it as well. A server that :func:`ends_with_terminal` ends then.
    """
    if sys.platform == "win32":
        return
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
