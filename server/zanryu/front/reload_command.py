"""`zanryu reload`: have the servers over a store take up the build in place, and wait until they have."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING, Final

from zanryu.app import require_build
from zanryu.errors import InputNotFound, Refused
from zanryu.front.presence import last_reload, servers_over
from zanryu.store.build import current_build

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zanryu.config import Settings
    from zanryu.front.presence import Presence, Reloaded

_SECONDS_BETWEEN_LOOKS: Final = 0.05


def reload_servers(settings: Settings, wait_seconds: float = 600.0) -> Iterator[str]:
    """Yield a line on each server, once it serves the build in place.

    :raises InputNotFound: if nothing is built, or no server runs over the store.
    :raises Refused: if a server may not be signalled, cannot take the build up, or says nothing for
        ``wait_seconds``.
    """
    require_build(settings)
    servers = servers_over(settings.store)
    if not servers:
        raise InputNotFound(
            f"No server runs over {settings.store}. Start one with `zanryu serve`, or name its --store."
        )
    for server in servers:
        before = last_reload(settings.store, server)
        _signal(server)
        told = _wait_for(settings, server, before, time.monotonic() + wait_seconds)
        if not told.is_done:
            kept = f"still serves {told.before}, not {told.version}"
            raise Refused(f"The server at port {server.port} {kept}. {told.detail}")
        said = "as before" if told.version == told.before else f"in place of {told.before}"
        yield f"The server at port {server.port} serves version {told.version} {said}."


def _signal(server: Presence) -> None:
    try:
        os.kill(server.process, signal.SIGHUP)
    except ProcessLookupError:
        raise InputNotFound(f"The server at port {server.port} has just ended.") from None
    except PermissionError:
        raise Refused(
            f"The server at port {server.port} is another user's. Reload as that user, or `systemctl reload`."
        ) from None


def _wait_for(settings: Settings, server: Presence, before: Reloaded | None, deadline: float) -> Reloaded:
    while True:
        told = last_reload(settings.store, server)
        # One that was under way when it was told may have been about the build before: another follows.
        if told and told != before and told.version == _wanted(settings):
            return told
        if server not in servers_over(settings.store):
            raise InputNotFound(f"The server at port {server.port} has just ended.")
        if time.monotonic() > deadline:
            raise Refused(
                f"The server at port {server.port} was told and has not answered. What it does is on its "
                "stderr; /health tells what it serves."
            )
        time.sleep(_SECONDS_BETWEEN_LOOKS)


def _wanted(settings: Settings) -> str:
    built = current_build(settings)
    return built.version if built else ""
