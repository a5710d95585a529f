"""Tokens of editors as values: made once, kept as digests, good until a day or a revocation."""

from __future__ import annotations

import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Final

from zanryu.errors import InvalidSetting

# Scanners of repositories find secrets by what they begin with: zan_[A-Za-z0-9_-]{43}
PREFIX: Final = "zan_"
NEVER: Final = "never"
DIGEST_BYTES: Final = 32
_SECRET_BYTES: Final = 32
_MAX_NAME: Final = 100
_MAX_DAYS: Final = 36_500
_DAYS: Final = re.compile(r"(?P<days>[0-9]{1,5})d")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Scope(StrEnum):
    """What a token lets its holder do: ``write`` claims; ``admin`` is that, and to read ``/metrics``."""

    write = "write"
    admin = "admin"

    def includes(self, other: Scope) -> bool:
        """Return whether who has this one may do what the other is for."""
        return self in (other, Scope.admin)


@dataclass(frozen=True, slots=True)
class Editor:
    """Who holds a token. ``name`` is what the history shows, ``token_id`` what ``zanryu token`` calls it."""

    name: str
    scope: Scope
    token_id: int


@dataclass(frozen=True, slots=True)
class Token:
    """What is kept of a token: not itself, but its SHA-256, which needs no salt, since it is 256 random bits.

    ``expires`` is the last day on which it is good, ``None`` for never. Days and times are UTC.
    """

    id: int
    name: str
    scope: Scope
    digest: bytes
    created: datetime
    expires: date | None = None
    revoked: datetime | None = None

    @property
    def editor(self) -> Editor:
        """Who holds it."""
        return Editor(self.name, self.scope, self.id)

    def state(self, today: date) -> str:
        """Return ``active``, or why it is good for nothing any more, in words."""
        if self.revoked:
            return f"revoked on {self.revoked.date()}"
        if self.expires and self.expires < today:
            return f"expired on {self.expires}"
        return "active"

    def is_active(self, today: date) -> bool:
        """Return whether it is neither revoked nor expired."""
        return not self.revoked and (self.expires is None or today <= self.expires)

    def is_named(self, name: str) -> bool:
        """Return whether people would take a name for this one's."""
        return _folded(self.name) == _folded(name)


def new_secret() -> str:
    """Return a new token, as it is handed to its holder: 256 random bits."""
    return PREFIX + secrets.token_urlsafe(_SECRET_BYTES)


def digest_of(secret: str) -> bytes:
    """Return the digest of anything that is sent as a token."""
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()


def read_name(text: str) -> str:
    """Return the name of an editor, composed (NFC), with single spaces.

    :raises InvalidSetting: if it is empty or long, or has a sign that nobody sees, such as one that turns the
        direction of writing.
    """
    name = unicodedata.normalize("NFC", " ".join(text.split()))
    if not 0 < len(name) <= _MAX_NAME or not name.isprintable():
        raise InvalidSetting(
            f"--name is {text!r}; "
            f"give the name that the history shall show, of 1 to {_MAX_NAME} visible signs."
        )
    return name


def read_expiry(text: str, today: date) -> date | None:
    """Return the last day of ``90d`` (days from today), ``2027-01-31`` or ``never``.

    :raises InvalidSetting: for anything else, and for a day that is past.
    """
    if text == NEVER:
        return None
    day = _day_of(text, today)
    if day is None:
        raise InvalidSetting(
            f"--expires is {text!r}; give days (90d, at most {_MAX_DAYS}d), a date (2027-01-31) or {NEVER}."
        )
    if day < today:
        raise InvalidSetting(f"--expires is {text}, which is past; today is {today} (UTC).")
    return day


def _day_of(text: str, today: date) -> date | None:
    found = _DAYS.fullmatch(text)
    if found and int(found["days"]) <= _MAX_DAYS:
        return today + timedelta(days=int(found["days"]))
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None  # no day of the calendar


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()
