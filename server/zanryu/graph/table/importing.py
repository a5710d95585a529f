"""A table read against a dataset: the claims that it adds and changes, and everything that is wrong."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode
from rdflib import Graph

from zanryu.graph.checking import examine_quads
from zanryu.graph.delta import Delta
from zanryu.graph.materialise import DEFAULT_THRESHOLD, name_citations
from zanryu.graph.namespaces import RDF_TYPE, compact, term
from zanryu.graph.sources import read
from zanryu.graph.table.cells import Problem, by_place
from zanryu.graph.table.claims import CITED_BY, claims_of, names_taken, put
from zanryu.graph.table.files import read_table
from zanryu.graph.table.rows import read_rows
from zanryu.graph.table.values import Values
from zanryu.graph.turtle import write_turtle

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from pyoxigraph import Quad

    from zanryu.graph.materialise import Term
    from zanryu.graph.sources import Dataset
    from zanryu.graph.table.claims import Claim
    from zanryu.graph.table.rows import Reading
    from zanryu.graph.validation import Finding

_CITATION_OF = re.compile(r"/c\d+$")
# The rule about two claims that say the same; a warning elsewhere.
_SAME_CLAIM = "S47"


@dataclass(frozen=True, slots=True)
class Change:
    """A claim that the table adds, or changes from ``old``."""

    new: Claim
    old: Claim | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a table; with a problem of level ``violation`` nothing of it may be written.

    ``delta`` is the changes as asserted quads, exact for those that the table was read against.
    """

    changes: list[Change] = field(default_factory=list)
    delta: Delta = field(default_factory=Delta)
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Whether the changes may be written."""
        return all(problem.level != "violation" for problem in self.problems)

    def turtle(self) -> str:
        """Return the added and changed claims as Turtle in house style."""
        graph = Graph()
        for change in self.changes:
            put(change.new, graph)
        return write_turtle(graph, [])


def import_table(
    data: bytes,
    dataset: Dataset,
    threshold: int = DEFAULT_THRESHOLD,
    language: str = "en",
    quads: Sequence[Quad] | None = None,
) -> Imported:
    """Read a table (CSV or XLSX) and check what it says together with the dataset, as ``zanryu check`` does.

    Every problem of the table is returned, at its row and column, with messages of shapes in ``language``. A
    claim that cannot be read is left out of the check. ``quads`` are the asserted quads of a newer state than
    that of the dataset's files, ontology and vocabularies included.

    :raises TableRefused: if the file as a whole cannot be read.
    """
    sheet = read_table(data)
    quads = read(dataset.files()) if quads is None else quads
    claims, odd = claims_of(quads)
    reading = read_rows(sheet, Values.of(quads), names_taken(claims, odd))
    changed = {n: c for n, c in reading.claims.items() if n not in odd and c != claims.get(n)}
    changes = [Change(claim, claims.get(name)) for name, claim in changed.items()]
    delta = _delta(quads, changed)
    problems = reading.problems + reading.notices
    problems += [_untouchable(name, odd[name], reading) for name in reading.claims if name in odd]
    if changes:
        findings = _caused(dataset, quads, delta, changed, threshold)
        located = _located(findings, changed, reading, language)
        problems += [_stricter(problem) if name not in claims else problem for name, problem in located]
    return Imported(changes, delta, len(reading.claims) - len(changes), sorted(set(problems), key=by_place))


def _stricter(problem: Problem) -> Problem:
    """Refuse a new claim that says what another says: most often the table was imported before."""
    if problem.rule != _SAME_CLAIM:
        return problem
    advice = "To add a source to that claim, export it and give it one more row."
    return replace(problem, level="violation", message=f"{problem.message} {advice}")


def _untouchable(name: NamedNode, reason: str, reading: Reading) -> Problem:
    said = f"{compact(name.value)} cannot be changed by a table. {reason} Edit its file."
    return Problem(reading.place(name), said)


def _delta(quads: Iterable[Quad], changed: Mapping[NamedNode, Claim]) -> Delta:
    """Return the change that puts claims in the place of those of the same names."""
    cited = {q.object for q in quads if q.predicate == CITED_BY and q.subject in changed}
    removed = frozenset(q for q in quads if q.subject in changed or q.subject in cited)
    added = frozenset(quad for claim in changed.values() for quad in claim.quads())
    return Delta(added - removed, removed - added)


def _caused(
    dataset: Dataset, quads: Iterable[Quad], delta: Delta, changed: Container[object], threshold: int
) -> list[Finding]:
    """Return the findings about changed claims, and violations elsewhere that were not there before."""
    after = (set(quads) - delta.removed) | delta.added
    findings = examine_quads(dataset, after, threshold)[1]
    elsewhere = [f for f in findings if _claim_of(f) not in changed and f.level == "violation"]
    if elsewhere:
        before = set(examine_quads(dataset, quads, threshold)[1])
        elsewhere = [f for f in elsewhere if f not in before]
    return [f for f in findings if _claim_of(f) in changed] + elsewhere


def _claim_of(finding: Finding) -> NamedNode | None:
    focus = str(finding.focus)
    return NamedNode(_CITATION_OF.sub("", focus)) if ":" in focus else None


def _located(
    findings: Iterable[Finding], changed: Mapping[NamedNode, Claim], reading: Reading, language: str
) -> list[tuple[NamedNode | None, Problem]]:
    """Return the claim of each finding, and the finding at its row and column."""
    citations: dict[str, set[tuple[NamedNode, Term]]] = defaultdict(set)
    for quad in name_citations(q for claim in changed.values() for q in claim.quads()):
        if isinstance(quad.subject, NamedNode) and quad.predicate != RDF_TYPE:
            citations[quad.subject.value].add((quad.predicate, quad.object))
    problems = []
    for finding in findings:
        claim, focus, words = _claim_of(finding), str(finding.focus), finding.message(language)
        if claim in changed and claim:
            path = NamedNode(str(finding.path)) if finding.path else None
            path = term("zr:work") if path == CITED_BY else path
            place = reading.place(claim, path, frozenset(citations[focus]))
            words += f" ({compact(path.value)})" if path and not place.column else ""
        else:
            place, words = None, f"Elsewhere, {compact(focus)}: {words}"
        problems.append((claim, Problem(place, words, finding.level, finding.constraint_id)))
    return problems
