"""Telling a server that runs from one that does not: a file beside the store, locked while the server lives.

A number in a file can be that of another process by now; a lock cannot outlive its holder.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import socket
import sys
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from zanryu.errors import InvalidSetting
from zanryu.store.files import made_whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from zanryu.config import Settings

_PATTERN = "server-*.pid"
_log = logging.getLogger("zanryu")


@dataclass(frozen=True, slots=True)
class Presence:
    """A server that runs: its process, and where it answers."""

    process: int
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Reloaded:
    """How a reload ended. ``version`` is that of the build in place, ``before`` that of what was served.

    ``number`` counts since the start, and ``detail`` is why it failed, for the operator.
    """

    version: str
    before: str
    is_done: bool
    detail: str = ""
    number: int = 0


@contextmanager
def presence(settings: Settings) -> Iterator[None]:
    """Tell that a server runs over the store, until it ends. Where nothing may be written, say so and go on.

    :raises InvalidSetting: if one does at this port.
    """
    path = settings.store.parent / f"server-{settings.port}.pid"
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        sys.stderr.write(f"zanryu: {path}: {error.strerror}; `zanryu reload` will not find this server\n")
        yield
        return
    try:
        # A lock of the process (POSIX), not of the file's opening: the child that serves does not inherit it.
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        own = Presence(os.getpid(), settings.host, settings.port)
        _reload_file(settings.store, settings.port).unlink(missing_ok=True)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(asdict(own)).encode() + b"\n", 0)
    except BlockingIOError:
        raise InvalidSetting(
            f"A server over {settings.store} answers at port {settings.port} already. "
            "`zanryu reload` has it take up a new build."
        ) from None
    try:
        yield
    finally:
        for file in (path, _reload_file(settings.store, settings.port)):
            file.unlink(missing_ok=True)
        os.close(descriptor)


def tell_reload(settings: Settings, reloaded: Reloaded) -> None:
    """Say beside the store how the last reload ended, for whoever asked for it."""
    path = _reload_file(settings.store, settings.port)
    try:
        with made_whole(path) as unfinished:
            unfinished.write_text(json.dumps(asdict(reloaded)), encoding="utf-8")
    except OSError as error:
        _log.warning("%s: %s; `zanryu reload` does not hear how it ended", path, error.strerror)


def last_reload(store: Path, server: Presence) -> Reloaded | None:
    """Return how the last reload of a server ended; ``None`` if there was none since its start."""
    try:
        return Reloaded(**json.loads(_reload_file(store, server.port).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def _reload_file(store: Path, port: int) -> Path:
    return store.parent / f"server-{port}.reload"


def servers_over(store: Path) -> list[Presence]:
    """Return the servers that run over a store."""
    return [found for path in sorted(store.parent.glob(_PATTERN)) if (found := _read(path))]


def _read(path: Path) -> Presence | None:
    try:
        with path.open("rb") as file:
            fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return Presence(**json.loads(path.read_text(encoding="ascii")))
    except OSError:
        return None
    return None  # nobody holds it: a server that was killed left it behind


def require_free(host: str, port: int) -> None:
    """Refuse an address that somebody listens to: granian would share it, and take half of the requests.

    :raises InvalidSetting: if it is taken, or is none of this machine's.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            # Without SO_REUSEPORT, which granian sets; with what lets a server start again at once.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except OSError as error:
        raise InvalidSetting(f"{host} port {port} cannot be listened to: {error.strerror}.") from None
