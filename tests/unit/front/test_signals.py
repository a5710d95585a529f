from __future__ import annotations

import asyncio
import signal
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask

from zanryu.config import Settings
from zanryu.errors import InputNotFound

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SECONDS = 20


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """The loop that granian serves in; afterwards signals mean what they did."""
    if sys.platform == "win32":
        pytest.skip("Windows has no SIGHUP and no signal handlers of a loop; the server is not run there")
    from zanryu.front.signals import new_event_loop

    before = {number: signal.getsignal(number) for number in signal.valid_signals()}
    loop = new_event_loop()
    yield loop
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
    loop.close()
    asyncio.set_event_loop(None)
    for number, handler in before.items():
        if signal.getsignal(number) != handler:
            signal.signal(number, handler)


def test_of_the_signals_to_stop_only_the_first_is_heard(loop: asyncio.AbstractEventLoop) -> None:
    heard: list[signal.Signals] = []
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1)
    for number in numbers[:3]:
        loop.add_signal_handler(number, heard.append, number)
    loop.add_signal_handler(signal.SIGUSR1, loop.stop)
    for number in (signal.SIGTERM, *numbers):
        loop.call_soon(signal.raise_signal, number)
    loop.run_forever()

    assert heard == [signal.SIGTERM, signal.SIGHUP]


class _Unreadable:
    """Data whose next build cannot be opened. It stops the loop when it is to be."""

    def __init__(self, settings: Settings, loop: asyncio.AbstractEventLoop) -> None:
        from zanryu.store.build import current_folder

        lease = SimpleNamespace(folder=current_folder(settings))
        self.first: Any = SimpleNamespace(lease=lease, version="first", pages=Flask("pages"))
        self.times = 0
        self._loop = loop

    def open_next(self) -> None:
        self.times += 1
        self._loop.call_soon_threadsafe(self._loop.stop)
        raise InputNotFound("Nothing is built.")


def test_a_reload_that_is_told_before_the_loop_runs_is_heard(
    loop: asyncio.AbstractEventLoop, tmp_path: Path
) -> None:
    from zanryu.front.reload import Reloader

    settings = Settings(store=tmp_path / "store")
    data: Any = _Unreadable(settings, loop)
    front: Any = None  # turned by nothing
    Reloader(settings, data).listen(front, loop)

    signal.raise_signal(signal.SIGHUP)
    loop.call_later(_SECONDS, loop.stop)
    loop.run_forever()

    assert data.times == 1
