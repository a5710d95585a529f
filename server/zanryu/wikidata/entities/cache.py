"""What was read of Wikidata, kept on disk: the raw bytes of each entity, by number and revision.

``Q42/1600533266.json`` is the revision 1600533266 of Q42, as Special:EntityData sent it. ``Q999/redirect``
holds the number that Q999 was merged into. Nothing else is there, so a revision can be thrown away by hand.
"""

from __future__ import annotations

import logging
import os
import re
from typing import TYPE_CHECKING, Final

from zanryu.errors import InputNotFound, InvalidSetting, UnreadableEntity
from zanryu.store.files import write_whole
from zanryu.wikidata.entities.entity_json import read_entity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from zanryu.wikidata.model import Entity

_ID: Final = re.compile(r"[QP][1-9][0-9]{0,15}")
_REDIRECT: Final = "redirect"
# Items are merged into items that were merged before; Wikidata mends such chains, so they are short.
_MAX_REDIRECTS: Final = 8
_log = logging.getLogger("zanryu")


def require_id(text: str) -> str:
    """Return the number of an item or a property, ``Q42`` or ``P31``.

    :raises InvalidSetting: for anything else: it becomes the name of a folder, and part of an address.
    """
    if not _ID.fullmatch(text):
        raise InvalidSetting(f"{text!r} is not the number of an item; give one like Q42.")
    return text


class Cache:
    """The folder of what was read; it need not be there yet. Safe for several threads and processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def newest(self, entity_id: str) -> Entity | None:
        """Return the newest revision that is kept, of the target where ``entity_id`` is a redirect.

        :raises UnreadableEntity: if the file is not what was kept.
        """
        target = self.target(entity_id)
        revisions = self.revisions(target)
        return self._read(target, revisions[-1], entity_id) if revisions else None

    def readable(self, entity_id: str) -> Entity | None:
        """Return the newest revision, or ``None`` and a warning in the log where what is kept is spoilt."""
        try:
            return self.newest(entity_id)
        except UnreadableEntity as error:
            _log.warning("%s", error.detail)
            return None

    def at(self, entity_id: str, revision: int) -> Entity | None:
        """Return one revision, or ``None`` if it is not kept; see :meth:`newest`.

        A revision from before a merge is still that of ``entity_id`` itself.
        """
        for name in (require_id(entity_id), self.target(entity_id)):
            if (self.folder / name / f"{revision}.json").is_file():
                return self._read(name, revision, entity_id)
        return None

    def revisions(self, entity_id: str) -> list[int]:
        """Return the revisions that are kept of an entity, the oldest first."""
        files = (self.folder / require_id(self.target(entity_id))).glob("*.json")
        return sorted(int(file.stem) for file in files if file.stem.isdecimal())

    def ids(self) -> list[str]:
        """Return the numbers of all entities of which a revision is kept, in their order; no redirects."""
        kept = (i for i in self._folders() if self.target(i) == i and self.revisions(i))
        return sorted(kept, key=lambda i: (i[0], int(i[1:])))

    def target(self, entity_id: str) -> str:
        """Return the number that an entity was merged into, its own where it was not.

        :raises UnreadableEntity: if what should say so was spoilt.
        """
        found = require_id(entity_id)
        for _ in range(_MAX_REDIRECTS):
            following = self._redirect(found)
            if following is None:
                return found
            found = following
        raise UnreadableEntity(f"{self.folder / entity_id}: its redirects lead round in a circle; remove it.")

    def keep(self, asked: str, data: bytes) -> Entity:
        """Keep what was answered to the question for ``asked``, and return what it says.

        :raises UnreadableEntity: if it is no entity; nothing is kept then.
        """
        entity = read_entity(data, asked)
        _write(self.folder / require_id(entity.id) / f"{entity.revision}.json", data)
        self.remember(asked, entity.id)
        return entity

    def remember(self, asked: str, target: str) -> None:
        """Remember what the question for ``asked`` leads to: itself, or what it was merged into."""
        # A merge can be undone, so that a target may have been a redirect.
        (self.folder / require_id(target) / _REDIRECT).unlink(missing_ok=True)
        if require_id(asked) != target:
            _write(self.folder / asked / _REDIRECT, f"{target}\n".encode("ascii"))
        os.utime(self.folder)  # see `state`

    @property
    def state(self) -> str:
        """What changes whenever something is kept; empty where nothing ever was."""
        return str(self.folder.stat().st_mtime_ns) if self.folder.is_dir() else ""

    def _redirect(self, entity_id: str) -> str | None:
        path = self.folder / entity_id / _REDIRECT
        try:
            text = path.read_bytes().decode("ascii", "replace").strip()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unreadable(path, f"{error.strerror}.") from None
        if not _ID.fullmatch(text):
            raise _unreadable(path, f"{text[:40]!r} is not the number of an item.")
        return text

    def _read(self, entity_id: str, revision: int, asked: str) -> Entity:
        path = self.folder / entity_id / f"{revision}.json"
        try:
            return read_entity(path.read_bytes(), asked)
        except UnreadableEntity as error:
            raise _unreadable(path, error.detail) from None
        except OSError as error:
            raise _unreadable(path, f"{error.strerror}.") from None

    def _folders(self) -> Iterator[str]:
        if self.folder.is_dir():
            yield from (path.name for path in self.folder.iterdir() if _ID.fullmatch(path.name))


def _unreadable(path: Path, reason: str) -> UnreadableEntity:
    return UnreadableEntity(f"{path}: {reason} Remove the file, and fetch it again.")


def _write(path: Path, content: bytes) -> None:
    """Put a file in place whole, or not at all."""
    try:
        write_whole(path, content)
    except OSError as error:
        raise InputNotFound(f"{path} cannot be written: {error.strerror or error}.") from None
