"""Core constraints at single focus nodes: pySHACL looks up in Oxigraph just what its paths lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
from pyshacl.constraints import CONSTRAINT_PARAMETERS_MAP
from pyshacl.constraints.core.other_constraints import ClosedConstraintComponent
from pyshacl.pytypes import SHACLExecutor
from pyshacl.shapes_graph import ShapesGraph
from pyshacl.validator import Validator
from rdflib import Graph, URIRef
from rdflib.store import Store

from zanryu.graph.validation.engines import to_rdflib
from zanryu.graph.validation.findings import Finding, from_report
from zanryu.graph.validation.patterns import to_oxigraph

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from pyshacl.constraints.constraint_component import ConstraintComponent
    from pyshacl.shape import Shape
    from rdflib.term import Node

    from zanryu.graph.validation.joining import View
    from zanryu.graph.validation.patterns import Term


class UnboundedLookup(Exception):
    """A constraint asked for triples without saying of which node: that would read the whole store."""


class Lookups(Store):
    """The union of the graphs of an Oxigraph store as an rdflib store that can only be asked about nodes."""

    def __init__(self, store: ox.Store, view: View) -> None:
        super().__init__()
        self._store = store
        self._view = view
        self._iris: dict[str, URIRef] = {}  # to make one anew takes rdflib as long as to look one up

    def triples(self, triple_pattern: Any, context: Any = None) -> Iterator[Any]:  # noqa: ANN401 - rdflib's
        """Yield RDF 1.1 triples, in rdflib's form.

        :raises UnboundedLookup: without a subject or object.
        """
        subject, predicate, value = (None if t is None else to_oxigraph(t) for t in triple_pattern)
        if subject is None and value is None:
            raise UnboundedLookup(f"all triples with {predicate}")
        if isinstance(subject, ox.Literal) or not isinstance(predicate, ox.NamedNode | None):
            return
        # What differs from a literal in its spelling only is the same to the view.
        is_spelled = isinstance(value, ox.Literal)
        read = self._store.quads_for_pattern if is_spelled else self._view.quads
        for quad in read(subject, predicate, value):
            if not isinstance(quad.object, ox.Triple):
                terms = (quad.subject, quad.predicate, quad.object)
                yield tuple(map(self._to_rdflib, terms)), iter(())

    def _to_rdflib(self, term: Term) -> Node:
        if not isinstance(term, ox.NamedNode):
            return to_rdflib(term)
        if (known := self._iris.get(term.value)) is None:
            known = self._iris[term.value] = URIRef(term.value)
        return known

    def predicates(self, node: Node) -> set[URIRef]:
        """Return the predicates of a node's triples; no value is put into rdflib's form for it."""
        subject = to_oxigraph(node)
        if isinstance(subject, ox.Literal):
            return set()
        return {URIRef(name) for name in {q.predicate.value for q in self._view.quads(subject, None, None)}}

    def __len__(self, context: Any = None) -> int:  # noqa: ANN401, ARG002 - rdflib's interface
        return 1  # pySHACL asks for the length of a graph to see whether there is one


class _Closed(ClosedConstraintComponent):
    """``sh:closed`` that looks at the predicates first: most nodes have none but those that are allowed."""

    def evaluate(self, *asked: Any) -> Any:  # noqa: ANN401 - pySHACL's
        executor, data, foci, path = asked
        doubtful = {
            focus: values
            for focus, values in foci.items()
            if not all(data.store.predicates(value) <= self.ignored_props for value in values)
        }
        return super().evaluate(executor, data, doubtful, path) if doubtful else (True, [])


class CoreConstraints:
    """The Core shapes and their constraints, read by pySHACL once."""

    def __init__(self, core: Graph) -> None:
        self._graph = ShapesGraph(core)
        self._executor = SHACLExecutor()
        self._constraints = {shape.node: (shape, _constraints(shape)) for shape in self._graph.shapes}

    def findings(self, store: ox.Store, view: View, foci: Mapping[Node, Collection[Node]]) -> list[Finding]:
        """Validate the focus nodes given for each shape; ``view`` is one of ``store``."""
        data = Graph(store=Lookups(store, view), bind_namespaces="none")
        results = [result for node, nodes in foci.items() for result in self._results(node, nodes, data)]
        if not results:
            return []
        report, _ = Validator.create_validation_report(self._graph, False, results)
        return list(from_report(report))

    def _results(self, node: Node, foci: Collection[Node], data: Graph) -> Iterator[tuple[Any, ...]]:
        """What ``Shape.validate`` does, without reading each constraint from the shapes graph again."""
        shape, constraints = self._constraints[node]
        values = shape.value_nodes(data, list(foci))
        for constraint in constraints:
            yield from constraint.evaluate(self._executor, data, values, [shape, constraint])[1]


def _constraints(shape: Shape) -> list[ConstraintComponent]:
    if shape.deactivated:
        return []
    parameters = dict.fromkeys(shape.sg.graph.predicates(shape.node))
    kinds = dict.fromkeys(CONSTRAINT_PARAMETERS_MAP[p] for p in parameters if p in CONSTRAINT_PARAMETERS_MAP)
    return [(_Closed if kind is ClosedConstraintComponent else kind)(shape) for kind in kinds]
