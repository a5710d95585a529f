"""Medians of repeated runs, in one process or in fresh ones."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def median_seconds(work: Callable[[], object], runs: int) -> float:
    """Return the median duration of ``runs`` calls; none is a warm-up: first runs are what users wait for."""
    durations = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        durations.append(time.perf_counter() - start)
    return statistics.median(durations)


def process(command: Sequence[str], runs: int = 5) -> tuple[float, float]:
    """Run a command ``runs`` times and return the median wall seconds and the largest peak memory in MiB."""
    durations, peaks = [], []
    for _ in range(runs):
        start = time.perf_counter()
        started = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, _, usage = os.wait4(started.pid, 0)
        durations.append(time.perf_counter() - start)
        peaks.append(usage.ru_maxrss / 1024)
    return statistics.median(durations), max(peaks)
