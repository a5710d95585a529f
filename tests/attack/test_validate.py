"""Hostile documents at `/validate`: refused, or stopped at the limit; the server and the other pages go on."""

from __future__ import annotations

import gzip
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from attack.server import playing, serving, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attack.listener import Listener
    from attack.server import Answer, Server
    from zanryu.config import Settings

_TURTLE: Final = "text/turtle"
_XML: Final = "application/rdf+xml"
_JSON_LD: Final = "application/ld+json"
_JSON: Final = {"Accept": "application/json"}
_SMALL: Final = b"<https://w3id.org/zanryu/id/person/nobody> a <https://w3id.org/zanryu/ontology/Person> ."
_LIMIT_SECONDS: Final = 2.0
# Where much else runs, little is on time.
_PATIENCE_SECONDS: Final = 15.0
_LAUGHS: Final = (
    "<!DOCTYPE r [<!ENTITY a '"
    + "ha" * 50
    + "'>"
    + "".join(f"<!ENTITY {chr(98 + n)} '{('&' + chr(97 + n) + ';') * 10}'>" for n in range(9))
    + "]><r xmlns='http://example.org/'>&j;</r>"
)
_CLAIM: Final = """cl:igawa-sei-slow-{n} a zr:Assertion ;
  rdf:subject p:igawa-sei ; rdf:predicate zr:describedAs ; rdf:object "the same"@en ;
  zr:certainty zv:possible ; zr:status zv:normal ; zr:when "1946" ;
  zr:conflictsWith {others} ;
  zr:citation [ zr:work w:answer ; zr:locator "bullet 4" ; zr:stance zv:supports ] .
"""
_PREFIXES: Final = """@prefix cl: <https://w3id.org/zanryu/id/claim/> .
@prefix p: <https://w3id.org/zanryu/id/person/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix w: <https://w3id.org/zanryu/id/work/> .
@prefix zr: <https://w3id.org/zanryu/ontology/> .
@prefix zv: <https://w3id.org/zanryu/vocab/> .
"""


def slow_document(claims: int = 400) -> bytes:
    """A document whose claims are all the same and all contradict one another: each pair is looked at."""
    others = " , ".join(f"cl:igawa-sei-slow-{n}" for n in range(30))
    return (_PREFIXES + "".join(_CLAIM.format(n=n, others=others) for n in range(claims))).encode()


@pytest.fixture(scope="module")
def server(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose validations may take two seconds, and one may wait."""
    folder = tmp_path_factory.mktemp("judging")
    limits = {"validation_timeout_seconds": str(_LIMIT_SECONDS), "validation_queue_length": "1"}
    with serving(built.store, folder, access_log="none", **limits) as started:
        _wait_until_it_validates(started)
        yield started


def _post(
    server: Server, body: bytes, content_type: str = _TURTLE, target: str = "/validate", **headers: str
) -> Answer:
    return server.post(body, content_type, target, **{**_JSON, **headers})


def _wait_until_it_validates(server: Server) -> None:
    wait_until(lambda: _post(server, _SMALL).status == 200, 60, "a document is validated")


_DOCUMENTS: Final[dict[str, tuple[str, str | bytes, int | None]]] = {
    "billion laughs": (_XML, _LAUGHS, 403),
    "external DTD": (_XML, "<!DOCTYPE r SYSTEM 'ADDRESS'><r xmlns='http://example.org/'/>", 403),
    "entity of a file": (_XML, "<!DOCTYPE r [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><r xmlns='http://example.org/'>&e;</r>", 403),
    "remote context": (_JSON_LD, '{"@context": "ADDRESS", "a": "b"}', 403),
    "imported context": (_JSON_LD, '{"@context": [{"@import": "ADDRESS"}], "a": "b"}', 403),
    "deep JSON": (_JSON_LD, '{"http://example.org/p":' * 20_000 + "1" + "}" * 20_000, 403),
    "deep Turtle": (_TURTLE, "<h:s> <h:p> " + "[ <h:p> " * 30_000 + "1" + " ]" * 30_000 + " .", None),
    "deep lists": (_TURTLE, "<h:s> <h:p> " + "( " * 30_000 + ")" * 30_000 + " .", None),
    "deep terms": (_TURTLE, "<h:s> <h:p> " + "<<( <h:s> <h:p> " * 5_000 + "1" + " )>>" * 5_000 + " .", 403),
    "a circle": (_TURTLE, "_:a <h:p> _:a .", None),
    "a longer circle": (_TURTLE, "_:a <h:p> _:b . _:b <h:p> _:a .", None),
    "deep XML": (_XML, "<r xmlns='h:x'>" + "<a>" * 30_000, None),
    "no Unicode": (_TURTLE, "\ud800".encode("utf-8", "surrogatepass"), 400),
    "a query": (_TURTLE, "SELECT * { SERVICE <ADDRESS> { ?s ?p ?o } }", 400),
    "service as data": (_TURTLE, '<h:s> <h:p> "SERVICE <ADDRESS> { ?s ?p ?o }" ; <h:q> <ADDRESS> .', 200),
}  # fmt: skip


def _in_turns(name: str, number: int) -> list[tuple[str, list[pytest.MarkDecorator]]]:
    """Return the contexts of a document; what is deep may cost a process, and has one of them, in the long run both."""
    contexts = ("none", "graph")
    left_out = contexts[number % 2] if name.startswith("deep") else ""
    return [(context, [pytest.mark.long] if context == left_out else []) for context in contexts]


@pytest.mark.parametrize(
    ("content_type", "document", "status", "context"),
    [
        pytest.param(*document, context, id=f"{context}-{name}", marks=marks)
        for number, (name, document) in enumerate(_DOCUMENTS.items())
        for context, marks in _in_turns(name, number)
    ],
)
def test_a_hostile_document_is_judged_or_refused_and_brings_in_nothing(
    server: Server,
    listener: Listener,
    content_type: str,
    document: str | bytes,
    status: int | None,
    context: str,
) -> None:
    body = document if isinstance(document, bytes) else document.encode()
    body = body.replace(b"ADDRESS", f"http://127.0.0.1:{listener.port}/x".encode())

    answer = _post(server, body, content_type, f"/validate?context={context}")

    assert not answer.is_fault, answer.text
    assert status is None or answer.status == status, answer.text
    assert b"root:" not in answer.body
    assert listener.count() == 0
    _wait_until_it_validates(server)


def test_a_document_over_the_limit_is_refused_packed_or_not(server: Server) -> None:
    long = b"<h:s> <h:p> 1 .\n" * 40_000

    assert _post(server, long).status == 413
    assert _post(server, gzip.compress(long), Content_Encoding="gzip").status == 413
    assert _post(server, gzip.compress(b"\0" * 50_000_000), Content_Encoding="gzip").status == 413
    assert _post(server, gzip.compress(_SMALL), Content_Encoding="gzip").status == 200


def test_a_slow_document_is_stopped_at_the_limit_and_holds_up_nobody(server: Server) -> None:
    with ThreadPoolExecutor(1) as threads:
        began = time.monotonic()
        slow = threads.submit(_post, server, slow_document(), _TURTLE, "/validate?context=graph")
        meanwhile = 0
        while not slow.done():
            assert server.get("/health").status == 200
            assert server.get("/problems/").status == 200
            meanwhile += 1

    answer = slow.result()
    assert (answer.status, json.loads(answer.body)["type"].rpartition("/")[2]) == (503, "validation-stopped")
    assert time.monotonic() - began < _LIMIT_SECONDS + _PATIENCE_SECONDS
    assert meanwhile > 4, "whoever is held up by it comes once, and is answered after it"
    _wait_until_it_validates(server)


def test_beyond_the_queue_a_document_is_refused_at_once_and_told_when_to_come_again(server: Server) -> None:
    body = slow_document()
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda _: _post(server, body), range(6)))

    refused = [answer for answer in answers if b"too-busy" in answer.body]
    assert {answer.status for answer in answers} == {503}
    assert len(refused) >= 3
    assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)
    _wait_until_it_validates(server)


def test_a_process_that_was_stopped_is_replaced_by_one(server: Server) -> None:
    before = validating(server)

    _post(server, slow_document())
    _wait_until_it_validates(server)

    after = validating(server)
    assert len(after) == 1
    assert not before & after


def validating(server: Server) -> set[int]:
    """Return the ids of the processes that validate."""
    commands = {process.id: Path(f"/proc/{process.id}/cmdline").read_bytes() for process in server.census()}
    return {process for process, command in commands.items() if b"zanryu.validation.process" in command}


def test_it_is_paid_for_like_a_query(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("charging")
    budget = {"budget_errors": "3", "budget_loopback": "true", "access_log": "none"}
    with serving(built.store, folder, **budget) as server:
        statuses = [_post(server, b"nonsense").status for _ in range(5)]

    assert statuses == [400, 400, 400, 429, 429]


def test_a_server_with_no_worker_for_it_has_no_page(
    built: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("without")
    with serving(built.store, folder, access_log="none", validation_workers="0") as server:
        assert server.get("/validate").status == 404
        assert b"/validate" not in server.get("/", "text/html").body


def test_a_playground_has_no_shapes_and_no_page(tmp_path: Path) -> None:
    with playing(tmp_path, access_log="none") as server:
        assert server.get("/validate").status == 404
        assert b"/validate" not in server.get("/", "text/html").body
