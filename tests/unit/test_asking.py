"""A server that is busy, or whose answer is lost, is asked again: by a real client, at a played server."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from zanryu.commands.asking import Asking
from zanryu.commands.remote import RemoteServer
from zanryu.errors import BodyTooLarge, ChangeLost, InputNotFound, PreconditionFailed, Refused, ZanryuError
from zanryu.web.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zanryu.store.gate.changes import Outcome

_MADE: dict[str, Any] = {"version": "a-7", "number": 7, "added": 1, "removed": 0, "findings": []}


@dataclass(frozen=True)
class Reply:
    """An answer of the played server; with the status 0 it hangs up without one, with 1 it keeps silent."""

    status: int
    document: dict[str, Any] = field(default_factory=dict)
    retry_after: str = ""


_WRITTEN = Reply(200, _MADE)
_BUSY = Reply(503, {"type": "too-busy", "detail": "3 changes are waiting already."}, retry_after="7")
_LOST = Reply(0)
_SILENT = Reply(1)


class Played(ThreadingHTTPServer):
    """A server that gives the replies, one for each request, the last one ever after."""

    daemon_threads = True

    def __init__(self, replies: tuple[Reply, ...]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.replies = list(replies)
        self.asked: list[tuple[str, str, bytes]] = []
        self.ended = threading.Event()


class _Handler(BaseHTTPRequestHandler):
    server: Played

    def do_POST(self) -> None:
        key = self.headers.get("Idempotency-Key", "")
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, key, body))
        replies = self.server.replies
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        if reply.status == _SILENT.status:
            self.server.ended.wait()
        if reply.status < 100:
            self.close_connection = True
            return
        told = json.dumps(reply.document).encode()
        self.send_response(reply.status)
        if reply.retry_after:
            self.send_header("Retry-After", reply.retry_after)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of http.server
        """Say nothing."""


@contextmanager
def playing(*replies: Reply) -> Iterator[Played]:
    with Played(replies) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.ended.set()
            server.shutdown()
            thread.join()


@dataclass
class Person:
    """Somebody who has a change made, and what went on meanwhile."""

    language: str = "en"
    timeout_seconds: float = 60.0
    told: list[str] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    def update(self, server: Played, text: str = "INSERT DATA {}") -> Outcome:
        with httpx.Client(base_url=f"http://127.0.0.1:{server.server_port}") as client:
            words = Words(self.language)
            asking = Asking(client, words, self.timeout_seconds, self.told.append, self.slept.append)
            return RemoteServer(asking).update(text, "why", "a-6")


def test_a_busy_server_is_asked_again_after_the_seconds_that_it_names() -> None:
    person = Person()

    with playing(_BUSY, _WRITTEN) as server:
        outcome = person.update(server)

    assert (outcome.number, person.slept) == (7, [7.0])
    assert person.told == ["The server is busy, and asks to wait 7 s"]


@pytest.mark.parametrize("lost", [_LOST, Reply(504), Reply(502)], ids=["hung up", "504", "502"])
def test_a_change_whose_answer_was_lost_is_sent_again_under_its_key(lost: Reply) -> None:
    person = Person()

    with playing(lost, _BUSY, lost, _WRITTEN) as server:
        outcome = person.update(server)

    assert outcome.number == 7
    assert len(server.asked) == 4
    assert len(set(server.asked)) == 1
    assert server.asked[0][1]


def test_each_change_has_a_key_of_its_own() -> None:
    with playing(_WRITTEN) as server:
        Person().update(server)
        Person().update(server)

    assert len({key for _, key, _ in server.asked}) == 2


def test_a_server_that_stays_busy_is_left_alone_in_the_end() -> None:
    with playing(_BUSY) as server, pytest.raises(Refused) as refused:
        Person().update(server)

    assert 2 <= len(server.asked) <= 10
    assert "is too busy, and says: 3 changes are waiting already. Nothing was written." in str(refused.value)


@pytest.mark.parametrize("retry_after", ["61", "Wed, 21 Oct 2099 07:28:00 GMT"], ids=["seconds", "date"])
def test_who_is_asked_to_wait_longer_than_the_limit_is_told_at_once(retry_after: str) -> None:
    person = Person(timeout_seconds=60)

    with playing(Reply(503, _BUSY.document, retry_after)) as server, pytest.raises(Refused):
        person.update(server)

    assert (len(server.asked), person.slept) == (1, [])


@pytest.mark.parametrize("retry_after", ["", "soon"], ids=["none", "nonsense"])
def test_a_refusal_that_names_no_time_is_told_at_once(retry_after: str) -> None:
    refusal = Reply(503, {"detail": "The build lacks what was written."}, retry_after)

    with playing(refusal) as server, pytest.raises(Refused, match="The build lacks what was written."):
        Person().update(server)

    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "It is not known whether it was made."),
        ("ja", "変更が行われたかどうかは分かりません。"),
        ("vi", "Không rõ thay đổi đã được thực hiện hay chưa."),
    ],
)
def test_a_change_that_never_has_an_answer_may_have_been_made(language: str, said: str) -> None:
    with playing(_LOST) as server, pytest.raises(ChangeLost) as lost:
        Person(language).update(server)

    assert 2 <= len(server.asked) <= 10
    assert said in str(lost.value)
    assert f"http://127.0.0.1:{server.server_port}/history" in str(lost.value)


@pytest.mark.parametrize("then", [_BUSY, Reply(503), Reply(504)], ids=["busy", "down", "gateway"])
def test_a_lost_change_of_which_nobody_tells_anything_may_have_been_made(then: Reply) -> None:
    with playing(_LOST, then) as server, pytest.raises(ChangeLost):
        Person().update(server)


def test_a_server_that_keeps_silent_is_given_up_at_the_limit() -> None:
    with playing(_SILENT) as server, pytest.raises(ChangeLost, match="timed out"):
        Person(timeout_seconds=0.1).update(server)

    assert len(server.asked) == 1


def test_where_nobody_listens_nothing_was_sent() -> None:
    with playing(_WRITTEN) as server:
        pass

    with pytest.raises(InputNotFound, match="does not answer"):
        Person().update(server)


@pytest.mark.parametrize(
    ("status", "error"), [(413, BodyTooLarge), (412, PreconditionFailed), (403, Refused)], ids=str
)
def test_what_the_server_refuses_is_told_in_its_words(status: int, error: type[ZanryuError]) -> None:
    with playing(Reply(status, {"detail": "Not like this."})) as server, pytest.raises(error) as refused:
        Person().update(server)

    assert str(refused.value).endswith("says: Not like this.")
    assert len(server.asked) == 1
