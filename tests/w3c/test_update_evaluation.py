"""SPARQL 1.1 Update, the W3C's evaluation tests: https://www.w3.org/TR/sparql11-update/."""

from __future__ import annotations

from typing import TYPE_CHECKING

from w3c.cases import conformance
from w3c.evaluation import update_evaluation
from w3c.isomorphism import are_isomorphic
from w3c.loading import quads_of, read_dataset, reset

if TYPE_CHECKING:
    from w3c.client import Endpoint
    from w3c.evaluation import UpdateEvaluation


@conformance(update_evaluation)
def test_an_update_leaves_the_dataset_that_the_standard_says(
    case: UpdateEvaluation, endpoint: Endpoint
) -> None:
    reset(endpoint, case.before)
    response = endpoint.update(f"BASE <{case.request.iri}>\n{case.request.text()}".encode())
    assert response.status in (200, 204), response
    found, expected = read_dataset(endpoint), quads_of(case.after)
    assert are_isomorphic(found, expected), f"{case.name}\n{found}\nexpected:\n{expected}"
