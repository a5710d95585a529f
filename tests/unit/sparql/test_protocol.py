"""SPARQL 1.1 Protocol 2.1: what a request asks for, and what is refused with the parameter's name."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from zanryu.errors import MalformedRequest, UnsupportedMediaType, ZanryuError
from zanryu.sparql.protocol import FORM, QUERY, UPDATE, Query, Request, Update, parse
from zanryu.sparql.using import Using
from zanryu.store.backend import QueryDataset

ASK = "ASK { ?s ?p ?o }"
GRAPHS = [
    ("default-graph-uri", "http://h/a"),
    ("default-graph-uri", "http://h/b"),
    ("named-graph-uri", "http://h/c"),
]
DATASET = QueryDataset(("http://h/a", "http://h/b"), ("http://h/c",))


def get(*parameters: tuple[str, str]) -> Request:
    return Request("GET", urlencode(parameters).encode(), "", b"")


def post(body: str | bytes, content_type: str, *parameters: tuple[str, str]) -> Request:
    encoded = body.encode() if isinstance(body, str) else body
    return Request("POST", urlencode(parameters).encode(), content_type, encoded)


WELL_FORMED = {
    "GET": get(("query", ASK), *GRAPHS),
    "POST of a form": post(urlencode([("query", ASK), *GRAPHS]), FORM),
    "POST of a form with charset": post(urlencode([("query", ASK), *GRAPHS]), f"{FORM}; charset=UTF-8"),
    "POST of a query": post(ASK, QUERY, *GRAPHS),
    "POST of a query with charset": post(ASK, f'{QUERY};charset="utf-8"', *GRAPHS),
}


@pytest.mark.parametrize("request_", WELL_FORMED.values(), ids=WELL_FORMED.keys())
def test_each_of_the_three_ways_gives_the_query_and_its_dataset(request_: Request) -> None:
    assert parse(request_) == Query(ASK, DATASET, None)


def test_the_parameters_are_decoded_once() -> None:
    query = parse(Request("GET", b"query=ASK%7B%3Chttp%3A%2F%2Fh%2Fa%2520b%3E+a+%3Fo%7D", "", b""))

    assert isinstance(query, Query)
    assert query.text == "ASK{<http://h/a%20b> a ?o}"


def test_a_bare_get_asks_for_the_service_description() -> None:
    assert parse(get()) == Query(None, QueryDataset(), None)


MALFORMED = {
    "query twice": (get(("query", ASK), ("query", ASK)), "query"),
    "query twice in a form": (post(urlencode([("query", ASK)] * 2), FORM), "query"),
    "query in URL and form": (post(urlencode({"query": ASK}), FORM, ("query", ASK)), "query"),
    "query in URL and body": (post(ASK, QUERY, ("query", ASK)), "query"),
    "dataset in URL and form": (
        post(urlencode([("query", ASK), GRAPHS[0]]), FORM, GRAPHS[0]),
        "default-graph-uri",
    ),
    "no query in a form": (post("", FORM), "query"),
    "no query but a dataset": (get(GRAPHS[0]), "query"),
    "an empty query": (get(("query", " ")), "query"),
    "an empty body": (post("", QUERY), "query"),
    "format twice": (get(("query", ASK), ("format", "json"), ("format", "xml")), "format"),
    "a relative graph": (get(("query", ASK), ("default-graph-uri", "graph")), "default-graph-uri"),
    "a graph that is no IRI": (get(("query", ASK), ("named-graph-uri", "http://h/> {")), "named-graph-uri"),
    "query and update": (post(urlencode({"query": ASK, "update": "CLEAR ALL"}), FORM), "update"),
    "bytes that are not UTF-8": (post(b"ASK { ?s ?p '\xff' }", QUERY), "query"),
}


@pytest.mark.parametrize(("request_", "parameter"), MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_request_is_refused_with_the_name_of_the_parameter(
    request_: Request, parameter: str
) -> None:
    with pytest.raises(MalformedRequest) as malformed:
        parse(request_)

    assert malformed.value.members["parameter"] == parameter
    assert malformed.value.status == 400


@pytest.mark.parametrize(
    "request_",
    [
        Request("GET", b"query=%FF", "", b""),
        Request("GET", "query=\u6b8b".encode(), "", b""),
        Request("GET", b"&".join([b"a=b"] * 2000), "", b""),
    ],
    ids=["percent-encoded bytes that are not UTF-8", "raw bytes", "too many parameters"],
)
def test_parameters_that_cannot_be_read_are_refused(request_: Request) -> None:
    with pytest.raises(MalformedRequest):
        parse(request_)


@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", "application/json", "multipart/form-data; boundary=x", f"{QUERY}; charset=utf-16"],
)
def test_a_body_of_another_kind_is_415_and_says_what_is_read(content_type: str) -> None:
    with pytest.raises(UnsupportedMediaType):
        parse(post(ASK, content_type))


USING = [("using-graph-uri", "http://h/a"), ("using-named-graph-uri", "http://h/c")]
UPDATES = {
    "POST of a form": post(urlencode([("update", "CLEAR ALL"), *USING]), FORM),
    "POST of an update": post("CLEAR ALL", UPDATE, *USING),
}


@pytest.mark.parametrize("request_", UPDATES.values(), ids=UPDATES.keys())
def test_each_of_the_two_ways_gives_the_update_and_its_dataset(request_: Request) -> None:
    assert parse(request_) == Update("CLEAR ALL", Using(("http://h/a",), ("http://h/c",)))


def test_an_empty_update_is_one_that_does_nothing() -> None:
    assert parse(post("", UPDATE)) == parse(post("update=", FORM)) == Update("", Using())


MALFORMED_UPDATES = {
    "by GET": (get(("update", "CLEAR ALL")), "update"),
    "its dataset by GET": (get(("query", ASK), USING[0]), "using-graph-uri"),
    "with a query": (post(ASK, QUERY, ("update", "CLEAR ALL")), "update"),
    "with a query in the URL": (post("CLEAR ALL", UPDATE, ("query", ASK)), "update"),
    "twice": (post(urlencode([("update", "CLEAR ALL")] * 2), FORM), "update"),
    "in URL and body": (post("CLEAR ALL", UPDATE, ("update", "CLEAR ALL")), "update"),
    "in the URL of a form": (post("", FORM, ("update", "CLEAR ALL")), "update"),
    "only its dataset": (post(urlencode([USING[0]]), FORM), "using-graph-uri"),
    "its dataset with a query": (post(ASK, QUERY, USING[1]), "using-named-graph-uri"),
    "a query's dataset with it": (post("CLEAR ALL", UPDATE, GRAPHS[0]), "default-graph-uri"),
    "its dataset in URL and body": (
        post(urlencode([("update", "CLEAR ALL"), USING[0]]), FORM, USING[0]),
        "using-graph-uri",
    ),
    "a relative graph": (post("CLEAR ALL", UPDATE, ("using-graph-uri", "graph")), "using-graph-uri"),
    "bytes that are not UTF-8": (post(b"\xff", UPDATE), "update"),
}


@pytest.mark.parametrize(("request_", "parameter"), MALFORMED_UPDATES.values(), ids=MALFORMED_UPDATES.keys())
def test_a_malformed_update_request_is_refused_with_the_name_of_the_parameter(
    request_: Request, parameter: str
) -> None:
    with pytest.raises(MalformedRequest) as malformed:
        parse(request_)

    assert malformed.value.members["parameter"] == parameter


@pytest.mark.parametrize("value", ["", "%", "%zz", "\x00", "a&b=c&&=", "query", "=", "query=%E6%AE%8B"])
def test_no_query_string_makes_the_parser_fail(value: str) -> None:
    try:
        parse(Request("GET", value.encode(), "", b""))
    except ZanryuError as error:
        assert error.status == 400
