"""The access log: one JSON object a line. Never the query string, a body or an address: queries are private.

Lines are written by a thread of their own: a log that nobody reads, or a slow disk, must not stop the server.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Final

_MAX_WAITING_LINES: Final = 20_000
_MAX_PATH: Final = 300
_SECONDS_BETWEEN_WRITES: Final = 0.1


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request that was answered. ``status`` 499 means that the client left before."""

    request_id: str
    method: str
    path: str
    status: int
    body_bytes: int
    seconds: float
    cache: str
    media_type: str


class AccessLog:
    """Writes to a file descriptor; lines that nobody takes are dropped, and their number is told."""

    def __init__(self, descriptor: int) -> None:
        # Written without a buffer: a thread that waits inside one would keep the interpreter from ending.
        self._descriptor = descriptor
        self._waiting: deque[tuple[float, Exchange]] = deque()
        self._dropped = 0
        self._has_some = threading.Event()
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name="zanryu-access-log", daemon=True)
        self._thread.start()

    def record(self, exchange: Exchange) -> None:
        """Have an exchange written, soon."""
        if len(self._waiting) >= _MAX_WAITING_LINES:
            self._dropped += 1
            return
        self._waiting.append((time.time(), exchange))
        if not self._has_some.is_set():
            self._has_some.set()

    def close(self, seconds: float = 1.0) -> None:
        """Write what waits, and end; gives up on a reader that takes nothing for ``seconds``."""
        self._is_closed = True
        self._has_some.set()
        self._thread.join(seconds)

    def _run(self) -> None:
        has_reader = True
        while has_reader and not self._is_closed:
            self._has_some.wait()
            if not self._is_closed:
                time.sleep(_SECONDS_BETWEEN_WRITES)
            self._has_some.clear()
            has_reader = self._write()

    def _write(self) -> bool:
        """Write what waits; return whether anybody reads it."""
        lines = [line_of(*self._waiting.popleft()) for _ in range(len(self._waiting))]
        dropped, self._dropped = self._dropped, 0
        if dropped:
            lines.append(json.dumps({"dropped_lines": dropped}) + "\n")
        rest = memoryview("".join(lines).encode("ascii"))
        try:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError:
            return False
        return True


def line_of(moment: float, exchange: Exchange) -> str:
    """Return the line of an exchange. JSON escapes what could end it; a long path is cut."""
    whole, fraction = divmod(moment, 1)
    document = {
        "time": f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(whole))}.{int(fraction * 1000):03}Z",
        "id": exchange.request_id,
        "method": exchange.method[:20],
        "path": exchange.path[:_MAX_PATH],
        "status": exchange.status,
        "bytes": exchange.body_bytes,
        "ms": round(exchange.seconds * 1000, 2),
        "cache": exchange.cache,
        "type": exchange.media_type,
    }
    return json.dumps(document, ensure_ascii=True) + "\n"
