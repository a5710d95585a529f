from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from zanryu.front.access_log import AccessLog, Exchange, line_of

if TYPE_CHECKING:
    from pathlib import Path


def exchange(path: str = "/sparql") -> Exchange:
    return Exchange("id-1", "GET", path, 200, 42, 0.0123, "miss", "text/csv")


def test_an_exchange_is_one_line_of_json() -> None:
    line = line_of(1_795_219_200.25, exchange())

    assert json.loads(line) == {
        "time": "2026-11-21T00:00:00.250Z",
        "id": "id-1",
        "method": "GET",
        "path": "/sparql",
        "status": 200,
        "bytes": 42,
        "ms": 12.3,
        "cache": "miss",
        "type": "text/csv",
    }
    assert line.endswith("}\n")


def test_no_path_can_add_a_line_or_grow_without_bound() -> None:
    line = line_of(0.0, exchange('/\n{"status": 200}\u2028\x1b[2J' + "x" * 10_000))

    assert line.count("\n") == 1
    assert line.isascii()
    assert len(line) < 1000


def test_the_lines_are_written_by_the_time_it_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "access.log"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT)
    log = AccessLog(descriptor)
    for number in range(100):
        log.record(exchange(f"/{number}"))
    log.close()
    os.close(descriptor)

    assert [json.loads(line)["path"] for line in path.read_text().splitlines()] == [
        f"/{n}" for n in range(100)
    ]


def test_a_log_that_nobody_reads_stops_nothing() -> None:
    reading, writing = os.pipe()
    log = AccessLog(writing)
    for _ in range(30_000):  # far more than a pipe holds
        log.record(exchange())
    log.close(seconds=0.2)

    os.close(reading)  # only now does the writing thread get an error, and end
    log.close(seconds=10)
    os.close(writing)
