"""What the query page fetches from a real server: terms, questions, labels, and why a row is there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import pytest

from attack.server import FORM, ROWS, serving, wait_until
from protocol.asking import BROWSER
from protocol.test_pages import Outline
from zanryu.graph.namespaces import BASE
from zanryu.graph.questions import read_questions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attack.server import Answer, Server
    from zanryu.config import Settings
    from zanryu.graph.sources import Dataset

JSON = "application/json"
_NEVER = "FILTER(STR(?a) = CONCAT(STR(?d), STR(?g), STR(?j)))"  # known only when all are
TAUGHT = "cq02-who-taught-at-quang-ngai"


@pytest.fixture(scope="module")
def server(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("queried")
    with serving(
        built.store, folder, access_log="none", query_timeout_seconds="4", validation_workers="0"
    ) as started:
        yield started


@pytest.fixture(scope="module")
def taught(dataset: Dataset) -> str:
    return next(q.query for q in read_questions(dataset.query_files()) if q.name == TAUGHT)


def rows(server: Server, query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(server.query(query, ROWS).body)["results"]["bindings"]
    return found


def why(server: Server, query: str, row: object, **headers: str) -> Answer:
    target = "/sparql/why?" + urlencode({"query": query, "row": json.dumps(row)})
    return server.ask("GET", target, {"Accept": JSON, **headers})


def test_the_terms_are_tied_to_the_data(server: Server) -> None:
    answer = server.get("/sparql/terms.json", JSON)
    document = json.loads(answer.body)
    assert (answer.status, answer.media_type) == (200, JSON)
    assert document["entities"]["p"] == "person"
    assert server.get("/sparql/terms.json", JSON).headers["x-cache"] == "hit"
    unchanged = server.ask("GET", "/sparql/terms.json", {"If-None-Match": answer.headers["etag"]})
    assert unchanged.status == 304


def test_the_questions_have_their_words_and_after_a_while_their_rows(
    server: Server, dataset: Dataset
) -> None:
    def questions() -> Any:
        return json.loads(server.get("/sparql/questions.json?lang=vi", JSON).body)

    wait_until(lambda: questions()["isComplete"], 60, "all rows are counted")
    document = questions()
    assert len(document["questions"]) == len(dataset.query_files())
    assert all(question["rows"] for question in document["questions"])
    assert {question["language"] for question in document["questions"]} == {"vi"}
    for question in document["questions"][:3]:
        assert question["rows"] == len(rows(server, question["query"]))


@pytest.mark.parametrize("language", ["en", "ja", "vi"])
def test_the_page_begins_with_a_question(server: Server, taught: str, language: str) -> None:
    answer = server.get(f"/sparql?question={TAUGHT}&lang={language}", BROWSER)
    outline = Outline(answer.text)
    assert answer.status == 200
    assert "ac:quang-ngai ;" in answer.text
    assert len(outline.all("h1")) == 1
    links = [link for link in outline.all("a") if link.get("data-question")]
    assert [link["data-question"] for link in links if link.get("aria-current")] == [TAUGHT]


def test_a_question_that_is_none_is_refused_by_its_parameter(server: Server) -> None:
    answer = server.get("/sparql?question=nothing", BROWSER)
    assert answer.status == 400
    assert "nothing" in answer.text


def test_labels_come_for_many_at_once_in_the_language_of_the_reader(server: Server) -> None:
    person, concept = f"{BASE}id/person/ishii-takuo", f"{BASE}vocab/probable"
    asked = [
        ("iri", person),
        ("iri", concept),
        ("iri", "urn:nothing"),
        ("iri", "javascript:alert(1)"),
        ("lang", "ja"),
    ]
    answer = server.get("/labels?" + urlencode(asked), JSON)
    labels = json.loads(answer.body)["labels"]
    assert labels[person] == {"text": "石井卓雄", "language": "ja", "href": "/page/person/ishii-takuo"}
    assert set(labels) == {person, concept}
    assert answer.headers["access-control-allow-origin"] == "*"
    assert (
        server.ask("GET", "/labels?" + urlencode(asked), {"If-None-Match": answer.headers["etag"]}).status
        == 304
    )


@pytest.mark.parametrize(
    "query", ["", "iri=" + "x" * 3000, "&".join(["iri=urn:x:%d"] * 101) % tuple(range(101))]
)
def test_labels_of_nothing_or_of_too_much_are_refused(server: Server, query: str) -> None:
    answer = server.get(f"/labels?{query}", JSON)
    assert (answer.status, json.loads(answer.body)["parameter"]) == (400, "iri")


def test_a_row_is_explained_by_its_claim_and_sources(server: Server, taught: str) -> None:
    row = rows(server, taught)[0]
    answer = why(server, taught, row)
    document = json.loads(answer.body)
    assert (answer.status, answer.media_type) == (200, JSON)
    assert answer.headers["access-control-allow-origin"] == "*"
    claim = document["claims"][row["claim"]["value"]]
    assert claim["subject"][0]["value"] == row["who"]["value"]
    assert row["place"]["value"] in {c["locator"][0]["value"] for c in claim["citations"] if c["locator"]}
    assert server.ask("GET", "/sparql/why?" + urlencode({"query": taught, "row": json.dumps(row)}),
                      {"Accept": JSON, "If-None-Match": answer.headers["etag"]}).status == 304  # fmt: skip

    body = urlencode({"query": taught, "row": json.dumps(row)}).encode()
    posted = json.loads(server.post(body, FORM, "/sparql/why", Accept=JSON).body)
    assert posted == document


def test_every_row_of_every_question_is_explained(server: Server, dataset: Dataset) -> None:
    for question in read_questions(dataset.query_files()):
        found = rows(server, question.query)
        answer = why(server, question.query, found[-1])
        assert answer.status == 200, (question.name, answer.text)
        assert json.loads(answer.body)["triples"], question.name


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ("query=SELECT+*+%7B%7D", "row"),
        ("row=%7B%7D", "query"),
        ("query=SELECT+*+%7B%7D&row=%7B%7D&row=%7B%7D", "row"),
        ("query=SELECT+*+%7B%7D&row=nothing", "row"),
        ("query=SELECT+*+%7B%7D&row=%7B%7D&version=1", "version"),
    ],
)
def test_a_bad_parameter_is_named(server: Server, parameters: str, named: str) -> None:
    answer = server.get(f"/sparql/why?{parameters}", JSON)
    assert (answer.status, answer.media_type) == (400, "application/problem+json")
    assert json.loads(answer.body)["parameter"] == named


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("ASK { ?s ?p ?o }", 403),
        ("SELECT * { ?s ?p", 403),
        ("SELECT * { ?s ?p ?o FILTER(nonsense) }", 403),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 403),
        ("SELECT * { " + "{" * 100 + "}" * 100 + " }", 403),
        ("SELECT ?s { ?s a <urn:nothing> }", 404),
        (f"SELECT ?n {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l {_NEVER} }}", 503),
    ],
)
def test_what_cannot_be_explained_is_a_problem_with_a_sentence(
    server: Server, query: str, status: int
) -> None:
    answer = why(server, query, {"s": {"type": "uri", "value": "urn:x"}} if status == 404 else {})
    assert (answer.status, answer.media_type) == (status, "application/problem+json"), answer.text
    assert len(json.loads(answer.body)["detail"]) > 20


def test_hostile_text_in_a_row_comes_back_as_data(server: Server) -> None:
    row = {"x": {"type": "literal", "value": "</script><script>alert(1)</script>"}}
    answer = server.get(
        "/sparql/why?" + urlencode({"query": "SELECT ?x { ?s ?p ?x }", "row": json.dumps(row)}), BROWSER
    )
    assert answer.status == 404
    assert "<script>alert" not in answer.text


def test_the_words_of_scripts_cannot_end_their_block(server: Server) -> None:
    query = 'SELECT ("</script><script>alert(1)</script>" AS ?x) {}'
    answer = server.get("/sparql?query=" + quote(query), BROWSER)
    assert answer.status == 200
    assert "<script>alert" not in answer.text
