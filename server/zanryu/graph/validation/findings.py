"""What a validation finds, and its SHACL report graph (SHACL, section 3.6)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rdflib import RDF, SH, BNode, Graph, Literal
from rdflib.namespace import XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rdflib.term import Node

_CONSTRAINT_ID = re.compile(r"S\d\d[a-z]?")


@dataclass(frozen=True, slots=True)
class Finding:
    """One validation result; the fields are the properties of ``sh:ValidationResult``."""

    focus: Node
    severity: Node
    component: Node
    shape: Node
    constraint: Node | None = None
    path: Node | None = None
    value: Node | None = None
    messages: tuple[Literal, ...] = field(default=(), compare=False)

    @property
    def constraint_id(self) -> str:
        """The number of the rule, e.g. ``S04``, from the name of the constraint or of the shape."""
        for node in (self.constraint, self.shape):
            if node is not None and (found := _CONSTRAINT_ID.match(str(node).rsplit("/", 1)[-1])):
                return found[0]
        return "S00"

    @property
    def level(self) -> str:
        """``violation``, ``warning`` or ``info``."""
        return str(self.severity).rsplit("#", 1)[-1].lower()

    def message(self, language: str = "en") -> str:
        """Return the message in ``language``, else in English, else any."""
        by_language = {m.language or "": str(m) for m in self.messages}
        return by_language.get(language) or by_language.get("en") or next(iter(by_language.values()), "")

    def sort_key(self) -> tuple[str, ...]:
        """Order by focus node, then rule: the same findings always print in the same order."""
        return str(self.focus), self.constraint_id, str(self.path), str(self.value), self.message()


def from_report(report: Graph) -> Iterator[Finding]:
    """Yield the results of a SHACL report graph."""
    for node in report.subjects(RDF.type, SH.ValidationResult):
        messages = [m for m in report.objects(node, SH.resultMessage) if isinstance(m, Literal)]
        yield Finding(
            focus=_only(report, node, SH.focusNode),
            severity=_only(report, node, SH.resultSeverity),
            component=_only(report, node, SH.sourceConstraintComponent),
            shape=_only(report, node, SH.sourceShape),
            constraint=report.value(node, SH.sourceConstraint),
            path=_iri_path(report.value(node, SH.resultPath)),
            value=report.value(node, SH.value),
            messages=tuple(sorted(messages, key=lambda m: (m.language or "", str(m)))),
        )


def _iri_path(path: Node | None) -> Node | None:
    """Drop paths that are blank nodes: their names differ from run to run and the shape tells them."""
    return None if isinstance(path, BNode) else path


def _only(report: Graph, node: Node, predicate: Node) -> Node:
    found = report.value(node, predicate)
    if found is None:
        raise ValueError(f"validation result without {predicate}")
    return found


def report_graph(findings: Iterable[Finding]) -> Graph:
    """Return the findings as one SHACL validation report."""
    graph = Graph()
    graph.bind("sh", SH)
    report = BNode()
    graph.add((report, RDF.type, SH.ValidationReport))
    ordered = sorted(findings, key=Finding.sort_key)
    graph.add((report, SH.conforms, Literal(not ordered, datatype=XSD.boolean)))
    for finding in ordered:
        result = BNode()
        graph.add((report, SH.result, result))
        graph.add((result, RDF.type, SH.ValidationResult))
        for predicate, value in _properties(finding):
            graph.add((result, predicate, value))
    return graph


def _properties(finding: Finding) -> Iterator[tuple[Node, Node]]:
    yield SH.focusNode, finding.focus
    yield SH.resultSeverity, finding.severity
    yield SH.sourceConstraintComponent, finding.component
    yield SH.sourceShape, finding.shape
    for predicate, value in (
        (SH.sourceConstraint, finding.constraint),
        (SH.resultPath, finding.path),
        (SH.value, finding.value),
    ):
        if value is not None:
            yield predicate, value
    for message in finding.messages:
        yield SH.resultMessage, message
