"""SPARQL 1.1 Graph Store HTTP Protocol, the W3C's tests: https://www.w3.org/TR/sparql11-http-rdf-update/."""

from __future__ import annotations

from typing import TYPE_CHECKING

from w3c.answers import are_equal, read_response
from w3c.cases import conformance
from w3c.exchanges import graph_store
from w3c.loading import reset

if TYPE_CHECKING:
    from w3c.client import Endpoint, Response
    from w3c.exchanges import Conversation, Exchange, ExpectedResponse


@conformance(graph_store)
def test_every_request_to_the_graph_store_gets_the_response_it_must(
    case: Conversation, endpoint: Endpoint
) -> None:
    reset(endpoint)
    variables: dict[str, str] = {}
    for exchange in case.exchanges:
        target = _target(exchange, endpoint, variables)
        response = endpoint.client.send(exchange.method, target, exchange.headers, exchange.body)
        _check(response, exchange.expected, endpoint.origin + target)
        if exchange.expected.location is not None:
            location = response.header("location")
            assert location, f"a graph was created, and no Location says where: {response}"
            variables[exchange.expected.location] = location


def _target(exchange: Exchange, endpoint: Endpoint, variables: dict[str, str]) -> str:
    target = endpoint.graphs_path + exchange.target.removeprefix("/gsp")
    for name, value in variables.items():
        target = target.replace(name, value)
    return target


def _check(response: Response, expected: ExpectedResponse, base: str) -> None:
    assert expected.allows(response.status), response
    if expected.content_type is not None:
        assert _is_content_type(response, expected.content_type), response
    if expected.body is not None:
        found = read_response(response.body, response.media_type, base)
        assert are_equal(found, read_response(expected.body.encode(), "text/turtle", base)), response


def _is_content_type(response: Response, expected: str) -> bool:
    """Whether media type and charset are the expected ones; without a charset Turtle is UTF-8 as well."""
    said = (response.header("content-type") or "").lower().replace(" ", "")
    wanted = expected.lower().replace(" ", "")
    return said in (wanted, wanted.partition(";")[0])
