"""The states of a thing by time: which one was the present, and when there was none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from zanryu.web.memento import Memento, TimeMap

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def _since(number: int, seconds: float) -> Memento:
    return Memento(number, f"/page/x?version={number}", NOON + timedelta(seconds=seconds))


# Came at 12:00:10.2, changed at :20, went at :30.9, came back at :40 and went within the second.
TIMEMAP = TimeMap(
    "/page/x",
    "/timemap/page/x",
    mementos=[_since(2, 10.2), _since(3, 20), _since(7, 40.1)],
    removals=[_since(5, 30.9), _since(8, 40.6)],
)


@pytest.mark.parametrize(
    ("seconds", "number"),
    [(-99, 2), (9, 2), (10, 2), (19, 2), (20, 3), (29, 3), (30, 5), (39, 5), (40, 8), (99, 8)],
)
def test_a_time_has_the_state_or_the_absence_of_the_end_of_its_second(seconds: int, number: int) -> None:
    found = TIMEMAP.at(NOON + timedelta(seconds=seconds))

    assert found is not None and found.number == number
    assert (found in TIMEMAP.removals) is (number in (5, 8))


def test_what_never_was_has_no_state_at_any_time() -> None:
    assert TimeMap("/page/x", "/timemap/page/x").at(NOON) is None


def test_what_else_was_asked_goes_with_the_address_of_a_state() -> None:
    assert TIMEMAP.state(4) == "/page/x?version=4"
    assert TimeMap("/page/x?lang=ja", "/timemap/page/x").state(4) == "/page/x?version=4&lang=ja"


def test_links_name_states_and_no_absence() -> None:
    assert "version=5" not in TIMEMAP.links(5)
    assert '</page/x?version=3>; rel="prev memento"' in TIMEMAP.links(5)
    assert '</page/x?version=7>; rel="last next memento"' in TIMEMAP.links(5)
