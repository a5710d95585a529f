"""A claim as a card: what is claimed, how sure source and editors are, when, where, and on what proof."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from zanryu.graph.namespaces import EDTF_LEVEL_1
from zanryu.naming.labels import Shown
from zanryu.portal.entity.dates import ShownDate, envelope
from zanryu.portal.entity.knowledge import OBJECT, PREDICATE, SUBJECT, TYPE, name
from zanryu.store.backend import Term, iri

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zanryu.portal.entity.context import Reading
    from zanryu.portal.entity.knowledge import Facts, Knowledge
    from zanryu.portal.entity.sources import ShownSource, SourceShelf

LEVELS: Final = 5
_DATATYPE: Final = EDTF_LEVEL_1.value
# Properties that say what happened at a moment: an interval is then the span in which it lies.
EVENTS: Final = frozenset(
    name(f"zr:{local}") for local in (
        "birthDate", "deathDate", "foundingDate", "dissolutionDate", "publicationDate", "birthPlace",
        "deathPlace", "causeOfDeath", "promotedTo", "joined", "leftUnit", "founded", "conceived", "met",
        "repatriatedTo", "capturedBy", "receivedAward", "testifiedBefore", "authored")
)  # fmt: skip
# Shown in places of their own; every other property of a claim is a circumstance, so nothing is left out.
_PLACED: Final = {
    TYPE, SUBJECT, PREDICATE, OBJECT,
    *(name(f"zr:{local}") for local in (
        "citation", "conflictsWith", "alternativeTo", "when", "whenBasis", "certainty", "status", "polarity",
        "note", "deprecationReason", "earliest", "latest")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Certainty:
    """How sure the editors are: ``level`` from 0 to 4, ``None`` where the vocabulary gives none."""

    shown: Shown
    level: int | None
    definition: str


@dataclass(frozen=True, slots=True)
class Card:
    """A claim. ``marks`` say why it counts for less: ``denied``, ``deprecated``, ``overruled``, ``refuted``.

    ``subject`` is implicit on the page of that thing. ``is_accepted`` says that it yields an accepted triple;
    ``rivals`` are the claims it conflicts with, ``alternatives`` those that a source offers beside it.
    """

    iri: str
    href: str | None
    anchor: str
    subject: Shown
    predicate: str
    verb: Shown
    value: Term | None
    shown: Shown
    value_date: ShownDate | None
    when: ShownDate | None
    is_inferred: bool
    certainty: list[Certainty]
    status: list[Shown]
    is_preferred: bool
    marks: tuple[str, ...]
    is_accepted: bool
    circumstances: list[tuple[Shown, list[Shown]]]
    notes: list[Shown]
    reasons: list[Shown]
    sources: list[ShownSource]
    witnesses: int
    rivals: list[str]
    alternatives: list[Shown]
    earliest: str
    latest: str

    @property
    def is_live(self) -> bool:
        """Whether it is shown at once."""
        return not self.marks

    @property
    def order(self) -> tuple[bool, str, str]:
        """What comes first: the preferred, then life in its order."""
        return (not self.is_preferred, self.earliest or self.latest or "9", self.iri)


class CardMaker:
    """Makes cards of claims that are loaded, each once."""

    def __init__(self, reading: Reading, shelf: SourceShelf, threshold: int) -> None:
        self._reading = reading
        self._shelf = shelf
        self._threshold = threshold
        self._made: dict[str, Card] = {}

    def cards(self, claims: Iterable[str]) -> list[Card]:
        """Return the cards of claims, best first; what is no claim is left out."""
        facts = [f for f in self._reading.knowledge.load(claims) if f.is_claim]
        return sorted((self._card(f) for f in facts), key=lambda card: card.order)

    def _card(self, has: Facts) -> Card:
        if has.iri not in self._made:
            self._made[has.iri] = self._make(has)
        return self._made[has.iri]

    def _make(self, has: Facts) -> Card:
        reading = self._reading
        predicate, value = has.part(PREDICATE), has.part(OBJECT)
        path = predicate.value if predicate else ""
        is_event = path in EVENTS
        sources, witnesses = self._shelf.of(has)
        levels = [self._certainty(t) for t in has.all("zr:certainty")]
        marks = self._marks(has, levels)
        shown = reading.show(value) if value else Shown("")
        subject = has.part(SUBJECT)
        when = has.first("zr:when")
        card = Card(
            iri=has.iri,
            href=reading.show(iri(has.iri)).href,
            anchor=has.iri.rsplit("/", 1)[-1],
            subject=reading.show(subject) if subject else Shown(""),
            predicate=path,
            verb=reading.property(path),
            value=value,
            shown=shown,
            value_date=reading.dates.show(value.value, is_event=True)
            if value and value.datatype == _DATATYPE
            else None,
            when=reading.dates.show(when, is_event=is_event) if when else None,
            is_inferred=has.has("zr:whenBasis", "zv:date-inferred"),
            certainty=levels,
            status=reading.shown(has.all("zr:status")),
            is_preferred=has.has("zr:status", "zv:preferred"),
            marks=marks,
            is_accepted=self._is_accepted(has, levels, marks),
            circumstances=reading.pairs(has, _PLACED),
            notes=reading.shown(has.all("zr:note")),
            reasons=reading.shown(has.all("zr:deprecationReason")),
            sources=sources,
            witnesses=witnesses,
            rivals=has.iris("zr:conflictsWith"),
            alternatives=[
                replace(s, text=s.iri.rsplit("/", 1)[-1]) for s in reading.shown(has.all("zr:alternativeTo"))
            ],
            earliest=has.first("zr:earliest"),
            latest=has.first("zr:latest"),
        )
        return _without_repetition(card)

    def _certainty(self, term: Term) -> Certainty:
        facts = self._reading.knowledge.of(term.value)
        level = facts.first("zr:level")
        definition = self._reading.text(facts.all("skos:definition"))
        return Certainty(
            self._reading.show(term), int(level) if level in tuple("01234") else None, definition
        )

    def _marks(self, has: Facts, levels: list[Certainty]) -> tuple[str, ...]:
        found = {
            "denied": has.has("zr:polarity", "zv:negative"),
            "deprecated": has.has("zr:status", "zv:deprecated"),
            "refuted": any(c.level == 0 for c in levels),
            "overruled": is_overruled(has, self._reading.knowledge),
        }
        return tuple(mark for mark, applies in found.items() if applies)

    def _is_accepted(self, has: Facts, levels: list[Certainty], marks: tuple[str, ...]) -> bool:
        """Whether the triple is accepted, and this claim is one that yields it."""
        subject, predicate, value = (has.part(part) for part in (SUBJECT, PREDICATE, OBJECT))
        if marks or not (subject and predicate and value):
            return False
        if not any((c.level or 0) >= self._threshold for c in levels):
            return False
        return value in self._reading.knowledge.of(subject.value).terms.get(predicate.value, [])


def is_overruled(claim: Facts, knowledge: Knowledge) -> bool:
    """Return whether a preferred claim of the same property conflicts with one that is not preferred."""
    if claim.has("zr:status", "zv:preferred"):
        return False
    return any(
        rival.has("zr:status", "zv:preferred") and rival.part(PREDICATE) == claim.part(PREDICATE)
        for rival in knowledge.load(claim.iris("zr:conflictsWith"))
    )


def _without_repetition(card: Card) -> Card:
    """Leave out a date that the value itself is."""
    if card.when and card.value_date and card.when.edtf == card.value_date.edtf:
        return replace(card, when=None)
    return card


def dated(cards: Iterable[Card]) -> list[Card]:
    """Return the live cards that have a bound, in the order of time."""
    found = [c for c in cards if c.is_live and (c.earliest or c.latest) and _edtf(c)]
    return sorted(found, key=lambda c: (c.earliest or c.latest, c.latest or "9", c.anchor))


def _edtf(card: Card) -> str:
    shown = card.when or card.value_date
    return shown.edtf if shown and envelope(shown.edtf) else ""
