"""No query makes the server open a connection: asserted at a listening socket, not by a status."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

if TYPE_CHECKING:
    from attack.listener import Listener
    from protocol.asking import Client

# Each one makes Oxigraph, left to itself, connect to the host and port at PLACE.
SPELLINGS = {
    "plain": "SELECT * { SERVICE <http://PLACE/> { ?s ?p ?o } }",
    "lower case": "SELECT * { service <http://PLACE/> { ?s ?p ?o } }",
    "mixed case": "SELECT * { sErViCe <http://PLACE/> { ?s ?p ?o } }",
    "silent": "SELECT * { SERVICE SILENT <http://PLACE/> { ?s ?p ?o } }",
    "after a comment": "SELECT * { # {\nSERVICE <http://PLACE/> { ?s ?p ?o } }",
    "after a carriage return": "SELECT * { # {\rSERVICE <http://PLACE/> { ?s ?p ?o } }",
    "comment inside": "SELECT * { SERVICE#}\n<http://PLACE/> { ?s ?p ?o } }",
    "inside EXISTS": "ASK { FILTER EXISTS { SERVICE <http://PLACE/> { ?s ?p ?o } } }",
    "inside a subquery": "SELECT * { { SELECT ?s { SERVICE <http://PLACE/> { ?s ?p ?o } } } }",
    "inside OPTIONAL": "SELECT * { OPTIONAL { SERVICE <http://PLACE/> { ?s ?p ?o } } }",
    "prefixed name": "PREFIX e: <http://PLACE/> SELECT * { SERVICE e:x { ?s ?p ?o } }",
    "run together": "PREFIX : <http://PLACE/> PREFIX service: <h:> SELECT * { SERVICE:x { ?s ?p ?o } }",
    "silent run together": "PREFIX : <http://PLACE/> SELECT * { SERVICE SILENT:x { ?s ?p ?o } }",
    "escaped IRI": "SELECT * { SERVICE <http://\\u0031PLACE27.0.0.1:PORT/> { ?s ?p ?o } }",
    "comparison read as an IRI": "PREFIX : <http://PLACE/> SELECT * { BIND(1 AS ?a) BIND(2 AS ?b) "
    "FILTER(?a<?b)SERVICE#>\n:x{ ?s ?p ?o } }",
    "short string read as a long one": 'PREFIX : <http://PLACE/> SELECT * { VALUES ?v {"""a"} '
    "SERVICE :x { ?s ?p ?o } }",
    "construct": "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <http://PLACE/> { ?s ?p ?o } }",
}


def _aim(text: str, listener: Listener) -> str:
    text = text.replace("\\u0031PLACE27.0.0.1:PORT", f"\\u003127.0.0.1:{listener.port}")
    return text.replace("PLACE", f"127.0.0.1:{listener.port}")


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_the_engine_itself_would_connect(listener: Listener, spelling: str) -> None:
    # If this fails, Oxigraph has changed and the spelling proves nothing any more.
    try:
        result = ox.Store().query(_aim(spelling, listener))
        if not isinstance(result, ox.QueryBoolean):
            next(iter(result), None)
    except OSError:
        pass  # the listener answers nothing

    assert listener.count() > 0


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_the_server_refuses_and_connects_to_nothing(
    client: Client, listener: Listener, spelling: str
) -> None:
    response = client.ask(_aim(spelling, listener))

    assert listener.count() == 0
    assert response.status_code == 403
    assert response.mimetype == "application/problem+json"


@pytest.mark.parametrize("clause", ["FROM", "FROM NAMED"])
def test_a_graph_that_the_query_names_is_not_fetched(client: Client, listener: Listener, clause: str) -> None:
    rows = client.rows(_aim(f"SELECT * {clause} <http://PLACE/data.ttl> {{ ?s ?p ?o }}", listener))

    assert rows == []
    assert listener.count() == 0


def test_a_graph_that_the_request_names_is_not_fetched(client: Client, listener: Listener) -> None:
    place = f"http://127.0.0.1:{listener.port}/data.ttl"

    assert client.rows("SELECT * { ?s ?p ?o }", **{"default-graph-uri": place}) == []
    assert listener.count() == 0
