"""Asking Wikidata, as it wants to be asked: with a name, few questions at once, and waiting when told to.

Source: Wikibase/EntityData, Wikimedia_APIs/Rate_limits and Manual:Maxlag_parameter on mediawiki.org, and
Wikimedia's User-Agent policy.
"""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import format_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from zanryu.errors import BodyTooLarge, InvalidSetting, MalformedRequest, UnsupportedMediaType, ZanryuError
from zanryu.web.content_coding import decode
from zanryu.wikidata.entities.pauses import Pauses, seconds_of
from zanryu.wikidata.entities.user_agent import user_agent

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    import httpx

QUESTIONS_AT_ONCE: Final = 3  # Wikimedia's rule for clients that nobody approved
_MAXLAG_SECONDS: Final = 5
_MAX_REDIRECTS: Final = 3
_ERROR_BYTES: Final = 10_000  # an error is short; no entity is parsed to look for one
_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


class WikidataFailed(ZanryuError):
    """Wikidata gave no answer that can be used; nothing was kept of it."""

    status = HTTPStatus.BAD_GATEWAY
    title = "Wikidata failed"
    slug = "wikidata-failed"


class GaveUp(WikidataFailed):
    """Wikidata did not answer, and would not answer the next question either."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long and how much. A pause that is asked for is kept, if it is not longer than the longest."""

    attempts: int = 5
    longest_pause_seconds: float = 60.0
    silence_seconds: float = 20.0
    answer_seconds: float = 60.0
    max_bytes: int = 33_554_432


class _Answer(NamedTuple):
    status: int
    content: bytes
    retry_after: str


@contextmanager
def open_client(origin: str, contact: str, bounds: Bounds | None = None) -> Iterator[Wikidata]:
    """Yield Wikidata, or another Wikibase, at an origin.

    :raises InvalidSetting: for an origin that is none, and without a contact.
    """
    import httpx

    parts = urlsplit(origin)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if not is_safe or not parts.hostname or parts.path.strip("/") or parts.query:
        raise InvalidSetting(f"ZANRYU_WIKIDATA_ORIGIN is {origin!r}; give one like https://www.wikidata.org.")
    bounds = bounds or Bounds()
    headers = {"User-Agent": user_agent(contact), "Accept": "application/json", "Accept-Encoding": "gzip"}
    with httpx.Client(
        base_url=origin,
        headers=headers,
        timeout=httpx.Timeout(bounds.silence_seconds, pool=None),
        limits=httpx.Limits(max_connections=QUESTIONS_AT_ONCE),
        follow_redirects=False,
    ) as client:
        yield Wikidata(client, bounds)


def pinned_path(entity_id: str, revision: int) -> str:
    """Return where a revision is: the one form of the address that is publicly cacheable, to the letter."""
    return f"{_path(entity_id)}?revision={revision}"


def _path(entity_id: str) -> str:
    return f"/wiki/Special:EntityData/{entity_id}.json"


@dataclass(slots=True)
class Wikidata:
    """Asks one Wikibase. Safe for several threads; when one is told to wait, all of them wait.

    Every method raises ``WikidataFailed`` if there is no answer.
    """

    http: httpx.Client
    bounds: Bounds = field(default_factory=Bounds)
    pauses: Pauses = field(default_factory=Pauses)

    def current(self, entity_id: str, known: datetime | None = None) -> bytes | None:
        """Return the current revision; ``None`` if it is not newer than the one of a time that is known.

        No cache of theirs keeps this address, so it is asked with the lag of their servers that we bear.
        """
        headers = {"If-Modified-Since": format_datetime(known, usegmt=True)} if known else {}
        return self._get(f"{_path(entity_id)}?maxlag={_MAXLAG_SECONDS}", headers)

    def at(self, entity_id: str, revision: int) -> bytes:
        """Return one revision."""
        answer = self._get(pinned_path(entity_id, revision), {})
        if answer is None:
            raise WikidataFailed(f"{self._origin} said 304 to a question without a condition.")
        return answer

    @property
    def _origin(self) -> str:
        return str(self.http.base_url).rstrip("/")

    def _get(self, path: str, headers: dict[str, str]) -> bytes | None:
        """Ask until there is an answer, pausing as told; ``None`` is 304."""
        for attempt in range(self.bounds.attempts):
            if not self.pauses.wait():
                raise GaveUp("It was stopped.")
            answer = self._follow(path, headers)
            if answer.status == HTTPStatus.NOT_MODIFIED:
                return None
            if answer.status == HTTPStatus.OK and not _is_lagging(answer.content):
                return answer.content
            if answer.status != HTTPStatus.OK and not _is_passing(answer.status):
                raise self._refusal(answer.status, path)
            self._pause(answer, attempt)
        raise GaveUp(
            f"{self._origin} is too busy: it was asked {self.bounds.attempts} times. Try again later."
        )

    def _pause(self, answer: _Answer, attempt: int) -> None:
        seconds, longest = seconds_of(answer.retry_after), self.bounds.longest_pause_seconds
        if seconds is not None and seconds > longest:
            raise GaveUp(
                f"{self._origin} answered {answer.status} and asks us to wait {seconds:.0f} seconds, and not "
                f"more than {longest:g} are waited. Run it again then: what was read is not read again."
            )
        # Without a word on how long: 5, 10, 20 … seconds, as Manual:Maxlag_parameter begins.
        self.pauses.hold(seconds if seconds is not None else min(longest, 5.0 * 2**attempt))

    def _follow(self, path: str, headers: dict[str, str]) -> _Answer:
        import httpx

        url = self.http.base_url.join(path)
        for _ in range(_MAX_REDIRECTS + 1):
            try:
                response, content = self._ask(url, headers)
                if not response.has_redirect_location:
                    return _Answer(response.status_code, content, response.headers.get("retry-after", ""))
                url = self._on_the_same_host(url.join(response.headers["location"]))
            except httpx.TimeoutException:
                silence = self.bounds.silence_seconds
                raise WikidataFailed(f"{self._origin} was silent for {silence:g} seconds.") from None
            except httpx.ConnectError as error:
                raise GaveUp(f"No connection to {self._origin}: {error}.") from None
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise WikidataFailed(f"{self._origin} broke off, or does not speak HTTP: {error}.") from None
        raise WikidataFailed(f"{self._origin} redirects more than {_MAX_REDIRECTS} times.")

    def _on_the_same_host(self, url: httpx.URL) -> httpx.URL:
        here = self.http.base_url
        if (url.scheme, url.host, url.port) != (here.scheme, here.host, here.port):
            raise WikidataFailed(f"{self._origin} redirects to {url.host}, which is not asked.")
        return url

    def _ask(self, url: httpx.URL, headers: dict[str, str]) -> tuple[httpx.Response, bytes]:
        end = time.monotonic() + self.bounds.answer_seconds
        received = bytearray()
        with self.http.stream("GET", url, headers=headers) as response:
            # Raw, since a few bytes may unpack to a great many.
            for block in response.iter_raw():
                received += block
                if len(received) > self.bounds.max_bytes:
                    raise self._too_long()
                if time.monotonic() > end:
                    seconds = self.bounds.answer_seconds
                    raise WikidataFailed(f"{self._origin} took longer than {seconds:g} seconds to answer.")
        try:
            coding = response.headers.get("content-encoding", "")
            return response, decode(bytes(received), coding, self.bounds.max_bytes)
        except BodyTooLarge:
            raise self._too_long() from None
        except (MalformedRequest, UnsupportedMediaType):
            raise WikidataFailed(f"{self._origin} answered in a coding that it does not keep.") from None

    def _too_long(self) -> WikidataFailed:
        return WikidataFailed(f"{self._origin} answered with more than {self.bounds.max_bytes} bytes.")

    def _refusal(self, status: int, path: str) -> WikidataFailed:
        item, _, query = path.rpartition("/")[2].partition(".json?")
        name = f"{item}, {query.replace('=', ' ')}" if query.startswith("revision") else item
        match status:
            case HTTPStatus.NOT_FOUND:
                return WikidataFailed(f"{self._origin} has no {name} (404).")
            case HTTPStatus.BAD_REQUEST:
                return WikidataFailed(f"{self._origin} does not understand the question for {name} (400).")
            case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
                told = "see that ZANRYU_WIKIDATA_CONTACT is right"
                return GaveUp(f"{self._origin} does not answer us ({status}); {told}.")
        return WikidataFailed(f"{self._origin} answered the question for {name} with status {status}.")


def _is_passing(status: int) -> bool:
    return status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR


def _is_lagging(content: bytes) -> bool:
    """Whether this is the error of a lagging server, which comes with the status 200."""
    if len(content) > _ERROR_BYTES or b'"error"' not in content:
        return False
    try:
        document = json.loads(content)
    except ValueError:
        return False
    error = document.get("error") if isinstance(document, dict) else None
    return isinstance(error, dict) and error.get("code") == "maxlag"
