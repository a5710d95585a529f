"""Keeping the index of names: made whole from each version beside the requests, and kept for the last few."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zanryu.reconciliation import building
from zanryu.reconciliation.indexing import FORMAT
from zanryu.reconciliation.matching import Matcher, open_matcher
from zanryu.store.index_files import FileKeeper, Files
from zanryu.store.index_keeping import Patience, Subject

if TYPE_CHECKING:
    from zanryu.config import Settings
    from zanryu.store.backend import Backend

_SUBJECT: Final = Subject("matching", "The names are being indexed. Ask again in a moment.", 5)
_FILES: Final = Files("matching", building.__name__, open_matcher, program=FORMAT)


class MatchKeeper(FileKeeper[Matcher]):
    """Has what matches names with the data at hand."""

    def __init__(self, settings: Settings, backend: Backend, patience: Patience | None = None) -> None:
        patience = patience or Patience(with_old=0.5, without=15.0)
        super().__init__(settings, backend, _SUBJECT, patience, _FILES)
