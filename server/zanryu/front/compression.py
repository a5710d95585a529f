"""Content codings (RFC 9110, 8.4 and 12.5.3): choosing one, applying it, and the entity tag of the result."""

from __future__ import annotations

import gzip
import re
from functools import lru_cache
from typing import Final

import brotli
import zstandard

IDENTITY: Final = "identity"
# In the order of preference. On 47 kB of results: 0.07, 0.26 and 0.33 ms for 11, 10 and 10 % of the size.
CODINGS: Final = ("zstd", "br", "gzip")
MIN_BYTES: Final = 1024
_LARGE_BYTES: Final = 262_144  # from here on speed counts more than the last percent
_TEXT: Final = re.compile(
    r"^(?:text/|image/svg\+xml|application/(?:[^;]*\+)?(?:json|xml|javascript|n-triples|n-quads|trig)\b)"
)
_QUALITY: Final = re.compile(r"^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\Z", re.ASCII)
_MAX_CODINGS: Final = 50
_UNNAMED: Final = 0.001  # identity is acceptable without being named, and then the last choice


@lru_cache(maxsize=256)
def is_compressible(content_type: str) -> bool:
    """Return whether a media type is text, which compresses."""
    return _TEXT.match(content_type.lower()) is not None


@lru_cache(maxsize=1024)
def choose_coding(accept_encoding: str | None, *, is_worth_it: bool) -> str | None:
    """Return the coding of an answer, or ``None`` where the client accepts none that there is.

    ``is_worth_it`` says whether the answer is of a kind and size that gains by it; if not, it is coded only
    for a client that refuses it as it is.
    """
    weights = _weights(accept_encoding or "")
    plain = weights.get(IDENTITY, 0.0 if weights.get("*") == 0 else _UNNAMED)
    rated = [(weights.get(coding, weights.get("*", 0.0)), coding) for coding in CODINGS]
    best, coding = max(rated, key=lambda pair: pair[0])  # the first of equals
    if best > 0 and (not plain or (is_worth_it and best >= plain)):
        return coding
    return IDENTITY if plain else None


def _weights(header: str) -> dict[str, float]:
    """Return the weight of each coding named; a malformed one is ignored."""
    weights: dict[str, float] = {}
    for part in header.lower().split(",")[:_MAX_CODINGS]:
        name, *parameters = (piece.strip() for piece in part.split(";"))
        quality = next((p[2:].strip() for p in parameters if p.startswith("q=")), "1")
        if name and _QUALITY.match(quality):
            weights["gzip" if name == "x-gzip" else name] = float(quality)
    return weights


def compress(body: bytes, coding: str) -> bytes:
    """Return a body in a coding. The same body always gives the same bytes: its tag is strong."""
    is_large = len(body) >= _LARGE_BYTES
    if coding == "gzip":
        return gzip.compress(body, 1 if is_large else 6, mtime=0)
    if coding == "br":
        coded: bytes = brotli.compress(body, quality=1 if is_large else 5)
        return coded
    if coding == "zstd":
        return zstandard.compress(body, 1 if is_large else 3)
    return body


def tag_in(tag: str, coding: str) -> str:
    """Return the entity tag of a representation in a coding (RFC 9110, 8.8.3.3: each has its own)."""
    return tag if coding == IDENTITY else f'{tag[:-1]}-{coding}"'


def matching_tag(if_none_match: str, tag: str, coding: str) -> str | None:
    """Return the tag of the client's copy that is current and that it can still read, if it has one.

    A copy in another coding does not count: what stands between may hand it to a client that cannot read it.
    """
    candidates = [part.strip().removeprefix("W/") for part in if_none_match.split(",")]
    own = tag_in(tag, coding)
    if "*" in candidates or own in candidates:
        return own
    return tag if tag in candidates else None


def tags_of_identity(if_none_match: str, coding: str) -> str | None:
    """Return the condition as it reads without codings: what stands behind the compression knows none.

    ``*`` is left out: it would say that any copy is current.
    """
    suffix = f'-{coding}"'
    bare = []
    for part in if_none_match.split(","):
        tag = part.strip()
        if tag.endswith(suffix):
            bare.append(tag[: -len(suffix)] + '"')
        elif tag != "*":
            bare.append(tag)
    return ", ".join(bare) or None
