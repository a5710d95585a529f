"""Conditional requests (RFC 9110, 8.8.3 and 13.1): entity tags from the data version and the request."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection

# The Cache-Control of what will never be another (RFC 8246).
FOR_GOOD: Final = "public, max-age=31536000, immutable"
# A representation in a content coding has a tag of its own: that of the plain one with the coding behind it.
_CODED: Final = re.compile(r'-[a-z]+"\Z')


def entity_tag(version: str, *request: str) -> str:
    """Return the strong entity tag of an answer, quotes included.

    ``version`` names the program and the data: with the same negotiated request they give the same bytes, so
    nothing of the answer itself is needed: a client with a fresh copy costs no evaluation.
    """
    digest = hashlib.sha256()
    for part in (version, *request):
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "big") + encoded)  # so that parts cannot run into one another
    return f'"{digest.hexdigest()[:32]}"'


def is_fresh(if_none_match: str | None, tag: str) -> bool:
    """Return whether the client's copy is current (weak comparison), so that the answer is 304."""
    if not if_none_match:
        return False
    candidates = [part.strip() for part in if_none_match.split(",")]
    return "*" in candidates or tag in (candidate.removeprefix("W/") for candidate in candidates)


def is_unchanged(if_match: str, tags: Collection[str]) -> bool:
    """Return whether a change may be made: the client saw one of the current ``tags`` (strong comparison).

    Without ``tags`` there is no representation, and not even ``*`` holds.
    """
    candidates = [part.strip() for part in if_match.split(",")]
    return bool(tags) and any(part == "*" or _CODED.sub('"', part) in tags for part in candidates)
