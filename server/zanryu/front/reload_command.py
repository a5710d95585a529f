"""`zanryu reload`: have the servers over a store take up the build in place, and wait until they have."""

from __future__ import annotations

import http.client
import json
import os
import signal
import time
from typing import TYPE_CHECKING, Final

from zanryu.app import require_build
from zanryu.errors import InputNotFound, Refused
from zanryu.front.presence import Presence, servers_over

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zanryu.config import Settings

_SECONDS_BETWEEN_LOOKS: Final = 0.1
_SECONDS_TO_ANSWER: Final = 5.0


def reload_servers(settings: Settings, wait_seconds: float = 60.0) -> Iterator[str]:
    """Yield a line on each server, once it serves the build in place.

    :raises InputNotFound: if nothing is built, or no server runs over the store.
    :raises Refused: if a server may not be signalled, or serves another build after ``wait_seconds``.
    """
    wanted = require_build(settings).version
    servers = servers_over(settings.store)
    if not servers:
        raise InputNotFound(
            f"No server runs over {settings.store}. Start one with `zanryu serve`, or name its --store."
        )
    for server in servers:
        before = _version_of(server) or "nothing yet"
        _signal(server)
        _wait_for(server, wanted, time.monotonic() + wait_seconds)
        said = f"serves version {wanted}" + (f" in place of {before}" if before != wanted else " as before")
        yield f"The server at port {server.port} {said}."


def _signal(server: Presence) -> None:
    try:
        os.kill(server.process, signal.SIGHUP)
    except ProcessLookupError:
        raise InputNotFound(f"The server at port {server.port} has just ended.") from None
    except PermissionError:
        raise Refused(
            f"The server at port {server.port} is another user's. Reload as that user, or `systemctl reload`."
        ) from None


def _wait_for(server: Presence, wanted: str, deadline: float) -> None:
    while (found := _version_of(server)) != wanted:
        if time.monotonic() > deadline:
            raise Refused(
                f"The server at port {server.port} was told and still serves "
                f"{found or 'nothing'}, not {wanted}. The reason is on its stderr."
            )
        time.sleep(_SECONDS_BETWEEN_LOOKS)


def _version_of(server: Presence) -> str | None:
    """Return the data version that ``/health`` tells, or ``None`` if there is no answer."""
    connection = http.client.HTTPConnection(server.reachable_host, server.port, timeout=_SECONDS_TO_ANSWER)
    try:
        connection.request("GET", "/health")
        document = json.loads(connection.getresponse().read())
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
    version = document.get("version") if isinstance(document, dict) else None
    return version if isinstance(version, str) else None
