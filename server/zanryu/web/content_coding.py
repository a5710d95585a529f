"""The content coding of a request's body (RFC 9110, 8.4), undone under a limit: little stays little."""

from __future__ import annotations

import zlib
from typing import Final

from zanryu.errors import BodyTooLarge, MalformedRequest, UnsupportedMediaType
from zanryu.web.content_type import without_signature

_WINDOW: Final = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}
ACCEPTED: Final = ("gzip", "deflate")


def decode(body: bytes, content_encoding: str, max_bytes: int) -> bytes:
    """Return a body without its coding, and without the byte order mark that it may begin with.

    One coding is undone; ``identity`` and nothing are none.

    :raises UnsupportedMediaType: for a coding that is not known, or for several.
    :raises BodyTooLarge: if more than ``max_bytes`` come out of it; no more are ever made.
    :raises MalformedRequest: if the body is not in that coding.
    """
    coding = content_encoding.strip().lower()
    if coding in ("", "identity"):
        return without_signature(body)
    if coding not in _WINDOW:
        refusal = UnsupportedMediaType(
            f"The body has the content coding `{content_encoding}`. Send it as it is, or in gzip.",
            accepted=[*ACCEPTED, "identity"],
        )
        refusal.headers["Accept-Encoding"] = ", ".join(ACCEPTED)
        raise refusal
    decoder = zlib.decompressobj(_WINDOW[coding])
    try:
        plain = decoder.decompress(body, max_bytes + 1)
    except zlib.error:
        raise MalformedRequest(f"The body is not in {coding}, as Content-Encoding says.") from None
    if len(plain) > max_bytes:
        raise BodyTooLarge(f"The request body is over {max_bytes} bytes, unpacked.", limit_bytes=max_bytes)
    if not decoder.eof or decoder.unused_data:
        raise MalformedRequest(f"The body is not one whole file in {coding}.")
    return without_signature(plain)
