from __future__ import annotations

import asyncio
import signal
import sys

import pytest


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ")
def test_of_the_signals_to_stop_only_the_first_is_heard() -> None:
    from zanryu.front.signals import new_event_loop

    heard: list[signal.Signals] = []
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1)
    before = {number: signal.getsignal(number) for number in numbers}
    loop = new_event_loop()
    try:
        for number in numbers[:3]:
            loop.add_signal_handler(number, heard.append, number)
        loop.add_signal_handler(signal.SIGUSR1, loop.stop)
        for number in (signal.SIGTERM, *numbers):
            loop.call_soon(signal.raise_signal, number)
        loop.run_forever()
    finally:
        loop.close()
        asyncio.set_event_loop(None)
        for number, handler in before.items():
            signal.signal(number, handler)

    assert heard == [signal.SIGTERM, signal.SIGHUP]
