"""The register of editors: tokens are made, revoked, and recognised. Knows nothing of HTTP."""

from __future__ import annotations

import hmac
import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from zanryu.access.token_file import TokenFile
from zanryu.access.tokens import Token, digest_of, new_secret, read_expiry, read_name
from zanryu.errors import InputNotFound, InvalidSetting

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zanryu.access.token_file import Stamp
    from zanryu.access.tokens import Editor, Scope

_log = logging.getLogger("zanryu")


def _now() -> datetime:
    return datetime.now(UTC)


class Made(NamedTuple):
    """A new token: what is kept of it, and itself, which nobody can tell again."""

    token: Token
    secret: str


class Tokens:
    """The tokens in a file; ``now`` tells the time in UTC. Threads may share one."""

    def __init__(self, path: Path, now: Callable[[], datetime] = _now) -> None:
        self._file = TokenFile(path)
        self._now = now
        self._known: tuple[Stamp | None, tuple[Token, ...]] = (None, ())

    def everyone(self) -> tuple[Token, ...]:
        """Return every token there ever was, in the order of their making.

        :raises UnusableTokens: see :meth:`TokenFile.read`.
        """
        return self._file.read()[1]

    def create(self, name: str, scope: Scope, expires: str) -> Made:
        """Make a token; ``expires`` is as people write it: ``90d``, ``2027-01-31``, ``never``.

        :raises InvalidSetting: for a name or a day that cannot be, or a name that another active token has:
            the history would show two editors as one.
        :raises UnusableTokens: see :class:`TokenFile`.
        """
        now = self._now()
        named, last_day, secret = read_name(name), read_expiry(expires, now.date()), new_secret()
        with self._file.changing():
            before = self.everyone()
            for other in before:
                if other.is_active(now.date()) and other.is_named(named):
                    raise InvalidSetting(
                        f"{other.name} has token {other.id} already. Revoke it first, or tell the two apart "
                        f'by their names, as in "{named} (laptop)".'
                    )
            number = max((token.id for token in before), default=0) + 1
            token = Token(number, named, scope, digest_of(secret), now.replace(microsecond=0), last_day)
            self._file.write([*before, token])
        return Made(token, secret)

    def revoke(self, token_id: int) -> Token:
        """Make a token good for nothing, from the next request on. One that is revoked stays as it is.

        :raises InputNotFound: if there is no such token.
        :raises UnusableTokens: see :class:`TokenFile`.
        """
        with self._file.changing():
            before = self.everyone()
            found = next((token for token in before if token.id == token_id), None)
            if found is None:
                raise InputNotFound(f"No token has the id {token_id}. `zanryu token list` shows them.")
            if found.revoked:
                return found
            revoked = replace(found, revoked=self._now().replace(microsecond=0))
            self._file.write([revoked if token is found else token for token in before])
        return revoked

    def identify(self, secret: str) -> Editor | None:
        """Return who holds a token, or ``None`` if it is unknown, expired or revoked: the log says which.

        The file is read again when it has changed, so that a revocation needs no restart.

        :raises UnusableTokens: if it cannot be read now; what it held before counts no more.
        """
        given, found = digest_of(secret), None
        for token in self._current():
            # Every one is compared, whichever fits: the time tells how many there are, and nothing of them.
            if hmac.compare_digest(token.digest, given):
                found = token
        if found is None:
            return None
        today = self._now().date()
        if not found.is_active(today):
            _log.warning("token %d of %s was sent and refused: %s", found.id, found.name, found.state(today))
            return None
        return found.editor

    def _current(self) -> tuple[Token, ...]:
        stamp, tokens = self._known
        if self._file.stamp() != stamp:
            self._known = stamp, tokens = self._file.read()
        return tokens
