"""Keeping the tables at the version of the data, beside the requests: old ones serve meanwhile."""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zanryu import __version__
from zanryu.store.index_keeping import IndexKeeper, Patience, Subject
from zanryu.wikidata.handover.kits.building import COUNT, build

if TYPE_CHECKING:
    from pathlib import Path

    from zanryu.config import Settings
    from zanryu.store.backend import Backend

_KEPT: Final = 2
_SUBJECT: Final = Subject(
    "tables for Wikidata", "The tables are being made of all officers. Ask again in a moment.", 10
)
_log = logging.getLogger("zanryu")


@dataclass(frozen=True, slots=True)
class Kits:
    """The files in a folder, which nobody changes, and the number of officers in them."""

    version: str
    folder: Path
    officers: int


class KitKeeper(IndexKeeper[Kits]):
    """Has the tables of the data at hand."""

    def __init__(self, settings: Settings, backend: Backend, patience: Patience | None = None) -> None:
        super().__init__(settings, backend, _SUBJECT, patience or Patience(with_old=0.5, without=15.0))

    def _turn(self) -> None:
        home, version = self._folder("kits"), self._backend.version
        data = self._data(version)
        folder = home / _digest(version, data)
        found = _read(folder, version)
        if found is None:
            began = time.monotonic()
            shutil.rmtree(folder, ignore_errors=True)
            build(data, version, folder, is_awaited=self._index is None)
            found = _read(folder, version)
            _log.info("tables for Wikidata of version %s made in %.1f s", version, time.monotonic() - began)
        self._index = found
        # Who reads a file of an older one has opened it; it is there for him until he closes it.
        newest = sorted(home.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
        for old in newest[_KEPT:]:
            if old != folder:
                shutil.rmtree(old, ignore_errors=True)


def _digest(version: str, data: Path) -> str:
    """Return a name that another database of the same version has not."""
    seen = data.stat()
    told = f"{__version__} {version} {data} {seen.st_ino} {seen.st_ctime_ns}"
    return hashlib.sha256(told.encode()).hexdigest()[:24]


def _read(folder: Path, version: str) -> Kits | None:
    try:
        return Kits(version, folder, int(json.loads((folder / COUNT).read_text("utf-8"))["officers"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
