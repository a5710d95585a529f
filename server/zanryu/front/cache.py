"""Answers that were given before, bounded in bytes; the longest unused go first.

A key holds the data version, so a new version makes every older answer unreachable; it is let go at once.
Everything here runs on the event loop, so nothing is locked.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, NamedTuple

from zanryu.front.compression import is_compressible
from zanryu.web.languages import choose_language

if TYPE_CHECKING:
    from zanryu.front.headers import Head
    from zanryu.web.plain import PlainResponse

_OVERHEAD_BYTES: Final = 1500  # an entry's objects, headers and key, measured
_LARGEST_SHARE: Final = 4  # of all bytes: one answer must not empty the cache
# Whatever is asked with these is for one client, or for a part: neither looked up nor kept.
_UNCACHED: Final = (
    "accept-datetime",
    "authorization",
    "cookie",
    "range",
    "if-range",
    "if-match",
    "if-unmodified-since",
    "x-zanryu-test-budget",  # an operator wants to see what somebody sees whose question is not known
)


class Key(NamedTuple):
    """Everything that an answer depends on. ``accept`` is as it was sent."""

    version: str
    path: str
    query_string: str
    accept: str
    language: str
    content_type: str
    body_digest: bytes
    beside: str


@dataclass(slots=True)
class Entry:
    """An answer as it is, and in the codings that were asked for; ``sent`` are ready headers.

    ``tag`` and ``last_modified`` are its validators; ``may_be_coded`` says whether it may be compressed, and
    ``is_text`` whether it gains by it.
    """

    response: PlainResponse
    size_bytes: int = 0
    codings: dict[str, bytes] = field(default_factory=dict)
    sent: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    tag: str | None = field(init=False)
    last_modified: str | None = field(init=False)
    is_text: bool = field(init=False)
    may_be_coded: bool = field(init=False)

    def __post_init__(self) -> None:
        own = {name.lower(): value for name, value in self.response.headers}
        self.tag = own.get("etag")
        self.last_modified = own.get("last-modified")
        self.is_text = is_compressible(own.get("content-type", ""))
        is_part = self.response.status == HTTPStatus.PARTIAL_CONTENT
        is_fixed = "content-encoding" in own or "no-transform" in own.get("cache-control", "")
        self.may_be_coded = bool(self.response.body) and not (is_part or is_fixed)


def key_of(head: Head, version: str, body: bytes | None = None, beside: str = "") -> Key | None:
    """Return the key of a request, or ``None`` if its answer is never kept. ``body`` is that of a POST.

    ``beside`` is the state of what the answer depends on beside the data.
    """
    headers = head.headers
    if (body is None) is (head.method == "POST") or head.method not in ("GET", "HEAD", "POST"):
        return None
    if not headers.keys().isdisjoint(_UNCACHED):
        return None
    language = headers.get("accept-language")
    return Key(
        version,
        head.path,
        head.query_string,
        headers.get("accept", ""),
        # No answer depends on more of this header than the language that it comes to.
        choose_language(None, language) if language else "",
        "" if body is None else headers.get("content-type", ""),
        b"" if body is None else sha256(body).digest(),
        beside,
    )


class AnswerCache:
    """The answers, within ``max_bytes`` in all; 0 keeps none."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.size_bytes = 0
        self._entries: OrderedDict[Key, Entry] = OrderedDict()
        self._version = ""

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, key: Key) -> Entry | None:
        """Return the answer kept under a key."""
        entry = self._entries.get(key)
        if entry is not None:
            self._entries.move_to_end(key)
        return entry

    def turn_to(self, version: str) -> None:
        """Let go of every answer from other data."""
        if version != self._version:
            self._entries.clear()
            self.size_bytes = 0
            self._version = version

    def keep(self, key: Key, response: PlainResponse) -> Entry:
        """Return an answer that may be kept as an entry, kept if it is of this data and not too large."""
        entry = Entry(response, len(response.body) + _size_of(key) + _OVERHEAD_BYTES)
        is_small = entry.size_bytes <= self.max_bytes // _LARGEST_SHARE
        if is_small and key.version == self._version:
            self._drop(key)
            self._entries[key] = entry
            self.size_bytes += entry.size_bytes
            self._shrink()
        return entry

    def add_coding(self, key: Key, entry: Entry, coding: str, body: bytes) -> None:
        """Keep the coded form of an answer beside it."""
        if self._entries.get(key) is entry and coding not in entry.codings:
            entry.codings[coding] = body
            entry.size_bytes += len(body)
            self.size_bytes += len(body)
            self._shrink()

    def _shrink(self) -> None:
        while self.size_bytes > self.max_bytes:
            _, oldest = self._entries.popitem(last=False)
            self.size_bytes -= oldest.size_bytes

    def _drop(self, key: Key) -> None:
        old = self._entries.pop(key, None)
        if old is not None:
            self.size_bytes -= old.size_bytes


def may_be_kept(key: Key, response: PlainResponse) -> bool:
    """Return whether an answer is the same for whoever asks the same: 200, not forbidden, tied to the data.

    An entity tag ties it; the answer to a query by POST has none (RFC 9110, 9.3.3), and its key does.
    """
    own = {name.lower(): value for name, value in response.headers}
    policy = own.get("cache-control", "")
    is_forbidden = "no-store" in policy or "private" in policy or "set-cookie" in own
    is_tied = "etag" in own or bool(key.body_digest)
    return response.status == HTTPStatus.OK and is_tied and not is_forbidden


def _size_of(key: Key) -> int:
    return 2 * (len(key.path) + len(key.query_string) + len(key.accept))
