"""An answer is complete, or its client sees that it is not: proven by killing who makes it and who sends it."""

from __future__ import annotations

import csv
import io
import itertools
import json
import os
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest

from attack.server import read_process, target_of, wait_until
from zanryu.web.media_types import GRAPHS, RESULTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from attack.server import Answer, Server

_ROWS: Final = 2000
_HASHES: Final = 30
_SOME: Final = "{ SELECT ?s ?p ?o { ?s ?p ?o FILTER(ISIRI(?s) && ISIRI(?o)) } LIMIT %d }"
# Four kilobytes that compress to two, so that no buffer between two sockets holds a whole answer.
_COSTLY: Final = ", ".join(f"SHA512(CONCAT(STR(?s), STR(?p), STR(?o), '{i}'))" for i in range(_HASHES))
# As many, made faster.
_CHEAP: Final = f'"{"0123456789abcdef" * (_HASHES * 8)}", STR(?s), STR(?p), STR(?o)'
_BYTES: Final = _ROWS * _HASHES * 128
_BEGINNING_BYTES: Final = 4096
_MEDIA_TYPES: Final = [*(media_type.name for media_type in (*RESULTS, *GRAPHS))]
_AS_THEY_ARE: Final = {name: (name, "identity") for name in _MEDIA_TYPES}
_COMPRESSED: Final = {coding: ("text/csv", coding) for coding in ("gzip", "br", "zstd")}
_KILL_SECONDS: Final = 60.0
_RESTART_SECONDS: Final = 60.0
# A worker is killed when it has worked for this many hundredths of a second on the answer.
_TICKS: Final = (1, 3, 6, 10)
_BROKEN: Final = (HTTPException, OSError)
_numbers = itertools.count()


def _query(media_type: str, value: str = _COSTLY) -> str:
    """Return a query for eight megabytes in 2,000 rows or triples; no two are the same."""
    some = f"{{ {_SOME % _ROWS} BIND(CONCAT({value}) AS ?long) }} # {next(_numbers)}"
    if media_type in {kind.name for kind in RESULTS}:
        return f"SELECT ?s ?p ?o ?long {some}"
    return f"CONSTRUCT {{ ?s <http://example.org/p> ?long }} {some}"


def _count(answer: Answer) -> int:
    """Return the number of rows or triples, read by a strict parser of the format."""
    if answer.media_type in _ROW_COUNTERS:
        return _ROW_COUNTERS[answer.media_type](answer.text)
    form = ox.RdfFormat.from_media_type(answer.media_type)
    assert form is not None
    return sum(1 for _ in ox.parse(answer.body, form))


def _count_tsv(text: str) -> int:
    assert text.endswith("\n")
    return text.count("\n") - 1


_ROW_COUNTERS: Final[dict[str, Callable[[str], int]]] = {
    "application/sparql-results+json": lambda text: len(json.loads(text)["results"]["bindings"]),
    "application/sparql-results+xml": lambda text: len(
        list(ET.fromstring(text).iter("{http://www.w3.org/2005/sparql-results#}result"))  # noqa: S314 - ours
    ),
    "text/csv": lambda text: len(list(csv.reader(io.StringIO(text, newline="")))) - 1,
    "text/tab-separated-values": _count_tsv,
}


@pytest.fixture(autouse=True)
def _all_workers_are_back(patient: Server) -> Iterator[None]:
    count = len(patient.workers())
    yield
    wait_until(lambda: len(patient.workers()) == count, _KILL_SECONDS, "the workers are replaced")


@pytest.mark.parametrize("media_type", _MEDIA_TYPES)
def test_without_a_kill_the_answer_is_complete(patient: Server, media_type: str) -> None:
    answer = patient.query(_query(media_type, _CHEAP), media_type)

    assert (answer.status, answer.media_type) == (200, media_type)
    assert int(answer.headers["content-length"]) == len(answer.body) > _BYTES
    assert _count(answer) == _ROWS


@pytest.mark.parametrize("media_type", _MEDIA_TYPES)
def test_a_worker_killed_while_it_makes_an_answer_leaves_no_part_of_it(
    patient: Server, media_type: str
) -> None:
    verdicts = [_kill_after(patient, media_type, ticks) for ticks in _TICKS]

    assert set(verdicts) <= {"an error", "complete"}
    assert "an error" in verdicts


def _kill_after(server: Server, media_type: str, ticks: int) -> str:
    """Kill every worker that has worked long enough on an answer, and say what its client sees."""
    began = server.workers()
    with ThreadPoolExecutor(1) as client:
        asked = client.submit(server.query, _query(media_type), media_type)

        def has_killed() -> bool:
            now = filter(None, map(read_process, began))
            at_work = [worker.id for worker in now if worker.ticks - began[worker.id].ticks >= ticks]
            for process_id in at_work:
                with suppress(ProcessLookupError):
                    os.kill(process_id, signal.SIGKILL)
            return bool(at_work) or asked.done()

        wait_until(has_killed, _KILL_SECONDS, "a worker is at work, or done")
        try:
            return _verdict(asked.result())
        except _BROKEN:
            return "an error"


def _verdict(answer: Answer) -> str:
    if answer.status == 200:
        count = _count(answer)
        return "complete" if count == _ROWS else f"{count} rows that look like all"
    document = json.loads(answer.body)
    is_told = answer.media_type == "application/problem+json" and document["status"] == answer.status
    return "an error" if is_told and answer.status >= 400 else f"status {answer.status}"


def test_killing_the_workers_while_answers_are_sent_takes_nothing_from_them(patient: Server) -> None:
    with _on_their_way(patient, _AS_THEY_ARE) as answers:
        for process_id in patient.workers():
            os.kill(process_id, signal.SIGKILL)
        missing = {name: _missing_bytes(response) for name, response in answers.items()}

    assert missing == dict.fromkeys(_AS_THEY_ARE, 0)


def test_killing_the_server_while_answers_are_sent_breaks_every_one(patient: Server) -> None:
    with _on_their_way(patient, {**_AS_THEY_ARE, **_COMPRESSED}) as answers:
        (sender,) = {worker.parent for worker in patient.workers().values()}
        os.kill(sender, signal.SIGKILL)
        looks_whole = [name for name, response in answers.items() if _looks_whole(response)]

    wait_until(lambda: _is_up(patient), _RESTART_SECONDS, "the server is replaced")
    assert looks_whole == []


def _missing_bytes(response: HTTPResponse) -> int:
    return int(response.headers["Content-Length"]) - _BEGINNING_BYTES - len(response.read())


def _looks_whole(response: HTTPResponse) -> bool:
    try:
        response.read()
    except _BROKEN:
        return False
    return True


def _is_up(server: Server) -> bool:
    try:
        return server.get("/health").status == 200
    except _BROKEN:
        return False


@contextmanager
def _on_their_way(server: Server, wanted: dict[str, tuple[str, str]]) -> Iterator[dict[str, HTTPResponse]]:
    """Yield answers that have begun and cannot have ended: their clients take no more than a beginning."""
    with ExitStack() as opened:
        connections = {name: opened.enter_context(closing(_narrow(server.port))) for name in wanted}
        for name, (media_type, coding) in wanted.items():
            headers = {"Accept": media_type, "Accept-Encoding": coding}
            value = _CHEAP if coding == "identity" else _COSTLY
            connections[name].request("GET", target_of(_query(media_type, value)), headers=headers)
        answers = {
            name: opened.enter_context(closing(connection.getresponse()))
            for name, connection in connections.items()
        }
        for name, response in answers.items():
            assert response.status == 200
            assert response.headers.get("Content-Encoding", "identity") == wanted[name][1]
            assert len(response.read(_BEGINNING_BYTES)) == _BEGINNING_BYTES
        yield answers


def _narrow(port: int) -> HTTPConnection:
    """Return a connection whose own end holds little (tcp(7): set before it connects)."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.sock = socket.socket()
    connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BEGINNING_BYTES)
    connection.sock.settimeout(30)
    connection.sock.connect(("127.0.0.1", port))
    return connection
