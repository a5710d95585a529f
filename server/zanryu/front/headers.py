"""The head of a request as RSGI gives it, and the headers of answers as it takes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from zanryu.errors import MalformedRequest
from zanryu.web.plain import PlainRequest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from granian.rsgi import Scope

_TOKEN: Final = re.compile(r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
# What says whose a change is, what it depends on, and what its body is: none of them may be lost.
_NEVER_LOST: Final = frozenset(
    {
        "authorization", "content-encoding", "content-type", "idempotency-key", "if-match", "if-none-match",
        "prefer", "sec-fetch-site",
    }
)  # fmt: skip
# Visible characters and the space (RFC 9110, 5.5): no line can be ended, so no header be added, by a value.
_VALUE: Final = re.compile(r"^[\x20-\x7e\x80-\xff\t]*\Z")


@dataclass(frozen=True, slots=True)
class Head:
    """A request without its body. ``headers`` are by lower-case name, repeated ones joined."""

    method: str
    path: str
    query_string: str
    headers: dict[str, str]

    def plain(self, body: bytes = b"", if_none_match: str | None = None) -> PlainRequest:
        """Return the request as the rules of HTTP read it; HEAD is asked as GET, and its body not sent."""
        get = self.headers.get
        return PlainRequest(
            "GET" if self.method == "HEAD" else self.method,
            self.path,
            self.query_string.encode("utf-8", "surrogateescape"),
            get("accept"),
            get("accept-language"),
            if_none_match,
            get("content-type", ""),
            body,
        )


def read_head(scope: Scope) -> Head:
    """Return the head of a request."""
    headers: dict[str, str] = {}
    for name, value in scope.headers.items():
        if name in headers:
            value = f"{headers[name]}{'; ' if name == 'cookie' else ', '}{value}"  # noqa: PLW2901
        headers[name] = value
    return Head(scope.method, scope.path, scope.query_string, headers)


def refuse_unreadable(scope: Scope, head: Head) -> None:
    """Refuse a change with a header that is there, but whose value granian gives to nobody.

    It leaves out a value with a byte that is not ASCII, and keeps the name. Of a header that is there twice
    it leaves out the one, and nothing tells that.

    :raises MalformedRequest: naming the header.
    """
    lost = sorted(_NEVER_LOST.intersection(scope.headers.keys()).difference(head.headers))
    if lost:
        name = lost[0].title()
        raise MalformedRequest(
            f"The header {name} has a character that is not ASCII, and cannot be read. Nothing was changed.",
            parameter=name,
        )


def sendable(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return headers as they may be sent, without Content-Length.

    :raises ValueError: for what HTTP does not allow: dropping it in silence could drop a policy.
    """
    return [pair for pair in map(_checked, headers) if pair[0] != "content-length"]


@lru_cache(maxsize=2048)
def _checked(header: tuple[str, str]) -> tuple[str, str]:
    name, value = header
    if not _TOKEN.match(name) or not _VALUE.match(value):
        raise ValueError(f"the header {name!r} cannot be sent with the value {value!r}")
    return name.lower(), value
