"""The guard that stands before everything that changes the graph."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol

from zanryu.access.register import Tokens
from zanryu.access.token_file import UnusableTokens
from zanryu.web.bearer import InsufficientScope, InvalidToken, read_token

if TYPE_CHECKING:
    from zanryu.access.tokens import Editor, Scope
    from zanryu.config import Settings

_log = logging.getLogger("zanryu")


class Headers(Protocol):
    """The headers of a request: Flask's, or a dictionary by lower-case names."""

    def get(self, name: str, /) -> str | None:
        """Return the value of a header, repeated ones joined by commas."""


class Access:
    """Lets editors in by their tokens."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    @classmethod
    def of(cls, settings: Settings) -> Access:
        """Return the guard over the file that the settings name, read once, so that a bad one is told now.

        :raises UnusableTokens: if it cannot be used.
        """
        tokens = Tokens(settings.tokens)
        tokens.everyone()
        return cls(tokens)

    def require(self, headers: Headers, scope: Scope) -> Editor:
        """Return who sends a request. Call it before the body is looked at.

        :raises TokenMissing: if nobody says who he is.
        :raises MalformedAuthorization: if the header is not one Bearer token.
        :raises InvalidToken: if the token is unknown, expired or revoked; the answer does not tell which.
        :raises InsufficientScope: if its holder may do less.
        :raises UnusableTokens: if the tokens cannot be read now.
        """
        editor = self._identify(read_token(headers.get("authorization")))
        if editor is None:
            raise InvalidToken
        if not editor.scope.includes(scope):
            raise InsufficientScope(scope)
        return editor

    def _identify(self, token: str) -> Editor | None:
        try:
            return self._tokens.identify(token)
        except UnusableTokens as error:
            _log.error("%s: %s", error.slug, error.detail)  # with the path, which no client has to know
            raise UnusableTokens(
                "The server cannot read who may write, so nobody may now. Its log says why."
            ) from None
