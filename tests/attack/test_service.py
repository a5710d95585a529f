"""No query or update makes the server open a connection or read a file: counted at a socket, not by a status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest

from attack.server import FORM, QUERY, UPDATE, target_of

if TYPE_CHECKING:
    from pathlib import Path

    from attack.listener import Listener
    from attack.server import Answer, Server

_SECRET: Final = "a secret of this machine"  # noqa: S105 - not one
# Where 127.0.0.1 is, written so that no filter of texts finds it: PORT and FILE are put in below.
SPELLINGS: Final = {
    "plain": "SELECT * { SERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } }",
    "lower case": "SELECT * { service <http://127.0.0.1:PORT/> { ?s ?p ?o } }",
    "mixed case": "SELECT * { sErViCe <http://127.0.0.1:PORT/> { ?s ?p ?o } }",
    "silent": "SELECT * { SERVICE SILENT <http://127.0.0.1:PORT/> { ?s ?p ?o } }",
    "after a comment": "SELECT * { # {\nSERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } }",
    "after a comment that a carriage return ends": (
        "SELECT * { # {\rSERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } }"
    ),
    "with a comment inside": "SELECT * { SERVICE#}\n<http://127.0.0.1:PORT/> { ?s ?p ?o } }",
    "inside EXISTS": "ASK { FILTER EXISTS { SERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } } }",
    "inside NOT EXISTS in a BIND": (
        "SELECT * { BIND(NOT EXISTS { SERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } } AS ?x) }"
    ),
    "inside a subquery": "SELECT * { { SELECT ?s { SERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } } } }",
    "inside OPTIONAL": "SELECT * { OPTIONAL { SERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } } }",
    "inside UNION": "SELECT * { { } UNION { SERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } } }",
    "inside MINUS": "SELECT * { ?s ?p ?o MINUS { SERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } } }",
    "inside GRAPH": "SELECT * { GRAPH ?g { SERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } } }",
    "by a prefixed name": "PREFIX e: <http://127.0.0.1:PORT/> SELECT * { SERVICE e:x { ?s ?p ?o } }",
    "run together with the name": (
        "PREFIX : <http://127.0.0.1:PORT/> PREFIX service: <h:> SELECT * { SERVICE:x { ?s ?p ?o } }"
    ),
    "SILENT run together with the name": (
        "PREFIX : <http://127.0.0.1:PORT/> SELECT * { SERVICE SILENT:x { ?s ?p ?o } }"
    ),
    "by a base IRI": "BASE <http://127.0.0.1:PORT/> SELECT * { SERVICE <x> { ?s ?p ?o } }",
    "escape in the IRI": "SELECT * { SERVICE <http://\\u003127.0.0.1:PORT/> { ?s ?p ?o } }",
    "escape in the keyword": "SELECT * { \\u0053ERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } }",
    "long escape in the keyword": "SELECT * { \\U00000073ervice <http://127.0.0.1:PORT/> { ?s ?p ?o } }",
    "escaped bracket of the IRI": "SELECT * { SERVICE \\u003Chttp://127.0.0.1:PORT/> { ?s ?p ?o } }",
    "decimal address": "SELECT * { SERVICE <http://2130706433:PORT/> { ?s ?p ?o } }",
    "hexadecimal address": "SELECT * { SERVICE <http://0x7f000001:PORT/> { ?s ?p ?o } }",
    "short address": "SELECT * { SERVICE <http://127.1:PORT/> { ?s ?p ?o } }",
    "address in IPv6": "SELECT * { SERVICE <http://[::ffff:127.0.0.1]:PORT/> { ?s ?p ?o } }",
    "a name": "SELECT * { SERVICE <http://localhost:PORT/> { ?s ?p ?o } }",
    "a user before the address": "SELECT * { SERVICE <http://w3id.org@127.0.0.1:PORT/> { ?s ?p ?o } }",
    "a variable that a value binds": (
        "SELECT * { VALUES ?u { <http://127.0.0.1:PORT/> } SERVICE ?u { ?s ?p ?o } }"
    ),
    "a variable that an expression binds": (
        "SELECT * { BIND(IRI(CONCAT('http://127.0.0.1:', 'PORT/')) AS ?u) SERVICE ?u { ?s ?p ?o } }"
    ),
    "a comparison that reads as an IRI": (
        "PREFIX : <http://127.0.0.1:PORT/> SELECT * { BIND(1 AS ?a) BIND(2 AS ?b) "
        "FILTER(?a<?b)SERVICE#>\n:x{ ?s ?p ?o } }"
    ),
    "a short string that reads as a long one": (
        'PREFIX : <http://127.0.0.1:PORT/> SELECT * { VALUES ?v {"""a"} SERVICE :x { ?s ?p ?o } }'
    ),
    "in CONSTRUCT": "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } }",
    "in DESCRIBE": "DESCRIBE ?s WHERE { SERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } }",
    "in an update": "INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } }",
}
LOADS: Final = {
    "plain": "LOAD <http://127.0.0.1:PORT/data.ttl>",
    "lower case": "load <http://127.0.0.1:PORT/data.ttl>",
    "silent": "LOAD SILENT <http://127.0.0.1:PORT/data.ttl>",
    "into a graph": "LOAD <http://127.0.0.1:PORT/data.ttl> INTO GRAPH <http://example.org/g>",
    "by a prefixed name": "PREFIX e: <http://127.0.0.1:PORT/> LOAD e:data",
    "second operation": "INSERT DATA {} ; LOAD <http://127.0.0.1:PORT/data.ttl>",
    "escape in the keyword": "\\u004COAD <http://127.0.0.1:PORT/data.ttl>",
    "a file": "LOAD <FILE>",
    "a file, silently": "LOAD SILENT <FILE> INTO GRAPH <http://example.org/g>",
}
DATASETS: Final = {
    "FROM a file": "SELECT * FROM <FILE> { ?s ?p ?o }",
    "FROM NAMED a file": "SELECT * FROM NAMED <FILE> { GRAPH ?g { ?s ?p ?o } }",
    "GRAPH with the name of a file": "SELECT * { GRAPH <FILE> { ?s ?p ?o } }",
    "FROM a file, percent-encoded": "SELECT * FROM <ENCODED> { ?s ?p ?o }",
    "FROM a relative file": "BASE <FILE> SELECT * FROM <secret.ttl> { ?s ?p ?o }",
    "FROM a path": "BASE <file:///> SELECT * FROM <PATH> { ?s ?p ?o }",
    "FROM an address": "SELECT * FROM <http://127.0.0.1:PORT/data.ttl> { ?s ?p ?o }",
    "FROM NAMED an address": "SELECT * FROM NAMED <http://127.0.0.1:PORT/> { GRAPH ?g { ?s ?p ?o } }",
    "GRAPH with an address": "SELECT * { GRAPH <http://127.0.0.1:PORT/data.ttl> { ?s ?p ?o } }",
    "DESCRIBE an address": "DESCRIBE <http://127.0.0.1:PORT/data.ttl>",
}


@pytest.fixture(scope="module")
def server(patient: Server) -> Server:
    """A server that refuses nothing for the time it takes: on a busy machine even a short query may take long."""
    return patient


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that RDF can be read from, and that no answer may show."""
    path = tmp_path_factory.mktemp("secret") / "secret.ttl"
    path.write_text(f'<http://example.org/s> <http://example.org/p> "{_SECRET}" .\n', encoding="utf-8")
    return path


def _aim(text: str, listener: Listener, secret: Path) -> str:
    file = secret.as_uri()
    encoded = "file://" + "".join(f"%{byte:02X}" if byte != ord("/") else "/" for byte in bytes(secret))
    names = {"PORT": str(listener.port), "FILE": file, "ENCODED": encoded, "PATH": str(secret)}
    for name, value in names.items():
        text = text.replace(name, value)
    return text


def _in_every_way(server: Server, text: str) -> dict[str, Answer]:
    """Send a text by each door of the protocol, as a query and as an update."""
    encoded = text.encode()
    return {
        "GET": server.get(target_of(text)),
        "GET for a page": server.get(target_of(text), "text/html"),
        "GET as an update": server.get("/sparql?" + urlencode({"update": text})),
        "POST of a form": server.post(urlencode({"query": text}).encode(), FORM),
        "POST of a form as an update": server.post(urlencode({"update": text}).encode(), FORM),
        "POST": server.post(encoded, QUERY),
        "POST as an update": server.post(encoded, UPDATE),
        "POST under another name": server.post(encoded, QUERY, "/sparql/"),
    }


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_no_spelling_of_service_reaches_a_socket_by_any_door(
    server: Server, listener: Listener, secret: Path, spelling: str
) -> None:
    answers = _in_every_way(server, _aim(spelling, listener, secret))

    assert listener.count() == 0
    assert not {way: answer.status for way, answer in answers.items() if not 400 <= answer.status < 500}


@pytest.mark.parametrize("spelling", LOADS.values(), ids=LOADS.keys())
def test_load_fetches_nothing_and_reads_no_file(
    server: Server, listener: Listener, secret: Path, spelling: str
) -> None:
    answers = _in_every_way(server, _aim(spelling, listener, secret))

    assert listener.count() == 0
    assert not {way: answer.status for way, answer in answers.items() if not 400 <= answer.status < 500}
    assert not [way for way, answer in answers.items() if _SECRET in answer.text]


@pytest.mark.parametrize("query", DATASETS.values(), ids=DATASETS.keys())
def test_the_name_of_a_graph_is_a_name_and_not_an_address(
    server: Server, listener: Listener, secret: Path, query: str
) -> None:
    answers = _in_every_way(server, _aim(query, listener, secret))

    assert listener.count() == 0
    assert not [way for way, answer in answers.items() if answer.status >= 500 or _SECRET in answer.text]


@pytest.mark.parametrize("parameter", ["default-graph-uri", "named-graph-uri", "using-graph-uri", "graph"])
@pytest.mark.parametrize("place", ["FILE", "ENCODED", "http://127.0.0.1:PORT/data.ttl"])
def test_a_graph_named_by_a_parameter_is_not_fetched(
    server: Server, listener: Listener, secret: Path, parameter: str, place: str
) -> None:
    named = {parameter: _aim(place, listener, secret)}
    text = "SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    answers = [
        server.get(target_of(text, **named)),
        server.post(urlencode({"query": text, **named}).encode(), FORM),
        server.post(urlencode({"update": f"INSERT {{}} WHERE {text[9:]}", **named}).encode(), FORM),
        server.get("/graphs?" + urlencode(named)),
        server.get("/graphs/" + quote(named[parameter], safe="")),
    ]

    assert listener.count() == 0
    assert not [answer for answer in answers if answer.status >= 500 or _SECRET in answer.text]


REMOTE_DOCUMENTS: Final = {
    "a context in JSON-LD": ("application/ld+json", '{"@context": "PLACE", "a": "b"}'),
    "contexts in JSON-LD": ("application/ld+json", '{"@context": [{"@import": "PLACE"}, "PLACE"], "a": "b"}'),
    "an external entity in RDF/XML": (
        "application/rdf+xml",
        '<!DOCTYPE r [<!ENTITY e SYSTEM "PLACE">]><r xmlns="http://example.org/">&e;</r>',
    ),
    "an external DTD in RDF/XML": (
        "application/rdf+xml",
        '<!DOCTYPE r SYSTEM "PLACE"><r xmlns="http://example.org/"/>',
    ),
    "a parameter entity in RDF/XML": (
        "application/rdf+xml",
        '<!DOCTYPE r [<!ENTITY % e SYSTEM "PLACE"> %e;]><r xmlns="http://example.org/"/>',
    ),
}


@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize("place", ["FILE", "http://127.0.0.1:PORT/data"])
@pytest.mark.parametrize("document", REMOTE_DOCUMENTS.values(), ids=REMOTE_DOCUMENTS.keys())
def test_a_document_sent_to_the_graph_store_brings_in_no_other(
    server: Server, listener: Listener, secret: Path, document: tuple[str, str], place: str, method: str
) -> None:
    media_type, text = document
    body = text.replace("PLACE", _aim(place, listener, secret)).encode()
    answer = server.ask(method, "/graphs?graph=http://example.org/g", {"Content-Type": media_type}, body)

    assert listener.count() == 0
    assert 400 <= answer.status < 500
    assert _SECRET not in answer.text


def test_the_listener_counts_what_the_engine_itself_would_reach(listener: Listener, secret: Path) -> None:
    # If this fails, the tests above prove nothing.
    try:
        found = ox.Store().query(_aim(SPELLINGS["plain"], listener, secret))
        assert isinstance(found, ox.QuerySolutions)
        next(found, None)
    except OSError:
        pass  # it answers nothing

    assert listener.count() > 0
