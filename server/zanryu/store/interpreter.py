"""Processes of our own: a fresh interpreter that runs a module of the program, and ends with its parent.

Not a fork: the engine's threads, which write and compact, would be missing in it.
"""

from __future__ import annotations

import os
import subprocess
import sys


def start_module(module: str, descriptor: int) -> subprocess.Popen[bytes]:
    """Start a module that inherits one socket; its arguments are the socket's number and this process's.

    :raises OSError: if it cannot be started.
    """
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        _command(module, str(descriptor)),
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        pass_fds=(descriptor,),
    )


def run_module(
    module: str, *arguments: str, timeout_seconds: float | None = None, stderr: int | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run a module to its end; its last argument is this process's number.

    ``stderr`` is as for :func:`subprocess.run`; ``None`` leaves it to the server's.

    :raises OSError: if it cannot be started.
    :raises subprocess.TimeoutExpired: if it takes longer; it is killed then.
    """
    return subprocess.run(  # noqa: S603 - our own interpreter and module
        _command(module, *arguments),
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=stderr,
        check=False,
        timeout=timeout_seconds,
    )


def _command(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-P", "-m", module, *arguments, str(os.getpid())]


def _environment() -> dict[str, str]:
    """Return what is passed on: where programs and our modules are, and nothing that may be a secret."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONPATH": os.pathsep.join(folder for folder in sys.path if folder),
        "PYTHONUTF8": "1",
        "MALLOC_ARENA_MAX": "2",
        # The engine opens a database with some 180 threads, each for a moment: their stacks are used again.
        "GLIBC_TUNABLES": "glibc.pthread.stack_cache_size=268435456",
    }
