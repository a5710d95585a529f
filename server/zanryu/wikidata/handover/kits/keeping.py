"""Keeping the tables at the version of the data, beside the requests: old ones serve meanwhile."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zanryu import __version__
from zanryu.store.index_files import FileKeeper, Files
from zanryu.store.index_keeping import Patience, Subject
from zanryu.wikidata.handover.kits import building

if TYPE_CHECKING:
    from pathlib import Path

    from zanryu.config import Settings
    from zanryu.store.backend import Backend

_SUBJECT: Final = Subject(
    "tables for Wikidata", "The tables are being made of all officers. Ask again in a moment.", 10
)


@dataclass(frozen=True, slots=True)
class Kits:
    """The files in a folder, which nobody changes, and the number of officers in them."""

    version: str
    path: Path
    officers: int


def open_kits(path: Path) -> Kits | None:
    """Return the tables in a folder; ``None`` where there are none that are whole."""
    try:
        told = json.loads((path / building.COUNT).read_text("utf-8"))
        return Kits(str(told["version"]), path, int(told["officers"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


_FILES: Final = Files("kits", building.__name__, open_kits, program=__version__, most=2)


class KitKeeper(FileKeeper[Kits]):
    """Has the tables of the data at hand."""

    def __init__(self, settings: Settings, backend: Backend, patience: Patience | None = None) -> None:
        patience = patience or Patience(with_old=0.5, without=15.0)
        super().__init__(settings, backend, _SUBJECT, patience, _FILES)
