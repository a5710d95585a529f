"""The real server: granian, on a free loopback port, asked over sockets."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zanryu.config import Settings

SERVER = Path(__file__).resolve().parents[2] / "server"
START_SECONDS = 60.0
ASK = "/sparql?query=" + quote("ASK { ?s ?p ?o }")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def connect(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=30)


def get(port: int, path: str, headers: dict[str, str] | None = None) -> tuple[int, dict[str, str], bytes]:
    connection = connect(port)
    connection.request("GET", path, headers=headers or {})
    response = connection.getresponse()
    answer = response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    connection.close()
    return answer


def wait_until_it_answers(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server ended"
        try:
            if get(port, "/health")[0] == 200:
                return
        except OSError:
            os.sched_yield()
    raise AssertionError(f"no answer within {START_SECONDS} seconds")


@pytest.fixture(scope="module")
def port(small_settings: Settings) -> Iterator[int]:
    """The port of a server started as the command line starts it."""
    port = free_port()
    program = (
        "from pathlib import Path\n"
        "from zanryu.front.serving import serve\n"
        "from zanryu.config import Settings\n"
        "if __name__ == '__main__':\n"
        f"    serve(Settings(store=Path({str(small_settings.store)!r}), port={port}))\n"
    )
    script = small_settings.store.parent / "run_server.py"
    script.write_text(program, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(SERVER)}
    process = subprocess.Popen(
        [sys.executable, str(script)], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_until_it_answers(port, process)
        yield port
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def test_it_answers_a_query(port: int) -> None:
    status, headers, body = get(port, ASK, {"Accept": "application/sparql-results+json"})

    assert status == 200
    assert headers["content-type"] == "application/sparql-results+json"
    assert json.loads(body)["boolean"] is True


def test_it_answers_not_modified_without_a_body(port: int) -> None:
    tag = get(port, ASK)[1]["etag"]

    status, headers, body = get(port, ASK, {"If-None-Match": tag})

    assert (status, body, headers["etag"]) == (304, b"", tag)


def test_many_clients_at_once_all_get_the_same_answer(port: int) -> None:
    with ThreadPoolExecutor(16) as clients:
        answers = list(clients.map(lambda _: get(port, ASK), range(64)))

    assert {(status, body) for status, _, body in answers} == {(200, answers[0][2])}


def _post_chunked(port: int, size: int) -> int:
    connection = connect(port)
    body = (b"#" * 65_535 + b"\n" for _ in range(size // 65_536))
    headers = {"Content-Type": "application/sparql-query"}
    with suppress(BrokenPipeError):  # the server may answer and hang up before it has read all
        connection.request("POST", "/sparql", body=body, headers=headers, encode_chunked=True)
    status = connection.getresponse().status
    connection.close()
    return status


def test_a_chunked_body_over_the_limit_is_refused_not_cut(port: int) -> None:
    # What fits is read whole: comments alone are a query that cannot be parsed.
    assert _post_chunked(port, 524_288) == 400
    assert _post_chunked(port, 1_114_112) == 413


@pytest.mark.parametrize(
    "path", ["/dumps/../build.json", "/dumps/%2e%2e/build.json", "//etc/passwd", "/static/../app.py"]
)
def test_a_raw_path_leaves_no_folder(port: int, path: str) -> None:
    status, _, body = get(port, path)

    assert status == 404
    assert b'"counts"' not in body


def test_no_redirect_names_the_host_that_was_sent(port: int) -> None:
    for path in ("/id/person/sato-haru", "//evil.example/id/person/sato-haru", "/dumps"):
        _, headers, _ = get(port, path, {"Host": "evil.example"})
        assert "evil.example" not in headers.get("location", "")


def test_queries_at_the_parsers_limits_leave_the_server_alive(port: int) -> None:
    deep = "SELECT * { FILTER(" + "STR(" * 55 + "1" + ")" * 55 + ") }"
    long = "SELECT * { " + "OPTIONAL { ?s ?p ?o } " * 250 + "} LIMIT 0"
    beyond = "SELECT * { FILTER(" + "STR(" * 5000 + "1" + ")" * 5000 + ") }"

    statuses = [get(port, "/sparql?query=" + quote(text))[0] for text in (deep, beyond)]
    connection = connect(port)
    connection.request("POST", "/sparql", body=long, headers={"Content-Type": "application/sparql-query"})
    statuses.append(connection.getresponse().status)
    connection.close()

    assert statuses == [200, 403, 200]
    assert get(port, "/health")[0] == 200


def test_the_page_and_its_stylesheet_are_served(port: int) -> None:
    assert get(port, "/", {"Accept": "text/html"})[0] == 200
    status, headers, _ = get(port, "/static/zanryu.css")

    assert status == 200
    assert headers["content-type"].startswith("text/css")
