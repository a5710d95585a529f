"""What the service refuses, and in which words; and that any page may read every answer of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from reconciliation.client import BROWSER, FORM, PROGRAM

if TYPE_CHECKING:
    from attack.server import Answer, Server

JSON = "application/json"
ROUTES = [
    "/reconcile",
    "/reconcile/vi",
    *(
        f"/reconcile/{rest}"
        for rest in ("suggest/entity", "suggest/property", "suggest/type", "propose", "preview")
    ),
    "/reconcile/ja/suggest/entity",
    *(
        f"/reconcile/v1{rest}"
        for rest in ("", "/match", "/suggest/entity", "/suggest/property", "/suggest/type")
    ),
    *(f"/reconcile/v1{rest}" for rest in ("/preview", "/extend", "/extend/propose")),
]


def _post(server: Server, **parameters: str) -> Answer:
    return server.ask("POST", "/reconcile", PROGRAM, urlencode(parameters).encode())


def _problem(answer: Answer, status: int) -> dict[str, Any]:
    assert answer.status == status, answer.text
    assert answer.media_type == "application/problem+json"
    assert answer.headers["access-control-allow-origin"] == "*"
    found: dict[str, Any] = json.loads(answer.body)
    return found


@pytest.mark.parametrize("route", ROUTES)
def test_a_page_elsewhere_is_told_that_it_may_ask(server: Server, route: str) -> None:
    asked = {
        **BROWSER,
        "Access-Control-Request-Headers": "content-type",
        "Access-Control-Request-Method": "POST",
    }
    answer = server.ask("OPTIONS", route, asked)

    assert answer.status == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert {"Content-Type", "Accept-Language"} <= set(
        answer.headers["access-control-allow-headers"].split(", ")
    )
    is_posted = route.endswith(("/match", "/extend", "/reconcile", "/vi"))
    assert ("POST" in answer.headers["access-control-allow-methods"]) is is_posted


@pytest.mark.parametrize(
    ("batch", "field"),
    [
        ({"q7": {"limit": 3}}, "q7.query"),
        ({"q7": {"query": "x", "props": []}}, "q7.props"),
        ({"q7": {"query": 5}}, "q7.query"),
        ({"q7": {"query": "x" * 501}}, "q7.query"),
        ({"q7": {"query": "x", "limit": 0}}, "q7.limit"),
        ({"q7": {"query": "x", "limit": "many"}}, "q7.limit"),
        ({"q7": {"query": "x", "type": {"id": "Person"}}}, "q7.type"),
        ({"q7": {"query": "x", "type_strict": "perhaps"}}, "q7.type_strict"),
        (
            {"q7": {"query": "x", "properties": [{"pid": "rank", "v": "a"}, {"v": "b"}]}},
            "q7.properties[1].pid",
        ),
        ({"q7": {"query": "x", "properties": [{"pid": "rank"}]}}, "q7.properties[0].v"),
        ({"q7": {"query": "x", "properties": [{"pid": "rank", "v": [{}]}]}}, "q7.properties[0].v[0].id"),
        ({"q7": "Ishii"}, "q7"),
        (["Ishii"], ""),
    ],
)
def test_a_refusal_names_the_query_and_the_field(server: Server, batch: object, field: str) -> None:
    problem = _problem(_post(server, queries=json.dumps(batch)), 400)

    assert problem["field"] == field
    assert field in problem["detail"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        '{"q0": {"query": NaN}}',
        '{"q0": {"query": "a"}, "q0": {"query": "b"}}',
        "[" * 100_000,
        "1e999",
    ],
    ids=["empty", "cut", "not-a-number", "a-key-twice", "deep", "infinite"],
)
def test_what_is_no_batch_in_json_is_refused(server: Server, text: str) -> None:
    assert _problem(_post(server, queries=text), 400)["type"].endswith("malformed-request")


def test_a_batch_that_is_too_large_is_refused_with_413(server: Server) -> None:
    batch = {f"q{number}": {"query": "Ishii"} for number in range(21)}
    refused = _problem(_post(server, queries=json.dumps(batch)), 413)
    ids = _problem(_post(server, extend=json.dumps({"ids": list(batch), "properties": []})), 413)
    draft = [{"conditions": [{"matchType": "name", "propertyValue": ["a"] * 7}]}] * 3
    names = server.ask(
        "POST", "/reconcile/v1/match", {"Content-Type": JSON}, json.dumps({"queries": draft}).encode()
    )

    assert refused["limit"] == ids["limit"] == _problem(names, 413)["limit"] == 20
    assert "at most 20" in refused["detail"]


def test_more_values_than_may_be_compared_are_refused_with_413(server: Server) -> None:
    rank = {"pid": "rank", "v": ["major"] * 41}
    batch = {f"q{number}": {"query": "Ishii", "properties": [rank]} for number in range(10)}
    old = _problem(_post(server, queries=json.dumps(batch)), 413)
    values = {"matchType": "property", "propertyId": "rank", "propertyValue": ["major"] * 41}
    new = json.dumps({"queries": [{"conditions": [values]}] * 10}).encode()

    assert old["limit"] == 400
    assert "410 values of properties" in old["detail"]
    assert "at most 400 at once" in old["detail"]
    assert _problem(server.post(new, JSON, "/reconcile/v1/match"), 413)["limit"] == 400


def test_an_empty_batch_has_an_empty_answer(server: Server) -> None:
    assert json.loads(_post(server, queries="{}").body) == {}


def test_jsonp_is_refused_with_what_to_do(server: Server) -> None:
    assert "CORS" in _problem(server.get("/reconcile?callback=jQuery123", JSON), 400)["detail"]


@pytest.mark.parametrize(
    "target",
    [
        "/reconcile?queries=%7B%7D&queries=%7B%7D",
        "/reconcile?queries=%7B%7D&extend=%7B%7D",
        "/reconcile?queries=%FF",
        "/reconcile/suggest/entity?prefix=a&cursor=-1",
        "/reconcile/suggest/entity?prefix=a&cursor=99999",
        "/reconcile/v1/suggest/type?limit=x",
        "/reconcile/suggest/entity?prefix=" + "a" * 501,
        "/reconcile/propose?" + "&".join(f"p{number}=" for number in range(40)),
    ],
)
def test_an_ambiguous_or_senseless_address_is_refused(server: Server, target: str) -> None:
    assert _problem(server.get(target, JSON), 400)["detail"]


def test_each_version_says_where_the_other_is_when_it_is_sent_its_body(server: Server) -> None:
    old = server.ask("POST", "/reconcile", {"Content-Type": JSON}, b'{"queries": []}')
    new = server.ask("POST", "/reconcile/v1/match", {"Content-Type": FORM}, b"queries=%7B%7D")

    assert "/reconcile/v1/match" in _problem(old, 415)["detail"]
    assert _problem(new, 415)["accepted"] == [JSON]
    assert _problem(_post(server, something="else"), 400)["parameter"] == "queries"
    assert server.get("/reconcile/v1/match", JSON).status == 405
    assert server.get("/reconcile/suggest/flyout", JSON).status == 404


@pytest.mark.parametrize("query", ["Ishii Takuo", json.dumps({"query": "Ishii Takuo", "limit": 1})])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_one_name_can_be_asked_for_without_a_batch(server: Server, method: str, query: str) -> None:
    asked = urlencode({"query": query})
    body = asked.encode() if method == "POST" else None
    answer = server.ask(
        method, "/reconcile" if body else f"/reconcile?{asked}", PROGRAM if body else {}, body
    )

    assert json.loads(answer.body)["result"][0]["id"] == "person/ishii-takuo"


def test_a_batch_by_get_is_the_same_tied_to_the_data_and_kept(server: Server) -> None:
    queries = json.dumps({"q0": {"query": "石井卓雄"}, "": {"query": "Igawa"}})
    target = "/reconcile?" + urlencode({"queries": queries})

    first, again = server.get(target, JSON), server.get(target, JSON)
    unchanged = server.ask("GET", target, {"Accept": JSON, "If-None-Match": first.headers["etag"]})

    assert json.loads(first.body) == json.loads(_post(server, queries=queries).body)
    assert (again.headers["x-cache"], again.body) == ("hit", first.body)
    assert unchanged.status == 304
    assert "etag" not in _post(server, queries=queries).headers


def test_what_names_the_host_is_kept_for_nobody_else(server: Server) -> None:
    answers = [
        server.ask("GET", "/reconcile", {"Host": host, "Accept": JSON}) for host in ("a.example", "b.example")
    ]

    for host, answer in zip(("a.example", "b.example"), answers, strict=True):
        assert json.loads(answer.body)["view"]["url"] == f"http://{host}/id/{{{{id}}}}"
        assert answer.headers["cache-control"].startswith("private")
        assert "etag" not in answer.headers


@pytest.mark.parametrize("path", ["/reconcile", "/reconcile/v1/match", "/reconcile/ja/preview?id=x"])
def test_a_client_that_has_spent_its_budget_is_told_when_to_come_back(server: Server, path: str) -> None:
    refused = server.ask("POST" if "match" in path else "GET", path, {"X-Zanryu-Test-Budget": "spend"})

    _problem(refused, 429)
    assert int(refused.headers["retry-after"]) > 0


def test_hostile_names_and_identifiers_are_only_names(server: Server) -> None:
    hostile = [
        "'; DROP TABLE things; --",
        "\x00",
        "%_%",
        '"*"',
        "a OR b NEAR c",
        "\ud800",
        "(((",
        "🀄" * 200,
        " ",
    ]
    batch = {f"q{number}": {"query": text, "type": text} for number, text in enumerate(hostile)}
    ids = {"ids": [*hostile, "../../etc", "person/<x>"], "properties": [{"id": h} for h in hostile]}

    matched, extended = _post(server, queries=json.dumps(batch)), _post(server, extend=json.dumps(ids))

    assert matched.status == extended.status == 200, matched.text
    assert json.loads(matched.body) == {key: {"result": []} for key in batch}
    assert all(
        len(row) == len(json.loads(extended.body)["meta"])
        for row in json.loads(extended.body)["rows"].values()
    )
    assert "unexpected error" not in server.errors()


def test_the_page_about_the_service_gives_the_address(server: Server) -> None:
    page = server.get("/reconcile/about", "text/html")

    assert page.status == 200
    assert f"{server.origin}/reconcile/en" in page.text
    assert 'id="kanji_exact"' in page.text
