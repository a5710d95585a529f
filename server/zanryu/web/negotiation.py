"""Content negotiation (RFC 9110, 12.5.1): from an Accept header and an offer to a choice. Values only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zanryu.errors import MalformedRequest, NotAcceptable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from zanryu.web.media_types import MediaType

_RANGE = re.compile(r"^(?P<type>[!#$%&'*+.^_`|~\w-]+)/(?P<subtype>[!#$%&'*+.^_`|~\w-]+)\Z", re.ASCII)
_QUALITY = re.compile(r"^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\Z", re.ASCII)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_MAX_RANGES = 100


@dataclass(frozen=True, slots=True)
class Choice:
    """A chosen media type and the name under which the client asked for it."""

    media_type: MediaType
    name: str

    @property
    def content_type(self) -> str:
        """The Content-Type of the answer."""
        return self.media_type.content_type(self.name)


@dataclass(frozen=True, slots=True)
class _Range:
    pattern: str
    quality: float
    parameters: int

    def specificity(self, name: str) -> tuple[int, int] | None:
        """Return how exactly the range names ``name``, or ``None``; the most specific range decides."""
        if self.pattern == name:
            return 2, self.parameters
        if self.pattern == f"{name.partition('/')[0]}/*":
            return 1, 0
        return (0, 0) if self.pattern == "*/*" else None


def choose(accept: str | None, offers: Sequence[MediaType], format_name: str | None = None) -> Choice:
    """Choose one of ``offers``, which are in the server's order of preference (it breaks ties).

    ``format_name``, the word a person writes after ``format=`` or as an extension, goes before the header.

    :raises NotAcceptable: with ``available``, the media types on offer.
    :raises MalformedRequest: if ``format_name`` is no format of this answer.
    """
    if format_name is not None:
        return by_format(format_name, offers)
    ranges = list(_ranges(accept or ""))
    if not ranges:
        return Choice(offers[0], offers[0].name)
    rated = [
        (_quality(name, ranges, name != offer.name), Choice(offer, name))
        for offer in offers
        for name in offer.names
    ]
    best = max(rated, key=lambda pair: pair[0])  # the first of equals: the server's preference
    if best[0] <= 0:
        available = [offer.name for offer in offers]
        raise NotAcceptable(
            f"Nothing here fits `Accept: {accept}`. Ask for one of: {', '.join(available)}.",
            available=available,
        )
    return best[1]


def by_format(format_name: str, offers: Sequence[MediaType]) -> Choice:
    """Choose by the word after ``format=``; a media type's full name is taken too.

    :raises MalformedRequest: if no offer has that name.
    """
    wanted = format_name.strip().lower()
    for offer in offers:
        if wanted in offer.formats or wanted in offer.names:
            return Choice(offer, offer.name)
    known = ", ".join(offer.format for offer in offers)
    raise MalformedRequest(
        f"`format={format_name}` is not a format of this answer. Use one of: {known}.", parameter="format"
    )


def prefers(accept: str | None, wanted: MediaType, offers: Sequence[MediaType]) -> bool:
    """Return whether ``wanted`` would be chosen; never raises."""
    try:
        return choose(accept, offers).media_type == wanted
    except NotAcceptable:
        return False


def _quality(name: str, ranges: list[_Range], is_alias: bool) -> float:
    """Return the weight of a name; an alias is meant only where it is spelled out, not by a wildcard."""
    matching = [
        (found, r.quality)
        for r in ranges
        if (found := r.specificity(name)) is not None and (r.pattern == name or not is_alias)
    ]
    return max(matching, key=lambda pair: pair[0], default=((0, 0), 0.0))[1]


def _ranges(accept: str) -> Iterable[_Range]:
    """Yield the media ranges; a malformed one is ignored, as everywhere on the Web."""
    # A comma inside a quoted parameter does not end a range.
    for part in _QUOTED.sub("", accept).split(",")[:_MAX_RANGES]:
        pattern, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if not _RANGE.match(pattern):
            continue
        quality = next((p[2:].strip() for p in parameters if p.startswith("q=")), "1")
        if _QUALITY.match(quality):
            others = [p for p in parameters if p and not p.startswith("q=")]
            yield _Range(pattern, float(quality), len(others))
