"""SPARQL 1.1 syntax, the W3C's tests: what is SPARQL is accepted, and what is not is the client's mistake."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from w3c.cases import conformance
from w3c.evaluation import syntax
from w3c.expected_failures import REFUSED_ON_PURPOSE
from w3c.loading import reset

if TYPE_CHECKING:
    from w3c.client import Endpoint, Response
    from w3c.evaluation import Syntax

_ANY: Final = "application/sparql-results+json, application/n-triples"
# Only these fail on a graph that is not there (SPARQL 1.1 Update, 3.2), whatever their syntax.
_NEEDS_GRAPH: Final = re.compile(r"\b(?:DROP|CLEAR)\s+GRAPH\s+(<[^>]*>)", re.IGNORECASE)


@conformance(syntax)
def test_what_is_sparql_is_accepted_and_nothing_else(case: Syntax, endpoint: Endpoint) -> None:
    if case.is_positive:
        _prepare(case, endpoint)
    response = _send(case, endpoint)
    assert response.status in _allowed(case), f"{case.name}\n{case.text.text()}\n{response}"


def _send(case: Syntax, endpoint: Endpoint) -> Response:
    text = case.text.read()
    return endpoint.update(text) if case.is_update else endpoint.query(text, _ANY)


def _allowed(case: Syntax) -> tuple[int, ...]:
    """What is refused on purpose is refused as what it is, and not for its syntax."""
    if not case.is_positive:
        return (400,)
    if case.id in REFUSED_ON_PURPOSE:
        return (403,)
    return (200, 204) if case.is_update else (200,)


def _prepare(case: Syntax, endpoint: Endpoint) -> None:
    """Empty the store but for the graphs that an update needs to find, under the service's own base IRI."""
    reset(endpoint)
    for graph in _NEEDS_GRAPH.findall(case.text.text()) if case.is_update else ():
        response = endpoint.update(f"CREATE SILENT GRAPH {graph}".encode())
        assert response.status in (200, 204), response
