"""Reading a request's body under a limit: refused by its announced length, cut where it has none."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from zanryu.errors import BodyTooLarge, MalformedRequest, ZanryuError

if TYPE_CHECKING:
    from granian._granian import RSGIHTTPProtocol as HTTPProtocol

MAX_SECONDS: Final = 30.0


class BodyTooSlow(ZanryuError):
    """The body did not arrive in time."""

    status = HTTPStatus.REQUEST_TIMEOUT
    title = "Request body too slow"
    slug = "body-too-slow"


async def read_body(
    protocol: HTTPProtocol, headers: dict[str, str], max_bytes: int, max_seconds: float = MAX_SECONDS
) -> bytes:
    """Return the body. Nothing of one that announces too much is read.

    :raises BodyTooLarge: over ``max_bytes``.
    :raises BodyTooSlow: after ``max_seconds``.
    :raises MalformedRequest: if it is cut off or broken: a part of an update must not be carried out.
    """
    announced = headers.get("content-length", "")
    if announced.isdecimal() and (len(announced) > len(str(max_bytes)) or int(announced) > max_bytes):
        raise _too_large(max_bytes)
    chunks: list[bytes] = []
    length = 0
    is_ended = is_broken = False
    try:
        async with asyncio.timeout(max_seconds):
            async for chunk in protocol:
                # granian's iterator hides an error (RFC 9112, 8) and a trailer section behind an empty chunk,
                # and marks the end by another. A whole body has that one alone: hyper gives no empty data.
                is_broken = is_ended
                is_ended = is_ended or not chunk
                length += len(chunk)
                if length > max_bytes:
                    raise _too_large(max_bytes)
                chunks.append(chunk)
    except TimeoutError:
        raise BodyTooSlow(f"The request body did not arrive within {max_seconds:g} seconds.") from None
    if announced.isdecimal() and length < int(announced):
        raise MalformedRequest(f"The request body ended after {length} of {announced} bytes.")
    if is_broken:
        raise MalformedRequest(
            "The chunked request body is cut off or broken, or has trailers, which are not read. "
            "Send it whole, without trailers."
        )
    return b"".join(chunks)


def _too_large(max_bytes: int) -> BodyTooLarge:
    return BodyTooLarge(f"The request body is over {max_bytes} bytes.", limit_bytes=max_bytes)
