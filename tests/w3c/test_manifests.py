"""The conformance tests themselves: nothing of a suite is left out unseen, and comparison compares."""

from __future__ import annotations

import pytest
from pyoxigraph import BlankNode

from w3c.answers import is_ordered
from w3c.evaluation import (
    CSV_RESULT,
    NEGATIVE_SYNTAX,
    POSITIVE_SYNTAX,
    QUERY_EVALUATION,
    UPDATE_EVALUATION,
    query_evaluation,
    result_formats,
    syntax,
    update_evaluation,
)
from w3c.exchanges import graph_store, protocol, service_description
from w3c.expected_failures import EXPECTED_FAILURES, REFUSED_ON_PURPOSE
from w3c.isomorphism import are_isomorphic
from w3c.manifests import OUT_OF_SCOPE, Case, manifests, suites

needs_files = pytest.mark.skipif(not suites().is_dir(), reason=f"W3C test files are not here: {suites()}")
A, B, C, D = (BlankNode(name) for name in "abcd")
X = "x"


@needs_files
def test_every_test_of_every_manifest_is_run() -> None:
    evaluated: list[Case] = [*query_evaluation(), *result_formats(), *update_evaluation(), *syntax()]
    run = [*evaluated, *protocol(), *service_description()]
    listed = [case.id for found in manifests() for _, case in found.entries()]
    assert sorted(listed) == sorted(case.id for case in run)


@needs_files
def test_the_suites_have_as_many_tests_as_the_w3c_says() -> None:
    assert [len(suite()) for suite in (protocol, graph_store, service_description)] == [34, 13, 3]


@needs_files
def test_every_test_is_of_a_kind_that_is_run() -> None:
    http = ("ProtocolTest", "ServiceDescriptionTest")
    known = {QUERY_EVALUATION, UPDATE_EVALUATION, CSV_RESULT, *POSITIVE_SYNTAX, *NEGATIVE_SYNTAX, *http}
    assert {case.kind for found in manifests() for _, case in found.entries()} <= known


@needs_files
def test_every_known_failure_is_a_test() -> None:
    listed = {case.id for found in manifests() for _, case in found.entries()}
    assert {*EXPECTED_FAILURES, *REFUSED_ON_PURPOSE} <= listed


@pytest.mark.parametrize("folder", OUT_OF_SCOPE)
def test_a_suite_out_of_scope_is_skipped_by_name(folder: str) -> None:
    pytest.skip(f"{folder}: {OUT_OF_SCOPE[folder]}")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([(A, X), (B, X)], [(C, X), (D, X)], id="interchangeable nodes"),
        pytest.param([(A, B), (B, C), (C, A)], [(D, C), (C, A), (A, D)], id="a ring"),
        pytest.param([(X, A), (X, A)], [(X, B), (X, B)], id="a row twice"),
    ],
)
def test_tables_that_differ_in_the_names_of_blank_nodes_are_equal(
    left: list[tuple[object, ...]], right: list[tuple[object, ...]]
) -> None:
    assert are_isomorphic(left, right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param([(X,)], [(X,), (X,)], id="a row once and twice"),
        pytest.param([(A, A)], [(A, B)], id="one node and two"),
        pytest.param([(A, B), (B, A)], [(A, A), (B, B)], id="a pair and two loops"),
        pytest.param([(A, "1"), (A, "2")], [(A, "1"), (B, "2")], id="properties of one and of two"),
        pytest.param([(A,)], [("a",)], id="a node and its name"),
        pytest.param([(None, X)], [(X, None)], id="other columns"),
    ],
)
def test_tables_that_differ_in_more_are_not_equal(
    left: list[tuple[object, ...]], right: list[tuple[object, ...]]
) -> None:
    assert not are_isomorphic(left, right)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT * { ?s ?p ?o } ORDER BY ?s", True),
        ("SELECT * { { SELECT * { ?s ?p ?o } order by ?s LIMIT 1 } }", False),
        ("SELECT * { ?s ?p 'ORDER BY' } # ORDER BY ?s", False),
        ("SELECT * { ?s <http://e/#> ?o } ORDER\nBY ?s", True),
    ],
)
def test_an_order_counts_where_the_outermost_query_asks_for_it(query: str, expected: bool) -> None:
    assert is_ordered(query) is expected
