"""Work for a client that may leave meanwhile: what is done in a thread says how it can be stopped."""

from __future__ import annotations

import threading
from asyncio import CancelledError
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final, TypeVar

from zanryu.errors import ZanryuError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")


class Departure:
    """The departure of one client: ``has_happened`` says whether it is gone."""

    def __init__(self) -> None:
        self.has_happened = False
        self._stop: Callable[[], None] | None = None
        self._changing = threading.Lock()

    def during(self, work: Callable[[], T]) -> T:
        """Do something for the client in this thread."""
        token = _CLIENT.set(self)
        try:
            return work()
        finally:
            _CLIENT.reset(token)

    def happen(self) -> None:
        """Stop what is being done for the client; and at once, what is begun for it later."""
        with self._changing:
            self.has_happened, stop = True, self._stop
        if stop:
            stop()

    def stop_by(self, stop: Callable[[], None] | None) -> None:
        """Say how to stop what is being done now."""
        with self._changing:
            self._stop = stop
        if stop and self.has_happened:
            stop()


_CLIENT: Final[ContextVar[Departure | None]] = ContextVar("client", default=None)


@contextmanager
def stopped_by_departure(stop: Callable[[], None]) -> Iterator[None]:
    """Have ``stop`` called, from another thread, should the client leave that this is done for.

    :raises CancelledError: then, in place of the ZanryuError of what was stopped: nobody is there to be told.
    """
    departure = _CLIENT.get()
    if departure is None:
        yield
        return
    departure.stop_by(stop)
    try:
        yield
    except ZanryuError:  # all that a stopped job raises; anything else is a defect, to be seen as one
        if departure.has_happened:
            raise CancelledError from None  # no Exception, so that it is answered and logged by nobody
        raise
    finally:
        departure.stop_by(None)
