"""The front in a real server: what goes over the wire, what is evaluated, what is left running."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import pytest

from protocol import front_program
from protocol.asking import BROWSER, JSON
from zanryu.app import create_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from flask import Flask

    from zanryu.config import Settings

TESTS = Path(__file__).resolve().parents[1]
SECONDS = 60.0
BIG_BYTES = 3_000_000
ASK = "/sparql?query=" + quote("ASK { ?s ?p ?o }")
PEOPLE = "SELECT ?who { ?who a <https://w3id.org/zanryu/ontology/Person> } ORDER BY ?who"
PAIRS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes = field(repr=False)

    def __getitem__(self, name: str) -> str:
        return self.headers[name]


def ask(port: int, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body=body, headers=sent)
    response = connection.getresponse()
    answer = Answer(response.status, named_once(response.getheaders()), response.read())
    connection.close()
    return answer


def named_once(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    named: dict[str, str] = {}
    for name, value in headers:
        named[name.lower()] = f"{named[name.lower()]}, {value}" if name.lower() in named else value
    return named


def send_raw(port: int, request: bytes) -> bytes:
    """Send bytes, and return what comes until the server closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as connection:
        connection.sendall(request)
        received = b""
        while block := connection.recv(65_536):
            received += block
    return received


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it did not come to hold"
        os.sched_yield()


def of(query: str, **parameters: str) -> str:
    return "/sparql?" + urlencode({"query": query, **parameters})


@dataclass(frozen=True)
class Running:
    port: int
    home: Path
    process: subprocess.Popen[bytes]

    def evaluated(self, query: str) -> int:
        path = self.home / "evaluated.log"
        return path.read_text().splitlines().count(repr(query)) if path.is_file() else 0

    def log(self) -> list[dict[str, object]]:
        whole, _, _ = (self.home / "access.log").read_text().rpartition("\n")  # a line may be half written
        return [json.loads(line) for line in whole.splitlines()]

    def workers(self) -> set[int]:
        """Return the processes that evaluate queries, grandchildren of the one that was started."""
        return {pid for child in children(self.process.pid) for pid in children(child)}


def children(parent: int) -> set[int]:
    found = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, of_whom = path.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue  # it ended meanwhile
        if int(of_whom) == parent and state != "Z":
            found.add(int(path.parent.name))
    return found


def start(home: Path) -> Running:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    environment = {**os.environ, "PYTHONPATH": f"{TESTS.parent / 'server'}{os.pathsep}{TESTS}"}
    command = [sys.executable, str(TESTS / "protocol" / "front_program.py"), str(home), str(port)]
    with (home / "errors.log").open("ab") as errors:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=errors)

    def answers() -> bool:
        assert process.poll() is None, (home / "errors.log").read_text()
        try:
            return ask(port, "/health").status == 200
        except OSError:
            return False

    wait_until(answers)
    return Running(port, home, process)


def stop(running: Running) -> int:
    running.process.send_signal(signal.SIGINT)
    try:
        return running.process.wait(20)
    except subprocess.TimeoutExpired:
        running.process.kill()
        return running.process.wait()


@pytest.fixture(scope="module")
def home(small_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the small build, with a dump that is too large to be gathered."""
    home = tmp_path_factory.mktemp("front")
    shutil.copytree(small_settings.store.parent / "current", home / "current")
    for name in ("store", "dist"):
        (home / name).symlink_to(home / "current" / name)
    (home / "dist" / "big.nt").write_bytes(b"0123456789" * (BIG_BYTES // 10))
    return home


@pytest.fixture(scope="module")
def running(home: Path) -> Iterator[Running]:
    running = start(home)
    yield running
    stop(running)


@pytest.fixture(scope="module")
def port(running: Running) -> int:
    return running.port


@pytest.fixture(scope="module")
def flask_alone(home: Path) -> Flask:
    """The WSGI application without the front, over the same build."""
    return create_app(front_program.settings_of(home, 8000))


CONSTRUCT = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o . ?s a <https://w3id.org/zanryu/ontology/Person> }"
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
SAME: list[tuple[str, str, bytes | None, dict[str, str]]] = [
    *((method, ASK, None, {}) for method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE")),
    *(
        ("GET", of(PEOPLE), None, {"Accept": accept})
        for accept in (JSON, "text/csv", "*/*", "application/xml;q=0.9, text/csv;q=0.5", "image/png", BROWSER)
    ),
    *(("GET", of(PEOPLE, format=name), None, {}) for name in ("json", "xml", "csv", "tsv", "html", "ttl")),
    *(
        ("GET", of(CONSTRUCT, format=name), None, {})
        for name in ("ttl", "nt", "jsonld", "rdf", "nq", "trig", "html", "")
    ),
    ("GET", of(PEOPLE, lang="ja"), None, {"Accept": BROWSER}),
    ("GET", of(PEOPLE), None, {"Accept": BROWSER, "Accept-Language": "vi"}),
    ("GET", of(PEOPLE), None, {"If-None-Match": "*"}),
    ("GET", of(PEOPLE), None, {"If-None-Match": '"other"'}),
    ("GET", "/sparql", None, {}),
    ("GET", "/sparql", None, {"Accept": "text/turtle"}),
    ("GET", "/sparql", None, {"Accept": BROWSER}),
    ("GET", "/sparql?query=", None, {}),
    ("GET", "/sparql?query=SELEC", None, {}),
    ("GET", "/sparql?query=SELEC", None, {"Accept": BROWSER, "Accept-Language": "ja"}),
    ("GET", "/sparql?query=%FF", None, {}),
    ("GET", ASK + "&query=x", None, {}),
    ("GET", of("ASK { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }"), None, {}),
    ("GET", of("SELECT * { FILTER(" + "STR(" * 80 + "1" + ")" * 80 + ") }"), None, {}),
    ("GET", of(PEOPLE, **{"default-graph-uri": "https://w3id.org/zanryu/graph/works"}), None, {}),
    ("GET", of(PEOPLE, **{"default-graph-uri": "relative"}), None, {}),
    ("GET", "/sparql?update=CLEAR%20ALL", None, {}),
    ("POST", "/sparql", PEOPLE.encode(), {"Content-Type": QUERY, "Accept": "text/csv"}),
    ("POST", "/sparql", PEOPLE.encode(), {"Content-Type": QUERY, "Accept": BROWSER}),
    ("POST", "/sparql", urlencode({"query": PEOPLE}).encode(), {"Content-Type": FORM}),
    ("POST", "/sparql", gzip.compress(PEOPLE.encode()), {"Content-Type": QUERY, "Content-Encoding": "gzip"}),
    ("POST", "/sparql", gzip.compress(b" " * 100_001), {"Content-Type": QUERY, "Content-Encoding": "gzip"}),
    ("POST", "/sparql", PEOPLE.encode(), {"Content-Type": QUERY, "Content-Encoding": "compress"}),
    ("POST", "/sparql", b"CLEAR ALL", {"Content-Type": "application/sparql-update"}),
    ("POST", "/sparql", b"{}", {"Content-Type": "application/json"}),
    ("POST", "/sparql", b"x" * 100_001, {"Content-Type": QUERY}),
    ("POST", "/sparql", b"x" * 100_001, {"Content-Type": QUERY, "Accept": BROWSER}),
    ("GET", "/", None, {}),
    ("GET", "/id/person/sato-haru", None, {}),
    ("GET", "/id/person/sato-haru", None, {"Accept": "text/turtle"}),
    ("GET", "/page/person/sato-haru", None, {"Accept-Language": "ja"}),
    ("HEAD", "/page/person/sato-haru", None, {}),
    ("GET", "/data/person/sato-haru.ttl", None, {}),
    ("GET", "/nowhere", None, {}),
    ("GET", "/nowhere", None, {"Accept": BROWSER}),
    ("POST", "/", b"", {}),
    ("GET", "/static/zanryu.css", None, {}),
    ("GET", "/dumps/big.nt", None, {"Range": "bytes=10-19"}),
    ("GET", "/dumps/big.nt", None, {"Range": "bytes=9999999-"}),
    ("HEAD", "/dumps/big.nt", None, {}),
    ("GET", "/.well-known/void", None, {}),
    ("GET", "/robots.txt", None, {}),
]  # fmt: skip
# What the front adds, and what the moment decides.
_ADDED = {"x-request-id", "x-cache", "server", "date", "connection", "content-length"}


def _comparable(status: int, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
    kept = {name: value for name, value in headers.items() if name not in _ADDED}
    for name in ("vary", "allow", "access-control-allow-methods"):  # lists, some of them in any order
        listed = {part.strip() for part in kept.pop(name, "").split(",")}
        kept[name] = ", ".join(sorted(listed - {"Accept-Encoding"}))
    if kept.get("content-type") == "application/problem+json":
        # The front names the occurrence by its id in the log, which Flask alone does not have.
        body = json.dumps({**json.loads(body), "instance": ""}).encode() if body else body
    return status, kept, body


@pytest.mark.parametrize(
    ("method", "path", "body", "headers"),
    SAME,
    ids=[f"{number}-{case[0]}" for number, case in enumerate(SAME)],
)
def test_an_answer_is_that_of_flask_alone_to_the_byte(
    running: Running, flask_alone: Flask, method: str, path: str, body: bytes | None, headers: dict[str, str]
) -> None:
    expected = flask_alone.test_client().open(path, method=method, data=body, headers=headers)
    named, data = named_once(expected.headers), expected.data
    expected.close()

    for _ in ("miss", "hit"):
        found = ask(running.port, path, method, body, **headers)

        assert _comparable(found.status, found.headers, found.body) == _comparable(
            expected.status_code, named, data
        )
        if method != "HEAD" and found.status not in (204, 304):
            assert int(found["content-length"]) == len(found.body)


def test_a_second_asking_is_a_hit_and_evaluates_nothing(running: Running) -> None:
    query = PEOPLE + " LIMIT 1"

    answers = [ask(running.port, of(query)) for _ in range(3)] + [ask(running.port, of(query), "HEAD")]

    assert [answer["x-cache"] for answer in answers] == ["miss", "hit", "hit", "hit"]
    assert running.evaluated(query) == 1
    assert answers[3]["content-length"] == str(len(answers[0].body))
    assert len({answer["x-request-id"] for answer in answers}) == 4


def test_pages_are_kept_by_their_language(port: int) -> None:
    answers = [ask(port, "/page/person/sato-haru", Accept_Language=tag) for tag in ("en", "ja", "en", "ja")]

    assert [answer["x-cache"] for answer in answers][2:] == ["hit", "hit"]
    assert answers[0].body == answers[2].body != answers[1].body


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_a_coding_has_its_own_tag_its_own_length_and_304(port: int, coding: str) -> None:
    plain = ask(port, "/page/person/sato-haru")
    coded = ask(port, "/page/person/sato-haru", Accept_Encoding=coding)
    again = ask(port, "/page/person/sato-haru", Accept_Encoding=coding, If_None_Match=coded["etag"])
    other = ask(port, "/page/person/sato-haru", If_None_Match=coded["etag"])

    assert coded["content-encoding"] == coding
    assert int(coded["content-length"]) == len(coded.body) < len(plain.body)
    assert coded["etag"] != plain["etag"]
    assert "Accept-Encoding" in plain["vary"]
    assert (again.status, again.body, again["etag"]) == (304, b"", coded["etag"])
    assert (other.status, other["etag"]) == (200, plain["etag"])


def test_a_coded_answer_reads_as_the_plain_one(port: int) -> None:
    plain = ask(port, "/data/person/sato-haru.nt")

    assert gzip.decompress(ask(port, "/data/person/sato-haru.nt", Accept_Encoding="gzip").body) == plain.body


def test_concurrent_identical_questions_are_evaluated_once(running: Running) -> None:
    with ThreadPoolExecutor(12) as clients:
        answers = list(clients.map(lambda _: ask(running.port, of(PAIRS)), range(12)))

    assert running.evaluated(PAIRS) == 1
    assert {(answer.status, answer.body) for answer in answers} == {(200, answers[0].body)}


def test_the_cache_forgets_what_was_asked_longest_ago_within_its_bytes(running: Running) -> None:
    queries = [f"{PEOPLE} OFFSET 1000{number}" for number in range(250)]  # 400,000 bytes hold fewer

    for query in queries:
        ask(running.port, of(query))

    assert ask(running.port, of(queries[-1]))["x-cache"] == "hit"
    assert ask(running.port, of(queries[0]))["x-cache"] == "miss"


def test_a_body_that_announces_too_much_is_refused_before_it_is_sent(port: int) -> None:
    received = send_raw(
        port,
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
        b"Content-Length: 100000000\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n",
    )

    assert received.startswith(b"HTTP/1.1 413 ")
    assert b"100 Continue" not in received
    assert b'"limit_bytes": 100000' in received


def test_a_chunked_body_over_the_limit_is_refused(port: int) -> None:
    chunk = b"8000\r\n" + b"#" * 32_768 + b"\r\n"
    received = send_raw(
        port,
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
        b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + chunk * 4 + b"0\r\n\r\n",
    )

    assert received.startswith(b"HTTP/1.1 413 ")


def test_a_chunked_body_within_the_limit_is_read_whole(port: int) -> None:
    received = send_raw(
        port,
        b"POST /test/echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n",
    )

    assert received.endswith(b"\r\n\r\nhello world")
    assert b"x-length: 11\r\n" in received.lower()


@pytest.mark.parametrize("accept", [JSON, BROWSER], ids=["program", "browser"])
def test_the_worker_of_a_client_that_leaves_is_killed_and_replaced(running: Running, accept: str) -> None:
    wait_until(lambda: ask(running.port, ASK).status == 200 and len(running.workers()) >= 1)
    before, query = running.workers(), f"{ENDLESS} # {accept}"
    connection = socket.create_connection(("127.0.0.1", running.port))
    connection.sendall(f"GET {of(query)} HTTP/1.1\r\nHost: x\r\nAccept: {accept}\r\n\r\n".encode())
    wait_until(lambda: running.evaluated(query) == 1)

    connection.close()

    wait_until(lambda: not before <= running.workers())
    wait_until(lambda: len(running.workers()) >= len(before))
    assert len(before - running.workers()) == 1
    assert ask(running.port, of(PEOPLE + " LIMIT 3")).status == 200
    wait_until(lambda: any(line["status"] == 499 for line in running.log()))


def test_a_large_file_comes_whole_and_in_ranges_and_its_head_alone(port: int) -> None:
    whole, part = ask(port, "/dumps/big.nt"), ask(port, "/dumps/big.nt", Range="bytes=5-14")
    head = ask(port, "/dumps/big.nt", "HEAD")

    assert (whole.status, len(whole.body)) == (200, BIG_BYTES)
    assert (part.status, part.body) == (206, b"5678901234")
    assert (head.body, head["content-length"]) == (b"", str(BIG_BYTES))
    assert ask(port, "/dumps/big.nt", If_None_Match=whole["etag"]).status == 304


def test_a_client_that_leaves_in_the_middle_of_a_file_breaks_nothing(running: Running) -> None:
    for _ in range(5):
        with socket.create_connection(("127.0.0.1", running.port)) as connection:
            connection.sendall(b"GET /dumps/big.nt HTTP/1.1\r\nHost: x\r\n\r\n")
            connection.recv(1000)

    assert ask(running.port, "/health").status == 200


def test_a_generated_page_comes_whole_or_not_at_all(port: int) -> None:
    assert ask(port, "/test/generator").body == b"one two three"
    broken = ask(port, "/test/broken")
    assert broken.status == 500
    assert b"one" not in broken.body


def test_a_fault_has_the_id_of_the_log_and_no_trace(running: Running) -> None:
    answer = ask(running.port, "/test/fault")

    request_id = answer["x-request-id"]
    assert answer.status == 500
    assert json.loads(answer.body)["instance"] == f"urn:uuid:{request_id}"
    assert front_program.SECRET.encode() not in answer.body
    assert b"Traceback" not in answer.body
    wait_until(lambda: any(line["id"] == request_id for line in running.log()))
    assert request_id in (running.home / "errors.log").read_text()


@pytest.mark.parametrize("path", ["/sparql?query=SELEC", "/nowhere", "/dumps/none", "/sparql?format=x"])
def test_an_error_names_the_line_of_the_log_that_it_is_told_in(port: int, path: str) -> None:
    answer = ask(port, path)

    assert answer.status in (400, 404)
    assert json.loads(answer.body)["instance"] == f"urn:uuid:{answer['x-request-id']}"


@pytest.mark.parametrize("end", ["%0d%0a", "%0a", "%E5%98%8A"], ids=["crlf", "lf", "wide"])
@pytest.mark.parametrize(
    "path", ["/id/person/{}", "/{}", "/sparql?query=ASK{{}}&format={}", "/page/person/x?lang={}"]
)
def test_no_answer_has_a_header_that_a_request_wrote(port: int, path: str, end: str) -> None:
    hostile = path.format(f"x{end}X-Evil:%201{end}Set-Cookie:%20a=b")

    answer = ask(port, hostile)

    assert not {"x-evil", "set-cookie"} & set(answer.headers)


def test_the_log_holds_no_query_no_parameter_and_no_address(running: Running) -> None:
    marker = "veryprivate"
    query = f"ASK {{ ?s ?p '{marker}' }}"
    ask(running.port, of(query))
    ask(
        running.port,
        "/sparql",
        "POST",
        query.encode(),
        Content_Type=QUERY,
    )
    ask(running.port, f"/?lang={marker}")
    last = ask(running.port, "/health")["x-request-id"]
    wait_until(lambda: any(line["id"] == last for line in running.log()))

    text = (running.home / "access.log").read_text()

    assert marker not in text
    assert "127.0.0.1" not in text
    assert {tuple(line) for line in running.log()} == {
        ("time", "id", "method", "path", "status", "bytes", "ms", "cache", "type")
    }


def test_a_stop_lets_the_answer_under_way_be_finished_and_leaves_no_process(home: Path) -> None:
    running = start(home)
    query = PAIRS.replace("?n", "?stopped")
    with ThreadPoolExecutor(1) as client:
        waiting = client.submit(ask, running.port, of(query))
        wait_until(lambda: running.evaluated(query) == 1)
        workers = running.workers()

        stop(running)

        assert waiting.result().status == 200
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))
