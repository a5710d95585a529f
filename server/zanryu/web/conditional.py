"""Conditional requests (RFC 9110, 8.8.3 and 13.1.2): entity tags from the data version and the request."""

from __future__ import annotations

import hashlib


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
