"""Pauses that all threads keep: who is told to wait, is told so for all."""

from __future__ import annotations

import threading
import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Pauses:
    """Until when nothing is asked. ``sleep`` takes seconds, ``clock`` gives them."""

    def __init__(
        self, sleep: Callable[[float], object] | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._ended = threading.Event()
        self._sleep = sleep or self._ended.wait
        self._clock = clock
        self._lock = threading.Lock()
        self._until = 0.0

    def hold(self, seconds: float) -> None:
        """Have nothing asked for some seconds from now; a longer pause that was begun goes on."""
        with self._lock:
            self._until = max(self._until, self._clock() + seconds)

    def end(self) -> None:
        """Have nothing asked any more: who waits waits no longer."""
        self._ended.set()

    def wait(self) -> bool:
        """Return when the pause is over, and whether anything is still to be asked."""
        while not self._ended.is_set() and (left := self._left()) > 0:
            self._sleep(left)
        return not self._ended.is_set()

    def _left(self) -> float:
        with self._lock:
            return self._until - self._clock()


def seconds_of(retry_after: str) -> float | None:
    """Return the seconds of a Retry-After (RFC 9110, 10.2.3); ``None`` if there is none that can be read."""
    text = retry_after.strip()
    if text.isascii() and text.isdecimal():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except ValueError:
        return None
