"""Who may write: one server over one store, and in it one process at a time."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from zanryu.errors import InputNotFound
from zanryu.store.files import hand_over

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_GATE: Final = "lock"
_SECONDS_TO_DIE: Final = 5.0
_LOOK_SECONDS: Final = 0.02


@contextmanager
def sole_server(home: Path) -> Iterator[None]:
    """Keep every other server, and a restore, from the live data in ``home``.

    :raises InputNotFound: if another has it, or the folder cannot be written.
    """
    # Beside the folder, which a restore puts another one in the place of.
    descriptor = _open(home.with_name(f"{home.name}.lock"))
    try:
        os.close(_open(home / _GATE))
        if not _is_taken(descriptor):
            raise _taken(home)
        yield
    finally:
        os.close(descriptor)


def lock_gate(home: Path) -> int:
    """Return a descriptor that holds the live data; the kernel lets go of it when the process ends.

    The gate of a server that was killed takes a moment to end, and is waited for.

    :raises InputNotFound: if another process keeps it.
    """
    descriptor = _open(home / _GATE)
    end = time.monotonic() + _SECONDS_TO_DIE
    while not _is_taken(descriptor):
        if time.monotonic() > end:
            os.close(descriptor)
            raise _taken(home)
        time.sleep(_LOOK_SECONDS)
    return descriptor


def _open(path: Path) -> int:
    try:
        if not path.parent.is_dir():
            path.parent.mkdir(parents=True)
            hand_over(path.parent, path.parent.parent)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        hand_over(path, path.parent)
    except OSError as error:
        raise InputNotFound(
            f"{path} cannot be written ({error.strerror}), so no change could be kept. Make the folder "
            "writable, or serve without ZANRYU_WRITES."
        ) from None
    return descriptor


def _is_taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _taken(home: Path) -> InputNotFound:
    return InputNotFound(
        f"{home} is written by another server. Stop that one, or give this one its own store."
    )
