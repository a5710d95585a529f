"""What the page of a person tells at a glance: names by script, ranks by force, units, companions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zanryu.graph.namespaces import PREFIXES
from zanryu.naming.labels import Shown
from zanryu.portal.entity.knowledge import OBJECT, PREDICATE, SUBJECT, name
from zanryu.store.backend import iri

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from zanryu.portal.entity.cards import Card
    from zanryu.portal.entity.context import Reading
    from zanryu.portal.entity.dates import ShownDate
    from zanryu.portal.entity.knowledge import Facts
    from zanryu.web.words import Words

_NAMES: Final = tuple(
    name(f"zr:{local}") for local in (
        "nativeName", "kanaName", "birthName", "officialName", "adoptedName", "pseudonym", "nickname",
        "nameAsPrinted")
)  # fmt: skip
_RANKS: Final = (name("zr:heldRank"), name("zr:promotedTo"))
_BELONGING: Final = (name("zr:servedIn"), name("zr:commanded"))
_SHARING: Final = (*_BELONGING, name("zr:instructedAt"), name("zr:headed"))
_PERSONS: Final = PREFIXES["p"]
_MAX_SHARED: Final = 300
_MAX_CHAIN: Final = 8


@dataclass(frozen=True, slots=True)
class NameForm:
    """A form of a name: ``kind`` is its property, ``script`` what it is written in."""

    card: Card
    kind: Shown
    script: str


@dataclass(frozen=True, slots=True)
class Force:
    """The ranks in one force, in the order of time."""

    scheme: Shown
    ranks: list[Card]


@dataclass(frozen=True, slots=True)
class Belonging:
    """A stay in a unit, and the units above it by accepted claims, each as a way upwards."""

    card: Card
    chains: list[list[Shown]]


@dataclass(frozen=True, slots=True)
class Companion:
    """Somebody who was in the same body at the same time; ``claim`` is the claim that says so."""

    person: Shown
    body: Shown
    when: ShownDate
    claim: Shown


def names_of(cards: Iterable[Card], words: Words) -> list[NameForm]:
    """Return the live name forms by kind, each text once."""
    found: dict[tuple[str, str], NameForm] = {}
    for path in _NAMES:
        for card in cards:
            if card.predicate == path and card.is_live:
                form = NameForm(card, card.verb, script_of(card.shown.language, words))
                found.setdefault((path, card.shown.text), form)
    return list(found.values())


def script_of(tag: str, words: Words) -> str:
    """Return what a name with this language tag (BCP 47) is written in, in words, or nothing."""
    language, *subtags = tag.lower().split("-")
    if "latn" in subtags:
        # translators: a Japanese or Chinese name in Latin letters
        return words.gettext("romanised")
    if {"hira", "kana", "hrkt"} & set(subtags):
        return words.gettext("kana")
    if "hani" in subtags or (language == "ja" and not subtags):
        return words.gettext("kanji") if language == "ja" else words.gettext("Chinese characters")
    return words.gettext("Vietnamese") if language == "vi" else ""


def ranks_by_force(cards: Iterable[Card], reading: Reading) -> list[Force]:
    """Return the live ranks by the scheme they belong to."""
    by_scheme: dict[str, list[Card]] = {}
    for card in cards:
        if card.predicate in _RANKS and card.is_live and card.value:
            scheme, _ = seniority(reading)(card.value.value)
            by_scheme.setdefault(scheme, []).append(card)
    forces = [
        Force(reading.show(iri(s)) if s else Shown(""), sorted(found, key=_by_time))
        for s, found in by_scheme.items()
    ]
    return sorted(forces, key=lambda force: _by_time(force.ranks[0]))


def seniority(reading: Reading) -> Callable[[str], tuple[str, int]]:
    """Return what tells the scheme of a rank and its place in it."""

    def find(rank: str) -> tuple[str, int]:
        facts = reading.knowledge.of(rank)
        place = facts.first("zr:seniority")
        return facts.first("skos:inScheme"), int(place) if place.isdigit() else 0

    return find


def belongings(cards: Iterable[Card], reading: Reading) -> list[Belonging]:
    """Return the live stays in units with the chain of command above each, in the order of time."""
    stays = sorted((c for c in cards if c.predicate in _BELONGING and c.is_live and c.value), key=_by_time)
    above = reading.knowledge.closure((c.value.value for c in stays if c.value), "zr:subUnitOf", _MAX_CHAIN)
    return [Belonging(c, chains(c.value.value, above, reading)) for c in stays if c.value]


def chains(unit: str, above: dict[str, list[str]], reading: Reading) -> list[list[Shown]]:
    """Return the ways from a unit upwards, without the unit; a cycle ends where it would begin again."""
    ways = [[unit]]
    for way in ways:  # grows while it is read
        parents = [p for p in above.get(way[-1], ()) if p not in way]
        if len(way) <= _MAX_CHAIN and len(ways) < _MAX_CHAIN:
            ways.extend([*way, parent] for parent in parents)
    ends = [w for w in ways if not any(other[: len(w)] == w for other in ways if len(other) > len(w))]
    return [[reading.show(iri(u)) for u in way[1:]] for way in ends if len(way) > 1]


def companions(person: str, cards: Iterable[Card], reading: Reading) -> tuple[list[Companion], list[Shown]]:
    """Return who shared a unit or school with a person at the same time, both by accepted, dated claims.

    Besides: the bodies about which too many claims are made to look through for one page.
    """
    stays: dict[str, list[Card]] = {}
    for card in cards:
        if card.is_accepted and card.predicate in _SHARING and card.value and (card.earliest or card.latest):
            stays.setdefault(card.value.value, []).append(card)
    found: dict[tuple[str, str], Companion] = {}
    too_many = []
    for body, own in stays.items():
        named = {s.subject.value for s in reading.knowledge.backend.referring(body, *_SHARING)}
        accepted = {other for other in named if other.startswith(_PERSONS)} - {person}
        if len(accepted) > _MAX_SHARED:
            too_many.append(reading.show(iri(body)))
        elif accepted:
            for claim in _shared(body, accepted, own, reading):
                companion = _companion(claim, body, reading)
                found.setdefault((companion.person.iri, body), companion)
    return sorted(found.values(), key=lambda c: (c.body.text, c.person.text)), too_many


def _shared(body: str, people: set[str], own: list[Card], reading: Reading) -> list[Facts]:
    """Return the claims of others that overlap with the stays of one's own."""
    named = [s.subject.value for s in reading.knowledge.backend.referring(body, OBJECT)]
    return [
        claim
        for claim in reading.knowledge.load(named[: 2 * _MAX_SHARED])
        if claim.first("zr:when")
        and (claim.part(PREDICATE) or iri("")).value in _SHARING
        and (claim.part(SUBJECT) or iri("")).value in people
        and not claim.has("zr:status", "zv:deprecated")
        and not claim.has("zr:polarity", "zv:negative")
        and any(_overlap(claim, card) for card in own)
    ]


def _overlap(claim: Facts, card: Card) -> bool:
    earliest, latest = claim.first("zr:earliest"), claim.first("zr:latest")
    return (earliest or "0") <= (card.latest or "9") and (card.earliest or "0") <= (latest or "9")


def _companion(claim: Facts, body: str, reading: Reading) -> Companion:
    who = claim.part(SUBJECT) or iri("")
    return Companion(
        reading.show(who),
        reading.show(iri(body)),
        reading.dates.show(claim.first("zr:when")),
        reading.show(iri(claim.iri)),
    )


def _by_time(card: Card) -> tuple[str, str]:
    return card.earliest or card.latest or "9", card.anchor
