"""What a query worker takes from itself before it reads a query: network, memory, files, its parent's life.

Each layer is asked for on its own and the outcome is told, never assumed: a kernel or a container may refuse
one. Two layers keep the network away. The namespace (``unshare``) has no interface, but a container often
forbids it; the system call filter (seccomp) refuses new sockets and needs no privilege.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import signal
import struct
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_CLONE_NEWUSER: Final = 0x10000000
_CLONE_NEWNET: Final = 0x40000000
_PR_SET_PDEATHSIG: Final = 1
_PR_SET_NO_NEW_PRIVS: Final = 38
_PR_SET_SECCOMP: Final = 22
_SECCOMP_MODE_FILTER: Final = 2
_OPEN_FILES: Final = 1024

# Per machine: its AUDIT_ARCH, then the numbers of socket, execve, execveat, ptrace and io_uring_setup (which
# can open sockets too).
_SYSTEM_CALLS: Final = {
    "x86_64": (0xC000003E, (41, 59, 322, 101, 425)),
    "aarch64": (0xC00000B7, (198, 221, 281, 117, 425)),
}
_X32_CALLS: Final = 0x40000000
_LOAD, _EQUALS, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # struct sock_filter, linux/bpf_common.h
_ALLOW: Final = 0x7FFF0000
_REFUSE: Final = 0x00050000 | errno.EACCES


@dataclass(frozen=True, slots=True)
class Isolation:
    """Which layers hold in a worker. ``memory_limit`` is the kernel's; the pool watches memory besides."""

    network_namespace: bool = False
    system_call_filter: bool = False
    no_new_privileges: bool = False
    dies_with_server: bool = False
    memory_limit: bool = False
    file_limits: bool = False

    @property
    def has_no_network(self) -> bool:
        """Whether a query cannot open a connection, whatever it says."""
        return self.network_namespace or self.system_call_filter

    def missing(self) -> list[str]:
        """Return the names of the layers that do not hold."""
        return [name for name in self.__slots__ if not getattr(self, name)]


def isolate(server: int) -> Isolation:
    """Confine this process, which must have one thread; ``server`` is the process id of its parent.

    Two limits come later: memory (what the database needs is not the query's) and writing files (until the
    start has succeeded, stderr may be one).
    """
    namespace = _leave_network()
    return Isolation(
        network_namespace=namespace,
        no_new_privileges=_control(_PR_SET_NO_NEW_PRIVS, 1),
        # After the namespace: a change of credentials clears the signal (prctl(2)).
        dies_with_server=die_with(server),
        system_call_filter=_filter_system_calls(),
    )


def limit_memory(memory_bytes: int | None) -> bool:
    """Let this process allocate ``memory_bytes`` more than it has; return whether the kernel enforces it.

    ``None`` lifts the limit: opening a database takes a dozen threads for a moment, each with a stack.
    ``RLIMIT_DATA`` counts private writable memory; ``RLIMIT_AS`` would count the database's mapped files too.
    """
    try:
        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        soft = hard if memory_bytes is None else _data_bytes() + memory_bytes
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
    except (OSError, ValueError, StopIteration):
        return False
    return sys.platform == "linux"


def limit_files(file_bytes: int = 0) -> bool:
    """Let this process write no file over ``file_bytes``, dump no core, hold few files, be killed first.

    The kernel kills it first where memory runs out.
    """
    try:
        if sys.platform == "linux":
            Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
        for limit, value in (
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_FSIZE, file_bytes),
            (resource.RLIMIT_NOFILE, min(_OPEN_FILES, resource.getrlimit(resource.RLIMIT_NOFILE)[1])),
        ):
            resource.setrlimit(limit, (value, value))
    except (OSError, ValueError):
        return False
    return True


def private_bytes(process: int) -> int | None:
    """Return the resident memory of a process without files it maps, or ``None`` where that is not known."""
    try:
        fields = Path(f"/proc/{process}/statm").read_bytes().split()
        return (int(fields[1]) - int(fields[2])) * resource.getpagesize()
    except (OSError, IndexError):
        return None


def _data_bytes() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    line = next(line for line in status.splitlines() if line.startswith("VmData:"))
    return int(line.split()[1]) * 1024


def _leave_network() -> bool:
    """Enter a network namespace with no interface: by a user namespace, or as root without one."""
    unshare = getattr(_libc(), "unshare", None)
    if unshare is None:
        return False
    return bool(unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0 or unshare(_CLONE_NEWNET) == 0)


def die_with(server: int) -> bool:
    """Have the kernel kill this process when the thread of ``server`` that started it ends."""
    holds = _control(_PR_SET_PDEATHSIG, int(signal.SIGKILL))
    if os.getppid() != server:  # it died before the signal was asked for
        os._exit(1)
    return holds


def _filter_system_calls() -> bool:
    """Refuse the system calls that open sockets or start programs, with EACCES, for good (seccomp(2))."""
    if platform.machine() not in _SYSTEM_CALLS or sys.platform != "linux":
        return False
    instructions = _program(*_SYSTEM_CALLS[platform.machine()])
    program = ctypes.create_string_buffer(b"".join(instructions))
    # struct sock_fprog: the count, padding, a pointer.
    filter_program = struct.pack("@HP", len(instructions), ctypes.addressof(program))
    return _control(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.c_char_p(filter_program))


def _program(architecture: int, refused: tuple[int, ...]) -> list[bytes]:
    """Return the filter. Jumps are counted from the next instruction; the last two are *allow*, *refuse*."""
    checks = [(_EQUALS, number) for number in refused]
    if architecture == _SYSTEM_CALLS["x86_64"][0]:
        checks.insert(0, (_AT_LEAST, _X32_CALLS))  # the same calls under other numbers
    to_refuse = len(checks) + 2
    steps = [(_LOAD, 0, 0, 4), (_EQUALS, 0, to_refuse, architecture), (_LOAD, 0, 0, 0)]
    steps += [(code, len(checks) - place, 0, value) for place, (code, value) in enumerate(checks)]
    steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE)]
    return [struct.pack("@HBBI", *step) for step in steps]


def _control(option: int, value: int, third: ctypes.c_char_p | int = 0) -> bool:
    prctl = getattr(_libc(), "prctl", None)
    if prctl is None:
        return False
    if isinstance(third, int):
        third = ctypes.c_char_p(None)
    return bool(prctl(option, ctypes.c_ulong(value), third, ctypes.c_ulong(0), ctypes.c_ulong(0)) == 0)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
