"""What who comes too late is told: when it is worth to come again."""

from __future__ import annotations

from contextlib import ExitStack
from itertools import pairwise

import pytest

from clock import Clock
from zanryu.errors import TooBusy
from zanryu.store.gate.queueing import Queue


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def queue(clock: Clock) -> Queue:
    return Queue(4, clock)


def make(queue: Queue, clock: Clock, *seconds: float) -> None:
    """Make changes that take so long."""
    for took in seconds:
        with queue.making():
            clock.now += took


def refused(queue: Queue) -> TooBusy:
    """Return what the next one is told where the queue is full."""
    with ExitStack() as stack:
        for _ in range(4):
            stack.enter_context(queue.place())
        with pytest.raises(TooBusy) as told, queue.place():
            pass
    return told.value


def wait_of(error: TooBusy) -> int:
    return int(error.headers["Retry-After"])


def test_as_many_as_may_wait_and_the_next_when_one_has_gone(queue: Queue) -> None:
    with ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(queue.place())
        with queue.place():
            assert queue.waiting == 4
            with pytest.raises(TooBusy), queue.place():
                pass
        with queue.place():
            assert queue.waiting == 4
    assert queue.waiting == 0


def test_who_is_refused_is_told_how_long_those_before_him_take(queue: Queue, clock: Clock) -> None:
    make(queue, clock, 2.0, 4.0)

    error = refused(queue)

    assert wait_of(error) == 12
    assert error.detail == "4 changes are waiting already. Send yours again in about 12 seconds."


def test_only_the_last_changes_count(queue: Queue, clock: Clock) -> None:
    make(queue, clock, *[30.0] * 5, *[0.5] * 10)

    assert wait_of(refused(queue)) == 2


@pytest.mark.parametrize(("seconds", "told"), [(0.001, 1), (29.0, 60)])
def test_the_wait_is_a_second_to_a_minute(queue: Queue, clock: Clock, seconds: float, told: int) -> None:
    make(queue, clock, seconds)

    assert wait_of(refused(queue)) == told


def test_where_no_change_was_made_yet_a_second_is_told(queue: Queue) -> None:
    assert wait_of(refused(queue)) == 1


def test_a_change_that_takes_long_now_is_taken_to_take_as_long_again(queue: Queue, clock: Clock) -> None:
    make(queue, clock, 0.1)
    waits = []

    with queue.making():
        for passed in (0.0, 5.0, 7.0):
            clock.now += passed
            waits.append(wait_of(refused(queue)))

    assert waits == [1, 5, 12]
    assert all(one < other for one, other in pairwise(waits))


def test_who_comes_while_the_gate_starts_is_not_told_to_come_at_once(queue: Queue, clock: Clock) -> None:
    with queue.busy():
        clock.now += 8.0
        assert wait_of(refused(queue)) == 8
    assert wait_of(refused(queue)) == 1


def test_while_the_gate_turns_to_a_build_that_is_said(queue: Queue, clock: Clock) -> None:
    make(queue, clock, 0.1)
    with queue.turning():
        meanwhile = refused(queue)
        clock.now += 17.0
    after = refused(queue)

    assert 15 <= wait_of(meanwhile) <= 16
    assert "The server is turning to a new build" in meanwhile.detail
    assert wait_of(after) == 1
    assert "build" not in after.detail


def test_a_change_that_fails_gives_its_place_back_and_counts(queue: Queue, clock: Clock) -> None:
    with pytest.raises(ValueError, match="broken"), queue.place(), queue.making():
        clock.now += 3.0
        raise ValueError("broken")

    assert queue.waiting == 0
    assert wait_of(refused(queue)) == 12
