"""Claims about other things in which a thing is the value, a circumstance or the source."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zanryu.errors import MalformedRequest
from zanryu.portal.entity.cards import EVENTS, is_overruled
from zanryu.portal.entity.knowledge import OBJECT, PREDICATE, SUBJECT, TYPE, name
from zanryu.portal.entity.sources import SourceShelf, passage_of
from zanryu.store.backend import iri

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zanryu.naming.labels import Shown
    from zanryu.portal.entity.context import Reading
    from zanryu.portal.entity.dates import ShownDate
    from zanryu.portal.entity.knowledge import Facts

PER_PAGE: Final = 200
_NUMBER: Final = re.compile(r"[1-9]\d{0,5}\Z", re.ASCII)
_PLACED: Final = {
    TYPE, SUBJECT, PREDICATE, OBJECT,
    *(name(f"zr:{local}") for local in (
        "citation", "conflictsWith", "alternativeTo", "when", "whenBasis", "certainty", "status", "polarity",
        "note", "deprecationReason", "earliest", "latest")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A claim in a line. ``is_value``: the thing is what is claimed, and is not named again.

    ``marks`` are those of a card; ``is_disputed`` tells that another claim contradicts it.
    """

    claim: Shown
    anchor: str
    subject: Shown
    value: list[Shown]
    is_value: bool
    circumstances: list[tuple[Shown, list[Shown]]]
    when: ShownDate | None
    certainty: list[Shown]
    marks: tuple[str, ...]
    is_disputed: bool
    sources: int
    order: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Cited:
    """What a work says of a claim: the places, the stance where it is no support, what it repeats there."""

    row: Row
    property: Shown
    locators: list[Shown]
    stances: list[Shown]
    via: list[Shown]
    rests_alone: bool


@dataclass(frozen=True, slots=True)
class Slice:
    """A page of a long list, counted from 1."""

    number: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.total // PER_PAGE))

    def of(self, whole: list[str]) -> list[str]:
        """Return the part of the list that is on the page.

        :raises MalformedRequest: if there is no such part.
        """
        if self.number > self.pages:
            raise MalformedRequest(
                f"`page` is {self.number}; there are {self.pages} of this list.", parameter="page"
            )
        return whole[(self.number - 1) * PER_PAGE : self.number * PER_PAGE]


def read_page_number(values: list[str]) -> int:
    """Return which part of a long list is asked for, by the values of ``?page=``.

    :raises MalformedRequest: if it is no number from 1, or there twice.
    """
    if len(values) > 1:
        raise MalformedRequest(f"`page` is given {len(values)} times. Give it once.", parameter="page")
    if values and not _NUMBER.match(values[0]):
        raise MalformedRequest("`page` is not a number from 1.", parameter="page")
    return int(values[0]) if values else 1


@dataclass(frozen=True, slots=True)
class Incoming:
    """Claims by property, in the order of the shapes."""

    groups: list[tuple[Shown, list[Row]]]
    slice: Slice


def incoming(thing: str, reading: Reading, number: int, first: Sequence[str] = ()) -> Incoming:
    """Return the claims that name a thing; those with a property of ``first`` come first."""
    claims = reading.knowledge.claims_naming(thing)
    part = Slice(number, len(claims))
    by_property: dict[str, list[Row]] = {}
    for claim in _with_rivals(part.of(claims), reading):
        if claim.is_claim:
            path = (claim.part(PREDICATE) or iri("")).value
            by_property.setdefault(path, []).append(row(claim, reading, thing))
    groups = [
        (reading.property(path), sorted(by_property[path], key=lambda r: r.order))
        for path in sorted(by_property, key=lambda path: (path not in first, reading.display.rank(path)))
    ]
    return Incoming(groups, part)


def _with_rivals(claims: list[str], reading: Reading) -> list[Facts]:
    """Return what is said of claims. Those that contradict them are read too, in one look-up for all."""
    loaded = reading.knowledge.load(claims)
    reading.knowledge.load(rival for claim in loaded for rival in claim.iris("zr:conflictsWith"))
    return loaded


def row(claim: Facts, reading: Reading, thing: str = "") -> Row:
    """Return a claim as a line on the page of a thing."""
    values, when = claim.terms.get(OBJECT, []), claim.first("zr:when")
    path = (claim.part(PREDICATE) or iri("")).value
    subject = reading.show(claim.part(SUBJECT) or iri(""))
    marks = {
        "denied": claim.has("zr:polarity", "zv:negative"),
        "deprecated": claim.has("zr:status", "zv:deprecated"),
        "refuted": claim.has("zr:certainty", "zv:refuted"),
        "overruled": is_overruled(claim, reading.knowledge),
    }
    return Row(
        claim=reading.show(iri(claim.iri)),
        anchor=claim.iri.rsplit("/", 1)[-1],
        subject=subject,
        value=reading.shown(values),
        is_value=thing in (v.value for v in values),
        circumstances=[
            (p, shown)
            for p, values in reading.pairs(claim, _PLACED)
            if (shown := [v for v in values if v.iri != thing])
        ],
        when=reading.dates.show(when, is_event=path in EVENTS) if when else None,
        certainty=reading.shown(claim.all("zr:certainty")),
        marks=tuple(mark for mark, applies in marks.items() if applies),
        is_disputed=bool(claim.iris("zr:conflictsWith")),
        sources=len(claim.iris("zr:citation")),
        order=(claim.first("zr:earliest") or claim.first("zr:latest") or "9", subject.text, claim.iri),
    )


@dataclass(frozen=True, slots=True)
class Testimonies:
    """What a work is cited for, and how it is made of others."""

    cited: list[Cited]
    slice: Slice
    repeats: list[Shown]
    repeated_by: list[Shown]
    relied_on_by: list[Shown]
    refers_to: list[Shown]
    referred_to_by: list[Shown]

    @property
    def alone(self) -> int:
        """How many of the claims shown rest on the work alone."""
        return sum(c.rests_alone for c in self.cited)


def testimonies(work: str, reading: Reading, number: int) -> Testimonies:
    """Return the claims that cite a work, and the works around it."""
    knowledge, backend = reading.knowledge, reading.knowledge.backend
    cited_in = sorted(s.subject.value for s in backend.referring(work, name("zr:work")))
    part = Slice(number, len(cited_in))
    claims: dict[str, list[str]] = {}
    for citation in part.of(cited_in):
        for statement in backend.referring(citation, name("zr:citation")):
            claims.setdefault(statement.subject.value, []).append(citation)
    loaded = _with_rivals(list(claims), reading)
    shelf = SourceShelf(reading, loaded)
    cited = [_cited(claim, claims[claim.iri], work, shelf, reading) for claim in loaded]
    passages = [s.subject.value for s in backend.referring(work, name("zr:via"))]
    return Testimonies(
        cited=sorted(
            cited, key=lambda c: (c.row.subject.text, reading.display.rank(c.property.iri), c.row.order)
        ),
        slice=part,
        repeats=[reading.show(iri(w)) for w in knowledge.closure([work], "zr:mirrorOf") if w != work],
        repeated_by=_subjects(work, "zr:mirrorOf", reading),
        relied_on_by=_shown({passage_of(p).work for p in knowledge.load(passages[:PER_PAGE])}, reading),
        refers_to=reading.shown(knowledge.of(work).all("dcterms:references")),
        referred_to_by=_subjects(work, "dcterms:references", reading),
    )


def _cited(claim: Facts, citations: list[str], work: str, shelf: SourceShelf, reading: Reading) -> Cited:
    proofs = reading.knowledge.load(citations)
    return Cited(
        row=row(claim, reading),
        property=reading.property((claim.part(PREDICATE) or iri("")).value),
        locators=[shown for p in proofs for shown in reading.shown(p.all("zr:locator"))],
        stances=[
            s for p in proofs if not passage_of(p).is_support for s in reading.shown(p.all("zr:stance"))
        ],
        via=[shown for p in proofs for shown in reading.shown(p.all("zr:via"))],
        rests_alone=shelf.rests_alone(claim, work),
    )


def _subjects(thing: str, curie: str, reading: Reading) -> list[Shown]:
    return _shown({s.subject.value for s in reading.knowledge.backend.referring(thing, name(curie))}, reading)


def _shown(works: set[str], reading: Reading) -> list[Shown]:
    return sorted((reading.show(iri(w)) for w in works if w), key=lambda shown: shown.text)
