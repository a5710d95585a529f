"""No request, however it is put together, ends in a fault or in silence: it is answered, or refused in words."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import socket
from contextlib import closing, suppress
from dataclasses import replace
from functools import cache
from http.client import HTTPException
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode
from xml.etree import ElementTree as ET

import brotli
import pyoxigraph as ox
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from attack.server import FORM, QUERY, UPDATE, Answer, joined
from w3c.evaluation import syntax
from w3c.manifests import suites

if TYPE_CHECKING:
    from collections.abc import Callable

    from attack.server import Server
    from w3c.evaluation import Syntax

_HANG_SECONDS: Final = 25.0
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_PAGE: Final = "text/html"
_PROBLEM: Final = "application/problem+json"
_MEDIA_TYPES: Final = (
    "*/*", "text/html", "text/turtle", "text/csv", "text/tab-separated-values", "application/json",
    "application/ld+json", "application/rdf+xml", "application/n-triples", "application/n-quads", "application/trig",
    "application/sparql-results+json", "application/sparql-results+xml", "application/xml", "image/png", "a", "a/b/c",
    "*", "text/*", "application/x-turtle", "text/plain", "", "/", "text/html;level=1", "application/problem+json",
)  # fmt: skip
_TEXTS: Final = (
    "ASK {}", "SELECT * { ?s ?p ?o } LIMIT 3", "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 3", "DESCRIBE <h:a>", "",
    "SELECT (RAND() AS ?r) {}", "SELECT * { SERVICE <http://127.0.0.1:9/> {} }", "INSERT DATA {}", "CLEAR ALL", "LOAD <h:a>",
    "SELECT", "ASK { ?s ?p \"", "ASK { <<( <h:a> <h:b> 1 )>> ?p ?o }", "BASE <h:> SELECT * { <a> ?p ?o } LIMIT 1", "\x00",
    "SELECT * FROM <h:g> { ?s ?p ?o }", "SELECT (1/0 AS ?x) {}", "ASK { FILTER(" + "!" * 50 + "1) }", "é",
)  # fmt: skip
_PARAMETERS: Final = (
    "query", "update", "default-graph-uri", "named-graph-uri", "using-graph-uri", "using-named-graph-uri", "format",
    "lang", "graph", "default", "x", "", "QUERY",
)  # fmt: skip
_PATHS: Final = (
    "/", "/sparql", "/sparql/", "/graphs", "/graphs/x", "/id/person/ishii-takuo", "/page/person/ishii-takuo",
    "/data/person/ishii-takuo.ttl", "/data/person/ishii-takuo", "/ontology", "/ontology/Officer", "/vocab", "/vocab/4",
    "/dumps", "/dumps/", "/dumps/void.ttl", "/dumps/SHA256SUMS", "/.well-known/void", "/health", "/metrics", "/robots.txt",
    "/static/zanryu.css", "/nowhere", "*", "//", "/%00", "/..",
)  # fmt: skip
_METHODS: Final = (
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "DELETE",
    "PATCH",
    "OPTIONS",
    "TRACE",
    "QUERY",
    "get",
    "PROPFIND",
)
_HEADERS: Final = (
    "Accept", "Accept-Language", "Accept-Encoding", "Accept-Charset", "Content-Type", "Content-Encoding", "Content-Language",
    "If-None-Match", "If-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range", "Range", "Host", "Origin", "Referer",
    "Cookie", "Authorization", "X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "Sec-Fetch-Site", "Sec-Fetch-Mode",
    "Access-Control-Request-Method", "Upgrade", "Expect", "TE", "Via", "Slug", "Prefer", "X_Forwarded_For", "Proxy",
    "Sec-WebSocket-Key", "Sec-WebSocket-Version", "HTTP2-Settings", "Max-Forwards", "Cache-Control", "Pragma",
)  # fmt: skip
_VALUES: Final = (
    *_MEDIA_TYPES, FORM, QUERY, UPDATE, f"{QUERY}; charset=utf-16", f"{FORM}; charset=\"utf-8", "multipart/form-data",
    "multipart/form-data; boundary=b", "gzip", "br", "zstd", "deflate", "identity;q=0", "*;q=0", "gzip;q=1.5, br;q=x", "*",
    '"abc"', 'W/"abc"', '"abc', "bytes=0-9", "bytes=-1", "bytes=9-0", "bytes=0-0,2-3,5-", "bytes=a-b", "items=0-1",
    "Thu, 01 Jan 1970 00:00:00 GMT", "yesterday", "ja, vi;q=0.8, *;q=0.1", "x" * 2000, "en-x-'\"<>", ";;;,,,===", "q=1",
    "text/turtle;q=nan", "text/turtle;q=1e9, text/html;q=-1", "127.0.0.1, ::1, x", "for=\"[::1]\"", "cross-site", "null",
    "100-continue", "websocket", "h2c", "no-cache", "0", "-1", "9" * 40, "evil.example", "\xff\xfe", "\t", "a\tb", "%00",
)  # fmt: skip

texts = st.one_of(st.sampled_from(_TEXTS), st.text(max_size=40))
values = st.one_of(
    st.sampled_from(_VALUES),
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=30),
    st.lists(st.sampled_from(_VALUES), min_size=2, max_size=4).map(", ".join),
)
parameters = st.lists(st.tuples(st.sampled_from(_PARAMETERS), texts), max_size=4)
query_strings = st.one_of(
    parameters.map(lambda pairs: urlencode(pairs, errors="surrogatepass")),
    st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=40),
)
paths = st.one_of(
    st.sampled_from(_PATHS),
    st.lists(
        st.text(max_size=12).map(lambda part: quote(part, safe="", errors="surrogatepass")), max_size=4
    ).map(lambda parts: "/" + "/".join(parts)),
)
bodies = st.one_of(
    st.none(),
    st.binary(max_size=200),
    texts.map(lambda text: text.encode("utf-8", "surrogatepass")),
    parameters.map(lambda pairs: urlencode(pairs, errors="surrogatepass").encode()),
    texts.map(lambda text: gzip.compress(text.encode("utf-8", "surrogatepass"))),
    st.binary(max_size=60).map(
        lambda part: b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + part + b"\r\n--b--\r\n"
    ),
)
headers = st.lists(st.tuples(st.sampled_from(_HEADERS), values), max_size=5)


def _send(
    server: Server,
    method: str,
    target: str,
    sent: list[tuple[str, str]],
    body: bytes | None,
    *,
    chunked: bool = False,
) -> Answer | None:
    """Send what http.client would refuse to; ``None`` if the connection was closed without an answer."""
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=_HANG_SECONDS)) as connection:
        connection.putrequest(method, "/", skip_host=True, skip_accept_encoding=True)
        connection._buffer[0] = f"{method} {target} HTTP/1.1".encode("ascii")  # type: ignore[attr-defined]
        for name, value in sent:
            connection.putheader(name, value.encode("latin-1"))
        if body is not None:
            framing = ("Transfer-Encoding", "chunked") if chunked else ("Content-Length", str(len(body)))
            connection.putheader(*framing)
        try:
            connection.endheaders(body, encode_chunked=chunked and body is not None)
            response = connection.getresponse()
            return Answer(response.status, joined(response.getheaders()), response.read())
        except TimeoutError:
            raise AssertionError("no answer in time") from None
        except (HTTPException, OSError):
            return None


def _check(server: Server, method: str, answer: Answer | None) -> None:
    """Require a right answer or a refusal in words. A server that closes has refused what is not HTTP."""
    if answer is None or _is_of_the_http_parser(answer):
        assert server.get("/health").status == 200
        return
    assert not answer.is_fault, answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-request-id"]
    assert answer.headers["access-control-allow-origin"] == "*"
    answer = _uncoded(answer)
    if method == "HEAD" or answer.status in (204, 304):
        assert answer.body == b""
    elif answer.status >= 400:
        _check_refusal(answer)
    elif answer.status >= 300:
        assert re.match(r"/(?![/\\])", answer.headers["location"])
    else:
        _check_body(answer)


def _is_of_the_http_parser(answer: Answer) -> bool:
    """Whether the request was refused as no HTTP at all, by the parser before our code: a bare status."""
    return answer.status in (400, 414, 431) and answer.body == b"" and "x-request-id" not in answer.headers


_DECODERS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": zstandard.decompress,
    "identity": bytes,
}


def _uncoded(answer: Answer) -> Answer:
    if not answer.body:
        return answer
    decoded = _DECODERS[answer.headers.get("content-encoding", "identity")](answer.body)
    return replace(answer, body=decoded)


def _check_refusal(answer: Answer) -> None:
    if answer.media_type == _PAGE:
        assert "<h1" in answer.text
        return
    assert answer.media_type == _PROBLEM
    document = json.loads(answer.body)
    assert document["status"] == answer.status
    assert document["type"].startswith("https://w3id.org/zanryu/problems/")
    assert document["title"]
    assert document["detail"]


def _check_body(answer: Answer) -> None:
    if answer.status == 206:
        return
    form = ox.RdfFormat.from_media_type(answer.media_type)
    if answer.media_type.endswith("json"):
        json.loads(answer.body)
    elif answer.media_type.endswith("xml"):
        ET.fromstring(answer.body)  # noqa: S314 - our own server's
    elif form is not None and answer.media_type != "text/plain":
        assert list(ox.parse(answer.body, form)) is not None
    elif answer.media_type.startswith("text/"):
        answer.body.decode("utf-8")


@settings(max_examples=250)
@given(
    method=st.sampled_from(_METHODS),
    path=paths,
    query=st.one_of(st.none(), query_strings),
    sent=headers,
    body=bodies,
    chunked=st.booleans(),
)
def test_any_request_is_answered_or_refused_in_words(
    server: Server,
    method: str,
    path: str,
    query: str | None,
    sent: list[tuple[str, str]],
    body: bytes | None,
    chunked: bool,
) -> None:
    target = path if query is None else f"{path}?{query}"

    _check(server, method, _send(server, method, target, sent, body, chunked=chunked))


@settings(max_examples=150)
@given(
    pairs=parameters,
    in_url=parameters,
    media_type=st.sampled_from((FORM, QUERY, UPDATE, f"{FORM}; charset=UTF-8", "")),
    accept=values,
    text=texts,
    method=st.sampled_from(("GET", "HEAD", "POST")),
)
def test_any_use_of_the_protocol_is_answered_or_refused_in_words(
    server: Server,
    pairs: list[tuple[str, str]],
    in_url: list[tuple[str, str]],
    media_type: str,
    accept: str,
    text: str,
    method: str,
) -> None:
    body = urlencode(pairs, errors="surrogatepass") if media_type.startswith(FORM) else text
    target = "/sparql?" + urlencode(in_url, errors="surrogatepass")
    sent = [("Host", "localhost"), ("Content-Type", media_type), ("Accept", accept)]

    _check(
        server,
        method,
        _send(
            server, method, target, sent, body.encode("utf-8", "surrogatepass") if method == "POST" else None
        ),
    )


@settings(max_examples=100)
@given(noise=st.binary(max_size=300), place=st.integers(0, 120), replaced=st.integers(0, 40))
def test_no_bytes_on_the_wire_stop_the_server(
    server: Server, noise: bytes, place: int, replaced: int
) -> None:
    whole = (
        b"POST /sparql?format=json HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
        b"Accept: */*\r\nConnection: close\r\nContent-Length: 6\r\n\r\nASK {}"
    )
    received = _exchange(server, whole[:place] + noise + whole[place + replaced :])

    assert not re.match(rb"HTTP/1\.[01] 500", received)
    assert server.get("/health").status == 200


def _exchange(server: Server, request: bytes) -> bytes:
    """Send bytes and then nothing more: the client's end is closed, so that no one waits for the rest."""
    received = b""
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=_HANG_SECONDS)
    with connection, suppress(ConnectionResetError, BrokenPipeError):
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        while block := connection.recv(65_536):
            received += block
    return received


@cache
def _syntax_tests() -> dict[str, Syntax]:
    return {case.id: case for case in syntax()} if suites().is_dir() else {}


needs_suites = pytest.mark.skipif(
    not _syntax_tests(), reason="the W3C's test files are not beside the repository"
)


def _ask(server: Server, text: bytes, *, is_update: bool, way: str) -> Answer | None:
    name = "update" if is_update else "query"
    direct = UPDATE if is_update else QUERY
    if way == "direct":
        return _send(server, "POST", "/sparql", [("Host", "x"), ("Content-Type", direct)], text)
    if way == "form":
        body = urlencode({name: text}).encode()
        return _send(server, "POST", "/sparql", [("Host", "x"), ("Content-Type", FORM)], body)
    return _send(server, "GET", "/sparql?" + urlencode({name: text}), [("Host", "x")], None)


@needs_suites
@pytest.mark.parametrize("way", ["direct", "form", "GET"])
@pytest.mark.parametrize("name", [name for name, case in _syntax_tests().items() if not case.is_positive])
def test_what_the_w3c_calls_bad_syntax_is_a_mistake_of_the_client(
    server: Server, name: str, way: str
) -> None:
    case = _syntax_tests()[name]
    answer = _ask(server, case.text.read(), is_update=case.is_update, way=way)

    assert answer is not None
    assert answer.status == 400
    _check_refusal(answer)


@needs_suites
@settings(max_examples=120)
@given(data=st.data())
def test_sparql_that_was_damaged_is_answered_or_refused_in_words(server: Server, data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(list(_syntax_tests().values())))
    text = case.text.read()
    begin = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(begin, min(len(text), begin + 20)))
    put_in = data.draw(
        st.one_of(
            st.sampled_from((b"", b"{", b"}", b"(", b"<", b'"', b"\\u0000", b"#", b"\xff", b"*")),
            st.binary(max_size=6),
        )
    )
    damaged = text[:begin] + put_in + text[end:]

    _check(
        server,
        "POST",
        _ask(
            server,
            damaged,
            is_update=case.is_update,
            way=data.draw(st.sampled_from(("direct", "form", "GET"))),
        ),
    )
