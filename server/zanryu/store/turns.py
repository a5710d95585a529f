"""Whose turn it is on a core: a process that works for long asks for long turns, which others may interrupt.

Linux gives who wakes up a core at once only if the turn of who has it is longer than their own would be
(EEVDF); else they wait for its end, up to some milliseconds. A process in which nobody waits for the next
millisecond asks for longer turns than usual: its share of the core stays what it is.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
from typing import Final

# Per machine, the number of sched_setattr(2), for which most C libraries have no name.
_SET_ATTRIBUTES: Final = {"x86_64": 314, "aarch64": 274}
# struct sched_attr: its size, policy and flags; nice and priority; the length of a turn in nanoseconds, which
# Linux follows since 6.12 (before, it takes it and does not); deadline and period.
_ATTRIBUTES: Final = "=IIQiIQQQ"
_TURN_NANOSECONDS: Final = 20_000_000


def take_long_turns() -> bool:
    """Ask for long turns for this thread and those that it starts; return whether the kernel took it."""
    number = _SET_ATTRIBUTES.get(platform.machine())
    if number is None or sys.platform != "linux":
        return False
    nice = os.getpriority(os.PRIO_PROCESS, 0)
    size = struct.calcsize(_ATTRIBUTES)
    wanted = struct.pack(_ATTRIBUTES, size, os.SCHED_OTHER, 0, nice, 0, _TURN_NANOSECONDS, 0, 0)
    return bool(ctypes.CDLL(None).syscall(number, 0, ctypes.create_string_buffer(wanted), 0) == 0)
