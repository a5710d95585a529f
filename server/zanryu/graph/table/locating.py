"""Where in a table stands what the shapes find fault with."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from zanryu.graph.materialise import name_citations
from zanryu.graph.namespaces import RDF_TYPE, compact, term
from zanryu.graph.table.cells import Problem
from zanryu.graph.table.claims import CITED_BY
from zanryu.graph.wording import Message

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zanryu.graph.materialise import Term
    from zanryu.graph.table.comparing import Compared
    from zanryu.graph.validation import Finding
    from zanryu.graph.wording import Text

_CITATION_OF = re.compile(r"/c\d+$")
# The rule about two claims that say the same; a warning elsewhere.
_SAME_CLAIM = "S47"


@dataclass(frozen=True, slots=True)
class Placed:
    """A finding at its row and column, as a problem with the message in the reader's language."""

    finding: Finding
    problem: Problem


def claim_of(finding: Finding) -> NamedNode | None:
    """Return the claim that a finding is about, itself or by its citation."""
    focus = str(finding.focus)
    return NamedNode(_CITATION_OF.sub("", focus)) if ":" in focus else None


def place_findings(findings: Iterable[Finding], compared: Compared, language: str) -> list[Placed]:
    """Return findings at their rows and columns; those about claims of others have no place."""
    changed = compared.changed
    citations: dict[str, set[tuple[NamedNode, Term]]] = defaultdict(set)
    for quad in name_citations(q for claim in changed.values() for q in claim.quads()):
        if isinstance(quad.subject, NamedNode) and quad.predicate != RDF_TYPE:
            citations[quad.subject.value].add((quad.predicate, quad.object))
    new = {change.new.name for change in compared.changes if change.old is None}
    placed = []
    for finding in findings:
        claim, focus, place = claim_of(finding), str(finding.focus), None
        words: Text = finding.message(language)
        if claim and claim in changed:
            path = NamedNode(str(finding.path)) if finding.path else None
            path = term("zr:work") if path == CITED_BY else path
            place = compared.reading.place(claim, path, frozenset(citations[focus]))
            words = f"{words} ({compact(path.value)})" if path and not place.column else words
        else:
            words = Message("Elsewhere, %(what)s: %(said)s", what=compact(focus), said=words)
        problem = Problem(place, words, finding.level, finding.constraint_id)
        placed.append(Placed(finding, _stricter(problem) if claim in new else problem))
    return placed


def _stricter(problem: Problem) -> Problem:
    """Refuse a new claim that says what another says: most often the table was imported before."""
    if problem.rule != _SAME_CLAIM:
        return problem
    advice = Message("To add a source to that claim, export it and give it one more row.")
    return replace(problem, level="violation", advice=advice)
