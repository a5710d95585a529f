"""A table read against a dataset: the claims that it adds and changes, and everything that is wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zanryu.graph.checking import examine_quads
from zanryu.graph.delta import Delta
from zanryu.graph.materialise import DEFAULT_THRESHOLD
from zanryu.graph.sources import read
from zanryu.graph.table.cells import Problem, by_place
from zanryu.graph.table.claims import CITED_BY, turtle_of
from zanryu.graph.table.comparing import Known, compare
from zanryu.graph.table.files import read_table
from zanryu.graph.table.locating import claim_of, place_findings

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from pyoxigraph import NamedNode, Quad

    from zanryu.graph.sources import Dataset
    from zanryu.graph.table.claims import Change, Claim
    from zanryu.graph.validation import Finding


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
        return turtle_of(self.changes)


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
    compared = compare(sheet, Known.of(quads))
    delta = _delta(quads, compared.changed)
    problems = set(compared.problems)
    if compared.changes:
        findings = _caused(dataset, quads, delta, compared.changed, threshold)
        problems |= {placed.problem for placed in place_findings(findings, compared, language)}
    return Imported(compared.changes, delta, compared.unchanged, sorted(problems, key=by_place))


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
    elsewhere = [f for f in findings if claim_of(f) not in changed and f.level == "violation"]
    if elsewhere:
        before = set(examine_quads(dataset, quads, threshold)[1])
        elsewhere = [f for f in elsewhere if f not in before]
    return [f for f in findings if claim_of(f) in changed] + elsewhere
