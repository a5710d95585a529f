"""From an answer to what is sent of it: its content coding, its validators, 304 where the client has it."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from zanryu.errors import NotAcceptable
from zanryu.front import compression
from zanryu.front.compression import IDENTITY, MIN_BYTES
from zanryu.front.headers import sendable
from zanryu.web.headers import merge_vary

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from zanryu.front.cache import AnswerCache, Entry, Key
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

    def __init__(
        self, cache: AnswerCache, in_thread: Callable[[Callable[[], Any]], Awaitable[Any]]
    ) -> None:
        self._cache = cache
        self._in_thread = in_thread

    def find(self, head: Head, entry: Entry, state: str) -> Reply | None:
        """Return the reply if nothing has to be compressed for it.

        :raises NotAcceptable: if the client accepts no coding that there is.
        """
        coding = _coding(head, entry.response)
        headers = entry.sent.get(f"{coding} {state}")
        if headers is None:
            headers = entry.sent[f"{coding} {state}"] = _headers(entry.response, coding, state)
        unchanged = _unchanged(head, entry.response, coding)
        if unchanged is not None:
            return _not_modified(headers, unchanged)
        body = entry.response.body if coding == IDENTITY else entry.codings.get(coding)
        return None if body is None else Reply(entry.response.status, headers, body)

    async def make(self, head: Head, key: Key | None, entry: Entry, state: str) -> Reply:
        """Return the reply; see :meth:`find`."""
        found = self.find(head, entry, state)
        if found is not None:
            return found
        coding, plain = _coding(head, entry.response), entry.response.body
        if len(plain) <= _INLINE_BYTES:
            coded = compression.compress(plain, coding)
        else:
            coded = await self._in_thread(lambda: compression.compress(plain, coding))
        if key is not None:
            self._cache.add_coding(key, entry, coding, coded)
        return Reply(entry.response.status, entry.sent[f"{coding} {state}"], coded)


def _coding(head: Head, response: PlainResponse) -> str:
    accepted = head.headers.get("accept-encoding")
    if accepted is None or not response.body or not _may_be_coded(response):
        return IDENTITY
    is_text = compression.is_compressible(response.header("Content-Type") or "")
    coding = compression.choose_coding(accepted, is_text and len(response.body) >= MIN_BYTES)
    if coding is None:
        available = [*compression.CODINGS, IDENTITY]
        raise NotAcceptable(
            f"Nothing here fits `Accept-Encoding: {accepted}`. Accept one of: {', '.join(available)}.",
            available=available,
        )
    return coding


def _may_be_coded(response: PlainResponse) -> bool:
    if response.status in (HTTPStatus.PARTIAL_CONTENT, HTTPStatus.NOT_ACCEPTABLE):
        return False
    policy = response.header("Cache-Control") or ""
    return response.header("Content-Encoding") is None and "no-transform" not in policy


def _headers(response: PlainResponse, coding: str, state: str) -> list[tuple[str, str]]:
    """Return the headers of an answer in a coding."""
    changed: dict[str, str] = {"X-Cache": state} if state else {}
    if response.body and compression.is_compressible(response.header("Content-Type") or ""):
        changed["Vary"] = merge_vary(response.header("Vary"), "Accept-Encoding")
    tag = response.header("ETag")
    if coding != IDENTITY:
        changed["Content-Encoding"] = coding
        if tag:
            changed["ETag"] = compression.tag_in(tag, coding)
    return sendable(response.with_headers(changed).headers)


def _unchanged(head: Head, response: PlainResponse, coding: str) -> str | None:
    """Return the entity tag (it may be empty) of the client's copy if that is current."""
    if response.status != HTTPStatus.OK or head.method == "POST":
        return None
    condition, tag = head.headers.get("if-none-match"), response.header("ETag")
    if condition is not None:
        return compression.matching_tag(condition, tag, coding) if tag else None
    since, modified = head.headers.get("if-modified-since"), response.header("Last-Modified")
    if since is None or modified is None:
        return None
    asked, made = _moment(since), _moment(modified)
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
    return Reply(HTTPStatus.NOT_MODIFIED, [*kept, ("etag", tag)] if tag else kept)
