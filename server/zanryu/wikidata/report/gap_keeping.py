"""Keeping the overall gap report at the data and at what was read, beside the requests.

It is made in a thread of the server, which asks for one thing after the other as a client would; only things
whose item was read cost something. It is kept in a file, so that a new start need not make it again.
"""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from zanryu import __version__
from zanryu.store.files import write_whole
from zanryu.store.index_files import keep_newest
from zanryu.store.index_keeping import IndexKeeper, Patience, Subject
from zanryu.store.wikidata_files import counts_beside
from zanryu.wikidata.comparison.kinds import Kind
from zanryu.wikidata.report.gap_history import Day, read_days, record
from zanryu.wikidata.report.gaps import Tally, Unlinked, tally

if TYPE_CHECKING:
    from pathlib import Path

    from zanryu.config import Settings
    from zanryu.wikidata.report.gaps import Gaps

_KEPT: Final = 2
_SUBJECT: Final = Subject(
    "gap report", "The gap report is being made from all linked things. Ask again in a moment.", 10
)
_log = logging.getLogger("zanryu")


@dataclass(frozen=True, slots=True)
class Overview:
    """The overall report. ``version`` is that of the data with the state of what was read."""

    version: str
    data: str
    things: tuple[Tally, ...]
    unlinked: Unlinked
    days: tuple[Day, ...] = ()

    @property
    def read(self) -> list[Tally]:
        """The things that could be compared."""
        return [thing for thing in self.things if thing.is_read]

    def having(self, kind: Kind | None) -> tuple[Tally, ...]:
        """Return the things with a comparison of a kind; all, read or not, where none is named."""
        return tuple(thing for thing in self.read if thing.counts[kind]) if kind else self.things

    def counts(self) -> dict[Kind, int]:
        """Return how many comparisons there are of each kind, over all things."""
        return {kind: sum(thing.counts[kind] for thing in self.read) for kind in Kind}


def overview(gaps: Gaps) -> Overview:
    """Return the overall report as it is now, without its history."""
    version, data = gaps.version, gaps.backend.version
    return Overview(version, data, tuple(tally(report) for report in gaps.reports()), gaps.unlinked())


def with_history(found: Overview, cache: Path) -> Overview:
    """Return a report with the counts over time, to which its own are added where that can be written."""
    path = counts_beside(cache)
    today = datetime.now(UTC).date().isoformat()
    counts = {kind.value: count for kind, count in found.counts().items()}
    day = Day(today, found.data, len(found.things), len(found.read), counts)
    try:
        days = record(path, day)
    except OSError as error:
        _log.warning("%s: the counts of today are not kept, for %s", path, error.strerror)
        days = [*(earlier for earlier in read_days(path) if earlier.day != today), day]
    return replace(found, days=tuple(days))


class GapKeeper(IndexKeeper[Overview]):
    """Has the overall report at hand."""

    def __init__(self, settings: Settings, gaps: Gaps, patience: Patience | None = None) -> None:
        super().__init__(settings, gaps.backend, _SUBJECT, patience or Patience(with_old=0.5, without=10.0))
        self._gaps = gaps

    @property
    def _wanted(self) -> str:
        return self._gaps.version

    def _turn(self) -> None:
        folder = self._folder("gaps")
        path = folder / f"{_digest(self._gaps.version)}.json"
        found = _read(path, self._gaps.version)
        if found is None:
            found = overview(self._gaps)
            write_whole(path, json.dumps(asdict(found)).encode())
        self._index = with_history(found, self._settings.wikidata)
        path.touch()
        keep_newest(folder, _KEPT)


def _digest(version: str) -> str:
    return hashlib.sha256(f"{__version__} {version}".encode()).hexdigest()[:24]


def _read(path: Path, version: str) -> Overview | None:
    """Return a report that was kept, ``None`` where there is none that can be read."""
    try:
        has: dict[str, Any] = json.loads(path.read_text("utf-8"))
        things = tuple(
            Tally(**{**thing, "counts": {Kind(kind): count for kind, count in thing["counts"].items()}})
            for thing in has["things"]
        )
        unlinked = Unlinked(has["unlinked"]["count"], tuple(has["unlinked"]["first"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Overview(version, has["data"], things, unlinked) if has["version"] == version else None
