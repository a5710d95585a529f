"""Processes that are killed at random moments of a load of writes. The long form: ``make test-long``."""

from __future__ import annotations

import os
import random
import time
from typing import TYPE_CHECKING, NamedTuple

import pytest

from attack.server import pause
from writing.crashing import (
    Load,
    assert_sound,
    gate_of,
    kill_gate,
    kill_server,
    loading,
    reading,
)
from writing.editor import claim, editing, insert
from zanryu.store.gate.lock import lock_gate

if TYPE_CHECKING:
    from pathlib import Path

    from zanryu.config import Settings
    from zanryu.graph.sources import Dataset

# Quiet, it is back in 3 seconds; a machine that runs other tests meanwhile takes longer.
_BACK_SECONDS = 45.0


class Scale(NamedTuple):
    """What is killed how often: a server over few claims, or in the long run over all of them."""

    own: Settings
    dataset: Dataset
    is_long: bool


@pytest.fixture(params=["short", pytest.param("long", marks=pytest.mark.long)])
def scale(request: pytest.FixtureRequest) -> Scale:
    is_long = request.param == "long"
    built, dataset = ("whole", "dataset") if is_long else ("own", "few")
    return Scale(request.getfixturevalue(built), request.getfixturevalue(dataset), is_long)


def test_no_kill_of_the_writing_process_loses_or_halves_a_write_or_is_seen_by_readers(
    scale: Scale, tmp_path: Path
) -> None:
    own, dataset, kills = scale.own, scale.dataset, 80 if scale.is_long else 2
    moments = random.Random(kills)  # noqa: S311 - moments, not secrets
    slowest = 0.0
    with editing(own, tmp_path) as editor, reading(editor.server) as statuses, loading(editor, "g") as load:
        load.wait_for(3)
        for _ in range(kills):
            load.wait_for(moments.randrange(4))
            if moments.random() < 0.3:  # one that has only begun to start
                kill_gate(editor.server, moments.uniform(0.0, 0.1))
                kill_gate(editor.server, moments.uniform(0.0, 2.0))
            killed = kill_gate(editor.server, moments.uniform(0.0, 0.15))
            began = time.monotonic()
            load.wait_for(1)
            assert gate_of(editor.server) != killed
            slowest = max(slowest, time.monotonic() - began)
        load.wait_for(3)
    print(f"{kills} kills, {load.count} writes; back after {slowest:.1f} s at most")  # noqa: T201
    assert set(statuses) == {200}, "readers saw it"
    assert_sound(own, dataset, tmp_path, load)
    assert slowest < _BACK_SECONDS


def test_no_kill_of_the_whole_server_loses_or_halves_a_write(scale: Scale, tmp_path: Path) -> None:
    own, dataset, kills = scale.own, scale.dataset, 30 if scale.is_long else 1
    moments = random.Random(kills)  # noqa: S311 - moments, not secrets
    loads: list[Load] = []
    slowest = 0.0
    for number in range(kills + 1):
        began = time.monotonic()
        with editing(own, tmp_path) as editor:
            slowest = max(slowest, time.monotonic() - began)
            with loading(editor, f"s{number}") as load:
                loads.append(load)
                load.wait_for(1 + moments.randrange(6))
                if number < kills:
                    pause(moments.uniform(0.0, 0.2))
                    kill_server(editor.server)
                    load.end()
    print(f"{kills} kills, {sum(x.count for x in loads)} writes; back after {slowest:.1f} s")  # noqa: T201
    assert_sound(own, dataset, tmp_path, *loads)
    assert slowest < _BACK_SECONDS


@pytest.mark.long
def test_readers_are_served_while_the_live_data_cannot_be_opened_and_the_next_write_tries_again(
    own: Settings, tmp_path: Path
) -> None:
    with editing(own, tmp_path) as editor:
        editor.made(insert(claim("before-1")))
    held = lock_gate(own.live)  # as a process of the last server would that does not end
    try:
        with editing(own, tmp_path) as editor:
            assert editor.holds("cl:before-1 ?p ?o")
            refused = editor.update(insert(claim("refused-1")))
            assert (refused.status, "written by another server" in refused.text) == (503, True)
            os.close(held)
            held = -1
            assert editor.made(insert(claim("after-1")))["number"] == 2
            assert not editor.holds("cl:refused-1 ?p ?o")
            assert "no change can be made" in editor.server.errors()
    finally:
        if held >= 0:
            os.close(held)
