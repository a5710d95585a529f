"""Requests that are too large, broken or spoofed: refused as the client's mistake, never a fault of ours."""

from __future__ import annotations

import gzip
import itertools
import json
import socket
import zlib
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import brotli
import pytest
import zstandard

from attack.server import ASK, FORM, QUERY, UPDATE, Answer, joined, target_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from attack.server import Server

_LIMIT_BYTES: Final = 200_000  # ZANRYU_MAX_BODY_BYTES of the server in conftest
_BOMB_BYTES: Final = 64_000_000
_MANY: Final = 100_000
_EVIL: Final = "evil.example"
_PLACES: Final = {
    "a query": ("POST", "/sparql", QUERY),
    "an update": ("POST", "/sparql", UPDATE),
    "a form": ("POST", "/sparql", FORM),
    "a new graph": ("POST", "/graphs", "text/turtle"),
    "a graph": ("PUT", "/graphs?graph=http://example.org/g", "application/n-triples"),
    "a form of graphs": ("POST", "/graphs?default", "multipart/form-data; boundary=b"),
    "a page": ("POST", "/", "text/plain"),
    "nothing": ("POST", "/nowhere", "text/plain"),
}
_ENCODERS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": lambda data: brotli.compress(data, quality=1),
    "zstd": lambda data: zstandard.compress(data, 1),
    "gzip, gzip": lambda data: gzip.compress(gzip.compress(data)),
}
everywhere = pytest.mark.parametrize(("method", "target", "media_type"), _PLACES.values(), ids=_PLACES.keys())


@cache
def _bomb(coding: str) -> bytes:
    return _ENCODERS[coding](b" " * _BOMB_BYTES)


def _is_told(answer: Answer) -> bool:
    """Return whether an answer is an error that says what the client did wrong."""
    if not 400 <= answer.status < 500 or answer.media_type != "application/problem+json":
        return False
    document = json.loads(answer.body)
    return bool(document["status"] == answer.status and document["title"] and document["detail"])


def _parse(received: bytes) -> Answer:
    """Read an answer that came over a socket; one that was not framed by chunks."""
    head, _, body = received.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines[1:])]
    return Answer(int(lines[0].split()[1]), joined(headers), body)


def _send_head(
    server: Server, method: str, target: str, headers: dict[str, str], body: bytes = b""
) -> Answer:
    lines = "".join(f"{name}: {value}\r\n" for name, value in {"Host": "localhost", **headers}.items())
    head = f"{method} {target} HTTP/1.1\r\n{lines}Connection: close\r\n\r\n"
    return _parse(server.send_raw(head.encode("latin-1") + body))


@everywhere
def test_a_body_that_announces_too_much_is_refused_before_it_is_sent(
    server: Server, method: str, target: str, media_type: str
) -> None:
    headers = {"Content-Type": media_type, "Content-Length": str(10**12)}

    assert _send_head(server, method, target, headers).status == 413


@everywhere
def test_a_chunked_body_over_the_limit_is_refused(
    server: Server, method: str, target: str, media_type: str
) -> None:
    chunks = (b"10000\r\n" + b" " * 65_536 + b"\r\n") * 8 + b"0\r\n\r\n"
    headers = {"Content-Type": media_type, "Transfer-Encoding": "chunked"}

    assert _send_head(server, method, target, headers, chunks).status == 413


@everywhere
@pytest.mark.parametrize("coding", _ENCODERS)
def test_a_bomb_is_not_unpacked(
    server: Server, method: str, target: str, media_type: str, coding: str
) -> None:
    server.get("/", "text/html")  # what the first requests open is not the bomb's doing
    server.ask(method, target, {"Content-Type": media_type}, b"")
    before = server.resident_bytes()
    answer = server.ask(
        method, target, {"Content-Type": media_type, "Content-Encoding": coding}, _bomb(coding)
    )

    assert _is_told(answer)
    assert server.resident_bytes() < before + _BOMB_BYTES / 2


@pytest.mark.parametrize(
    "cut",
    [
        "Content-Length: 99\r\n\r\nASK { ?s ?p ?o }",
        "Transfer-Encoding: chunked\r\n\r\n10\r\nASK { ?s ?p ?o }\r\n",
        "Transfer-Encoding: chunked\r\n\r\n10\r\nASK { ?s ?p ?o }\r\n0\r\n",
        "Transfer-Encoding: chunked\r\n\r\n20\r\nASK { ?s ?p ?o }",
        "Transfer-Encoding: chunked\r\n\r\n10\r\nASK { ?s ?p ?o }\r\nzz\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n10\r\nASK { ?s ?p ?o }.....\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n10\r\nASK { ?s ?p ?o }\r\n0\r\nX-More: yes\r\n\r\n",
    ],
    ids=[
        "by its length",
        "between chunks",
        "before the last line end",
        "inside a chunk",
        "by a broken size",
        "by a chunk of another size",
        "with a trailer",
    ],
)
def test_a_part_of_a_body_is_not_taken_for_the_whole(server: Server, cut: str) -> None:
    request = f"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: {QUERY}\r\n{cut}"
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(request.encode())
        connection.shutdown(socket.SHUT_WR)
        received = b""
        with suppress(ConnectionResetError):
            while block := connection.recv(65_536):
                received += block

    assert not received.startswith(b"HTTP/1.1 2")


def test_a_hundred_thousand_parameters_are_refused(server: Server) -> None:
    pairs = b"&".join([b"a"] * (_LIMIT_BYTES // 2))
    answers = [
        server.post(pairs, FORM),
        server.post(pairs.replace(b"&", b";"), FORM),
        server.post(b"query=" + quote(ASK).encode() + b"&default-graph-uri=h:a" * 8000, FORM),
        server.ask("GET", "/sparql?" + "named-graph-uri=h:a&" * 2000),
        server.ask("GET", "/graphs?" + "graph=h:a&" * 4000),
    ]

    assert [answer.status for answer in answers] == [400] * len(answers)
    assert server.send_raw(
        b"GET /sparql?" + b"a&" * _MANY + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    ).startswith(b"HTTP/1.1 414 ")


def test_a_hundred_thousand_parts_are_refused(server: Server) -> None:
    parts = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n' * (_LIMIT_BYTES // 60)

    assert _is_told(server.post(parts + b"--b--\r\n", "multipart/form-data; boundary=b", "/graphs?default"))
    assert _is_told(server.post(parts + b"--b--\r\n", "multipart/form-data; boundary=b"))


BROKEN: Final = (
    "%", "%z", "%zz", "%u0041", "%ff", "%c0%af", "%ed%a0%80", "%f8%88%80%80%80", "%00", "a%00b", "%0a", "%0d%0a",
    "%25%30%30", "\\", "..", "%2e%2e", "%2e%2e%2f", "%252e%252e%252f", "..%5c", "%c0%ae%c0%ae/", "%uff0e", "~",
    "%7f", "%e2%80%ae", "%ef%bb%bf", "%f0%9f%92%a9", "a" * 5000, ";", "&&&", "=", "?", "+", "%2f", "%2F%2e", "'",
    "%22", "%3cscript%3e", "%7b%7b7*7%7d%7d", "$%7b7*7%7d", "%s%n", "%0",
)  # fmt: skip
_WITH_A_HOLE: Final = (
    "/sparql?query={}", "/sparql?query=ASK+%7B%7D&default-graph-uri={}", "/sparql?query=ASK+%7B%7D&format={}",
    "/sparql?query=ASK+%7B%7D&lang={}", "/sparql?{}", "/sparql/{}", "/graphs?graph={}", "/graphs?default={}",
    "/graphs/{}", "/id/person/{}", "/id/{}", "/page/person/{}", "/data/person/{}", "/data/person/{}.ttl",
    "/id/person/ishii-takuo?format={}", "/page/person/ishii-takuo?lang={}", "/ontology/{}", "/vocab/{}", "/dumps/{}",
    "/dumps/?format={}", "/static/{}", "/{}", "/.well-known/{}", "/health?{}",
)  # fmt: skip


@pytest.mark.parametrize("place", _WITH_A_HOLE)
def test_no_broken_text_in_a_target_is_a_fault_of_the_server(server: Server, place: str) -> None:
    answers = {text: server.get(place.format(text), "text/html, */*;q=0.1") for text in BROKEN}

    assert {text: answer.status for text, answer in answers.items() if answer.is_fault} == {}
    for answer in answers.values():
        assert "x-evil" not in answer.headers
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("place", _WITH_A_HOLE)
def test_no_line_end_in_a_parameter_adds_a_header_or_a_second_answer(server: Server, place: str) -> None:
    injected = "en%0d%0aX-Evil:%201%0d%0aSet-Cookie:%20a=b%0d%0a%0d%0aHTTP/1.1%20200%20OK%0d%0a%0d%0aEVIL"
    target = place.format(injected)
    received = server.send_raw(
        f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
    )
    head = received.partition(b"\r\n\r\n")[0].lower()

    assert b"\r\nx-evil" not in head
    assert b"\r\nset-cookie" not in head
    assert int(_parse(received).headers["content-length"]) == len(_parse(received).body)


def test_a_request_that_two_readers_would_cut_differently_is_answered_once(server: Server) -> None:
    smuggled = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
    start = b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
    framings = (
        b"Content-Length: 5\r\nContent-Length: 50\r\n\r\nASK{}",
        b"Content-Length: +5\r\n\r\nASK{}",
        b"Content-Length: 0x5\r\n\r\nASK{}",
        b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n\r\n",
    )
    for framing in framings:
        received = server.send_raw(start + framing + smuggled)
        assert received.count(b"HTTP/1.1 ") <= 1, framing
        assert b'"status": "ok"' not in received, framing


_SPOOFED: Final = {
    "Host": _EVIL,
    "X-Forwarded-Host": _EVIL,
    "X-Forwarded-Server": _EVIL,
    "X-Forwarded-Proto": "javascript",
    "X-Forwarded-Prefix": f"//{_EVIL}",
    "X-Original-URL": f"//{_EVIL}/",
    "X-Rewrite-URL": f"//{_EVIL}/",
    "Forwarded": f"host={_EVIL};proto=https",
    "X-HTTP-Method-Override": "DELETE",
    "Origin": f"https://{_EVIL}",
    "Referer": f"https://{_EVIL}/",
}
_ASKED: Final = (
    "/", "/sparql", target_of(ASK), "/sparql/", "/graphs", "/graphs/", "/graphs?graph=https://w3id.org/zanryu/graph/works", "/id/person/ishii-takuo",
    "/page/person/ishii-takuo", "/data/person/ishii-takuo.ttl", "/ontology", "/ontology/Officer", "/vocab", "/vocab/",
    "/dumps", "/dumps/", "/dumps/void.ttl", "/.well-known/void", "/health", "/health/", "/robots.txt",
    "/static/zanryu.css", "/static", "/nowhere", "//", "//dumps", "/dumps/none", "/validate",
)  # fmt: skip
_ACCEPTED: Final = ("*/*", "text/html", "text/turtle", "application/ld+json")


@pytest.mark.parametrize("target", _ASKED)
def test_no_name_that_a_client_gives_to_the_server_gets_into_an_answer(server: Server, target: str) -> None:
    asked = [
        *((target, {**_SPOOFED, "Accept": accept}) for accept in _ACCEPTED),
        (f"http://{_EVIL}{target}", {**_SPOOFED, "Accept": "*/*"}),
    ]
    for text, headers in asked:
        answer = server.ask("GET", text, headers)
        said = f"{dict(answer.headers)}{answer.text}"
        assert not answer.is_fault
        assert _EVIL not in said
        assert "javascript:" not in said


OUT: Final = (
    "..", "../build.json", "../../build.json", "%2e%2e/build.json", "..%2fbuild.json", "%2e%2e%2fbuild.json",
    "..%252fbuild.json", "%252e%252e%252fbuild.json", "..\\build.json", "..%5cbuild.json", "./../build.json",
    "....//build.json", ".%00./build.json", "void.ttl/../../build.json", "void.ttl%00.html", "/etc/passwd",
    "//etc/passwd", "%2fetc%2fpasswd", "file:///etc/passwd", "..%c0%afbuild.json", "%uff0e%uff0e/build.json",
    "..;/build.json", "../store/CURRENT", "%2e%2e/store/CURRENT", "../app.py", "..%2f..%2fconfig.py",
    "../templates/base.html", "%2e%2e/templates/base.html", ".", "", "~root/.profile", "CON", ".hidden",
)  # fmt: skip
_FOLDERS: Final = (
    "/dumps/",
    "/static/",
    "/id/person/",
    "/page/person/",
    "/data/person/",
    "/ontology/",
    "/vocab/",
    "/",
)
# Of /etc/passwd, build.json, RocksDB's files, our own source and templates.
_CONTENTS: Final = (b"root:", b'"counts"', b"MANIFEST-", b"from __future__", b"{% block")


@pytest.mark.parametrize("folder", _FOLDERS)
def test_no_path_leads_out_of_a_folder(server: Server, folder: str) -> None:
    for name in OUT:
        request = f"GET {folder}{name} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        received = server.send_raw(request.encode())
        assert int(received[9:12]) < 500, name
        assert not [content for content in _CONTENTS if content in received], name


_REDIRECTS: Final = (
    f"//{_EVIL}/", f"//{_EVIL}/id/person/ishii-takuo", f"/\\{_EVIL}/", f"/%5c{_EVIL}", f"/%2f{_EVIL}", f"/%09/{_EVIL}",
    f"/id//{_EVIL}", f"/id/person//{_EVIL}", f"/id/person/..//{_EVIL}", f"/id/..//{_EVIL}/", f"/id/person/%2f%2f{_EVIL}",
    f"/dumps//{_EVIL}", f"/dumps?next=//{_EVIL}", f"/?next=https://{_EVIL}", f"/?url=https://{_EVIL}",
    f"/id/person/ishii-takuo?next=https://{_EVIL}", f"/id/person/ishii-takuo?lang=//{_EVIL}",
    f"/id/person/ishii-takuo?format=//{_EVIL}", f"/id/person/ishii-takuo/?//{_EVIL}", f"/id/https://{_EVIL}",
    f"/page//{_EVIL}/..", f"/graphs//{_EVIL}", f"/vocab//{_EVIL}", f"/ontology//{_EVIL}", f"/static//{_EVIL}",
    f"/.{_EVIL}", f"/@{_EVIL}", f"/id/person/@{_EVIL}", f"/;@{_EVIL}", f"/id/person/ishii-takuo%0d%0aLocation://{_EVIL}",
)  # fmt: skip


@pytest.mark.parametrize(
    ("target", "accept"), list(itertools.product(_REDIRECTS, ("text/html", "text/turtle")))
)
def test_a_redirect_leads_to_an_own_path_or_nowhere(server: Server, target: str, accept: str) -> None:
    answer = server.ask("GET", target, {"Host": _EVIL, "Accept": accept})
    location = answer.headers.get("location", "/")

    assert not answer.is_fault
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))
    assert _EVIL not in location


@pytest.mark.parametrize(
    "target", ["/sparql", "/graphs?default", "/graphs", "/", "/dumps/", "/id/person/ishii-takuo"]
)
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "MKCOL", "X"])
def test_nothing_can_be_changed_and_no_method_is_a_fault(server: Server, method: str, target: str) -> None:
    answer = server.ask(method, target, {"X-HTTP-Method-Override": "GET"}, b"<h:s> <h:p> <h:o> .")

    assert answer.status in (403, 405)
    assert _is_told(answer)
    assert b"h:s" not in answer.body
