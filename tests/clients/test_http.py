"""A program with nothing but HTTP: what it may keep, when it may keep it, and what it is told otherwise."""

from __future__ import annotations

import json
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Final

import pytest

from attack.server import ASK, serving, target_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attack.server import Server
    from zanryu.config import Settings

_TURTLE: Final = "text/turtle"
_PLACES: Final = {
    "an answer": target_of("SELECT * { ?s ?p ?o } LIMIT 10"),
    "a page": "/page/person/ishii-takuo",
    "data": "/data/person/ishii-takuo.ttl",
    "a graph": "/graphs?graph=https://w3id.org/zanryu/graph/works",
    "the service description": "/sparql",
    "a dump": "/dumps/zanryu.ttl",
    "a style sheet": "/static/zanryu.css",
}
everywhere = pytest.mark.parametrize("target", _PLACES.values(), ids=_PLACES.keys())


@pytest.fixture(scope="module")
def server(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the settings it is shipped with."""
    with serving(
        built.store, tmp_path_factory.mktemp("http"), access_log="none", validation_workers="0"
    ) as started:
        yield started


@everywhere
def test_a_client_that_has_the_answer_is_not_sent_it_again(server: Server, target: str) -> None:
    first = server.get(target)
    again = server.ask("GET", target, {"Accept": "*/*", "If-None-Match": first.headers["etag"]})
    other = server.ask("GET", target, {"Accept": "*/*", "If-None-Match": '"another"'})

    assert (again.status, again.body, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert (other.status, other.body) == (200, first.body)


@everywhere
def test_an_answer_says_since_when_it_is_true_and_for_how_long(server: Server, target: str) -> None:
    headers = server.get(target).headers

    assert parsedate_to_datetime(headers["last-modified"]).tzinfo is not None
    assert headers["cache-control"]
    assert headers["vary"]


@everywhere
def test_head_says_what_get_would_say_and_sends_no_body(server: Server, target: str) -> None:
    whole, head = server.get(target), server.ask("HEAD", target, {"Accept": "*/*"})

    assert (head.status, head.body) == (200, b"")
    for name in ("content-type", "content-length", "etag", "last-modified", "vary"):
        assert head.headers.get(name) == whole.headers.get(name)


@pytest.mark.parametrize("target", ["/dumps/zanryu.ttl", "/static/zanryu.css"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_failed_precondition_is_told_and_the_file_is_not_sent(
    server: Server, method: str, target: str
) -> None:
    answer = server.ask(method, target, {"If-Match": '"another"'})

    assert (answer.status, answer.media_type) == (412, "application/problem+json")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert method == "HEAD" or json.loads(answer.body)["status"] == 412


def test_a_dump_can_be_taken_up_again_where_it_broke_off(server: Server) -> None:
    whole = server.get("/dumps/zanryu.ttl")
    rest = server.ask("GET", "/dumps/zanryu.ttl", {"Range": "bytes=1000-", "If-Range": whole.headers["etag"]})
    changed = server.ask("GET", "/dumps/zanryu.ttl", {"Range": "bytes=1000-", "If-Range": '"another"'})

    assert (rest.status, rest.body) == (206, whole.body[1000:])
    assert (changed.status, changed.body) == (200, whole.body)


def test_one_connection_serves_many_requests(server: Server) -> None:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
    statuses = []
    for target in (*_PLACES.values(), "/nowhere", "/sparql?query=SELEC", target_of(ASK)):
        connection.request("GET", target, headers={"Accept": "*/*"})
        kept = connection.sock
        response = connection.getresponse()
        response.read()
        statuses.append((response.status, connection.sock is kept))
    connection.close()

    assert statuses == [*[(200, True)] * len(_PLACES), (404, True), (400, True), (200, True)]


def test_a_graph_is_read_whole_after_any_number_of_queries(server: Server) -> None:
    # uvloop left the sockets of workers non-blocking, and the next reader in a thread lost them.
    target = "/graphs?graph=https://w3id.org/zanryu/graph/entities"
    answers = []
    for number in range(8):
        assert server.query(f"{ASK} # {number}").status == 200
        answers.append(server.ask("GET", target, {"Accept": _TURTLE, "Cache-Control": "no-cache"}))

    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1
