"""The query operation over HTTP: answers, datasets, errors, conditional requests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest

from zanryu.sparql.protocol import FORM, QUERY, UPDATE
from zanryu.web.media_types import GRAPHS, RESULTS, MediaType

if TYPE_CHECKING:
    from protocol.asking import Client

ZG = "https://w3id.org/zanryu/graph/"
NAMES = "SELECT ?name { <https://w3id.org/zanryu/id/person/sato-haru> skos:prefLabel ?name } ORDER BY ?name"
NAMES = f"PREFIX skos: <http://www.w3.org/2004/02/skos/core#> {NAMES}"
PERSON = "CONSTRUCT WHERE { <https://w3id.org/zanryu/id/person/sato-haru> ?p ?o }"


@pytest.mark.parametrize("media_type", RESULTS, ids=lambda m: m.format)
def test_solutions_come_in_the_accepted_media_type(client: Client, media_type: MediaType) -> None:
    response = client.ask(NAMES, media_type.name)

    assert response.status_code == 200
    assert response.mimetype == media_type.name
    assert "佐藤春".encode() in response.data


@pytest.mark.parametrize("media_type", GRAPHS, ids=lambda m: m.format)
def test_a_graph_comes_in_the_accepted_media_type(client: Client, media_type: MediaType) -> None:
    response = client.ask(PERSON, media_type.name)

    assert response.mimetype == media_type.name
    read = list(ox.parse(response.data, format=ox.RdfFormat.from_media_type(media_type.name)))
    assert len(read) == len(client.rows(PERSON.replace("CONSTRUCT WHERE", "SELECT * ")))


def test_the_three_ways_of_asking_give_the_same_answer(client: Client) -> None:
    answers = [
        client.ask(NAMES),
        client.post(urlencode({"query": NAMES}), FORM),
        client.post(NAMES.encode(), QUERY),
    ]

    assert [a.status_code for a in answers] == [200, 200, 200]
    assert len({a.data for a in answers}) == 1


def test_without_a_dataset_the_default_graph_is_the_union(client: Client) -> None:
    [row] = client.rows("SELECT (COUNT(DISTINCT ?g) AS ?n) { ?s ?p ?o . GRAPH ?g { ?s ?p ?o } }")

    assert int(row["n"]) >= 6


def test_a_default_graph_of_the_request_is_the_only_one(client: Client) -> None:
    links = {
        row["p"]
        for row in client.rows("SELECT DISTINCT ?p { ?s ?p ?o }", **{"default-graph-uri": f"{ZG}reifiers"})
    }

    assert links == {"http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies"}


def test_from_in_the_query_names_the_dataset(client: Client) -> None:
    rows = client.rows("SELECT DISTINCT ?p FROM <ZG> { ?s ?p ?o }".replace("ZG", f"{ZG}reifiers"))

    assert len(rows) == 1


def test_from_named_alone_leaves_the_default_graph_empty(client: Client) -> None:
    assert client.rows("SELECT * FROM NAMED <ZG> { ?s ?p ?o }".replace("ZG", f"{ZG}claims")) == []


def test_the_dataset_of_the_request_wins_over_the_query(client: Client) -> None:
    query = "SELECT DISTINCT ?p FROM <ZG> { ?s ?p ?o }".replace("ZG", f"{ZG}claims")

    assert len(client.rows(query, **{"default-graph-uri": f"{ZG}reifiers"})) == 1


def test_named_graphs_of_the_request_alone_leave_the_default_graph_empty(client: Client) -> None:
    named = {"named-graph-uri": f"{ZG}claims"}

    assert client.rows("SELECT * { ?s ?p ?o } LIMIT 1", **named) == []
    assert client.rows("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }", **named) == [{"g": f"{ZG}claims"}]


def test_a_syntax_error_has_its_place_and_the_text_there(client: Client) -> None:
    response = client.ask("SELECT * {\n  ?s ?p }")
    problem = json.loads(response.data)

    assert response.status_code == 400
    assert response.mimetype == "application/problem+json"
    assert problem["line"] == 2
    assert problem["column"] in (9, 10)  # the parser says how far it got
    assert "`?s ?p }`" in problem["detail"]


@pytest.mark.parametrize(
    "query", ["", "SELECT", "SELEKT * {}", "SELECT * { \U0001f600", "\x00", "{" * 50, "'" * 99]
)
def test_nonsense_is_the_clients_mistake(client: Client, query: str) -> None:
    assert client.ask(query).status_code == 400


def test_every_problem_has_the_same_five_fields(client: Client) -> None:
    for response in (
        client.ask("no"),
        client.get("/nowhere"),
        client.post("x", "text/plain"),
        client.ask("ASK{}", "a/b"),
    ):
        problem = json.loads(response.data)
        assert {"type", "title", "status", "detail", "instance"} <= set(problem)
        assert problem["status"] == response.status_code


@pytest.mark.parametrize(
    ("body", "content_type"),
    [("DELETE WHERE { ?s ?p ?o }", UPDATE), (urlencode({"update": "CLEAR ALL"}), FORM)],
    ids=["direct", "form"],
)
def test_an_update_is_forbidden_and_changes_nothing(client: Client, body: str, content_type: str) -> None:
    before = client.rows("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")

    response = client.post(body, content_type)

    assert response.status_code == 403
    assert client.rows("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == before


@pytest.mark.parametrize(
    "text", ["INSERT DATA { <a:a> <a:b> <a:c> }", "LOAD <http://127.0.0.1/>", "CLEAR ALL"]
)
def test_an_update_sent_as_a_query_is_refused(client: Client, text: str) -> None:
    assert client.ask(text).status_code == 400


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_405_with_the_allowed_ones(client: Client, method: str) -> None:
    response = client.app.test_client().open("/sparql", method=method)

    assert response.status_code == 405
    assert {"GET", "POST"} <= {allowed.strip() for allowed in response.headers["Allow"].split(",")}
    assert json.loads(response.data)["status"] == 405


def test_a_body_over_the_limit_is_413(client: Client) -> None:
    assert client.post(b"#" * 1_100_000, QUERY).status_code == 413


def test_an_answer_that_no_accepted_type_can_hold_is_406_with_the_list(client: Client) -> None:
    response = client.ask(NAMES, "text/turtle")

    assert response.status_code == 406
    assert "text/csv" in json.loads(response.data)["available"]


def test_triple_terms_in_json_ld_are_406_with_the_reason(client: Client) -> None:
    response = client.ask(
        "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } FILTER(isTRIPLE(?o)) }", "application/ld+json"
    )

    assert response.status_code == 406
    assert "triple terms" in json.loads(response.data)["detail"]


def test_a_current_copy_is_304_without_a_body(client: Client) -> None:
    path = "/sparql?" + urlencode({"query": NAMES})
    tag = client.get(path).headers["ETag"]

    again = client.get(path, If_None_Match=tag)

    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert client.get(path, "text/csv", If_None_Match=tag).status_code == 200


def test_a_changing_answer_is_never_kept(client: Client) -> None:
    response = client.ask("SELECT (RAND() AS ?r) {}")

    assert "ETag" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"


def test_head_has_the_headers_of_get_and_no_body(client: Client) -> None:
    response = client.app.test_client().head("/sparql?" + urlencode({"query": "ASK {}"}))

    assert (response.status_code, response.data) == (200, b"")


def test_the_service_description_counts_the_live_store(client: Client) -> None:
    response = client.get("/sparql", "text/turtle")
    store = ox.Store()
    store.load(response.data, format=ox.RdfFormat.TURTLE)
    query = """PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> PREFIX void: <http://rdfs.org/ns/void#>
        SELECT ?name ?triples { ?service a sd:Service ; sd:feature sd:UnionDefaultGraph ;
          sd:endpoint <https://w3id.org/zanryu/sparql> ; sd:supportedLanguage sd:SPARQL11Query ;
          sd:defaultDataset/sd:namedGraph [ sd:name ?name ; sd:graph/void:triples ?triples ] }"""
    described = {str(row["name"].value): int(row["triples"].value) for row in store.query(query)}  # type: ignore[union-attr]

    counted = client.rows("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")

    assert described == {row["g"]: int(row["n"]) for row in counted}


def test_a_forged_host_gets_into_no_answer(client: Client) -> None:
    for path in ("/sparql", "/id/person/sato-haru", "/page/person/sato-haru", "/dumps"):
        response = client.get(path, Host="evil.example", X_Forwarded_Host="evil.example")
        assert b"evil.example" not in response.data
        assert "evil.example" not in str(response.headers)


def test_a_bare_get_for_results_lacks_its_query(client: Client) -> None:
    response = client.get("/sparql", "text/csv")

    assert response.status_code == 400
    assert json.loads(response.data)["parameter"] == "query"
