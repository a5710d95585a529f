"""The page of a thing, put together from its parts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from zanryu.errors import NotFound
from zanryu.graph.materialise import DEFAULT_THRESHOLD
from zanryu.graph.namespaces import DATASET_IRI
from zanryu.naming.labels import NAMING, Shown, best
from zanryu.naming.sentences import named_by_parts
from zanryu.portal.entity import persons
from zanryu.portal.entity.cards import Card, CardMaker
from zanryu.portal.entity.disputes import Dispute, disputes, find_conflicts, members
from zanryu.portal.entity.incoming import Incoming, Slice, Testimonies, incoming, testimonies
from zanryu.portal.entity.knowledge import OBJECT, PREDICATE, SUBJECT, TYPE, name
from zanryu.portal.entity.lifeline import Lifeline, lifeline
from zanryu.portal.entity.sources import ShownWork, SourceShelf
from zanryu.portal.entity.summary import Part, summarise
from zanryu.portal.entity.units import Chain, chain_of_command

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zanryu.portal.entity.context import Reading
    from zanryu.store.backend import Term

# The first of these that a thing is decides its template and what is told at a glance.
KINDS: Final = {
    name(f"zr:{local}"): kind for local, kind in {
        "Person": "person", "MilitaryUnit": "unit", "Academy": "academy", "Work": "work", "Place": "place",
        "Assertion": "claim", "Conflict": "conflict"}.items()
}  # fmt: skip
# What readers of a kind of page look for first among the claims that name the thing.
_FIRST: Final = {
    "academy": tuple(map(name, ("zr:instructedAt", "zr:headed", "zr:founded", "zr:conceived"))),
    "unit": tuple(map(name, ("zr:commanded", "zr:servedIn", "zr:heldPosition"))),
}


@dataclass(frozen=True, slots=True)
class Statement:
    """A property with what the editors state of it, and the cards of what sources claim."""

    property: Shown
    values: list[Shown]
    live: list[Card]
    hidden: list[Card]


@dataclass(frozen=True, slots=True)
class Section:
    """Statements under a heading of the shapes."""

    heading: Shown
    statements: list[Statement]


@dataclass(frozen=True, slots=True)
class Glance:
    """What is told before the cards; empty where a kind of thing has no such thing to tell."""

    summary: list[Part] = field(default_factory=list)
    names: list[persons.NameForm] = field(default_factory=list)
    life: Lifeline | None = None
    ranks: list[persons.Force] = field(default_factory=list)
    units: list[persons.Belonging] = field(default_factory=list)
    companions: list[persons.Companion] = field(default_factory=list)
    crowded: list[Shown] = field(default_factory=list)
    chain: Chain | None = None
    testimonies: Testimonies | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """What the page of a thing shows. ``card`` is the claim itself, where the thing is one."""

    iri: str
    kind: str
    name: Shown
    labels: list[tuple[str, str]]
    types: list[Shown]
    sections: list[Section]
    disputes: list[Dispute]
    bibliography: list[ShownWork]
    incoming: Incoming
    glance: Glance
    count: int
    card: Card | None = None

    def disputes_of(self, card: Card) -> list[tuple[Dispute, list[Card]]]:
        """Return the disputes of a claim, each with the other sides."""
        found = []
        for dispute in self.disputes:
            if card.iri in dispute.members:
                rivals = [s for s in dispute.sides if s.iri in card.rivals]
                found.append((dispute, rivals or [s for s in dispute.sides if s.iri != card.iri]))
        return found

    def is_here(self, card: Card) -> bool:
        """Whether the card of a claim is on this page."""
        return card.subject.iri == self.iri


class PageMaker:
    """Makes the page of one thing."""

    def __init__(self, reading: Reading, thing: str) -> None:
        self._reading = reading
        self._own = reading.knowledge.of(thing)
        if not self._own:
            raise NotFound(f"The graph says nothing about <{thing}>.", iri=thing)

    def page(self, number: int = 1) -> Page:
        """Return the page; ``number`` is that of the part of a long list, from 1.

        :raises NotFound: if the graph says nothing about the thing.
        """
        reading, own, knowledge = self._reading, self._own, self._reading.knowledge
        classes = reading.classes(own)
        kind = next((KINDS[c] for c in classes if c in KINDS), "thing")
        about = knowledge.load([own.iri] if kind == "claim" else knowledge.claims_about(own.iri))
        conflicts = [own] if kind == "conflict" else find_conflicts(reading, [c.iri for c in about])
        sides = knowledge.load(members(conflicts, about))
        shelf = SourceShelf(reading, [*about, *sides])
        maker = CardMaker(reading, shelf, self._threshold())
        cards = maker.cards(c.iri for c in about)
        names = [(t.value, t.language) for p in NAMING for t in own.terms.get(p, [])]
        named = best(names, reading.language)
        disputed = disputes(reading, maker, conflicts, about)
        return Page(
            iri=own.iri,
            kind=kind,
            name=Shown(*named) if named else self._heading(disputed if kind == "conflict" else []),
            labels=names,
            types=reading.shown(own.terms.get(TYPE, [])),
            sections=self._sections(classes, [] if kind == "claim" else cards),
            disputes=disputed,
            bibliography=shelf.bibliography(sides if kind == "conflict" else about),
            incoming=self._incoming(kind, number),
            glance=self._glance(kind, cards, number),
            count=len(cards),
            card=cards[0] if kind == "claim" and cards else None,
        )

    def _threshold(self) -> int:
        """Return the certainty from which claims are accepted, as the data was built."""
        level = self._reading.knowledge.of(DATASET_IRI).first("zr:acceptanceThreshold")
        return int(level) if level.isdigit() else DEFAULT_THRESHOLD

    def _heading(self, disputed: list[Dispute]) -> Shown:
        """Return what stands for the name of a thing that has none: its statement, or what is disputed."""
        for dispute in disputed:
            comma = self._reading.words.pgettext("between the members of a list", ", ")
            properties = comma.join(shown.omission + shown.text for shown in dispute.properties)
            return Shown(" · ".join((comma.join(shown.text for shown in dispute.about), properties)))
        parts = [
            self._reading.show(t) for p in (SUBJECT, PREDICATE, OBJECT) for t in self._own.terms.get(p, [])
        ]
        slug = self._own.iri.rstrip("/").rsplit("/", 1)[-1]
        return Shown(named_by_parts(parts, self._reading.words.language) or slug)

    def _sections(self, classes: Sequence[str], cards: list[Card]) -> list[Section]:
        reading, own = self._reading, self._own.terms
        by_property: dict[str, list[Card]] = {}
        for card in cards:
            by_property.setdefault(card.predicate, []).append(card)
        # An accepted triple is not stated again beside the claims that yield it.
        hidden = {TYPE, *NAMING, *by_property}
        if self._own.is_claim:
            hidden |= own.keys()
        stated = {path: terms for path, terms in own.items() if path not in hidden}
        return [
            Section(
                reading.heading(heading),
                [
                    self._statement(path, stated.get(path, []), by_property.get(path, []))
                    for path in heading.properties
                ],
            )
            for heading in reading.display.arrange(classes, [*stated, *by_property])
        ]

    def _statement(self, path: str, terms: list[Term], cards: list[Card]) -> Statement:
        shown = self._reading.shown(terms)
        return Statement(
            self._reading.property(path),
            shown,
            [card for card in cards if card.is_live],
            [card for card in cards if not card.is_live],
        )

    def _incoming(self, kind: str, number: int) -> Incoming:
        if kind in ("work", "claim"):  # a work has a list of its own; a claim is named by its rivals
            return Incoming([], Slice(1, 0))
        return incoming(self._own.iri, self._reading, number, _FIRST.get(kind, ()))

    def _glance(self, kind: str, cards: list[Card], number: int) -> Glance:
        reading, own = self._reading, self._own.iri
        if kind == "work":
            return Glance(testimonies=testimonies(own, reading, number))
        if kind == "unit":
            return Glance(life=lifeline(cards), chain=chain_of_command(own, reading))
        if kind != "person":
            return Glance(names=persons.names_of(cards, reading.words), life=lifeline(cards))
        found, crowded = persons.companions(own, cards, reading)
        return Glance(
            summary=summarise(cards, persons.seniority(reading), reading.words),
            names=persons.names_of(cards, reading.words),
            life=lifeline(cards),
            ranks=persons.ranks_by_force(cards, reading),
            units=persons.belongings(cards, reading),
            companions=found,
            crowded=crowded,
        )
