"""Bearer tokens (RFC 6750): out of the Authorization header and nowhere else; the challenges. Values only.

No cookie is read anywhere, so no page elsewhere can write in the name of its visitor.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from zanryu.errors import ZanryuError

if TYPE_CHECKING:
    from collections.abc import Iterable

CHALLENGE: Final = "WWW-Authenticate"
_PARAMETER: Final = "access_token"
_HOW: Final = "Send `Authorization: Bearer` and the token"
_SCHEME: Final = re.compile(r"[^\s,]*")
_CREDENTIALS: Final = re.compile(r"bearer +(?P<token>[A-Z0-9._~+/-]+=*)", re.ASCII | re.IGNORECASE)


class MalformedAuthorization(ZanryuError):
    """A token is sent, and not in the one way that it is read."""

    status = HTTPStatus.BAD_REQUEST
    title = "Malformed authorization"
    slug = "malformed-authorization"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.headers[CHALLENGE] = _challenge(error="invalid_request")


class TokenMissing(ZanryuError):
    """The request needs a token, and does not say who sends it. ``whose`` says for whom this is."""

    status = HTTPStatus.UNAUTHORIZED
    title = "Token missing"
    slug = "token-missing"

    def __init__(self, whose: str = "Only editors may write here.") -> None:
        super().__init__(f"{whose} {_HOW} that the operator gave you.")
        self.headers[CHALLENGE] = _challenge()


class InvalidToken(ZanryuError):
    """The token is not good: unknown, expired or revoked. Which of them is for the operator to know."""

    status = HTTPStatus.UNAUTHORIZED
    title = "Invalid token"
    slug = "invalid-token"

    def __init__(self) -> None:
        super().__init__("This token is not known here, or not any more. Ask the operator for a new one.")
        self.headers[CHALLENGE] = _challenge(error="invalid_token")


class InsufficientScope(ZanryuError):
    """The token is good, for less than this."""

    status = HTTPStatus.FORBIDDEN
    title = "Insufficient scope"
    slug = "insufficient-scope"

    def __init__(self, wanted: str) -> None:
        super().__init__(f"This needs a token of the scope `{wanted}`. Ask the operator for one.")
        self.headers[CHALLENGE] = _challenge(error="insufficient_scope", scope=wanted)


def read_token(authorization: str | None) -> str:
    """Return the token of an Authorization header (RFC 6750, 2.1); repeated headers come joined by commas.

    :raises TokenMissing: if there is none, or one of another scheme, which is none to us (3.1).
    :raises MalformedAuthorization: if it is not one token in the syntax ``b64token``.
    """
    given = (authorization or "").strip(" \t")
    scheme = _SCHEME.match(given)
    if scheme is None or scheme[0].lower() != "bearer":
        raise TokenMissing
    found = _CREDENTIALS.fullmatch(given)
    if found:
        return found["token"]
    if "," in given:
        raise MalformedAuthorization(f"There is more than one authorization. {_HOW} once.")
    raise MalformedAuthorization(
        f"The header Authorization holds no token that can be read. {_HOW} as it is."
    )


def refuse_token_in(names: Iterable[str], place: str) -> None:
    """Refuse a token among the parameters of a URL or a form (RFC 6750, 2.2 and 2.3).

    :raises MalformedAuthorization: naming the ``place``, in which logs and histories keep it.
    """
    if _PARAMETER in names:
        raise MalformedAuthorization(
            f"`{_PARAMETER}` is in the {place}, where others may have read it: have that token revoked. "
            f"{_HOW}, in the header alone."
        )


def _challenge(**parameters: str) -> str:
    """Return the value of WWW-Authenticate (RFC 6750, 3)."""
    return "Bearer " + ", ".join(
        f'{name}="{value}"' for name, value in {"realm": "zanryu", **parameters}.items()
    )
