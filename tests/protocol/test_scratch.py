"""`zanryu serve --scratch` as people start it: asked over sockets, and what is left after it."""

from __future__ import annotations

import gzip
import json
import os
import socket
import subprocess
import sys
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from protocol.test_server import free_port, wait_until_it_answers

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVER = Path(__file__).resolve().parents[2] / "server"
MAIN = "from zanryu.cli import main; main()"
TURTLE = {"Content-Type": "text/turtle"}
UPDATE = {"Content-Type": "application/sparql-update"}
LIMIT = 1_048_576


def environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ZANRYU_")}
    return {**kept, "PYTHONPATH": str(SERVER), "TMPDIR": str(folder)}


@contextmanager
def playground(folder: Path) -> Iterator[int]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", MAIN, "serve", "--scratch", "--port", str(port)],
        cwd=folder,
        env=environment(folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_it_answers(port, process)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with playground(tmp_path_factory.mktemp("scratch")) as started:
        yield started


def send(
    port: int, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    is_chunked = not isinstance(body, bytes | None)
    with suppress(BrokenPipeError, ConnectionResetError):  # it may answer before it has read all
        connection.request(method, path, body, headers or {}, encode_chunked=is_chunked)
    response = connection.getresponse()
    answer = response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    connection.close()
    return answer


def ask(port: int, pattern: str) -> bool:
    status, _, body = send(
        port, "GET", "/sparql?query=" + quote(f"ASK {{ {pattern} }}"), None, {"Accept": "application/json"}
    )
    assert status == 200, body
    return bool(json.loads(body)["boolean"])


def test_every_answer_sees_the_last_write(port: int) -> None:
    for number in range(20):
        assert (
            send(port, "POST", "/sparql", f"INSERT DATA {{ <n> <is> {number} }}".encode(), UPDATE)[0] == 204
        )
        assert ask(port, f"<n> <is> {number}")
        assert not ask(port, f"<n> <is> {number + 1}")


def test_a_graph_goes_in_at_its_address_and_comes_out(port: int) -> None:
    path = "/graphs/person/1.ttl"

    assert send(port, "PUT", path, b'<> <http://e/p> "o" .', TURTLE)[0] == 201
    status, headers, body = send(port, "GET", path, None, {"Accept": "application/n-triples"})

    assert (status, headers["content-type"]) == (200, "application/n-triples")
    assert body.decode() == f'<http://127.0.0.1:{port}{path}> <http://e/p> "o" .\n'
    assert send(port, "HEAD", path)[1]["content-type"] == "text/turtle; charset=utf-8"
    assert send(port, "DELETE", path)[0] == 204
    assert send(port, "GET", path)[0] == 404


@pytest.mark.parametrize("path", ["/graphs?graph=http://e/large", "/graphs"])
@pytest.mark.parametrize("is_chunked", [False, True], ids=["with its length", "chunked"])
def test_one_byte_over_the_limit_is_refused_and_changes_nothing(
    port: int, path: str, is_chunked: bool
) -> None:
    def post(size: int) -> int:
        body = b"<http://e/s> <http://e/p> 1 .".ljust(size, b"#")
        sent = iter([body[:1000], body[1000:]]) if is_chunked else body
        return send(port, "POST", path, sent, TURTLE)[0]

    assert post(LIMIT + 1) == 413
    assert post(LIMIT) in (201, 204)


_TARGETS = {
    "an update": ("POST", "/sparql", UPDATE["Content-Type"], b"INSERT DATA { <http://e/cut> <h:p> 1 }"),
    "PUT": ("PUT", "/graphs?default", "text/turtle", b"<http://e/cut> <http://e/p> 1 ."),
    "POST": ("POST", "/graphs?default", "text/turtle", b"<http://e/cut> <http://e/p> 1 ."),
}  # fmt: skip


@pytest.mark.parametrize("ending", [b"", b"0\r\n", b"zz\r\n\r\n"], ids=["cut off", "almost whole", "broken"])
@pytest.mark.parametrize(("method", "path", "media_type", "part"), _TARGETS.values(), ids=_TARGETS)
def test_a_part_of_a_change_that_could_stand_alone_is_not_carried_out(
    port: int, method: str, path: str, media_type: str, part: bytes, ending: bytes
) -> None:
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {media_type}\r\n"
    body = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n%s" % (len(part), part, ending)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(head.encode() + body)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65_536):
            pass

    assert not ask(port, "<http://e/cut> ?p ?o")


def test_the_description_names_its_own_address(port: int) -> None:
    _, _, body = send(port, "GET", "/sparql", None, {"Accept": "application/n-triples", "Host": "localhost"})

    assert f"#endpoint> <http://127.0.0.1:{port}/sparql> ." in body.decode()
    assert "UnionDefaultGraph" not in body.decode()
    assert "SPARQL11Update" in body.decode()


def test_the_pages_say_that_it_is_a_playground(port: int) -> None:
    for path in ("/", "/sparql"):
        status, _, body = send(port, "GET", path, None, {"Accept": "text/html"})
        assert status == 200
        assert b"playground" in body
        assert b'href="/ontology"' not in body


def test_there_are_no_data_pages(port: int) -> None:
    for path in ("/ontology", "/dumps/", "/id/person/sato-haru"):
        assert send(port, "GET", path)[0] == 404


def test_a_packed_query_is_answered(port: int) -> None:
    headers = {"Content-Type": "application/sparql-query", "Content-Encoding": "gzip"}
    status, _, body = send(port, "POST", "/sparql", gzip.compress(b"ASK {}"), headers)

    assert (status, json.loads(body)["boolean"]) == (200, True)


def test_nothing_is_left_when_it_ends(tmp_path: Path) -> None:
    with playground(tmp_path) as port:
        send(port, "PUT", "/graphs/x", b"<a:a> <a:b> 1 .", TURTLE)
        assert [entry.name for entry in tmp_path.iterdir() if "scratch" in entry.name]

    assert list(tmp_path.iterdir()) == []


def refused(tmp_path: Path, *arguments: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-c", MAIN, "serve", "--scratch", *arguments],
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    return ended.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org", ""])  # noqa: S104
def test_it_listens_to_this_machine_alone(tmp_path: Path, host: str) -> None:
    assert "this machine alone" in refused(tmp_path, "--host", host)


def test_it_takes_no_data(tmp_path: Path) -> None:
    assert "leave --store and --data out" in refused(tmp_path, "--store", "x")
