"""Tests that are coroutines, and a front over an engine that is a double."""

from __future__ import annotations

import asyncio
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING

import pytest

from unit.front.doubles import Engine, server_over

if TYPE_CHECKING:
    from unit.front.doubles import Server


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a test that is a coroutine in an event loop of its own."""
    if not iscoroutinefunction(test := pyfuncitem.obj):
        return None
    names = pyfuncitem._fixtureinfo.argnames
    asyncio.run(test(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True


@pytest.fixture
def engine() -> Engine:
    """An engine that answers at once."""
    return Engine()


@pytest.fixture
def server(engine: Engine) -> Server:
    """A front over it, without pages."""
    return server_over(engine)
