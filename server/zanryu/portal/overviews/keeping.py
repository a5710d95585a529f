"""Keeping the overviews' index: made whole from each version, and kept for the last few."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zanryu import __version__
from zanryu.portal.overviews import building
from zanryu.portal.overviews.index import Index, open_index
from zanryu.portal.overviews.listings import LISTINGS
from zanryu.store.index_files import FileKeeper, Files
from zanryu.store.index_keeping import Patience, Subject

if TYPE_CHECKING:
    from zanryu.config import Settings
    from zanryu.store.backend import Backend

_SUBJECT: Final = Subject(
    "overviews", "The overviews are being made from the whole graph. Ask again in a moment.", 10
)
_PROGRAM: Final = f"{__version__} {list(LISTINGS.values())}"
_FILES: Final = Files("overviews", building.__name__, open_index, program=_PROGRAM)


class Keeper(FileKeeper[Index]):
    """Has the overviews' index of the data at hand."""

    def __init__(self, settings: Settings, backend: Backend, patience: Patience | None = None) -> None:
        patience = patience or Patience(with_old=1.5, without=15.0)
        super().__init__(settings, backend, _SUBJECT, patience, _FILES)
