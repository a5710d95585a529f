"""The gap report of a thing as a reader sees it: both sides in words, with the references of both."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from zanryu.graph.namespaces import EDTF_LEVEL_1, RDF_OBJECT, RDF_PREDICATE, term
from zanryu.naming.iris import link
from zanryu.naming.labels import Shown
from zanryu.wikidata.comparison import kinds
from zanryu.wikidata.comparison.comparing import by_kind
from zanryu.wikidata.comparison.sourcing import is_source
from zanryu.wikidata.expression.reasons import sentence
from zanryu.wikidata.model import Rank
from zanryu.wikidata.report.item_names import LONGEST, SITE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zanryu.store.backend import Term
    from zanryu.wikidata.comparison.comparing import Comparison
    from zanryu.wikidata.comparison.kinds import Kind
    from zanryu.wikidata.expression.expressing import Expressed
    from zanryu.wikidata.model import Reference, Statement
    from zanryu.wikidata.report.gaps import Report
    from zanryu.wikidata.report.values_in_words import Part, ValuesInWords

_CITATION: Final = term("zr:citation").value
_WORK: Final = term("zr:work").value
_LOCATOR: Final = term("zr:locator").value

Facts = dict[str, list["Term"]]


@dataclass(frozen=True, slots=True)
class Source:
    """A reference: ``parts`` of theirs, or the ``work`` of ours and the ``place`` in it."""

    is_source: bool = True
    parts: tuple[Part, ...] = ()
    work: Shown | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """What one side says. ``href`` leads to the claim or the statement, and ``name`` is what it is called.

    ``standing`` is in words what its rank or our editors say of it; ``withheld`` why ours is not handed over.
    """

    value: Shown
    href: str
    name: str
    qualifiers: tuple[Part, ...] = ()
    sources: tuple[Source, ...] = ()
    standing: str = ""
    withheld: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A comparison in words; ``number`` is that of Wikidata's property, empty where there is none."""

    number: str
    property: Shown
    ours: Side | None
    theirs: tuple[Side, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Group:
    """The comparisons of a kind."""

    kind: Kind
    name: str
    meaning: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class SideBySide:
    """The report of a thing in words. ``revision`` and ``modified`` are of what was read of the item."""

    iri: str
    item: str
    item_href: str
    target: str = ""
    is_read: bool = False
    revision: int = 0
    revision_href: str = ""
    modified: str = ""
    problem: str = ""
    outside: int = 0
    groups: tuple[Group, ...] = field(default_factory=tuple)

    @property
    def gaps(self) -> list[Group]:
        """The groups that are worth an editor's time."""
        return [group for group in self.groups if group.kind in kinds.GAPS]


@dataclass(frozen=True, slots=True)
class Presenter:
    """Puts reports in words. ``own`` are addresses that are no sources."""

    values: ValuesInWords
    own: tuple[str, ...] = ()

    def present(self, report: Report) -> SideBySide:
        """Return a report in words."""
        told = SideBySide(report.iri, report.item, f"{SITE}{report.item}", problem=report.problem)
        entity = report.entity
        if entity is None:
            return told
        facts = self._facts([c.ours.claim for c in report.comparisons if c.ours])
        found = by_kind(report.comparisons)
        groups = tuple(
            Group(
                kind,
                kinds.name(kind, self.values.words),
                kinds.meaning(kind, self.values.words),
                tuple(self._line(comparison, entity.id, facts) for comparison in comparisons),
            )
            for kind, comparisons in found.items()
        )
        address = f"https://www.wikidata.org/w/index.php?title={entity.id}&oldid={entity.revision}"
        return SideBySide(
            iri=report.iri,
            item=report.item,
            item_href=told.item_href,
            target=entity.id if entity.id != report.item else "",
            is_read=True,
            revision=entity.revision,
            revision_href=address if entity.revision else told.item_href,
            modified=entity.modified,
            outside=report.outside,
            groups=groups,
        )

    def alone(self, several: Sequence[Expressed]) -> tuple[Line, ...]:
        """Return our side of claims that nothing is compared with."""
        facts = self._facts([ours.claim for ours in several])
        return tuple(self._alone(ours, facts) for ours in several)

    def _alone(self, ours: Expressed, facts: Mapping[str, Facts]) -> Line:
        own, said = facts.get(ours.claim, {}), ours.statement
        shown = self.values.names.property(said.property) if said else self._claimed(own)
        return Line(said.property if said else "", shown, self._our_side(ours, own, facts), (), "")

    def _facts(self, claims: Sequence[str]) -> Mapping[str, Facts]:
        """Return what the graph says of claims and of their citations; two questions for all."""
        facts = self._described(claims)
        cited = [t.value for claim in claims for t in facts.get(claim, {}).get(_CITATION, [])]
        return facts | self._described(cited)

    def _described(self, iris: Sequence[str]) -> dict[str, Facts]:
        found: dict[str, Facts] = {}
        for statement in self.values.names.labels.backend.describe(*iris) if iris else ():
            of = found.setdefault(statement.subject.value, {})
            of.setdefault(statement.predicate, []).append(statement.object)
        return found

    def _line(self, comparison: Comparison, item: str, facts: Mapping[str, Facts]) -> Line:
        ours = comparison.ours
        own = facts.get(ours.claim, {}) if ours else {}
        shown = self.values.names.property(comparison.property) if comparison.property else self._claimed(own)
        return Line(
            comparison.property,
            shown,
            self._our_side(ours, own, facts) if ours else None,
            tuple(self._their_side(statement, item) for statement in comparison.theirs),
            kinds.reason(comparison.why, self.values.words),
        )

    def _claimed(self, own: Facts) -> Shown:
        predicates = own.get(RDF_PREDICATE.value, [])
        return self.values.show(predicates[0]) if predicates else Shown("–")

    def _our_side(self, ours: Expressed, own: Facts, facts: Mapping[str, Facts]) -> Side:
        said = ours.statement
        cited = (facts.get(node.value, {}) for node in own.get(_CITATION, []))
        return Side(
            value=self._told(own) or (self.values.value(said.value) if said else Shown("–")),
            href=link(ours.claim) or "",
            name=ours.claim.rsplit("/", 1)[-1],
            qualifiers=self.values.parts(said.qualifiers) if said else (),
            sources=tuple(self._cited(citation) for citation in cited),
            withheld=tuple(sentence(reason, self.values.words) for reason in ours.withheld),
        )

    def _told(self, own: Facts) -> Shown | None:
        """Return what a claim of ours says, as we say it."""
        for value in own.get(RDF_OBJECT.value, []):
            if value.datatype == EDTF_LEVEL_1.value:
                return Shown(self.values.date(value.value))
            return self.values.show(value)
        return None

    def _cited(self, citation: Facts) -> Source:
        works = [self.values.show(work) for work in citation.get(_WORK, [])]
        places = ", ".join(place.value for place in citation.get(_LOCATOR, []))
        return Source(work=works[0] if works else None, place=places[:LONGEST])

    def _their_side(self, statement: Statement, item: str) -> Side:
        anchor = quote(statement.id, safe="$") or statement.property
        return Side(
            value=self.values.value(statement.value),
            href=f"{SITE}{item}#{anchor}",
            name=statement.id or statement.property,
            qualifiers=self.values.parts(statement.qualifiers),
            sources=tuple(self._referred(reference) for reference in statement.references),
            standing=self._rank(statement.rank),
        )

    def _rank(self, rank: Rank) -> str:
        if rank == Rank.DEPRECATED:
            # translators: the ranks of a statement on Wikidata
            return self.values.words.gettext("deprecated rank")
        return self.values.words.gettext("preferred rank") if rank == Rank.PREFERRED else ""

    def _referred(self, reference: Reference) -> Source:
        return Source(is_source(reference, self.own), self.values.parts(reference.snaks))
