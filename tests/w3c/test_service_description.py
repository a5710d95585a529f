"""SPARQL 1.1 Service Description, the W3C's tests: https://www.w3.org/TR/sparql11-service-description/.

The manifest gives names alone; what they ask for is taken from the text of the recommendation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from w3c.answers import Graph, read_response
from w3c.cases import conformance
from w3c.description_schema import SD, violations
from w3c.exchanges import service_description
from w3c.loading import reset

if TYPE_CHECKING:
    from w3c.client import Endpoint
    from w3c.manifests import Case

_SOME_DATA = b"INSERT DATA { <s:> <p:> 1 GRAPH <http://example.org/g> { <s:> <p:> 2, 3 } }"


@conformance(service_description)
def test_the_service_describes_itself(case: Case, endpoint: Endpoint) -> None:
    reset(endpoint)
    assert endpoint.update(_SOME_DATA).status in (200, 204)
    match case.id.rpartition("/")[2]:
        case "returns-rdf":
            for accept in (None, "text/turtle", "application/rdf+xml", "application/n-triples"):
                assert _describe(endpoint, accept).triples
        case "has-endpoint-triple":
            named = {row[2] for row in _describe(endpoint).triples if row[1] == NamedNode(f"{SD}endpoint")}
            assert named == {NamedNode(endpoint.query_url)}
        case "conforms-to-schema":
            assert violations(_describe(endpoint)) == []
        case unknown:
            raise AssertionError(f"a test that this module does not know: {unknown}")


def _describe(endpoint: Endpoint, accept: str | None = None) -> Graph:
    headers = [("Accept", accept)] if accept else []
    response = endpoint.client.send("GET", endpoint.query_path, headers)
    assert response.status == 200, response
    assert accept in (None, response.media_type), response
    answer = read_response(response.body, response.media_type, endpoint.query_url)
    assert isinstance(answer, Graph), response
    return answer
