"""Batches as a reader sees them before they are handed over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from zanryu.graph.namespaces import EDTF_LEVEL_1, RDF_OBJECT, RDF_PREDICATE
from zanryu.naming.iris import link
from zanryu.naming.labels import Shown
from zanryu.store.backend import iri as iri_term
from zanryu.wikidata.handover.hindrances import why
from zanryu.wikidata.model import Rank
from zanryu.wikidata.report.item_names import SITE, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from zanryu.store.backend import Term
    from zanryu.wikidata.handover.batches import Batch
    from zanryu.wikidata.handover.entries import Entry, Held
    from zanryu.wikidata.model import Statement
    from zanryu.wikidata.report.values_in_words import Part, ValuesInWords

# What every browser opens, and what a server takes in a request line.
_LONGEST_FRAGMENT: Final = 16_000
_LONGEST_QUERY: Final = 6_000


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim of ours by its name, with the path of its page."""

    name: str
    href: str


@dataclass(frozen=True, slots=True)
class Row:
    """What some commands say: a statement in words, or (``what`` and ``value`` alone) a term."""

    thing: Shown
    item: str
    item_href: str
    what: Shown
    value: Shown
    rank: str = ""
    qualifiers: tuple[Part, ...] = ()
    references: tuple[tuple[Part, ...], ...] = ()
    claims: tuple[Claim, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offered:
    """A batch to be looked through. ``link`` and ``link3`` are empty where it is too long for an address."""

    number: int
    commands: int
    rows: tuple[Row, ...]
    text: str
    makes_items: bool
    link: str
    link3: str


@dataclass(frozen=True, slots=True)
class Tools:
    """Where QuickStatements is; empty where it is not offered."""

    second: str
    third: str

    @property
    def api(self) -> str:
        """Where a form is sent to."""
        return f"{self.second}/api.php" if self.second else ""


@dataclass(frozen=True, slots=True)
class Presenter:
    """Puts batches in words."""

    values: ValuesInWords
    tools: Tools

    def offered(self, batches: Sequence[Batch], *, v3: bool) -> list[Offered]:
        """Return the batches with the ways to hand them over."""
        return [self._offered(number, batch, v3=v3) for number, batch in enumerate(batches, 1)]

    def held(self, held: Sequence[Held]) -> list[Row]:
        """Return what is held back, with the reasons; what has no statement, as the claim has it."""
        bare = [claim for one in held if not one.statement for claim in one.claims]
        claimed: dict[str, dict[str, Term]] = {}
        for told in self.values.names.labels.backend.describe(*bare) if bare else ():
            claimed.setdefault(told.subject.value, {})[told.predicate] = told.object
        return [self._held(one, claimed) for one in held]

    def _offered(self, number: int, batch: Batch, *, v3: bool) -> Offered:
        # No line has a | in it: the validator saw to that.
        short = quote("||".join(line.replace("\t", "|") for line in batch.lines), safe="")
        second, third = f"{self.tools.second}/#/v1={short}", f"{self.tools.third}/batch/new/?v1={short}"
        return Offered(
            number,
            len(batch.lines),
            tuple(self._row(entry) for entry in batch.entries),
            batch.text,
            batch.makes_items,
            second if self.tools.second and not v3 and len(second) <= _LONGEST_FRAGMENT else "",
            third if self.tools.third and len(third) <= _LONGEST_QUERY else "",
        )

    def _row(self, entry: Entry) -> Row:
        if entry.statement:
            return self._stated(entry.thing, entry.subject, entry.statement, entry.claims)
        return self._termed(entry.thing, entry.subject, entry.lines[0].split("\t"))

    def _held(self, held: Held, claimed: Mapping[str, Mapping[str, Term]]) -> Row:
        if held.statement:
            row = self._stated(held.thing, held.item, held.statement, held.claims)
        elif held.claims:
            row = self._told(held, claimed.get(held.claims[0], {}))
        else:
            row = self._termed(held.thing, held.item, held.said.split("\t")[-3:] if held.said else [])
        return replace(row, reasons=tuple(why(reason, self.values.words) for reason in held.reasons))

    def _told(self, held: Held, claim: Mapping[str, Term]) -> Row:
        """Return a claim without a statement, by its own property and value."""
        predicate, value = claim.get(RDF_PREDICATE.value), claim.get(RDF_OBJECT.value)
        return Row(
            self._name(held.thing),
            *_item(held.item),
            self.values.show(predicate) if predicate else Shown("–"),
            self._value(value) if value else Shown("–"),
            claims=_claims(held.claims),
        )

    def _value(self, value: Term) -> Shown:
        if value.datatype == EDTF_LEVEL_1.value:
            return Shown(self.values.date(value.value))
        return shortened(self.values.show(value))

    def _stated(self, thing: str, subject: str, statement: Statement, claims: Sequence[str]) -> Row:
        return Row(
            self._name(thing),
            *_item(subject),
            self.values.names.property(statement.property),
            self.values.value(statement.value),
            "" if statement.rank is Rank.NORMAL else self._rank(statement.rank),
            self.values.parts(statement.qualifiers),
            tuple(self.values.parts(reference.snaks) for reference in statement.references),
            _claims(claims),
        )

    def _termed(self, thing: str, subject: str, fields: Sequence[str]) -> Row:
        """Return a line without a statement in words: a term, or the making of an item."""
        words = self.values.words
        if len(fields) < 2:
            what = words.gettext("New item") if fields else words.gettext("Names and descriptions")
            return Row(self._name(thing), *_item(subject), Shown(what), Shown(""))
        kind, language = fields[-2][:1], fields[-2][1:]
        names = {
            "L": words.gettext("Label"),
            "D": words.gettext("Description"),
            "A": words.gettext("Also known as"),
        }
        value = Shown(fields[-1].strip('"'), language)
        return Row(self._name(thing), *_item(subject), Shown(f"{names.get(kind, kind)} ({language})"), value)

    def _rank(self, rank: Rank) -> str:
        if rank is Rank.DEPRECATED:
            return self.values.words.gettext("deprecated rank")
        return self.values.words.gettext("preferred rank")

    def _name(self, iri: str) -> Shown:
        return self.values.show(iri_term(iri))


def _item(subject: str) -> tuple[str, str]:
    return (subject, f"{SITE}{subject}") if subject.startswith("Q") else ("", "")


def _claims(iris: Iterable[str]) -> tuple[Claim, ...]:
    return tuple(Claim(iri.rsplit("/", 1)[-1], link(iri) or "") for iri in iris)
