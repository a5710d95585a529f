"""A client that leaves takes its query with it: long before the time limit, the worker is gone and replaced."""

from __future__ import annotations

import json
import socket
import struct
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import pytest

from attack.server import ASK, ENDLESS, FORM, QUERY, serving, target_of, wait_until
from attack.test_validate import slow_document, validating

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attack.server import Process, Server
    from zanryu.config import Settings

_WORK_SECONDS: Final = 40.0
# The server lets a query take 60 seconds: what happens in this time is not the time limit's doing.
_LEFT_SECONDS: Final = 40.0
# A worker that starts uses less than half of this, in hundredths of a second.
_AT_WORK_TICKS: Final = 30
_CROWD: Final = 30


def _get(text: str) -> bytes:
    return f"GET {target_of(text)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


def _post(body: bytes, content_type: str) -> bytes:
    head = f"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: {content_type}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


REQUESTS: Final = {
    "GET": _get(ENDLESS),
    "POST": _post(ENDLESS.encode(), QUERY),
    "POST of a form": _post(urlencode({"query": ENDLESS}).encode(), FORM),
    "for a page": _get(ENDLESS).replace(b"\r\n\r\n", b"\r\nAccept: text/html\r\n\r\n"),
    "of what is not repeatable": _get(
        ENDLESS.replace("COUNT(*)", "COUNT(RAND())").replace("?a != ?l", "RAND() < 2")
    ),
    "of endless rows": _get(
        "SELECT DISTINCT ?a ?d { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STRLEN(CONCAT(STR(?a), STR(?f), STR(?i))) < 0) }"
    ),
}


def _connect(server: Server, *, resets: bool = False) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=30)
    if resets:  # socket(7), SO_LINGER: closing discards what is under way and tells so by RST
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return connection


def _at_work(server: Server, before: dict[int, Process]) -> set[int]:
    """Return the workers that have worked since, for longer than a start takes."""
    return {
        id
        for id, worker in server.workers().items()
        if id in before and worker.ticks - before[id].ticks >= _AT_WORK_TICKS
    }


@pytest.mark.parametrize("resets", [False, True], ids=["by closing", "by a reset"])
@pytest.mark.parametrize("request_bytes", REQUESTS.values(), ids=REQUESTS.keys())
def test_the_worker_of_a_client_who_leaves_is_ended_and_replaced(
    patient: Server, request_bytes: bytes, resets: bool
) -> None:
    before = patient.workers()
    with _connect(patient, resets=resets) as connection:
        connection.sendall(request_bytes)
        wait_until(lambda: bool(_at_work(patient, before)), _WORK_SECONDS, "a worker is at work")
        (busy,) = _at_work(patient, before)

    wait_until(lambda: busy not in patient.workers(), _LEFT_SECONDS, "the worker is ended")
    wait_until(lambda: len(patient.workers()) == len(before), _LEFT_SECONDS, "the worker is replaced")


def test_a_crowd_that_leaves_the_queue_leaves_it_empty(patient: Server) -> None:
    before = patient.workers()
    with ExitStack() as crowd:
        for number in range(_CROWD):
            connection = crowd.enter_context(_connect(patient))
            connection.sendall(_get(f"{ENDLESS} # {number}"))
        wait_until(lambda: bool(_at_work(patient, before)), _WORK_SECONDS, "the queue is served")

    answer = patient.query(ASK, timeout_seconds=_LEFT_SECONDS)

    assert json.loads(answer.body)["boolean"] is True
    wait_until(lambda: len(patient.workers()) == len(before), _LEFT_SECONDS, "the workers are replaced")
    settled = patient.workers()
    assert not _at_work(patient, settled)


def test_one_of_two_who_ask_the_same_may_leave_without_loss_to_the_other(patient: Server) -> None:
    text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d a <https://w3id.org/zanryu/ontology/Officer> . ?e ?f ?d }"
    before = patient.workers()
    with _connect(patient) as leaving, _connect(patient) as staying:
        for connection in (leaving, staying):
            connection.sendall(_get(text).replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        leaving.close()
        received = b""
        while block := staying.recv(65_536):
            received += block

    assert received.startswith(b"HTTP/1.1 200 ")
    assert json.loads(received.partition(b"\r\n\r\n")[2])["results"]["bindings"]
    assert patient.workers().keys() == before.keys()


# ---------------------------------------------------------------- documents to validate


@pytest.fixture(scope="module")
def judging(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that lets a validation take a minute, and two documents wait."""
    folder = tmp_path_factory.mktemp("judging")
    sizes = {"validation_bytes": "10000000", "max_body_bytes": "10000000"}
    limits = {"validation_timeout_seconds": "60", "validation_queue_length": "2", **sizes}
    with serving(built.store, folder, access_log="none", **limits) as started:
        yield started


def _validation(server: Server) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = json.loads(server.get("/health").body)["validation"]
    return found


def _waits_or_works(server: Server, busy: int, waiting: int) -> bool:
    found = _validation(server)
    return (found["workers"]["busy"], found["queue"]["length"]) == (busy, waiting)


def _judges(server: Server) -> bool:
    answer = server.post(b"<h:s> a <h:c> .", "text/turtle", "/validate", Accept="application/json")
    return answer.status == 200


def _document(accept: str) -> bytes:
    body = slow_document(4000)
    head = f"POST /validate HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/turtle\r\nAccept: {accept}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


@pytest.mark.parametrize(
    ("accept", "resets"),
    [
        pytest.param("application/json", False, id="data, by closing"),
        pytest.param("text/html", True, id="a page, by a reset"),
        pytest.param("application/json", True, id="data, by a reset", marks=pytest.mark.long),
        pytest.param("text/html", False, id="a page, by closing", marks=pytest.mark.long),
    ],
)
def test_the_validation_of_a_client_who_leaves_is_stopped(judging: Server, accept: str, resets: bool) -> None:
    wait_until(lambda: _judges(judging), 60, "it judges")
    (process,) = validating(judging)
    with _connect(judging, resets=resets) as connection:
        connection.sendall(_document(accept))
        wait_until(lambda: _waits_or_works(judging, 1, 0), _WORK_SECONDS, "it is judged")

    wait_until(lambda: process not in validating(judging), _LEFT_SECONDS, "the process is ended")
    wait_until(lambda: _waits_or_works(judging, 0, 0), _LEFT_SECONDS, "nothing is judged")
    assert _judges(judging)
    lost = b'zanryu_validation_workers_lost_total{reason="cancelled"}'
    assert lost in judging.get("/metrics").body


def test_documents_that_wait_for_clients_who_leave_are_not_judged(judging: Server) -> None:
    with ExitStack() as crowd:
        for number in range(3):
            connection = crowd.enter_context(_connect(judging))
            connection.sendall(_document("application/json"))
            wait_until(lambda n=number: _waits_or_works(judging, 1, n), _WORK_SECONDS, "it waits")  # type: ignore[misc]
        process = validating(judging)

    wait_until(lambda: _waits_or_works(judging, 0, 0), _LEFT_SECONDS, "nothing waits")
    assert _judges(judging)
    assert not process & validating(judging)
