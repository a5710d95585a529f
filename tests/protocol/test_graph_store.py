"""The Graph Store HTTP Protocol: read by everybody, written in the playground."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING
from urllib.parse import quote

import pyoxigraph as ox
import pytest

from protocol.scratch import ADDRESS, MAX_BODY_BYTES, Playground, playground
from zanryu.web.media_types import GRAPHS, MediaType

if TYPE_CHECKING:
    from pathlib import Path

    from protocol.asking import Client

ENTITIES = "/graphs?graph=https://w3id.org/zanryu/graph/entities"
ONE = "<http://e/s> <http://e/p> 1 ."
TWO = "<http://e/s> <http://e/p> 2 ."
GRAPH = "/graphs?graph=http://e/g"


@pytest.fixture
def scratch(tmp_path: Path) -> Playground:
    return playground(tmp_path)


def triples(body: bytes, media_type: str = "text/turtle") -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(body, format=ox.RdfFormat.from_media_type(media_type))}


@pytest.mark.parametrize(
    ("media_type", "name"),
    [(m, name) for m in GRAPHS for name in m.names],
    ids=[name for m in GRAPHS for name in m.names],
)
def test_a_graph_comes_in_the_accepted_media_type(client: Client, media_type: MediaType, name: str) -> None:
    response = client.get(ENTITIES, name)
    expected = client.rows("SELECT * { GRAPH <https://w3id.org/zanryu/graph/entities> { ?s ?p ?o } }")

    assert response.status_code == 200
    assert response.mimetype in media_type.names
    assert len(triples(response.data, media_type.name)) == len(expected)


def test_a_graph_has_its_own_address(client: Client) -> None:
    assert client.get("/graphs/entities").data == client.get(ENTITIES).data


def test_the_default_graph_is_what_queries_see(client: Client) -> None:
    [row] = client.rows("SELECT (COUNT(*) AS ?n) { SELECT DISTINCT * { ?s ?p ?o } }")

    assert len(triples(client.get("/graphs?default").data)) == int(row["n"])


def test_an_unknown_graph_is_404(client: Client) -> None:
    for path in ("/graphs?graph=http://e/none", "/graphs/none"):
        assert client.get(path).status_code == 404
        assert client.app.test_client().head(path).status_code == 404


def test_head_has_the_headers_of_get(client: Client) -> None:
    got, head = client.get(ENTITIES), client.app.test_client().head(ENTITIES)

    assert head.data == b""
    for name in ("Content-Type", "ETag", "Vary", "Access-Control-Allow-Origin"):
        assert head.headers[name] == got.headers[name]


def test_a_current_copy_is_304_and_another_form_is_not(client: Client) -> None:
    tag = client.get(ENTITIES).headers["ETag"]

    assert client.get(ENTITIES, If_None_Match=tag).status_code == 304
    assert client.get(ENTITIES, "application/n-triples", If_None_Match=tag).status_code == 200


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/graphs?graph=relative", "graph"),
        ("/graphs?graph=http://e/&graph=http://e/", "graph"),
        ("/graphs?graph=http://e/&default", "default"),
        ("/graphs?default=yes", "default"),
        ("/graphs/entities?default", "default"),
        ("/graphs", "graph"),
        ("/graphs/entities?version=1", "version"),
    ],
)
def test_an_ambiguous_graph_is_refused_with_the_parameter(client: Client, path: str, parameter: str) -> None:
    response = client.get(path)

    assert response.status_code == 400
    assert json.loads(response.data)["parameter"] == parameter


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", [ENTITIES, "/graphs/new", "/graphs?default", "/graphs"])
def test_without_a_writer_a_change_is_refused_with_the_reason(client: Client, method: str, path: str) -> None:
    before = client.get(ENTITIES).data

    response = client.app.test_client().open(path, method=method, data=ONE, content_type="text/turtle")

    assert response.status_code == 403
    assert "no writer is configured" in json.loads(response.data)["detail"]
    assert client.get(ENTITIES).data == before


def test_options_say_what_is_allowed(client: Client, scratch: Playground) -> None:
    allowed = [
        asked.app.test_client().open(GRAPH, method="OPTIONS").headers["Allow"] for asked in (client, scratch)
    ]

    assert allowed == ["GET, HEAD, OPTIONS", "GET, HEAD, OPTIONS, PUT, POST, DELETE"]


def test_put_makes_a_graph_and_then_replaces_it(scratch: Playground) -> None:
    assert scratch.put(GRAPH, ONE).status_code == 201
    assert scratch.put(GRAPH, TWO).status_code == 204
    assert triples(scratch.get(GRAPH).data) == triples(TWO.encode())
    assert not scratch.holds("?s ?p ?o")


def test_post_merges_and_two_documents_share_no_blank_node(scratch: Playground) -> None:
    for text in ("_:a <http://e/p> 1 .", "_:a <http://e/p> 2 ."):
        scratch.send("POST", GRAPH, text, Content_Type="text/turtle")

    assert scratch.holds("GRAPH <http://e/g> { ?a <http://e/p> 1 . ?b <http://e/p> 2 FILTER(?a != ?b) }")


def test_delete_removes_a_graph_and_only_once(scratch: Playground) -> None:
    scratch.put(GRAPH, ONE)

    assert scratch.send("DELETE", GRAPH).status_code == 204
    assert scratch.get(GRAPH).status_code == 404
    assert scratch.send("DELETE", GRAPH).status_code == 404


def test_an_empty_graph_is_remembered(scratch: Playground) -> None:
    assert scratch.put(GRAPH, "").status_code == 201
    assert scratch.get(GRAPH).status_code == 200
    assert scratch.put(GRAPH, "").status_code == 204


def test_the_default_graph_can_be_written(scratch: Playground) -> None:
    assert scratch.put("/graphs?default", "<s> <http://e/p> 1 .").status_code == 204
    assert scratch.holds(f"<{ADDRESS}s> <http://e/p> 1")


def test_post_to_the_store_makes_a_graph_and_says_where(scratch: Playground) -> None:
    response = scratch.send("POST", "/graphs", ONE, Content_Type="text/turtle")
    location = response.headers["Location"]

    assert response.status_code == 201
    assert location.startswith(f"{ADDRESS}graphs/")
    assert triples(scratch.get(location.removeprefix(ADDRESS.rstrip("/"))).data) == triples(ONE.encode())
    assert triples(scratch.get(f"/graphs?graph={location}").data) == triples(ONE.encode())


def test_a_graph_at_its_own_address_is_named_by_it(scratch: Playground) -> None:
    scratch.put("/graphs/person/佐藤 春", "<> <http://e/p> 1 .")

    named = quote(f"{ADDRESS}graphs/person/%E4%BD%90%E8%97%A4%20%E6%98%A5", safe="")
    assert scratch.get(f"/graphs?graph={named}").status_code == 200
    [row] = scratch.rows("SELECT ?g ?s { GRAPH ?g { ?s ?p ?o } }")
    assert row["g"] == row["s"] == f"{ADDRESS}graphs/person/%E4%BD%90%E8%97%A4%20%E6%98%A5"


def test_a_form_brings_several_files(scratch: Playground) -> None:
    parts = [
        'Content-Disposition: form-data; name="a"; filename="a.ttl"\r\nContent-Type: text/turtle\r\n\r\n'
        + ONE,
        'Content-Disposition: form-data; name="b"; filename="b.nt"\r\n\r\n_:a <http://e/p> "b" .',
    ]
    body = "".join(f"--x\r\n{part}\r\n" for part in parts) + "--x--\r\n"

    response = scratch.send("POST", GRAPH, body, Content_Type="multipart/form-data; boundary=x")

    assert response.status_code == 201
    assert len(triples(scratch.get(GRAPH).data)) == 2


FORMS = {
    "no boundary": ("multipart/form-data", b"--x\r\n\r\n--x--"),
    "cut off": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + b"a",
    ),
    "too many parts": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n' * 60 + b"--x--",
    ),
    "a part that cannot be read": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="a"; filename="a.ttl"\r\n\r\n<a\r\n--x--\r\n',
    ),
}


@pytest.mark.parametrize(("content_type", "body"), FORMS.values(), ids=FORMS.keys())
def test_a_form_that_cannot_be_read_changes_nothing(
    scratch: Playground, content_type: str, body: bytes
) -> None:
    response = scratch.send("POST", GRAPH, body, Content_Type=content_type)

    assert response.status_code in (400, 415)
    assert scratch.get(GRAPH).status_code == 404


ENTITY = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>'
HOSTILE = {
    "a DOCTYPE": ("application/rdf+xml", ENTITY, 403),
    "a DOCTYPE in small letters": ("application/rdf+xml", ENTITY.lower(), 403),
    "RDF/XML in UTF-16": ("application/rdf+xml; charset=utf-16", ENTITY, 415),
    "a remote context": ("application/ld+json", '{"@context": "http://127.0.0.1:9/c"}', 403),
    "a remote context in a list": ("application/ld+json", '{"@context": [{}, "http://127.0.0.1:9/c"]}', 403),
    "a remote context behind another": (
        "application/ld+json",
        '{"@context": "http://127.0.0.1:9/c", "@context": {}}',
        403,
    ),
    "an escaped remote context": ("application/ld+json", r'{"\u0040context": "http://127.0.0.1:9/c"}', 403),
    "an import": ("application/ld+json", '{"@context": {"@import": "http://127.0.0.1:9/c"}}', 403),
    "deep JSON": ("application/ld+json", '{"a:b":' * 500 + "1" + "}" * 500, 403),
    "deep triple terms": ("text/turtle", "<a:a> <a:b> " + "<<( <a:a> <a:b> " * 99 + "1" + " )>>" * 99, 403),
    "broken Turtle": ("text/turtle", "<http://e/s> <http://e/p>\n", 400),
    "a named graph": ("application/ld+json", '{"@id": "a:g", "@graph": [{"a:b": 1}]}', 400),
    "another media type": ("text/html", "<p>", 415),
    "a dataset": ("application/trig", "<a:g> { <a:a> <a:b> 1 }", 415),
    "no media type": ("", ONE, 415),
    "another charset": ("text/turtle; charset=latin-1", ONE, 415),
}


@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize(("content_type", "body", "status"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_document_that_is_not_read_changes_nothing(
    scratch: Playground, method: str, content_type: str, body: str, status: int
) -> None:
    response = scratch.send(method, GRAPH, body[:MAX_BODY_BYTES], Content_Type=content_type)

    assert response.status_code == status
    assert scratch.get(GRAPH).status_code == 404


_SEVERAL = {
    "TriG": ("application/trig", "<a:g> { <a:a> <a:b> 1 }", "TriG holds several graphs."),
    "TriG without a graph name": ("application/trig", ONE, "TriG holds several graphs."),
    "N-Quads": ("application/n-quads", "<a:a> <a:b> 1 <a:g> .", "N-Quads holds several graphs."),
    "JSON-LD": ("application/ld+json", '{"@id": "a:g", "@graph": [{"a:b": 1}]}', "The document has a named"),
}  # fmt: skip


@pytest.mark.parametrize(("content_type", "body", "reason"), _SEVERAL.values(), ids=_SEVERAL.keys())
def test_several_graphs_are_refused_with_the_reason_and_the_way_to_go(
    scratch: Playground, content_type: str, body: str, reason: str
) -> None:
    said = json.loads(scratch.send("PUT", GRAPH, body, Content_Type=content_type).data)["detail"]

    assert said.startswith(reason)
    assert "one graph: send each graph's triples alone" in said


def tag_of(scratch: Playground, accept: str = "text/turtle", path: str = GRAPH) -> str:
    return scratch.get(path, accept).headers["ETag"]


@pytest.mark.parametrize("accept", [name for media_type in GRAPHS for name in media_type.names])
def test_a_change_is_made_if_the_graph_is_as_its_tag_says(scratch: Playground, accept: str) -> None:
    scratch.put(GRAPH, ONE)

    assert scratch.put(GRAPH, TWO, If_Match=tag_of(scratch, accept)).status_code == 204
    assert scratch.holds("GRAPH <http://e/g> { ?s ?p 2 }")


def test_a_tag_of_a_compressed_answer_counts_and_a_weak_one_does_not(scratch: Playground) -> None:
    scratch.put(GRAPH, ONE)
    tag = tag_of(scratch)

    assert scratch.put(GRAPH, ONE, If_Match=f"W/{tag}").status_code == 412
    assert scratch.put(GRAPH, ONE, If_Match=f'"other", {tag[:-1]}-gzip"').status_code == 204


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_a_change_of_what_another_changed_meanwhile_is_412_and_changes_nothing(
    scratch: Playground, method: str
) -> None:
    scratch.put(GRAPH, ONE)
    seen = tag_of(scratch)
    scratch.update("INSERT DATA { GRAPH <http://e/g> { <http://e/s> <http://e/p> 3 } }")

    response = scratch.send(method, GRAPH, TWO, Content_Type="text/turtle", If_Match=seen)

    assert response.status_code == 412
    assert json.loads(response.data)["type"].endswith("/precondition-failed")
    assert scratch.holds("GRAPH <http://e/g> { ?s ?p 1, 3 FILTER NOT EXISTS { ?s ?p 2 } }")


@pytest.mark.parametrize(("path", "status"), [(GRAPH, 412), ("/graphs", 412), ("/graphs?default", 204)])
def test_a_star_asks_that_the_graph_is_there(scratch: Playground, path: str, status: int) -> None:
    response = scratch.send("POST", path, ONE, Content_Type="text/turtle", If_Match="*")

    assert response.status_code == status


@pytest.mark.parametrize("path", [GRAPH, "/graphs?default"])
def test_what_is_not_to_be_there_yet_is_not_replaced(scratch: Playground, path: str) -> None:
    new = scratch.send("PUT", path, ONE, Content_Type="text/turtle", If_None_Match="*")
    again = scratch.send("PUT", path, TWO, Content_Type="text/turtle", If_None_Match="*")
    seen = scratch.send(
        "PUT", path, TWO, Content_Type="text/turtle", If_None_Match=tag_of(scratch, path=path)
    )
    other = scratch.send("PUT", path, TWO, Content_Type="text/turtle", If_None_Match='"other"')

    # The default graph is always there.
    assert new.status_code == (201 if path == GRAPH else 412)
    assert (again.status_code, seen.status_code, other.status_code) == (412, 412, 204)


def test_a_syntax_error_has_its_place(scratch: Playground) -> None:
    problem = json.loads(scratch.put(GRAPH, f"{ONE}\n{ONE}\n<http://e/s> <b c> 1 .").data)

    assert problem["line"] == 3
    assert problem["column"] > 1


def test_a_body_may_be_as_long_as_the_limit_and_no_longer(scratch: Playground) -> None:
    fits = ONE + "#" * (MAX_BODY_BYTES - len(ONE))

    assert scratch.put(GRAPH, fits).status_code == 201
    assert scratch.put(GRAPH, fits + "#").status_code == 413


def test_a_packed_body_is_unpacked_as_far_as_the_limit(scratch: Playground) -> None:
    def put(text: bytes) -> int:
        headers = {"Content_Type": "text/turtle", "Content_Encoding": "gzip"}
        return scratch.send("PUT", GRAPH, text, **headers).status_code

    assert put(gzip.compress(ONE.encode())) == 201
    assert put(gzip.compress(b"#" * (MAX_BODY_BYTES + 1))) == 413
    assert put(gzip.compress(ONE.encode())[:-9]) == 400
    assert put(ONE.encode()) == 400


def test_a_page_of_another_site_changes_nothing(scratch: Playground) -> None:
    assert scratch.put(GRAPH, ONE, Sec_Fetch_Site="cross-site").status_code == 403


def test_patch_is_answered_with_the_way_to_go(scratch: Playground) -> None:
    response = scratch.send("PATCH", GRAPH, "DROP ALL", Content_Type="application/sparql-update")

    assert response.status_code == 405
    assert "PUT" in response.headers["Allow"]


def test_triple_terms_go_in_and_come_out(scratch: Playground) -> None:
    scratch.put(GRAPH, '<http://e/s> <http://e/p> <<( <http://e/a> <http://e/b> "c" )>> .')

    assert b"<<(" in scratch.get(GRAPH, "application/n-triples").data
    assert scratch.get(GRAPH, "application/ld+json").status_code == 406
