"""One evaluation for all who ask the same at the same time, for as long as one of them is still there."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar

from zanryu.store.departure import Departure

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Hashable
    from concurrent.futures import Executor

T = TypeVar("T")
# A client is watched from here on: most answers are there before, and watching costs more than they do.
_UNWATCHED_SECONDS: Final = 0.02


class ClientLeft(Exception):  # noqa: N818 - named by what happened
    """The client closed its connection: nobody waits for the answer."""


class Connection(Protocol):
    """What can tell that its client has left."""

    def client_disconnect(self) -> Awaitable[None]:
        """Return when the client has left."""


@dataclass(slots=True)
class _Flight(Generic[T]):
    outcome: asyncio.Future[T]
    waiting: int = 0


class Flights(Generic[T]):
    """The evaluations under way, each by what it depends on."""

    def __init__(self) -> None:
        self._under_way: dict[Hashable, _Flight[T]] = {}

    async def join(
        self, key: Hashable | None, begin: Callable[[], Awaitable[T]], connection: Connection
    ) -> T:
        """Return the outcome of ``begin``, or of what is under way under ``key``, or raise its error.

        ``None`` as key shares nothing. An evaluation that the last client left is cancelled.

        :raises ClientLeft: if the client of this one did.
        """
        flight = self._under_way.get(key) if key is not None else None
        if flight is None:
            flight = self._begin(key, begin)
        flight.waiting += 1
        try:
            return await while_connected(flight.outcome, connection)
        finally:
            flight.waiting -= 1
            if not flight.waiting and not flight.outcome.done():
                self._end(key, flight)
                flight.outcome.cancel()

    def _begin(self, key: Hashable | None, begin: Callable[[], Awaitable[T]]) -> _Flight[T]:
        flight = _Flight(asyncio.ensure_future(begin()))
        if key is not None:
            self._under_way[key] = flight
        flight.outcome.add_done_callback(lambda outcome: self._land(key, flight, outcome))
        return flight

    def _land(self, key: Hashable | None, flight: _Flight[T], outcome: asyncio.Future[T]) -> None:
        self._end(key, flight)
        if not outcome.cancelled():
            outcome.exception()  # looked at, should the last who waited have left at this very moment

    def _end(self, key: Hashable | None, flight: _Flight[T]) -> None:
        if key is not None and self._under_way.get(key) is flight:
            del self._under_way[key]


async def done_for(connection: Connection, threads: Executor, work: Callable[[], T]) -> T:
    """Return the outcome of ``work``, done in a thread, which is stopped if the client leaves.

    :raises ClientLeft: as soon as it has.
    """
    departure = Departure()
    outcome = asyncio.get_running_loop().run_in_executor(threads, departure.during, work)
    try:
        return await while_connected(outcome, connection)
    except ClientLeft:
        outcome.cancel()  # should it not have begun
        departure.happen()
        raise


async def while_connected(task: asyncio.Future[T], connection: Connection) -> T:
    """Return the outcome of ``task``, which is left alone.

    :raises ClientLeft: as soon as the client has left.
    """
    loop = asyncio.get_running_loop()
    waiter: asyncio.Future[None] = loop.create_future()
    watch: list[asyncio.Future[None]] = []

    def wake(_: object) -> None:
        if not waiter.done():
            waiter.set_result(None)

    def begin_watching() -> None:
        watch.append(asyncio.ensure_future(connection.client_disconnect()))
        watch[0].add_done_callback(wake)

    task.add_done_callback(wake)
    timer = loop.call_later(_UNWATCHED_SECONDS, begin_watching)
    try:
        await waiter
    finally:
        timer.cancel()
        task.remove_done_callback(wake)
        for watched in watch:
            watched.cancel()
    if task.done():
        return task.result()
    raise ClientLeft
