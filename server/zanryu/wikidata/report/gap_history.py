"""The counts of the gap report over time: a line of JSON for each day, the last that was counted on it.

The file is beside the folder of what was read, since it tells of both; whoever deletes it loses nothing else.
The server and the command line may count at the same time: each writes the file whole with the days before,
and the line of today is that of one of them.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from zanryu.store.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from zanryu.wikidata.comparison.kinds import Kind


@dataclass(frozen=True, slots=True)
class Day:
    """The counts of a ``day`` (ISO 8601, UTC) for a data ``version``: things, and comparisons by kind."""

    day: str
    version: str
    linked: int
    read: int
    counts: Mapping[str, int]

    def count(self, kind: Kind) -> int:
        """Return how many comparisons there were of a kind."""
        return self.counts.get(kind, 0)


def read_days(path: Path) -> list[Day]:
    """Return the last line of each day, the oldest day first; what is no such line is passed over."""
    try:
        lines = path.read_text("utf-8", "replace").splitlines()
    except OSError:
        return []
    return _last_of_each(day for line in lines if (day := _read(line)))


def record(path: Path, today: Day) -> list[Day]:
    """Put today's counts into the file, in place of earlier ones of the day; return those of all days.

    :raises OSError: if the file cannot be written; it is then what it was.
    """
    before = read_days(path)
    days = _last_of_each([*before, today])
    if days != before:
        write_whole(path, "".join(f"{json.dumps(asdict(day))}\n" for day in days).encode())
    return days


def _last_of_each(days: Iterable[Day]) -> list[Day]:
    return sorted({day.day: day for day in days}.values(), key=lambda day: day.day)


def _read(line: str) -> Day | None:
    try:
        has: dict[str, Any] = json.loads(line)
        counts = {str(kind): int(count) for kind, count in has["counts"].items()}
        return Day(str(has["day"]), str(has["version"]), int(has["linked"]), int(has["read"]), counts)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None  # a line that another program wrote, or half of one
