"""SERVICE with a list of origins: what is listed is asked, and nothing else; what it answers is not trusted."""

from __future__ import annotations

import asyncio
import gzip
import json
import shutil
import subprocess
from contextlib import closing
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any, Final

import httpx
import pyoxigraph as ox
import pytest

from attack.endpoint import Endpoint, answering
from attack.server import QUERY, ROWS, UPDATE, free_port, serving, target_of, wait_until
from zanryu.errors import ServiceFailed
from zanryu.front.remote import USER_AGENT, Remote
from zanryu.sparql.federation.origins import read_endpoint

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from attack.listener import Listener
    from attack.server import Answer, Server
    from zanryu.config import Settings

# Long enough for an answer of a neighbour on a busy machine, and waited for by three tests.
_SECONDS: Final = 3.0
_SELECT: Final = "SELECT * { ?s ?p ?o }"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    store = ox.Store()
    store.update(
        "PREFIX : <http://e/> INSERT DATA { :a :p 1 ; :name 'O\\'Neill of the SERVICE'@en . :b :p 2 . _:x :q 3 }"
    )
    with answering(store) as found:
        yield found


@pytest.fixture(scope="module")
def federating(
    built: Settings, endpoint: Endpoint, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    settings = {
        "federation_origins": endpoint.origin,
        "federation_timeout_seconds": str(_SECONDS),
        "federation_rows": "100",
        "federation_bytes": "1000000",
        "query_timeout_seconds": "20",
        "query_workers": "1",
        "validation_workers": "0",
    }
    with serving(built.store, tmp_path_factory.mktemp("federating"), access_log="none", **settings) as found:
        # The client of HTTP is made with the first question; where much runs, that alone takes a second.
        first = f"ASK {{ SERVICE <{endpoint.origin}/sparql> {{ ?s ?p ?o }} }}"
        wait_until(lambda: found.query(first).status == 200, 60, "it asks the endpoint")
        yield found


def _rows(answer: Answer) -> list[dict[str, Any]]:
    assert answer.status == 200, answer.text
    rows: list[dict[str, Any]] = json.loads(answer.body)["results"]["bindings"]
    return rows


def _ask(server: Server, endpoint: Endpoint, path: str, keyword: str = "SERVICE") -> Answer:
    return server.query(f"SELECT * {{\n{keyword} <{endpoint.origin}{path}> {{ ?s ?p ?o }} }}")


def test_a_listed_endpoint_is_asked_and_joined(federating: Server, endpoint: Endpoint) -> None:
    answer = federating.query(
        f"""PREFIX : <http://e/> SELECT ?n ?o ?name {{
            VALUES (?s ?n) {{ (:a 10) (:b 20) (:c 30) }}
            OPTIONAL {{ SERVICE <{endpoint.origin}/sparql> {{ ?s :p ?o OPTIONAL {{ ?s :name ?name }} }} }}
        }} ORDER BY ?n"""
    )
    path, headers, question = endpoint.asked[-1]

    assert [{name: term["value"] for name, term in row.items()} for row in _rows(answer)] == [
        {"n": "10", "o": "1", "name": "O'Neill of the SERVICE"},
        {"n": "20", "o": "2"},
        {"n": "30"},
    ]
    assert path == "/sparql"
    assert question.startswith("PREFIX : <http://e/>\nSELECT * { ?s :p ?o OPTIONAL")
    assert headers["user-agent"] == USER_AGENT
    assert headers["host"] == endpoint.origin.removeprefix("http://")
    assert headers["accept"] == ROWS
    assert not {"cookie", "authorization", "referer"} & headers.keys()


def test_our_own_graph_is_joined_with_it_in_every_form(federating: Server, endpoint: Endpoint) -> None:
    clause = f"SERVICE <{endpoint.origin}/sparql> {{ SELECT ?o {{ ?x <http://e/p> ?o }} }}"

    assert (
        federating.query(f"ASK {{ ?s a ?class {clause} }}").text.replace(" ", "").endswith('"boolean":true}')
    )
    assert (
        federating.get(target_of(f"CONSTRUCT {{ <h:s> <h:p> ?o }} {{ {clause} }}"), "text/turtle").status
        == 200
    )
    assert [
        row["n"]["value"] for row in _rows(federating.query(f"SELECT (COUNT(*) AS ?n) {{ {clause} }}"))
    ] == ["2"]
    page = federating.get(target_of(f"SELECT * {{ {clause} }}"), "text/html")
    assert page.status == 200
    assert "SERVICE &lt;" in page.text


def test_an_answer_with_others_in_it_is_not_kept_tagged_or_shared(
    federating: Server, endpoint: Endpoint
) -> None:
    before = len(endpoint.asked)
    answers = [_ask(federating, endpoint, "/sparql") for _ in range(2)]

    assert len(endpoint.asked) == before + 2
    for answer in answers:
        assert answer.status == 200
        assert answer.headers["cache-control"] == "no-store"
        assert "etag" not in answer.headers
        assert answer.headers.get("x-cache") != "hit"


def test_blank_nodes_of_another_server_are_names_for_one_answer(
    federating: Server, endpoint: Endpoint
) -> None:
    (row,) = _rows(
        federating.query(f"SELECT * {{ SERVICE <{endpoint.origin}/sparql> {{ ?s <http://e/q> ?o }} }}")
    )

    assert row["s"]["type"] == "uri"
    assert row["s"]["value"].startswith("urn:uuid:")


def test_an_answer_may_be_compressed(federating: Server, endpoint: Endpoint) -> None:
    assert len(_rows(_ask(federating, endpoint, "/zipped"))) == 4


def test_the_description_tells_of_federation_where_there_is_some(federating: Server, server: Server) -> None:
    feature = "BasicFederatedQuery"

    assert feature in federating.get("/sparql", "text/turtle").text
    assert feature not in server.get("/sparql", "text/turtle").text


NOT_LISTED: Final = {
    "another port": "SERVICE <http://127.0.0.1:PORT/sparql> { ?s ?p ?o }",
    "another scheme": "SERVICE <https://LISTED/sparql> { ?s ?p ?o }",
    "another name of the host": "SERVICE <http://localhost:LISTED_PORT/sparql> { ?s ?p ?o }",
    "another spelling of the address": "SERVICE <http://2130706433:LISTED_PORT/sparql> { ?s ?p ?o }",
    "the listed one as a user": "SERVICE <http://LISTED@127.0.0.1:PORT/sparql> { ?s ?p ?o }",
    "a user": "SERVICE <http://me@LISTED/sparql> { ?s ?p ?o }",
    "a backslash": "SERVICE <http://LISTED\\@127.0.0.1:PORT/sparql> { ?s ?p ?o }",
    "a fragment": "SERVICE <http://127.0.0.1:PORT#http://LISTED/sparql> { ?s ?p ?o }",
    "a variable": "VALUES ?u { <http://LISTED/sparql> } SERVICE ?u { ?s ?p ?o }",
    "one inside of the other": (
        "SERVICE <http://LISTED/sparql> { SERVICE <http://127.0.0.1:PORT/sparql> { ?s ?p ?o } }"
    ),
    "one beside the other": (
        "SERVICE <http://LISTED/sparql> { ?s ?p ?o } SERVICE <http://127.0.0.1:PORT/sparql> { ?s ?p ?o }"
    ),
    "the second in another reading": (
        "SERVICE <http://LISTED/sparql> { ?s ?p ?o } FILTER(?s<?p)SERVICE#>\n:x{ ?a ?b ?c }"
    ),
    "what an answer would free from a string": (
        'VALUES ?v { " SERVICE <http://LISTED/sparql> '
        '{ BIND("} SERVICE <http://127.0.0.1:PORT/> { ?a ?b ?c } #" AS ?x) }'
    ),
}


@pytest.mark.parametrize("clause", NOT_LISTED.values(), ids=NOT_LISTED.keys())
def test_what_is_not_listed_is_refused_and_nobody_is_asked(
    federating: Server, endpoint: Endpoint, listener: Listener, clause: str
) -> None:
    listed = endpoint.origin.removeprefix("http://")
    clause = clause.replace("LISTED_PORT", listed.partition(":")[2]).replace("LISTED", listed)
    text = f"PREFIX : <http://127.0.0.1:PORT/>\nSELECT * {{ {clause} }}".replace("PORT", str(listener.port))
    before = len(endpoint.asked)
    answer = federating.query(text)

    assert (listener.count(), len(endpoint.asked)) == (0, before)
    assert answer.status == 403
    assert json.loads(answer.body)["line"] in (2, 3)


def test_an_update_asks_nobody(federating: Server, endpoint: Endpoint) -> None:
    before = len(endpoint.asked)
    text = f"INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{endpoint.origin}/sparql> {{ ?s ?p ?o }} }}"

    assert federating.post(text.encode(), UPDATE).status == 403
    assert federating.query(text).status in (400, 403)
    assert len(endpoint.asked) == before


FAILING: Final = {
    "/silent": "did not answer in time",
    "/trickling": "did not answer in time",
    "/endless": "more than 1000000 bytes",
    "/bomb": "more than 1000000 bytes",
    "/many": "more than 100 rows",
    "/broken-off": "broke off",
    "/redirect": "redirect",
    "/redirect-by-get": "redirect",
    "/fault": "status 500",
    "/page": "something else",
    "/malformed": "something else",
    "/nested": "something else",
    "/unknown-coding": "coding",
}


@pytest.mark.parametrize("path", FAILING)
def test_an_endpoint_that_fails_is_named_and_the_server_lives(
    federating: Server, endpoint: Endpoint, listener: Listener, path: str
) -> None:
    endpoint.redirect = f"http://127.0.0.1:{listener.port}/"
    answer = _ask(federating, endpoint, path)
    problem = json.loads(answer.body)

    assert (answer.status, problem["line"], problem["service"]) == (502, 2, endpoint.origin)
    assert FAILING[path] in problem["detail"]
    assert endpoint.origin in problem["detail"]
    assert "secret" not in answer.text
    assert listener.count() == 0
    assert len(_rows(_ask(federating, endpoint, "/sparql"))) == 4


@pytest.mark.parametrize("path", ["/silent", "/malformed", "/redirect", "/endless"])
def test_a_silent_service_that_fails_gives_one_empty_solution(
    federating: Server, endpoint: Endpoint, path: str
) -> None:
    assert _rows(_ask(federating, endpoint, path, "SERVICE SILENT")) == [{}]


def test_an_endpoint_that_nobody_is_at_is_named(built: Settings, tmp_path: Path) -> None:
    origin = f"http://127.0.0.1:{free_port()}"
    with serving(
        built.store, tmp_path, access_log="none", validation_workers="0", federation_origins=origin
    ) as server:
        answer = server.query(f"SELECT * {{ SERVICE <{origin}/> {{ ?s ?p ?o }} }}")

    assert answer.status == 502
    assert f"No connection to {origin}" in answer.text


def test_when_the_client_leaves_nobody_is_waited_for(federating: Server, endpoint: Endpoint) -> None:
    endpoint.left.clear()
    before = len(endpoint.asked)
    text = f"SELECT * {{ SERVICE <{endpoint.origin}/silent> {{ ?s ?p ?o }} }}"
    with closing(HTTPConnection("127.0.0.1", federating.port)) as connection:
        connection.request("GET", target_of(text))
        wait_until(lambda: len(endpoint.asked) > before, 10, "the endpoint is asked")

    assert endpoint.left.wait(10)


def test_the_time_that_others_take_is_charged_to_the_client(
    built: Settings, endpoint: Endpoint, tmp_path: Path
) -> None:
    settings = {
        "federation_origins": endpoint.origin,
        "federation_timeout_seconds": "1",
        "budget_seconds": "0.5",
        "budget_refill_seconds_per_minute": "1",
        "budget_loopback": "true",
        "validation_workers": "0",
    }
    with serving(built.store, tmp_path, access_log="none", **settings) as server:
        assert _ask(server, endpoint, "/silent").status == 502
        assert _ask(server, endpoint, "/sparql").status == 429


def test_what_reaches_the_pages_alone_asks_nobody(federating: Server, endpoint: Endpoint) -> None:
    before = len(endpoint.asked)
    text = f"SELECT * {{ SERVICE <{endpoint.origin}/sparql> {{ ?s ?p ?o }} }}"
    answer = federating.post(gzip.compress(text.encode()), QUERY, Content_Encoding="gzip")

    assert answer.status == 403
    assert len(endpoint.asked) == before


def _remote_answer(origin: str, leads_to: list[str], path: str = "/sparql", *, allows_private: bool) -> bytes:
    async def resolve(_host: str, _port: int) -> list[str]:
        return leads_to

    async def ask() -> bytes:
        found = read_endpoint(origin + path)
        assert found is not None
        remote = Remote(1_000_000, allows_private=allows_private, resolver=resolve)
        return await asyncio.wait_for(remote.ask(found, _SELECT), 10)

    return asyncio.run(ask())


@pytest.mark.parametrize(
    "leads_to",
    [["127.0.0.1"], ["::1"], ["::ffff:127.0.0.1"], ["169.254.169.254"], ["8.8.8.8", "127.0.0.1"]],
    ids=" ".join,
)
def test_a_name_that_leads_into_a_private_network_is_refused_before_a_connection(
    listener: Listener, leads_to: list[str]
) -> None:
    with pytest.raises(ServiceFailed, match="private network"):
        _remote_answer(f"http://a.example:{listener.port}", leads_to, allows_private=False)

    assert listener.count() == 0


def test_the_connection_goes_to_the_address_that_was_looked_at(endpoint: Endpoint) -> None:
    port = endpoint.origin.rpartition(":")[2]
    # No name server knows this name: were it resolved again, there would be no answer.
    answer = _remote_answer(f"http://pinned.invalid:{port}", ["127.0.0.1"], allows_private=True)

    assert len(json.loads(answer)["results"]["bindings"]) == 4
    assert endpoint.asked[-1][1]["host"] == f"pinned.invalid:{port}"


def test_no_proxy_of_the_environment_is_used(
    endpoint: Endpoint, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{listener.port}")

    assert _remote_answer(endpoint.origin, [], allows_private=False)
    assert listener.count() == 0


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for `a.example`, with its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed: nothing makes a certificate")
    path = tmp_path / "certificate.pem"
    subject = ["-subj", "/CN=a.example", "-addext", "subjectAltName=DNS:a.example", "-days", "2"]
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command = [
        openssl,
        "req",
        "-x509",
        *key,
        *subject,
        "-keyout",
        str(path),
        "-out",
        str(path.with_suffix(".crt")),
    ]
    subprocess.run(command, check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + path.with_suffix(".crt").read_bytes())
    return path


def test_the_certificate_must_be_for_the_name_and_not_for_the_address(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_suffix(".crt")))
    with answering(ox.Store(), certificate) as endpoint:
        port = endpoint.origin.rpartition(":")[2]

        assert _remote_answer(f"https://a.example:{port}", ["127.0.0.1"], allows_private=True)
        for origin in (f"https://b.example:{port}", f"https://127.0.0.1:{port}"):
            with pytest.raises(ServiceFailed, match="certificate is not valid"):
                _remote_answer(origin, ["127.0.0.1"], allows_private=True)
    assert httpx.create_ssl_context().check_hostname
