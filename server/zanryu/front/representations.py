"""From an answer to what is sent of it: its content coding, its validators, 304 where the client has it."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from zanryu.errors import NotAcceptable
from zanryu.front import compression
from zanryu.front.cache import Entry
from zanryu.front.compression import IDENTITY, MIN_BYTES
from zanryu.front.headers import sendable
from zanryu.web.headers import merge_vary

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from zanryu.front.cache import AnswerCache, Key
    from zanryu.front.headers import Head
    from zanryu.web.plain import PlainResponse

# Compressing this takes a millisecond or two; what is larger is done in a thread.
_INLINE_BYTES: Final = 65_536
# What describes the body that a 304 does not have (RFC 9110, 15.4.5).
_OF_THE_BODY: Final = ("content-type", "content-encoding", "content-disposition", "content-security-policy")


@dataclass(frozen=True, slots=True)
class Reply:
    """What is sent: headers by lower-case name, and the body in the chosen coding."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes = b""


class Representations:
    """Makes replies of answers; coded forms are kept in the cache, beside the answer."""

    def __init__(self, cache: AnswerCache, in_thread: Callable[[Callable[[], Any]], Awaitable[Any]]) -> None:
        self._cache = cache
        self._in_thread = in_thread

    def find(self, head: Head, entry: Entry, state: str) -> Reply | None:
        """Return the reply if nothing has to be compressed for it.

        :raises NotAcceptable: if the client accepts no coding that there is.
        """
        coding = _coding(head, entry)
        headers = entry.sent.get(f"{coding} {state}")
        if headers is None:
            headers = entry.sent[f"{coding} {state}"] = _headers(entry, coding, state)
        current = _current_copy(head, entry, coding)
        if current is not None:
            return _not_modified(headers, current)
        body = entry.response.body if coding == IDENTITY else entry.codings.get(coding)
        return None if body is None else Reply(entry.response.status, headers, body)

    async def make(self, head: Head, key: Key | None, entry: Entry, state: str) -> Reply:
        """Return the reply; see :meth:`find`."""
        found = self.find(head, entry, state)
        if found is not None:
            return found
        coding, plain = _coding(head, entry), entry.response.body
        if len(plain) <= _INLINE_BYTES:
            coded = compression.compress(plain, coding)
        else:
            coded = await self._in_thread(lambda: compression.compress(plain, coding))
        if key is not None:
            self._cache.add_coding(key, entry, coding, coded)
        return Reply(entry.response.status, entry.sent[f"{coding} {state}"], coded)

    def unchanged(self, head: Head, awaited: PlainResponse, state: str) -> Reply | None:
        """Return 304 if the client has a copy of an answer of which the headers alone are known."""
        condition, entry = head.headers.get("if-none-match", ""), Entry(awaited)
        if entry.tag is None or "*" in condition:  # any copy, so also one in a coding that is not known yet
            return None
        current = compression.matching_tag(condition, entry.tag, likely_coding(head))
        return _not_modified(_headers(entry, IDENTITY, state), current) if current else None


def likely_coding(head: Head) -> str:
    """Return the coding of an answer that turns out to be text and long enough."""
    return compression.choose_coding(head.headers.get("accept-encoding"), is_worth_it=True) or IDENTITY


def _coding(head: Head, entry: Entry) -> str:
    accepted = head.headers.get("accept-encoding")
    if accepted is None or not entry.may_be_coded:
        return IDENTITY
    is_worth_it = entry.is_text and len(entry.response.body) >= MIN_BYTES
    coding = compression.choose_coding(accepted, is_worth_it=is_worth_it)
    if coding is None and entry.response.status != HTTPStatus.OK:
        return IDENTITY  # an error is told in any case
    if coding is None:
        available = [*compression.CODINGS, IDENTITY]
        raise NotAcceptable(
            f"Nothing here fits `Accept-Encoding: {accepted}`. Accept one of: {', '.join(available)}.",
            available=available,
        )
    return coding


def _headers(entry: Entry, coding: str, state: str) -> list[tuple[str, str]]:
    """Return the headers of an answer in a coding."""
    response = entry.response
    changed: dict[str, str] = {"X-Cache": state} if state else {}
    if entry.is_text or response.status == HTTPStatus.NOT_MODIFIED:
        changed["Vary"] = merge_vary(response.header("Vary"), "Accept-Encoding")
    if coding != IDENTITY:
        changed["Content-Encoding"] = coding
        if entry.tag:
            changed["ETag"] = compression.tag_in(entry.tag, coding)
    return sendable(response.with_headers(changed).headers)


def _current_copy(head: Head, entry: Entry, coding: str) -> str | None:
    """Return the entity tag (it may be empty) of the client's copy if that is current."""
    condition, tag = head.headers.get("if-none-match"), entry.tag
    if entry.response.status == HTTPStatus.NOT_MODIFIED and condition and tag:
        return compression.matching_tag(condition, tag, likely_coding(head))
    if entry.response.status != HTTPStatus.OK or head.method == "POST":
        return None
    if condition is not None:
        return compression.matching_tag(condition, tag, coding) if tag else None
    since = head.headers.get("if-modified-since")
    if since is None or entry.last_modified is None:
        return None
    asked, made = _moment(since), _moment(entry.last_modified)
    if asked is None or made is None or made > asked:
        return None
    return compression.tag_in(tag, coding) if tag else ""


@lru_cache(maxsize=1024)
def _moment(date: str) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp()
    except (ValueError, OverflowError):
        return None


def _not_modified(headers: list[tuple[str, str]], tag: str) -> Reply:
    kept = [pair for pair in headers if pair[0] not in (*_OF_THE_BODY, "etag")]
    if tag:  # it says more than the date
        kept = [*(pair for pair in kept if pair[0] != "last-modified"), ("etag", tag)]
    return Reply(HTTPStatus.NOT_MODIFIED, kept)
