"""SPARQL 1.1 Protocol, the W3C's tests: https://www.w3.org/TR/sparql11-protocol/."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from w3c.answers import Solutions, read_response
from w3c.cases import conformance
from w3c.client import QUERY
from w3c.exchanges import protocol
from w3c.loading import reset

if TYPE_CHECKING:
    from w3c.client import Endpoint, Response
    from w3c.exchanges import Conversation, Exchange, ExpectedResponse

_FORMATS: Final = {
    "boolean": {"application/sparql-results+xml", "application/sparql-results+json"},
    "tabular": {
        "application/sparql-results+xml",
        "application/sparql-results+json",
        "text/csv",
        "text/tab-separated-values",
    },
    "RDF": {
        "application/rdf+xml",
        "text/turtle",
        "application/n-triples",
        "text/html",
        "application/xhtml+xml",
    },
}


@conformance(protocol)
def test_every_request_of_the_protocol_gets_the_response_it_must(
    case: Conversation, endpoint: Endpoint
) -> None:
    reset(endpoint, case.dataset)
    for exchange in case.exchanges:
        response = endpoint.client.send(
            exchange.method, _target(exchange, case, endpoint), exchange.headers, exchange.body
        )
        _check(response, exchange.expected, endpoint)


def _target(exchange: Exchange, case: Conversation, endpoint: Endpoint) -> str:
    """Put the endpoint's path for ``/sparql/``.

    A server may have another for updates. Which requests are updates is said by the names of the tests alone,
    whose other requests are queries that look at what the update did.
    """
    is_update = "update" in case.id and exchange.content_type != QUERY
    path = endpoint.update_path if is_update else endpoint.query_path
    return path + exchange.target.removeprefix("/sparql/")


def _check(response: Response, expected: ExpectedResponse, endpoint: Endpoint) -> None:
    assert expected.allows(response.status), response
    if expected.format is not None:
        assert response.media_type in _FORMATS[expected.format], response
        answer = read_response(response.body, response.media_type, endpoint.query_url)
        assert isinstance(answer, Solutions) == (expected.format == "tabular"), response
        if expected.boolean is not None:
            assert answer is expected.boolean, response
