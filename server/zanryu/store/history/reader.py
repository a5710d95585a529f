"""The history as the pages see it: what another process appends is there at the next look."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeAlias

from zanryu.store.history.files import file_name
from zanryu.store.history.journal import Journal
from zanryu.store.history.touched import Touched

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_Identity: TypeAlias = tuple[int, ...]


class History:
    """The journal in ``folder``, should there be one. Making this reads nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._looking = threading.Lock()
        self._seen: list[_Identity] = []
        self._journal: Journal | None = None
        self._touched = Touched()

    def journal(self) -> Journal:
        """Return the journal with all that is in it now; an empty one where there is none.

        :raises BrokenHistory: if it cannot be opened.
        """
        with self._looking:
            return self._current()

    def versions_of(self, iri: str, claims: Iterable[str] = ()) -> list[int]:
        """Return the versions that changed a thing or a claim about it; see :meth:`.Touched.by`.

        :raises BrokenHistory: if the journal cannot be read.
        """
        with self._looking:
            return self._index().by(iri, claims)

    def growth_of(self, iri: str) -> dict[int, int]:
        """Return the versions in which a thing got more or fewer quads; see :meth:`.Touched.growth`.

        :raises BrokenHistory: if the journal cannot be read.
        """
        with self._looking:
            return self._index().growth(iri)

    def _index(self) -> Touched:
        journal = self._current()
        for number in range(self._touched.size + 1, len(journal) + 1):
            self._touched.take_up(journal.read_file(number))
        return self._touched

    def _current(self) -> Journal:
        if self._journal is None or self._seen != self._look(self._journal):
            # A backup was put in its place, or a version taken back whose snapshot could not be made.
            self._journal, self._touched = Journal(self._folder), Touched()
        else:
            self._journal.refresh()
        self._seen = self._look(self._journal)
        return self._journal

    def _look(self, journal: Journal) -> list[_Identity]:
        """Return what tells the folder, and the newest file that is known, from others of the same names."""
        newest = self._folder / file_name(len(journal))
        return [_identity(self._folder)[:2], _identity(newest)]


def _identity(path: Path) -> _Identity:
    try:
        found = path.stat()
    except FileNotFoundError:
        return ()
    return found.st_dev, found.st_ino, found.st_mtime_ns
