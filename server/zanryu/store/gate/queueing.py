"""The changes that wait for the gate: so many may, and who comes later is told when to come again."""

from __future__ import annotations

import threading
import time
from collections import deque
from contextlib import contextmanager
from math import ceil
from statistics import fmean
from typing import TYPE_CHECKING, Final

from zanryu.errors import TooBusy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_REMEMBERED: Final = 10
_TURNING_SECONDS: Final = 15.0  # a build of 1.3 million triples takes 17
_LONGEST_SECONDS: Final = 60


class Queue:
    """Places for ``length`` changes: the one that is being made, and those that wait for it.

    ``clock`` tells seconds. One thread makes changes and turns; any asks for a place.
    """

    def __init__(self, length: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.waiting = 0
        self._length = length
        self._clock = clock
        self._changing = threading.Lock()
        self._took: deque[float] = deque(maxlen=_REMEMBERED)
        self._began: float | None = None
        self._is_turning = False

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold a place.

        :raises TooBusy: if there is none; ``Retry-After`` says for about how long.
        """
        with self._changing:
            if self.waiting >= self._length:
                raise self._refusal()
            self.waiting += 1
        try:
            yield
        finally:
            with self._changing:
                self.waiting -= 1

    @contextmanager
    def making(self) -> Iterator[None]:
        """Take note of how long a change takes, with what had to be started for it."""
        began = self._clock()
        try:
            with self.busy():
                yield
        finally:
            with self._changing:
                self._took.append(self._clock() - began)

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Take note that changes wait from now on, for one of them or for the gate to start."""
        self._began = self._clock()
        try:
            yield
        finally:
            self._began = None

    @contextmanager
    def turning(self) -> Iterator[None]:
        """Tell meanwhile that the gate turns to another build."""
        self._is_turning = True
        try:
            yield
        finally:
            self._is_turning = False

    def _refusal(self) -> TooBusy:
        seconds = self.waiting * fmean(self._took) if self._took else 0.0
        if (began := self._began) is not None:
            # Nobody knows how long it goes on; what has taken long may take as long again.
            seconds = max(seconds, self._clock() - began)
        if self._is_turning:
            wait = _whole(_TURNING_SECONDS + seconds)
            why = f"The server is turning to a new build, and {_changes(self.waiting)} already."
        else:
            wait = _whole(seconds)
            why = f"{_changes(self.waiting)} already."
        again = f"Send yours again in about {wait} second{'s' if wait > 1 else ''}."
        return TooBusy(f"{why} {again}", retry_after_seconds=wait)


def _changes(count: int) -> str:
    return f"{count} changes are waiting" if count > 1 else "1 change is waiting"


def _whole(seconds: float) -> int:
    return min(_LONGEST_SECONDS, max(1, ceil(seconds)))
