"""Conditional requests (RFC 9110, 8.8.3 and 13.1): entity tags from the data version and the request."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

from zanryu.errors import MalformedRequest

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

# The Cache-Control of what will never be another (RFC 8246).
FOR_GOOD: Final = "public, max-age=31536000, immutable"
# A representation in a content coding has a tag of its own: that of the plain one with the coding behind it.
_CODED: Final = re.compile(r'-[a-z]+"\Z')
ANY: Final = ("*",)
# One element of the list `#entity-tag`, which may be empty (RFC 9110, 5.6.1 and 8.8.3).
_ELEMENT: Final = re.compile(r'[ \t]*(?P<tag>(?:W/)?"[\x21\x23-\x7e\x80-\xff]*")?[ \t]*(?:,|\Z)')


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


def read_tags(header: str, name: str) -> tuple[str, ...]:
    """Return the entity tags of a condition, that of a content coding as that of the plain one; or ``*``.

    :raises MalformedRequest: if it is neither ``*`` nor a list of tags; ``name`` is the header's. What a
        change depends on must not be passed over.
    """
    if header.strip(" \t") in ANY:
        return ANY
    found, position = [], 0
    while position < len(header):
        element = _ELEMENT.match(header, position)
        if element is None or element.end() == position:
            break
        found += [_CODED.sub('"', element["tag"])] if element["tag"] else []
        position = element.end()
    if position < len(header) or not found:
        raise MalformedRequest(
            f'{name} has `*`, or tags in quotation marks, as in `{name}: "527d2b694ac92dee-3"`.',
            parameter=name,
        )
    return tuple(found)


def is_unchanged(if_match: tuple[str, ...], tags: AbstractSet[str]) -> bool:
    """Return whether a change may be made: the client saw one of the current ``tags`` (strong comparison).

    Without ``tags`` there is no representation, and not even ``*`` holds.
    """
    return bool(tags) and (if_match == ANY or not tags.isdisjoint(if_match))


def is_there(if_none_match: tuple[str, ...], tags: AbstractSet[str]) -> bool:
    """Return whether a change may not be made: what it excludes is among ``tags`` (weak comparison)."""
    return is_unchanged(tuple(tag.removeprefix("W/") for tag in if_none_match), tags)
