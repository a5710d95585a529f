"""Answers of queries, read from the files of the suites and from responses, and compared.

A number or boolean equals another literal of its datatype by value (``1.0`` and ``1.00``), because XSD says
that they are one value and stores may keep values; everything else is compared as RDF terms.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final, TypeAlias

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    parse,
    parse_query_results,
)

from w3c.isomorphism import are_isomorphic

if TYPE_CHECKING:
    from collections.abc import Hashable

    from w3c.isomorphism import Row
    from w3c.manifests import File

RESULT_SET: Final = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_TYPE: Final = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_EXACT: Final = frozenset({f"{XSD}integer", f"{XSD}decimal"})
_FLOATING: Final = frozenset({f"{XSD}float", f"{XSD}double"})
_BOOLEAN: Final = {"0": "false", "1": "true"}
_NOT_STRUCTURE: Final = re.compile(
    r"""<[^<>"{}|^`\\\s]*>|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\#[^\n]*""", re.VERBOSE
)
_INNERMOST_GROUP: Final = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Solutions:
    """The answer of a SELECT query; an unbound variable is ``None`` in its row."""

    variables: tuple[str, ...]
    rows: tuple[Row, ...]

    def table(self, *, is_ordered: bool) -> list[Row]:
        """Return the rows, columns in alphabetical order; where the order counts, each with its number."""
        columns = sorted(range(len(self.variables)), key=self.variables.__getitem__)
        rows = [tuple(row[column] for column in columns) for row in self.rows]
        return [(number, *row) for number, row in enumerate(rows)] if is_ordered else rows


@dataclass(frozen=True, slots=True)
class Graph:
    """The answer of a CONSTRUCT query, or a graph of a store."""

    triples: tuple[Row, ...]


Answer: TypeAlias = "Solutions | Graph | bool"

_RESULTS: Final = {
    "srx": QueryResultsFormat.XML,
    "srj": QueryResultsFormat.JSON,
    "tsv": QueryResultsFormat.TSV,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "text/tab-separated-values": QueryResultsFormat.TSV,
}


def read_expected(file: File) -> Answer:
    """Return the answer in a file; one in Turtle or RDF/XML may be a result set described in RDF."""
    extension = file.path.suffix.removeprefix(".")
    if extension in _RESULTS:
        return _read_results(file.read(), _RESULTS[extension])
    return _as_result_set(file) or read_graph(file.read(), rdf_format(file), file.iri)


def read_response(body: bytes, media_type: str, base: str) -> Answer:
    """Return the answer in the body of a response.

    :raises ValueError: for a media type that is no format of answers.
    :raises SyntaxError: for a body that is not what its media type says.
    """
    if media_type in _RESULTS:
        return _read_results(body, _RESULTS[media_type])
    found = RdfFormat.from_media_type(media_type)
    if found is None:
        raise ValueError(f"{media_type!r} is no format of answers")
    return read_graph(body, found, base)


def read_graph(body: bytes, form: RdfFormat, base: str) -> Graph:
    """Return the one graph in a text."""
    quads = parse(body, form, base_iri=base, without_named_graphs=True)
    return Graph(tuple({(quad.subject, quad.predicate, by_value(quad.object)) for quad in quads}))


def rdf_format(file: File) -> RdfFormat:
    """Return the RDF format that a file's extension says."""
    found = RdfFormat.from_extension(file.path.suffix.removeprefix("."))
    if found is None:
        raise ValueError(f"{file.path.name} is not RDF")
    return found


def _read_results(body: bytes, form: QueryResultsFormat) -> Solutions | bool:
    found = parse_query_results(body, form)
    if isinstance(found, QueryBoolean):
        return bool(found)
    assert isinstance(found, QuerySolutions)
    variables = tuple(variable.value for variable in found.variables)
    rows = tuple(tuple(by_value(solution[name]) for name in variables) for solution in found)
    return Solutions(variables, rows)


def _as_result_set(file: File) -> Solutions | None:
    """Read a result set in the vocabulary ``rs:``, or return nothing where there is none."""
    store = Store()
    store.load(file.read(), rdf_format(file), base_iri=file.iri)

    def objects(subject: NamedNode | BlankNode, local: str) -> list[Hashable]:
        pattern = store.quads_for_pattern(subject, NamedNode(RESULT_SET + local), None, None)
        return [quad.object for quad in pattern]

    sets = [
        quad.subject for quad in store.quads_for_pattern(None, _TYPE, NamedNode(f"{RESULT_SET}ResultSet"))
    ]
    if not sets:
        return None
    root = sets[0]
    assert isinstance(root, NamedNode | BlankNode)
    variables = tuple(
        sorted(str(name.value) for name in objects(root, "resultVariable") if isinstance(name, Literal))
    )
    rows = []
    for solution in objects(root, "solution"):
        assert isinstance(solution, NamedNode | BlankNode)
        bound: dict[str, Hashable] = {}
        for binding in objects(solution, "binding"):
            assert isinstance(binding, NamedNode | BlankNode)
            (name,), (value,) = objects(binding, "variable"), objects(binding, "value")
            assert isinstance(name, Literal)
            bound[name.value] = by_value(value)
        rows.append(tuple(bound.get(name) for name in variables))
    return Solutions(variables, tuple(rows))


def by_value(term: Hashable) -> Hashable:
    """Return what a term is compared by: itself, or the value of a number or boolean with its datatype."""
    if not isinstance(term, Literal):
        return term
    datatype = term.datatype.value
    try:
        if datatype in _EXACT:
            return (datatype, Decimal(term.value))
        if datatype in _FLOATING:
            return (datatype, repr(float(term.value)))
        if datatype == f"{XSD}boolean":
            return (datatype, _BOOLEAN.get(term.value, term.value))
    except (InvalidOperation, ValueError):
        return term  # an ill-typed literal is equal to itself only
    return term


def is_ordered(query: str) -> bool:
    """Whether the outermost solution modifiers of a query have an ORDER BY."""
    outline = _NOT_STRUCTURE.sub(" ", query)
    while _INNERMOST_GROUP.search(outline):
        outline = _INNERMOST_GROUP.sub(" ", outline)
    return re.search(r"\border\s+by\b", outline, re.IGNORECASE) is not None


def are_equal(found: Answer, expected: Answer, *, in_order: bool = False) -> bool:
    """Whether an answer is the expected one, up to the names of blank nodes."""
    if isinstance(found, Solutions) and isinstance(expected, Solutions):
        same_variables = sorted(found.variables) == sorted(expected.variables)
        return same_variables and are_isomorphic(
            found.table(is_ordered=in_order), expected.table(is_ordered=in_order)
        )
    if isinstance(found, Graph) and isinstance(expected, Graph):
        return are_isomorphic(found.triples, expected.triples)
    return isinstance(found, bool) and found is expected
