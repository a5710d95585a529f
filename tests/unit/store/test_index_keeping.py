"""Who asks for an index waits for a moment, and not for what will take its time."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import pytest

from zanryu.config import Settings
from zanryu.errors import DiskRefused, TooBusy
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


class Failing(IndexKeeper[Index]):
    """Cannot make an index until ``is_mended``; counts how often it tried."""

    def __init__(self, folder: Path, error: Exception) -> None:
        subject, patience = (
            Subject("index", "It is being made.", 1),
            Patience(with_old=SECONDS, without=SECONDS),
        )
        super().__init__(Settings(store=folder), cast("Backend", Engine()), subject, patience)
        self.tried, self.is_mended, self._error = 0, False, error

    def _turn(self) -> None:
        self.tried += 1
        if not self.is_mended:
            raise self._error
        self._index = Index("2")

    def asked(self, times: int) -> int:
        """Ask so often; return how often it was tried since."""
        before = self.tried
        for _ in range(times):
            with suppress(TooBusy):
                self.index()
        return self.tried - before


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time by the clock of keepers, in seconds, as the one item of a list."""
    now = [1000.0]
    monkeypatch.setattr("zanryu.store.index_keeping.time.monotonic", lambda: now[0])
    return now


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize(
    "error", [DiskRefused("It is full."), KeyError("a defect")], ids=["refused", "a defect"]
)
def test_what_cannot_be_made_is_tried_again_after_pauses_that_grow_to_a_minute(
    tmp_path: Path, clock: list[float], error: Exception
) -> None:
    keeper = Failing(tmp_path, error)
    assert keeper.asked(5) == 1
    pauses = []
    for _ in range(9):
        began = clock[0]
        while not keeper.asked(1):
            clock[0] += 1.0
        pauses.append(clock[0] - began)
        assert keeper.asked(3) == 0

    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_row_of_failures_is_told_once_and_so_is_its_end(
    tmp_path: Path, clock: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    keeper = Failing(tmp_path, DiskRefused("It is full."))
    with caplog.at_level(logging.INFO, "zanryu"):
        for _ in range(4):
            keeper.asked(1)
            clock[0] += 60.0
        keeper.is_mended = True
        assert keeper.index() == Index("2")

    told = [(record.levelno, record.getMessage()) for record in caplog.records]
    assert [level for level, _ in told] == [logging.ERROR, logging.INFO]
    assert "It is full. It is tried again when somebody asks" in told[0][1]
    assert told[1][1] == "index: made, after 4 failures"


def test_who_asks_in_a_pause_is_told_how_long_it_takes(tmp_path: Path, clock: list[float]) -> None:
    keeper = Failing(tmp_path, DiskRefused("It is full."))
    for _ in range(6):
        keeper.asked(1)
        clock[0] += 60.0
    keeper.asked(1)

    with pytest.raises(TooBusy) as refused:
        keeper.index()

    assert refused.value.headers["Retry-After"] == "60"
