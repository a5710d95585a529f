"""From a description to what a template shows: names for IRIs, claims in groups, rivals side by side."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from zanryu.graph.namespaces import term
from zanryu.portal.labels import NAMING, Labels, Shown, best, named
from zanryu.store.backend import iri

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zanryu.portal.description import Description, Mention
    from zanryu.store.backend import Statement, Term

_TYPE: Final = term("rdf:type").value
_SUBJECT, _PREDICATE, _OBJECT = (term(f"rdf:{name}").value for name in ("subject", "predicate", "object"))
_CITATION, _CONFLICTS_WITH = term("zr:citation").value, term("zr:conflictsWith").value
_STATUS_ORDER: Final = {term("zv:preferred").value: 0, term("zv:deprecated").value: 2}
_DEPRECATED: Final = term("zv:deprecated").value
_NEGATIVE: Final = term("zv:negative").value
_ASSERTION: Final = term("zr:Assertion").value
_CONFLICT: Final = term("zr:Conflict").value
# Shown in places of their own; every other property of a claim is a circumstance, so nothing is left out.
_PLACED: Final = {
    _TYPE, _SUBJECT, _PREDICATE, _OBJECT, _CITATION, _CONFLICTS_WITH,
    *(term(f"zr:{name}").value for name in (
        "when", "certainty", "status", "polarity", "note", "deprecationReason", "earliest", "latest")),
}  # fmt: skip
_CITED: Final = {_TYPE, *(term(f"zr:{name}").value for name in (
    "work", "locator", "stance", "hedge", "cue", "via"))}  # fmt: skip

Properties = dict[str, list["Term"]]


@dataclass(frozen=True, slots=True)
class ShownCitation:
    """A source of a claim: the work, the place in it, how reliable a kind it is, and its reservation."""

    work: list[Shown]
    locator: list[Shown]
    tier: list[Shown]
    stance: list[Shown]
    hedge: list[Shown]
    cue: list[Shown]
    via: list[Shown]
    others: list[tuple[Shown, list[Shown]]]


@dataclass(frozen=True, slots=True)
class ShownClaim:
    """A claim. ``rivals`` are the claims it conflicts with; ``certainty`` and ``status`` are the editors'."""

    iri: str
    href: str | None
    anchor: str
    subject: list[Shown]
    predicate: list[Shown]
    value: list[Shown]
    when: list[Shown]
    certainty: list[Shown]
    status: list[Shown]
    is_denied: bool
    is_deprecated: bool
    circumstances: list[tuple[Shown, list[Shown]]]
    notes: list[Shown]
    citations: list[ShownCitation]
    rivals: list[Shown]
    order: tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Group:
    """The claims with one property; ``is_contested`` where some of them conflict."""

    heading: Shown
    claims: list[ShownClaim]

    @property
    def is_contested(self) -> bool:
        """Whether a claim of the group conflicts with another."""
        return any(claim.rivals for claim in self.claims)


@dataclass(frozen=True, slots=True)
class Dispute:
    """A conflict as the editors describe it."""

    heading: Shown
    properties: list[tuple[Shown, list[Shown]]]


@dataclass(frozen=True, slots=True)
class Page:
    """What the page of an entity shows."""

    iri: str
    name: Shown
    names: list[tuple[str, str]]
    types: list[Shown]
    properties: list[tuple[Shown, list[Shown]]]
    groups: list[Group]
    disputes: list[Dispute]
    rivals: list[ShownClaim] = field(default_factory=list)


class Renderer:
    """Renders descriptions in one language."""

    def __init__(self, labels: Labels, language: str) -> None:
        self._labels = labels
        self._language = language

    def page(self, description: Description) -> Page:
        """Return the page of a thing; for a claim, the claim itself is its only group."""
        own = index(description.own).get(description.iri, {})
        claims = index([*description.claims, *description.own])
        others = index([*description.disputes, *description.claims])
        about = [c for c in claims if _is(claims[c], _ASSERTION) and c != description.iri]
        itself = _is(own, _ASSERTION)
        names = named(description.own)
        name = best(names, self._language)
        groups = self._groups([description.iri] if itself else about, claims)
        hidden = {_TYPE, *NAMING, *(claims[description.iri] if itself else ())}
        return Page(
            iri=description.iri,
            name=Shown(*name) if name else self._heading(description.iri, own),
            names=names,
            types=self._all(own.get(_TYPE, [])),
            properties=self._pairs(own, hidden | self._claimed(groups)),
            groups=groups,
            disputes=[self._dispute(c, others[c]) for c in others if _is(others[c], _CONFLICT)],
            rivals=[self._claim(c, others) for c in others if c not in about and _is(others[c], _ASSERTION)],
        )

    def mentions(self, found: Iterable[Mention]) -> list[tuple[Shown, Shown, Shown, Shown]]:
        """Return claims as (claim, subject, property, value)."""
        return [
            (self._show(m.claim), self._show(m.subject), self._show(m.predicate), self._show(m.object))
            for m in found
        ]

    def terms(self, iris: Iterable[str]) -> list[Shown]:
        """Return IRIs by their names."""
        return self._all(iri(i) for i in iris)

    def _heading(self, thing: str, own: Properties) -> Shown:
        parts = [self._show(o) for p in (_SUBJECT, _PREDICATE) for o in own.get(p, [])]
        slug = thing.rstrip("/").rsplit("/", 1)[-1]
        return Shown(" · ".join([part.text for part in parts]) or slug)

    def _claimed(self, groups: list[Group]) -> set[str]:
        """Return the properties that claims are about: shown there with their proofs, not twice."""
        return {group.heading.iri for group in groups}

    def _groups(self, iris: list[str], claims: dict[str, Properties]) -> list[Group]:
        by_property: dict[str, list[ShownClaim]] = defaultdict(list)
        for claim in iris:
            for predicate in claims[claim].get(_PREDICATE, [])[:1]:
                by_property[predicate.value].append(self._claim(claim, claims))
        groups = [
            Group(self._show(iri(predicate)), sorted(members, key=lambda c: c.order))
            for predicate, members in by_property.items()
        ]
        # What has no date (names, kinship) comes first, then life in its order.
        return sorted(groups, key=lambda g: (min(c.order[1] for c in g.claims), g.heading.text))

    def _claim(self, claim: str, claims: dict[str, Properties]) -> ShownClaim:
        has = claims[claim]
        status = [s.value for s in has.get(term("zr:status").value, [])]
        earliest = min((d.value for d in has.get(term("zr:earliest").value, [])), default="")
        citations = [c.value for c in has.get(_CITATION, [])]
        shown = self._show(iri(claim))
        return ShownClaim(
            iri=claim,
            href=shown.href,
            anchor=claim.rsplit("/", 1)[-1],
            subject=self._all(has.get(_SUBJECT, [])),
            predicate=self._all(has.get(_PREDICATE, [])),
            value=self._all(has.get(_OBJECT, [])),
            when=self._some(has, "zr:when"),
            certainty=self._some(has, "zr:certainty"),
            status=self._some(has, "zr:status"),
            is_denied=_NEGATIVE in [p.value for p in has.get(term("zr:polarity").value, [])],
            is_deprecated=_DEPRECATED in status,
            circumstances=self._pairs(has, _PLACED),
            notes=[*self._some(has, "zr:note"), *self._some(has, "zr:deprecationReason")],
            citations=[self._citation(claims.get(c, {})) for c in sorted(citations)],
            rivals=[
                Shown(r.value.rsplit("/", 1)[-1], "", self._show(r).href)
                for r in has.get(_CONFLICTS_WITH, [])
            ],
            order=(min((_STATUS_ORDER.get(s, 1) for s in status), default=1), earliest, claim),
        )

    def _citation(self, has: Properties) -> ShownCitation:
        works = has.get(term("zr:work").value, [])
        tiers = [s.object for w in works for s in self._labels.backend.describe(w.value)
                 if s.predicate == term("zr:tier").value]  # fmt: skip
        return ShownCitation(
            work=self._all(works),
            locator=self._some(has, "zr:locator"),
            tier=self._all(tiers),
            stance=self._some(has, "zr:stance"),
            hedge=self._some(has, "zr:hedge"),
            cue=self._some(has, "zr:cue"),
            via=self._some(has, "zr:via"),
            others=self._pairs(has, _CITED),
        )

    def _dispute(self, conflict: str, has: Properties) -> Dispute:
        return Dispute(self._show(iri(conflict)), self._pairs(has, {_TYPE, *NAMING}))

    def _pairs(self, has: Properties, hidden: Iterable[str]) -> list[tuple[Shown, list[Shown]]]:
        hidden = set(hidden)
        return [(self._show(iri(p)), self._all(values)) for p, values in has.items() if p not in hidden]

    def _some(self, has: Properties, name: str) -> list[Shown]:
        return self._all(has.get(term(name).value, []))

    def _all(self, terms: Iterable[Term]) -> list[Shown]:
        return [self._show(t) for t in terms]

    def _show(self, shown: Term) -> Shown:
        return self._labels.show(shown, self._language)


def index(statements: Iterable[Statement]) -> dict[str, Properties]:
    """Index statements by subject and predicate, in their order, each value once."""
    found: dict[str, Properties] = {}
    for statement in statements:
        values = found.setdefault(statement.subject.value, {}).setdefault(statement.predicate, [])
        if statement.object not in values:
            values.append(statement.object)
    return found


def _is(has: Properties, kind: str) -> bool:
    return any(t.value == kind for t in has.get(_TYPE, []))
