"""SPARQL 1.1 result formats, the W3C's tests: CSV, TSV and JSON as they are written.

No library of the server's reads the tables here, so that one mistake is not made on both sides.
"""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any, Final

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

from w3c.answers import Solutions, are_equal, by_value, is_ordered
from w3c.cases import conformance
from w3c.evaluation import result_formats
from w3c.loading import reset

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from w3c.answers import Answer
    from w3c.client import Endpoint
    from w3c.evaluation import QueryEvaluation


@conformance(result_formats)
def test_an_answer_is_written_as_its_format_says(case: QueryEvaluation, endpoint: Endpoint) -> None:
    reset(endpoint, case.dataset)
    media_type, read = _FORMATS[case.result.path.suffix]
    query = case.query.text()
    response = endpoint.query(query.encode(), media_type)
    assert response.status == 200, response
    assert response.media_type == media_type, response
    found, expected = read(response.body.decode("utf-8")), read(case.result.text())
    if isinstance(found, Solutions) and isinstance(expected, Solutions):
        in_any_order = _SELECT_ALL.search(query)
        assert in_any_order or found.variables == expected.variables, response
    assert are_equal(found, expected, in_order=is_ordered(query)), response


def _read_csv(text: str) -> Answer:
    """Values without their types (CSV format, section 3): blank nodes have ``_:``, numbers look like it."""
    header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert all(len(row) == len(header) for row in rows), text
    return Solutions(tuple(header), tuple(tuple(_csv_value(field) for field in row) for row in rows))


def _csv_value(field: str) -> Hashable:
    if field.startswith("_:"):
        return BlankNode(field.removeprefix("_:"))
    return float(field) if _NUMBER.fullmatch(field) else field


def _read_tsv(text: str) -> Answer:
    """Terms in the syntax of Turtle, tabs between them (TSV format, section 4)."""
    assert text.endswith("\n"), text
    header, *rows = (line.split("\t") for line in text.removesuffix("\n").split("\n"))
    assert all(name.startswith("?") and len(name) > 1 for name in header), text
    assert all(len(row) == len(header) for row in rows), text
    variables = tuple(name.removeprefix("?") for name in header)
    return Solutions(variables, tuple(tuple(_tsv_term(field) for field in row) for row in rows))


def _tsv_term(field: str) -> Hashable:
    if not field:
        return None
    if field.startswith("_:"):
        return BlankNode(field.removeprefix("_:"))
    (quad,) = parse(f"<s:> <p:> {field} .", RdfFormat.TURTLE)
    return by_value(quad.object)


def _read_json(text: str) -> Answer:
    document = json.loads(text)
    if "boolean" in document:
        assert "results" not in document, text
        boolean: bool = document["boolean"]
        return boolean
    variables = tuple(document["head"]["vars"])
    bindings = document["results"]["bindings"]
    assert all(name in variables for binding in bindings for name in binding), text
    rows = tuple(tuple(_json_term(binding.get(name)) for name in variables) for binding in bindings)
    return Solutions(variables, rows)


def _json_term(term: dict[str, Any] | None) -> Hashable:
    if term is None:
        return None
    match term["type"]:
        case "uri":
            return NamedNode(term["value"])
        case "bnode":
            return BlankNode(term["value"])
        case "literal" if "xml:lang" in term:
            return Literal(term["value"], language=term["xml:lang"])
        case "literal":
            return by_value(Literal(term["value"], datatype=NamedNode(term.get("datatype", _STRING))))
    raise ValueError(f"no type of RDF term: {term}")


# The order of the variables of SELECT * is not defined (SPARQL 1.1 Query, 16.1).
_SELECT_ALL: Final = re.compile(r"\bSELECT\s+(?:DISTINCT\s+|REDUCED\s+)?\*", re.IGNORECASE)
_NUMBER: Final = re.compile(r"[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?")
_STRING: Final = "http://www.w3.org/2001/XMLSchema#string"
_FORMATS: Final[dict[str, tuple[str, Callable[[str], Answer]]]] = {
    ".csv": ("text/csv", _read_csv),
    ".tsv": ("text/tab-separated-values", _read_tsv),
    ".srj": ("application/sparql-results+json", _read_json),
}
