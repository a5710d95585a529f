"""Which nodes a shape is about (SHACL, section 2.1), asked of single nodes instead of the whole graph."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rdflib import SH

from zanryu.graph.namespaces import RDF_TYPE
from zanryu.graph.validation.patterns import THIS, Conjunction, Fresh, Pattern, to_oxigraph
from zanryu.graph.validation.reading import SUBCLASS_OF, is_instance

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Set

    import pyoxigraph as ox
    from rdflib import Graph
    from rdflib.term import Node

    from zanryu.graph.validation.joining import View
    from zanryu.graph.validation.patterns import Term
    from zanryu.graph.validation.rules import Rule


@dataclass(frozen=True, slots=True)
class Target:
    """The target declarations of one shape; ``exact`` leaves subclasses out."""

    classes: frozenset[ox.NamedNode]
    nodes: frozenset[Term]
    subjects_of: frozenset[ox.NamedNode]
    objects_of: frozenset[ox.NamedNode]
    exact: bool = False

    def conjunctions(self, fresh: Fresh) -> Iterator[Conjunction]:
        """Yield what makes a node a focus node; one named by ``sh:targetNode`` always is."""
        for cls in self.classes:
            yield is_instance(THIS, fresh(), cls)
        for predicates, subject, value in (
            (self.subjects_of, THIS, fresh()),
            (self.objects_of, fresh(), THIS),
        ):
            if predicates:
                pattern = Pattern(subject, predicates, value)
                yield Conjunction((pattern,), (pattern,))

    def every(self, view: View) -> set[Term]:
        """Return all focus nodes, whatever that costs."""
        found = set(self.nodes)
        for cls in self.classes:
            for sub in [cls] if self.exact else view.closure(None, cls, frozenset([SUBCLASS_OF])):
                found.update(quad.subject for quad in view.quads(None, RDF_TYPE, sub))
        for predicate in self.subjects_of:
            found.update(quad.subject for quad in view.quads(None, predicate, None))
        for predicate in self.objects_of:
            found.update(quad.object for quad in view.quads(None, predicate, None))
        return found


def target_of(shapes: Graph, shape: Node, *, exact: bool = False) -> Target:
    """Read the target declarations of a shape."""

    def declared(predicate: Node) -> frozenset[Term]:
        return frozenset(to_oxigraph(node) for node in shapes.objects(shape, predicate))

    return Target(
        declared(SH.targetClass),  # type: ignore[arg-type]
        declared(SH.targetNode),
        declared(SH.targetSubjectsOf),  # type: ignore[arg-type]
        declared(SH.targetObjectsOf),  # type: ignore[arg-type]
        exact,
    )


class Membership:
    """Which of the candidates of rules are focus nodes in one state of the graph."""

    def __init__(self, view: View, candidates: Mapping[Rule, Set[Term]]) -> None:
        self._view = view
        self._above: dict[Term, frozenset[Term]] = {}
        self._of_classes: dict[frozenset[Term], set[Term]] = defaultdict(set)
        for node in set().union(*candidates.values()):
            own = frozenset(quad.object for quad in view.quads(node, RDF_TYPE, None))
            self._of_classes[own].add(node)
        self._instances: dict[Target, set[Term]] = {}

    def foci(self, rule: Rule, nodes: set[Term]) -> set[Term]:
        """Return those of a rule's candidates that are its focus nodes."""
        target = rule.target
        if target not in self._instances:
            self._instances[target] = set().union(
                *(nodes for own, nodes in self._of_classes.items() if self._is_instance(own, target))
            )
        found = nodes & (self._instances[target] | target.nodes)
        for predicate in target.subjects_of:
            found.update(node for node in nodes - found if self._has(node, predicate, None))
        for predicate in target.objects_of:
            found.update(node for node in nodes - found if self._has(None, predicate, node))
        return found

    def _is_instance(self, own: frozenset[Term], target: Target) -> bool:
        classes = own if target.exact else frozenset().union(*map(self._superclasses, own))
        return not target.classes.isdisjoint(classes)

    def _has(self, subject: Term | None, predicate: Term, value: Term | None) -> bool:
        return any(True for _ in self._view.quads(subject, predicate, value))

    def _superclasses(self, cls: Term) -> frozenset[Term]:
        if cls not in self._above:
            self._above[cls] = frozenset(self._view.closure(cls, None, frozenset([SUBCLASS_OF])))
        return self._above[cls]
