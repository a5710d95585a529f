"""The values of the history: what an editor brings, and what is kept of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING

from zanryu.errors import MalformedRequest

if TYPE_CHECKING:
    from datetime import datetime

    from zanryu.graph.delta import Delta


class Kind(StrEnum):
    """How a version came about."""

    write = "write"
    revert = "revert"
    build = "build"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A change that is accepted and not yet kept.

    ``base`` is the data version of the build that the history began from, ``reverts`` the version that a
    revert undoes, ``key`` what the client named it by (see :func:`retry_key`), empty where it did not.

    :raises MalformedRequest: if the editor or the message is not one that can be kept.
    """

    editor: str
    message: str
    base: str
    delta: Delta
    kind: Kind = Kind.write
    reverts: int | None = None
    key: str = ""

    def __post_init__(self) -> None:
        """Refuse what nobody could be told of later."""
        if not self.editor.strip() or not self.editor.isprintable():
            raise MalformedRequest("An editor is named by one line of text.", parameter="editor")
        if not _is_text(self.message):
            raise MalformedRequest("The message is not valid Unicode text.", parameter="message")
        if (self.kind is Kind.revert) is not (self.reverts is not None):
            raise ValueError("a revert, and nothing else, says which version it reverts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What is known of a version without its quads; ``added`` and ``removed`` count them.

    ``number`` counts from 1, ``digest`` is the SHA-256 of its file in hexadecimal, ``previous`` that of the
    version before, empty for the first. ``time`` is in UTC with milliseconds, never before the one before.
    """

    number: int
    digest: str
    previous: str
    time: datetime
    editor: str
    message: str
    base: str
    kind: Kind
    reverts: int | None
    key: str
    added: int
    removed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Heading):
    """A version with the quads that it added and removed."""

    delta: Delta


def retry_key(editor: str, name: str, content: str) -> str:
    """Return what a change is kept under that an editor names by an Idempotency-Key, ``name``.

    It holds two digests: of the name, which is the editor's own, and of what the name was given to.
    """
    return "-".join(sha256(text.encode()).hexdigest() for text in (f"{editor}\n{name}", content))


def timestamp(time: datetime) -> str:
    """Return a time in UTC as ``xsd:dateTime`` writes it, with milliseconds."""
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
