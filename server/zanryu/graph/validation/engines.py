"""The two engines: Core constraints on pySHACL, ``sh:sparql`` constraints on Oxigraph.

pySHACL asks each ``sh:sparql`` once per focus node through rdflib's SPARQL engine; run once over the whole
store with ``$this`` free, the same select is about seventy times faster. Both give the same findings: a test
compares them on every example and on mutated data.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pyshacl
from rdflib import SH, BNode, Graph, Literal, URIRef

from zanryu.errors import InvalidShapes
from zanryu.graph.namespaces import compact
from zanryu.graph.validation.binding import bound
from zanryu.graph.validation.findings import Finding, from_report

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from rdflib.term import Identifier, Node

    from zanryu.graph.validation.patterns import Term
    from zanryu.graph.validation.shapes import SPARQLConstraint

_TEMPLATE = re.compile(r"\{[?$](\w+)\}")


def run_core(data: Graph, core: Graph) -> list[Finding]:
    """Run the Core constraints with pySHACL, without inference, imports or changes to ``data``."""
    _, report, text = pyshacl.validate(
        data, shacl_graph=core, inference="none", do_owl_imports=False, inplace=True
    )
    if not isinstance(report, Graph):
        raise InvalidShapes(f"The Core constraints could not be evaluated: {text}")
    return list(from_report(report))


def run_sparql(
    store: ox.Store, constraints: Iterable[SPARQLConstraint], foci: Mapping[Node, set[Node]]
) -> list[Finding]:
    """Run each select once over the store's union graph and keep the rows about focus nodes of its shape."""
    return [
        f for constraint in constraints for f in _run_constraint(store, constraint, foci[constraint.shape])
    ]


def run_sparql_at(store: ox.Store, constraint: SPARQLConstraint, nodes: Collection[Term]) -> list[Finding]:
    """Run a select over the store's union graph for some focus nodes only.

    Blank nodes, which a query cannot name, are bound by substitution (SEP-0007).
    """
    named = [node for node in nodes if not isinstance(node, ox.BlankNode)]
    asked: list[tuple[str, ox.BlankNode | None]] = [(s, None) for s in bound(constraint.select, named)]
    asked += [(constraint.select, node) for node in nodes if isinstance(node, ox.BlankNode)]
    foci: set[Node] = {to_rdflib(node) for node in nodes}
    return [
        finding
        for select, node in asked
        for finding in _run_constraint(store, replace(constraint, select=select), foci, node)
    ]


def _run_constraint(
    store: ox.Store, constraint: SPARQLConstraint, foci: set[Node], only: ox.BlankNode | None = None
) -> Iterator[Finding]:
    substitutions: dict[ox.Variable, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple] = (
        {} if only is None else {ox.Variable("this"): only}
    )
    try:
        solutions = store.query(
            constraint.select, use_default_graph_as_union=True, substitutions=substitutions
        )
    except SyntaxError as error:
        raise InvalidShapes(f"{compact(str(constraint.constraint))}: {error}") from None
    if not isinstance(solutions, ox.QuerySolutions):
        raise InvalidShapes(f"{compact(str(constraint.constraint))} must be a SELECT.")
    names = [v.value for v in solutions.variables]
    if "this" not in names:
        raise InvalidShapes(f"{compact(str(constraint.constraint))} must project $this.")
    seen: set[tuple[str, ...]] = set()
    for solution in solutions:
        if (focus := to_rdflib(solution["this"])) not in foci:
            continue
        row = {n: v for n in names if (v := solution[n]) is not None}
        key = tuple(f"{n}={row[n]}" for n in sorted(row))
        if key not in seen:  # SHACL counts solutions; pySHACL counts distinct ones, and so does a reader
            seen.add(key)
            yield _finding(constraint, focus, row)


def _finding(constraint: SPARQLConstraint, focus: Node, row: Mapping[str, object]) -> Finding:
    """Map a solution to a validation result (SHACL, section 5.3.2)."""
    return Finding(
        focus=focus,
        severity=constraint.severity,
        component=SH.SPARQLConstraintComponent,
        shape=constraint.shape,
        constraint=constraint.constraint,
        path=to_rdflib(row["path"]) if "path" in row else None,
        value=to_rdflib(row["value"]) if "value" in row else focus,
        messages=tuple(_fill(message, row) for message in constraint.messages),
    )


def _fill(message: Literal, row: Mapping[str, object]) -> Literal:
    def value(match: re.Match[str]) -> str:
        found = row.get(match[1])
        return match[0] if found is None else _text(found)

    return Literal(_TEMPLATE.sub(value, str(message)), lang=message.language)


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal | ox.BlankNode) else str(term)


def to_rdflib(term: object) -> Identifier:
    """Return an Oxigraph term as an rdflib term; triple terms have none and never reach a shape."""
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if not isinstance(term, ox.Literal):
        raise TypeError(f"not an RDF 1.1 term: {term!r}")
    if term.language:
        return Literal(term.value, lang=term.language)
    kind = term.datatype.value
    return Literal(term.value, datatype=None if kind.endswith("#string") else URIRef(kind), normalize=False)


def to_graph(quads: Iterable[ox.Quad]) -> Graph:
    """Return the union of RDF 1.1 quads as one rdflib graph."""
    graph = Graph()
    cache: dict[object, Identifier] = {}

    def converted(term: object) -> Identifier:
        if (known := cache.get(term)) is None:
            known = cache[term] = to_rdflib(term)
        return known

    for quad in quads:
        graph.add((converted(quad.subject), converted(quad.predicate), converted(quad.object)))
    return graph
