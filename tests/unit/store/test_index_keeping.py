"""Who asks for an index waits for a moment, and not for what will take its time."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import pytest

from zanryu.config import Settings
from zanryu.errors import TooBusy
from zanryu.store.index_keeping import IndexKeeper, Patience, Subject

if TYPE_CHECKING:
    from pathlib import Path

    from zanryu.store.backend import Backend

SECONDS = 10.0


@dataclass(frozen=True)
class Index:
    version: str


class Engine:
    version = "2"


class Slow(IndexKeeper[Index]):
    """Has an index of version 1, if any, and one of version 2 as soon as it may end."""

    def __init__(self, folder: Path, patience: Patience, index: Index | None = None) -> None:
        settings, subject = Settings(store=folder), Subject("index", "It is being made.", 1)
        super().__init__(settings, cast("Backend", Engine()), subject, patience)
        self._index = index
        self.may_end = threading.Event()

    def _turn(self) -> None:
        self.may_end.wait(SECONDS)
        self._index = Index("2")


def test_an_old_index_is_waited_for_from_its_beginning_and_not_by_each_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = Slow(tmp_path, Patience(with_old=SECONDS, without=SECONDS), Index("1"))
    keeper.begin()
    later = time.monotonic() + 2 * SECONDS
    monkeypatch.setattr("zanryu.store.index_keeping.time.monotonic", lambda: later)
    began = time.perf_counter()

    assert keeper.index() == Index("1")
    assert time.perf_counter() - began < SECONDS / 2

    keeper.may_end.set()
    keeper.close()
    assert keeper.index() == Index("2")


def test_where_there_is_none_whoever_waited_in_vain_is_told_to_come_again(tmp_path: Path) -> None:
    keeper = Slow(tmp_path, Patience(with_old=0.0, without=0.0))

    with pytest.raises(TooBusy, match="being made"):
        keeper.index()

    keeper.may_end.set()
    keeper.close()
