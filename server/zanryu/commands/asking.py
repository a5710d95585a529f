"""Requests to a server that may be busy, or whose answer is lost on the way: sent until it answers.

What comes again is the same request. One that changes something has an Idempotency-Key, so the server makes
the change once, and tells of it as often as it is asked.
"""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from zanryu.commands.options import DEFAULT_TIMEOUT_SECONDS
from zanryu.errors import ChangeLost, InputNotFound, Refused
from zanryu.wikidata.entities.pauses import seconds_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from zanryu.web.words import Words

_TRIES: Final = 8
_CONNECT_SECONDS: Final = 10.0
# Before the same is sent again after its answer was lost: a server is back in seconds, if it comes back.
_PAUSES: Final = (1.0, 2.0, 4.0, 8.0)
_BUSY: Final = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
# A proxy gave up waiting; the server may not have.
_LOST_BEHIND_PROXY: Final = (HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT)


class Asking:
    """Asks one server. A request has ``timeout_seconds``, with its tries and the pauses between them.

    ``tell`` is told what is waited for, in ``words``; ``sleep`` takes seconds.
    """

    def __init__(
        self,
        client: httpx.Client,
        words: Words,
        timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
        tell: Callable[[str], None] = lambda _: None,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self.client = client
        self.words = words
        self._timeout_seconds = timeout_seconds
        self._tell = tell
        self._sleep = sleep

    @property
    def address(self) -> str:
        """Where the server is, as it was given."""
        return str(self.client.base_url).rstrip("/")

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Return the answer to a request, whatever it says; what may be sent again is, some times.

        :raises InputNotFound: if nobody answers, and nothing was changed.
        :raises Refused: if the server goes on being busy; nothing was changed.
        :raises ChangeLost: if no answer came to a change that was sent: it is not known whether it was made.
        """
        left = self._countdown()
        lost = ""
        for turn in range(1, _TRIES + 1):
            found = self._try(request, left(), was_sent=bool(lost))
            if isinstance(found, str):
                lost, pause = found, _PAUSES[min(turn, len(_PAUSES)) - 1]
            elif (asked := _pause_asked(found)) is None:
                return found
            else:
                pause = asked
            if turn == _TRIES or pause >= left():
                break
            self._wait(pause, is_lost=isinstance(found, str))
        if lost or isinstance(found, str):
            raise self._silence(lost) if request.method == "GET" else self._loss(lost)
        raise self._busyness(found)

    def _countdown(self) -> Callable[[], float]:
        end = time.monotonic() + self._timeout_seconds
        return lambda: max(0.001, end - time.monotonic())

    def _try(self, request: httpx.Request, seconds: float, *, was_sent: bool) -> httpx.Response | str:
        """Return the answer, or how it was lost of a request that may have arrived.

        :raises InputNotFound: if nobody listens, and it was not sent before.
        """
        import httpx

        limits = httpx.Timeout(seconds, connect=min(seconds, _CONNECT_SECONDS))
        request.extensions["timeout"] = limits.as_dict()
        try:
            response = self.client.send(request)
        except httpx.RequestError as error:
            never_left = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.ProxyError)
            if never_left and not was_sent:
                raise self._silence(str(error)) from None
            return str(error) or type(error).__name__
        status = response.status_code
        is_down = status == HTTPStatus.SERVICE_UNAVAILABLE and _pause_asked(response) is None
        if status in _LOST_BEHIND_PROXY or (was_sent and is_down):
            return f"{status} {response.reason_phrase}"
        return response

    def _wait(self, seconds: float, *, is_lost: bool) -> None:
        gettext = self.words.gettext
        self._tell(
            gettext("No answer came; the same is sent again, to learn what became of it")
            if is_lost
            else gettext("The server is busy, and asks to wait %(seconds)s s", seconds=f"{seconds:.0f}")
        )
        self._sleep(seconds)

    def _silence(self, error: str) -> InputNotFound:
        return InputNotFound(
            self.words.gettext("%(server)s does not answer: %(error)s.", server=self.address, error=error)
        )

    def _busyness(self, response: httpx.Response) -> Refused:
        return Refused(
            self.words.gettext(
                "%(server)s is too busy, and says: %(detail)s Nothing was written. Run the command again "
                "later.",
                server=self.address,
                detail=told(response)["detail"],
            )
        )

    def _loss(self, error: str) -> ChangeLost:
        return ChangeLost(
            self.words.gettext(
                "The change was sent to %(server)s, and no answer came: %(error)s. It is not known whether "
                "it was made. Look at %(server)s/history, or run the same command again later: nothing is "
                "written twice.",
                server=self.address,
                error=error,
            )
        )


def told(response: httpx.Response) -> dict[str, Any]:
    """Return what an error says, whoever says it: a proxy does not use our form."""
    other = {"type": "", "detail": f"{response.status_code} {response.reason_phrase}."}
    try:
        document = response.json()
    except ValueError:
        return other
    return {**other, **document} if isinstance(document, dict) else other


def _pause_asked(response: httpx.Response) -> float | None:
    """Return for how long a busy server asks to wait; ``None`` where it does not, or did something else."""
    return seconds_of(response.headers.get("Retry-After", "")) if response.status_code in _BUSY else None
