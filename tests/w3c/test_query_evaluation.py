"""SPARQL 1.1 Query Language, the W3C's evaluation tests: https://www.w3.org/TR/sparql11-query/."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from w3c.answers import are_equal, is_ordered, read_expected, read_response
from w3c.cases import conformance
from w3c.evaluation import query_evaluation
from w3c.loading import reset

if TYPE_CHECKING:
    from w3c.client import Endpoint
    from w3c.evaluation import QueryEvaluation

# XML and JSON in turn, as the files of the suites are; graphs in N-Triples.
_ACCEPT: Final = {
    ".srx": "application/sparql-results+xml",
    ".srj": "application/sparql-results+json",
    ".ttl": "application/n-triples, application/sparql-results+json",
}


@conformance(query_evaluation)
def test_a_query_has_the_answer_that_the_standard_gives_it(case: QueryEvaluation, endpoint: Endpoint) -> None:
    reset(endpoint, case.dataset)
    query = case.query.text()
    response = endpoint.query(f"BASE <{case.query.iri}>\n{query}".encode(), _ACCEPT[case.result.path.suffix])
    assert response.status == 200, response
    found = read_response(response.body, response.media_type, endpoint.query_url)
    assert are_equal(found, read_expected(case.result), in_order=is_ordered(query)), (
        f"{case.name}\n{query}\n{response}\nexpected:\n{case.result.text()[:2000]}"
    )
