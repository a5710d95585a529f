"""The shapes: read, guarded against silence, and split between the two engines.

A validator passes vacuously when a shape has no focus nodes or a term is mistyped: a wrong ``sh:targetclass``
is no error in SHACL, it simply constrains nothing. So unknown ``sh:`` terms and target classes that the
ontology does not declare are errors, and focus nodes are counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from rdflib import OWL, RDF, RDFS, SH, Graph, Literal, URIRef

from zanryu.errors import DataSyntaxError, InvalidShapes
from zanryu.graph.namespaces import PREFIXES, compact

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from rdflib.term import Node

_SH = PREFIXES["sh"]
_NOT_CONSTRAINING = frozenset(
    {
        RDF.type,
        SH.path,
        SH.name,
        SH.description,
        SH.order,
        SH.group,
        SH.defaultValue,
        RDFS.label,
        RDFS.comment,
    }
)
TARGETS = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)


@dataclass(frozen=True, slots=True)
class SPARQLConstraint:
    """One ``sh:sparql`` of a node shape, ready to run with ``$this`` free."""

    shape: Node
    constraint: Node
    severity: Node
    select: str
    messages: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Shapes:
    """``core`` is what pySHACL runs (Core constraints only), ``sparql`` what Oxigraph runs."""

    graph: Graph
    core: Graph
    sparql: list[SPARQLConstraint]


def read_shapes(files: Iterable[Path]) -> Shapes:
    """Read shape files and split them.

    :raises InvalidShapes: for an unknown ``sh:`` term, or an ``sh:sparql`` where it cannot be run.
    :raises DataSyntaxError: for Turtle that cannot be read.
    """
    graph = Graph()
    for path in files:
        try:
            graph.parse(path, format="turtle")
        except SyntaxError as error:
            raise DataSyntaxError(f"{path}: {error}", file=str(path)) from None
    return split(graph)


def split(graph: Graph) -> Shapes:
    """Split a shapes graph between the engines; see :func:`read_shapes`."""
    _refuse_unknown_terms(graph)
    core = Graph()
    mute = _shapes_without_constraints(graph)
    for s, p, o in graph:
        if p != SH.sparql and not (p == SH.property and o in mute) and s not in mute:
            core.add((s, p, o))
    _target_directly(core)
    return Shapes(
        graph, core, [c for s, n in graph.subject_objects(SH.sparql) for c in _constraint(graph, s, n)]
    )


def _refuse_unknown_terms(graph: Graph) -> None:
    used = {str(t) for triple in graph for t in triple if isinstance(t, URIRef) and str(t).startswith(_SH)}
    for unknown in sorted(term for term in used if term not in SH):
        # Without their common namespace, or everything would look like a near miss.
        names = [str(term).removeprefix(_SH) for term in dir(SH)]
        near = get_close_matches(unknown.removeprefix(_SH), names, n=1)
        hint = f" Did you mean sh:{near[0]}?" if near else ""
        raise InvalidShapes(f"{compact(unknown)} is not a term of SHACL, so it constrains nothing.{hint}")


def _shapes_without_constraints(graph: Graph) -> set[Node]:
    """Return property shapes that only say how pages show a property; they cost time and check nothing."""
    shapes = set(graph.objects(None, SH.property))
    return {s for s in shapes if set(graph.predicates(s)) <= _NOT_CONSTRAINING}


def _target_directly(core: Graph) -> None:
    """Give each property shape the targets of the node shape that it hangs from, in place of that link.

    The findings are the same: a property shape reports itself as source, never the node shape above it. But
    pySHACL enters a linked shape anew for every focus node, and a targeted one once for all of them.
    """
    for shape, linked in list(core.subject_objects(SH.property)):
        targets = [(t, o) for t in TARGETS for o in core.objects(shape, t)]
        others = sum(1 for _ in core.triples((None, None, linked)))
        if targets and others == 1 and core.value(shape, SH.deactivated) is None:
            core.remove((shape, SH.property, linked))
            for target, value in targets:
                core.add((linked, target, value))


def _constraint(graph: Graph, shape: Node, node: Node) -> list[SPARQLConstraint]:
    if not any(graph.value(shape, t) for t in TARGETS) or graph.value(shape, SH.path):
        raise InvalidShapes(
            f"{compact(str(shape))} has sh:sparql but no target of its own: it would not be run."
        )
    if graph.value(node, SH.deactivated) == Literal(True):
        return []
    select = graph.value(node, SH.select)
    if select is None:
        raise InvalidShapes(f"{compact(str(node))} has no sh:select.")
    messages = [m for m in graph.objects(node, SH.message) if isinstance(m, Literal)]
    severity = graph.value(shape, SH.severity) or SH.Violation
    text = _prologue(graph, node, str(select)) + str(select)
    return [
        SPARQLConstraint(shape, node, severity, text, tuple(sorted(messages, key=lambda m: m.language or "")))
    ]


def _prologue(graph: Graph, node: Node, select: str) -> str:
    """Declare the prefixes that the select may use: the engine reads the text anew for each change."""
    declared = [d for o in graph.objects(node, SH.prefixes) for d in graph.objects(o, SH.declare)]
    spaces = {f"{graph.value(d, SH.prefix)}:": graph.value(d, SH.namespace) for d in declared}
    return "".join(f"PREFIX {name} <{spaces[name]}>\n" for name in sorted(spaces) if name in select)


def focus_nodes(shapes: Graph, data: Graph) -> dict[Node, set[Node]]:
    """Return the focus nodes of each shape that has a target (SHACL, section 2.1.3)."""
    found: dict[Node, set[Node]] = {}
    for shape in {s for t in TARGETS for s in shapes.subjects(t)}:
        nodes = found.setdefault(shape, set())
        for cls in shapes.objects(shape, SH.targetClass):
            for sub in data.transitive_subjects(RDFS.subClassOf, cls):
                nodes.update(data.subjects(RDF.type, sub))
        nodes.update(shapes.objects(shape, SH.targetNode))
        for predicate in shapes.objects(shape, SH.targetSubjectsOf):
            nodes.update(data.subjects(predicate))
        for predicate in shapes.objects(shape, SH.targetObjectsOf):
            nodes.update(data.objects(None, predicate))
    return found


def refuse_vacuous(shapes: Graph, data: Graph, foci: dict[Node, set[Node]]) -> None:
    """Refuse target classes that nobody declared, and shapes that look at nothing though there is data.

    :raises InvalidShapes: naming the shape.
    """
    if not any(True for _ in shapes.subjects(RDF.type, SH.NodeShape)):
        raise InvalidShapes("There are no shapes: nothing would be checked.")
    for shape, cls in shapes.subject_objects(SH.targetClass):
        declared = {OWL.Class, RDFS.Class} & set(data.objects(cls, RDF.type))
        if not declared and (cls, None, None) not in data and not str(cls).startswith(PREFIXES["skos"]):
            raise InvalidShapes(
                f"{compact(str(shape))} targets {compact(str(cls))}, which the ontology does not declare."
            )
        if not foci[shape] and (None, RDF.type, cls) in data:
            raise InvalidShapes(
                f"{compact(str(shape))} has no focus nodes although {compact(str(cls))} has instances."
            )
