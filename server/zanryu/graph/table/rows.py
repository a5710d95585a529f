"""From the rows of a sheet to claims, and from a claim to its rows.

Rows with the same word in the column ``claim`` are one claim: each adds a citation, and none may contradict
another. Every mistake is found in one reading. A claim with a mistake, and one that refers to it, is left
out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from zanryu.graph.namespaces import ASSERTION, PREFIXES, RDF_PREDICATE, RDF_TYPE, compact, term
from zanryu.graph.table.cells import Cell, CellError, Problem, by_place, problem_of, shown
from zanryu.graph.table.claims import Claim, in_order
from zanryu.graph.table.columns import (
    CITATION_COLUMNS,
    CLAIM,
    CLAIM_COLUMNS,
    COLUMNS,
    PROPERTY,
    SUBJECT,
    VALUE,
    Column,
    Kind,
)
from zanryu.graph.table.headings import Headings, Row
from zanryu.graph.table.names import folded
from zanryu.graph.table.slugs import Slugs
from zanryu.graph.table.values import claim_name
from zanryu.graph.wording import Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from zanryu.graph.materialise import Term
    from zanryu.graph.table.cells import Place, Sheet
    from zanryu.graph.table.claims import Said
    from zanryu.graph.table.values import Values

_COUNT_CLAIM = term("zr:CountClaim")
_COUNTING = frozenset(term(f"zr:{name}") for name in ("countMin", "countMax", "countPrecision"))
_MEMBER_COUNT = term("zr:memberCount")


@dataclass(slots=True)
class Reading:
    """What a sheet says. ``rows`` has the rows of each claim, with the citation that each row gives."""

    headings: Headings
    claims: dict[NamedNode, Claim] = field(default_factory=dict)
    rows: dict[NamedNode, list[tuple[int, Said]]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)

    def place(self, claim: NamedNode, path: NamedNode | None = None, citation: Said | None = None) -> Place:
        """Return where a claim, or what it says with the property ``path``, stands in the sheet."""
        rows = self.rows[claim]
        row = next((number for number, said in rows if said == citation), rows[0][0])
        return self.headings.place(row, self.headings.column_of(path) if path else None)


@dataclass(slots=True)
class _Group:
    """The rows of one claim."""

    rows: list[Row] = field(default_factory=list)
    name: NamedNode | None = None
    claimed: NamedNode | None = None
    said: dict[Column, frozenset[Term]] = field(default_factory=dict)
    is_sound: bool = True

    @property
    def known_as(self) -> NamedNode:
        """The claim's name; one of its row where mistakes left it without, which never leaves the reading."""
        return self.name or NamedNode(f"{PREFIXES['cl']}row-{self.rows[0].number}")


def read_rows(sheet: Sheet, values: Values, known: Mapping[NamedNode, Claim]) -> Reading:
    """Read all claims of a sheet; ``known`` are those that the data has already."""
    return _Reader(sheet, values, known).read()


class _Reader:
    def __init__(self, sheet: Sheet, values: Values, known: Mapping[NamedNode, Claim]) -> None:
        self.headings = Headings(sheet)
        self.values = values
        self.known = known
        self.reading = Reading(self.headings)
        self.bare = {name.value.removeprefix(PREFIXES["cl"]): name for name in known}
        self.groups: dict[object, _Group] = {}

    def read(self) -> Reading:
        if self.headings.suffice:
            for row in self.headings.rows():
                self._group(row)
            self._name()
            claims = [(self._claim(group), group) for group in self.groups.values()]
            self.reading.claims = self._without_dangling({c.name: c for c, group in claims if group.is_sound})
        self.reading.problems = sorted({*self.headings.problems, *self.reading.problems}, key=by_place)
        return self.reading

    # ---------------------------------------------------------------- which rows are one claim

    def _group(self, row: Row) -> None:
        key: object = row.number
        name = None
        if cell := row.cells.get(CLAIM):
            key = folded(cell.text)
            try:
                name = self._named(cell)
            except CellError as error:
                key = row.number
                self._report(error, row, CLAIM, self.groups.setdefault(key, _Group()))
        group = self.groups.setdefault(name or key, _Group(name=name))
        group.rows.append(row)

    def _named(self, cell: Cell) -> NamedNode | None:
        """Return the claim that a cell names: ``cl:…``, or the bare name of one that the data has."""
        if cell.refusal:
            raise cell.refusal
        return claim_name(cell.text) or self.bare.get(cell.text)

    def _name(self) -> None:
        """Find out what each claim is about, and give the new ones their names."""
        slugs = Slugs(self.known.values())
        for group in self.groups.values():
            if group.name:
                slugs.keep(group.name)
        for group in self.groups.values():
            group.claimed = _only(self._once(group, PROPERTY))
            subject = _only(self._once(group, SUBJECT))
            if subject and group.claimed:
                group.name = group.name or slugs.mint(subject, group.claimed)

    def _claim_called(self, text: str) -> NamedNode:
        name = claim_name(text) or self.bare.get(text)
        if name and name in self.known:
            return name
        group = self.groups.get(name or folded(text))
        if group is None:
            raise CellError(
                Message("No claim is called %(text)s, in the data or in this table.", text=shown(text))
            )
        return group.known_as

    # ---------------------------------------------------------------- what a claim says

    def _claim(self, group: _Group) -> Claim:
        for column in (SUBJECT, PROPERTY, VALUE):
            if not any(column in row.cells for row in group.rows):
                missing = CellError(
                    Message("The %(column)s of this claim is missing.", column=column.heading)
                )
                self._report(missing, group.rows[0], column, group)
        for column in CLAIM_COLUMNS:
            if column not in group.said and (column is not VALUE or group.claimed):
                self._once(group, column)
        citations = [(row.number, self._citation(group, row)) for row in group.rows]
        self.reading.rows[group.known_as] = citations
        said = {(c.property, value) for c, found in group.said.items() for value in found}
        said.add((RDF_TYPE, ASSERTION))
        if group.claimed == _MEMBER_COUNT or any(p in _COUNTING for p, _ in said):
            said.add((RDF_TYPE, _COUNT_CLAIM))
        return Claim(group.known_as, frozenset(said), in_order(c for _, c in citations if c))

    def _once(self, group: _Group, column: Column) -> frozenset[Term]:
        """Read what every row of a claim says the same, or only one row says."""
        group.said[column] = frozenset()
        first = None
        for row in group.rows:
            found = self._read(group, row, column)
            if found and first is None:
                first, group.said[column] = row.number, found
            elif found and found != group.said[column]:
                differs = CellError(Message("Row %(row)s says something else of the same claim.", row=first))
                self._report(differs, row, column, group)
        return group.said[column]

    def _citation(self, group: _Group, row: Row) -> Said:
        return frozenset((c.property, v) for c in CITATION_COLUMNS for v in self._read(group, row, c))

    def _read(self, group: _Group, row: Row, column: Column) -> frozenset[Term]:
        cell = row.cells.get(column)
        if cell is None:
            return frozenset()
        try:
            found = self.values.read(cell, column, group.claimed, self._claim_called)
        except CellError as error:
            self._report(error, row, column, group)
            return frozenset()
        if cell.form == "date":
            place = self.headings.place(row.number, column)
            said = Message("This date cell was read as %(date)s.", date=cell.text)
            self.reading.notices.append(Problem(place, said, "info"))
        return found

    def _report(self, error: CellError, row: Row, column: Column, group: _Group) -> None:
        group.is_sound = False
        place = self.headings.place(row.number, column)
        self.reading.problems.append(problem_of(place, error))

    def _without_dangling(self, claims: dict[NamedNode, Claim]) -> dict[NamedNode, Claim]:
        """Leave out claims that refer to a claim which has a mistake: theirs would be found in them."""
        references = [c.property for c in CLAIM_COLUMNS if c.kind is Kind.CLAIMS]
        while True:
            whole = {
                name: claim
                for name, claim in claims.items()
                if all(v in claims or v in self.known for p in references for v in claim.values(p))
            }
            if len(whole) == len(claims):
                return whole
            claims = whole


def _only(values: Iterable[Term]) -> NamedNode | None:
    return next((v for v in values if isinstance(v, NamedNode)), None)


def rows_of(claim: Claim, values: Values) -> list[list[str]]:
    """Return the rows of a claim, one for each citation, in the order of ``COLUMNS``; see ``exporting``."""
    claimed = _only(claim.values(RDF_PREDICATE))
    own = {c: values.write(claim.values(c.property), c, claimed) for c in CLAIM_COLUMNS}
    rows = []
    for citation in claim.citations or (frozenset(),):
        cells = {**own, CLAIM: compact(claim.name.value)}
        for column in CITATION_COLUMNS:
            said = sorted((o for p, o in citation if p == column.property), key=str)
            cells[column] = values.write(said, column)
        rows.append([cells[column] for column in COLUMNS])
    return rows
