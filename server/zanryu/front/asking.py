"""A request on its way to its answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from granian._granian import RSGIHTTPProtocol as HTTPProtocol
    from granian.rsgi import Scope

    from zanryu.front.cache import Key
    from zanryu.front.headers import Head


@dataclass(frozen=True, slots=True)
class Asking:
    """A request on its way. ``key`` is what its answer is kept under, if it is; ``account`` who pays for it.

    ``body`` is as it was sent, ``plain_body`` without its content coding.
    """

    head: Head
    scope: Scope
    protocol: HTTPProtocol
    request_id: str
    key: Key | None = None
    body: bytes = b""
    plain_body: bytes = b""
    account: str | None = None
