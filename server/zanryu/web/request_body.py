"""What every protocol asks of a Flask request: a bounded body, and that no page elsewhere writes here."""

from __future__ import annotations

from typing import Final

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from zanryu.errors import BodyTooLarge, Refused

_OWN: Final = ("same-origin", "none")


def read_bounded_body(max_body_bytes: int) -> bytes:
    """Return the body. A chunked one over a limit ends there without an error, so one byte more is read.

    :raises BodyTooLarge: over ``max_body_bytes``.
    """
    request.max_content_length = max_body_bytes + 1
    try:
        body = request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise _too_large(max_body_bytes) from None
    if len(body) > max_body_bytes:
        raise _too_large(max_body_bytes)
    return body


def refuse_cross_site() -> None:
    """Refuse a change that a page of another site makes in its visitor's name (https://www.w3.org/TR/fetch-metadata/).

    :raises Refused: if the browser says so; programs say nothing.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in _OWN:
        raise Refused("A page of another site may not change anything here.")


def _too_large(max_body_bytes: int) -> BodyTooLarge:
    return BodyTooLarge(f"The request body is over {max_body_bytes} bytes.", limit_bytes=max_body_bytes)
