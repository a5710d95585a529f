"""Queries on old versions: their data stays as long as they are evaluated, and no longer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from unit.front.doubles import Engine
from unit.store.homes import BASE, home_with_versions
from zanryu.errors import NotFound, TooBusy
from zanryu.front.past import Past
from zanryu.sparql.evaluation import prepare
from zanryu.store.backend import QueryDataset
from zanryu.store.versions import Versions
from zanryu.store.worker import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zanryu.sparql.evaluation import Prepared
    from zanryu.store.jobs import Evaluated

ASK = prepare("ASK {}", QueryDataset(), None)


class Reading(Engine):
    """Remembers the snapshots that it is asked on."""

    def __init__(self) -> None:
        super().__init__()
        self.snapshots: list[Snapshot | None] = []

    def begin(self, prepared: Prepared) -> asyncio.Future[Evaluated]:
        self.snapshots.append(prepared.snapshot)
        return super().begin(prepared)


async def _in_thread(work: Callable[[], Any]) -> Any:
    return await asyncio.to_thread(work)


def _versions(tmp_path: Path) -> Versions:
    home = home_with_versions(tmp_path)
    return Versions(home, lambda: Snapshot(home.store, BASE))


def test_data_stays_while_it_is_read_and_goes_when_others_are_asked_for(tmp_path: Path) -> None:
    async def ask() -> None:
        versions, engine = _versions(tmp_path), Reading()
        past = Past(versions, _in_thread)
        first, second, third = [await past.find(number) for number in (1, 2, 3)]
        engine.go.clear()
        reading = asyncio.gather(*(past.evaluate(engine, ASK, version) for version in (first, second)))
        while len(engine.snapshots) < 2:
            await asyncio.sleep(0)

        with pytest.raises(TooBusy):
            await past.evaluate(engine, ASK, third)
        assert all(snapshot and snapshot.folder.is_dir() for snapshot in engine.snapshots)
        engine.go.set()
        assert [evaluated.body for evaluated in await reading] == [b"answer"] * 2
        await past.evaluate(engine, ASK, third)

        assert len(list((tmp_path / "home" / "live" / "versions").iterdir())) == 2
        versions.close()

    asyncio.run(ask())


def test_data_that_nobody_waits_for_any_more_is_let_go_of(tmp_path: Path) -> None:
    async def ask() -> None:
        versions, engine = _versions(tmp_path), Reading()
        past = Past(versions, _in_thread)
        engine.go.clear()
        for number in (1, 2, 3):
            reading = asyncio.ensure_future(past.evaluate(engine, ASK, await past.find(number)))
            while len(engine.asked) < number:
                await asyncio.sleep(0)
            reading.cancel()
            with pytest.raises(asyncio.CancelledError):
                await reading

        assert engine.cancelled == 3
        versions.close()

    asyncio.run(ask())


def test_a_server_without_versions_says_so() -> None:
    with pytest.raises(NotFound, match="No version can be asked here"):
        asyncio.run(Past(None, _in_thread).find(0))
