"""The journal: a folder with one file a version, which is only ever added to.

``0000001.rdfp`` is the first; each holds the SHA-256 of the one before it. A file appears under its name in
one step, with everything in it and on disk. One process appends; any number may read meanwhile.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from zanryu.errors import BrokenHistory, NotFound
from zanryu.store.history import patch
from zanryu.store.history.files import file_name, keep, numbers_in, read_headers, understanding
from zanryu.store.history.patch import MalformedPatchError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from zanryu.store.history.record import Entry, Heading, Record


class Journal:
    """The journal in ``folder``, which need not be there before something is appended.

    Opening reads the headers of every file, and the whole of the last one; :func:`.verification.verify`
    reads everything.

    :raises BrokenHistory: if a file is missing, cut, altered, or of a later format.
    """

    def __init__(self, folder: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.folder = folder.resolve()
        self._clock = clock
        self._changing = threading.Lock()
        self._headings = _load(self.folder)
        self._keys = {_name(h.key): h.number for h in self._headings if h.key}

    def __len__(self) -> int:
        return len(self._headings)

    @property
    def head(self) -> Heading | None:
        """The newest version."""
        return self._headings[-1] if self._headings else None

    def heading(self, number: int) -> Heading:
        """Return what is known of a version without reading its file again.

        :raises NotFound: if there is no such version.
        """
        if not 0 < number <= len(self._headings):
            newest = f"The newest is {len(self._headings)}." if self._headings else "Nothing was changed yet."
            raise NotFound(f"There is no version {number}. {newest}")
        return self._headings[number - 1]

    def since(self, number: int) -> Sequence[Heading]:
        """Return the versions after ``number`` in their order; 0 gives all."""
        return self._headings[max(number, 0) :]

    def with_key(self, key: str) -> Heading | None:
        """Return the version that was made under the same name; see :func:`.record.retry_key`."""
        number = self._keys.get(_name(key))
        return self._headings[number - 1] if number else None

    def read(self, number: int) -> Record:
        """Return a version with its quads.

        :raises NotFound: if there is no such version.
        :raises BrokenHistory: if its file is not whole, or not the one that was opened.
        """
        file = self.read_file(number)
        with understanding(self._path(number)):
            return patch.read(file)

    def read_file(self, number: int) -> bytes:
        """Return a version's file as it is; see :meth:`read`."""
        known, path = self.heading(number), self._path(number)
        with understanding(path):
            file = path.read_bytes()
            if sha256(file).hexdigest() != known.digest:
                raise MalformedPatchError("it was altered after it was read, or after the next was written")
        return file

    def append(self, entry: Entry) -> Heading:
        """Keep a change as the next version; it is on disk when this returns.

        :raises OSError: if the disk refuses, or another process has appended meanwhile; nothing was kept.
        """
        with self._changing:
            head = self.head
            now = self._clock()
            now = now.replace(microsecond=now.microsecond // 1000 * 1000)
            # A clock that is put back must not make a version older than the one that it follows.
            time = max(now, head.time) if head else now
            heading, file = patch.write(entry, len(self) + 1, head.digest if head else "", time)
            keep(self._path(heading.number), file)
            self._take_up([heading])
            return heading

    def refresh(self) -> None:
        """Take up what another process appended; costs one look at the disk where there is nothing.

        :raises BrokenHistory: if a new file does not follow the last one known.
        """
        while self._path(len(self) + 1).exists():
            with self._changing:
                path = self._path(len(self) + 1)
                if path.exists():  # no other thread was faster
                    with understanding(path):
                        self._take_up([self._next(path.read_bytes())])

    def _next(self, file: bytes) -> Heading:
        patch.check_seal(file)
        heading = patch.read_heading(file, sha256(file).hexdigest())
        if heading.number != len(self) + 1 or heading.previous != (self.head.digest if self.head else ""):
            raise MalformedPatchError("it does not follow the one before it")
        return heading

    def _take_up(self, headings: Sequence[Heading]) -> None:
        self._headings.extend(headings)
        self._keys.update({_name(h.key): h.number for h in headings if h.key})

    def _path(self, number: int) -> Path:
        return self.folder / file_name(number)


def _name(key: str) -> str:
    """Return the digest of the name, without that of what it was given to."""
    return key.partition("-")[0]


def _load(folder: Path) -> list[Heading]:
    """Return the headings of all versions: each has the digest of the one before, the last is read whole."""
    numbers = numbers_in(folder)
    for expected, number in enumerate(numbers, start=1):
        if number != expected:
            path = folder / file_name(expected)
            raise BrokenHistory(f"{path} is missing. `zanryu verify` looks at all files.", file=str(path))
    headings: list[Heading] = []
    digest = ""
    for number in reversed(numbers):
        path = folder / file_name(number)
        with understanding(path):
            file = read_headers(path) if digest else path.read_bytes()
            if not digest:
                patch.check_seal(file)
            heading = patch.read_heading(file, digest or sha256(file).hexdigest())
            if heading.number != number or bool(heading.previous) is (number == 1):
                raise MalformedPatchError("its number, or what it follows, does not fit its name")
        headings.append(heading)
        digest = heading.previous
    return headings[::-1]
