"""The sides of conflicts in short: what each claim says, and which works say so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zanryu.graph.namespaces import EDTF_LEVEL_1, RDF_OBJECT, RDF_PREDICATE, RDF_SUBJECT, term
from zanryu.naming.labels import Shown
from zanryu.portal.overviews.facts import facts_of, first, name, states
from zanryu.portal.overviews.presenting import shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zanryu.portal.overviews.facts import Facts
    from zanryu.portal.overviews.presenting import Presenter
    from zanryu.store.backend import Backend, Term

_CIRCUMSTANCES: Final = ("role", "place", "opponent")
_MOST_SIDES: Final = 6
_EDTF: Final = EDTF_LEVEL_1.value


@dataclass(frozen=True, slots=True)
class Side:
    """A claim in a conflict. ``works`` say so, ``against`` say that it is not so."""

    claim: Shown
    subject: Shown
    property: Shown
    value: Shown
    circumstances: list[Shown]
    certainty: Shown | None
    works: list[Shown]
    against: list[Shown]
    is_set_aside: bool
    is_denied: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """A conflict in short; ``more`` sides are on its page. ``subjects`` and ``properties`` name it."""

    page: Shown
    is_open: bool
    kind: list[Shown]
    rationale: list[Shown]
    subjects: list[Shown]
    properties: list[Shown]
    sides: list[Side]
    more: int


def conflicts(backend: Backend, presenter: Presenter, iris: Sequence[str]) -> list[Conflict]:
    """Return conflicts with their sides, in the order of ``iris``."""
    facts = facts_of(backend, iris)
    concerned = {c: [t.value for t in facts.get(c, {}).get(name("concerns"), [])] for c in iris}
    claims = facts_of(backend, list({claim: 0 for c in iris for claim in concerned[c][:_MOST_SIDES]}))
    cited = facts_of(backend, [t.value for has in claims.values() for t in has.get(name("citation"), [])])
    found = []
    for conflict in iris:
        shown = [c for c in concerned[conflict][:_MOST_SIDES] if c in claims]
        sides = [_side(claim, claims[claim], cited, presenter) for claim in shown]
        found.append(_conflict(conflict, facts.get(conflict, {}), sides, len(concerned[conflict]), presenter))
    return found


def _conflict(conflict: str, has: Facts, sides: list[Side], total: int, presenter: Presenter) -> Conflict:
    language = presenter.words.language
    reasons = has.get(name("rationale"), [])
    rationale = sorted(reasons, key=lambda t: (t.language != language, t.language != "en"))
    return Conflict(
        page=presenter.named(conflict),
        is_open=not states(has, "resolution", "resolved"),
        kind=[presenter.named(t.value) for t in has.get(name("kind"), [])],
        rationale=[Shown(t.value[:600], t.language) for t in rationale[:1]],
        subjects=_different([side.subject for side in sides]),
        properties=_different([side.property for side in sides]),
        sides=sides,
        more=total - len(sides),
    )


def _side(claim: str, has: Facts, cited: dict[str, Facts], presenter: Presenter) -> Side:
    citations = [cited.get(t.value, {}) for t in has.get(name("citation"), [])]
    value, when = first(has, RDF_OBJECT.value), first(has, name("when"))
    when = None if value and when and value.value == when.value else when
    around = [t.value for local in _CIRCUMSTANCES for t in has.get(name(local), []) if t.kind == "iri"]
    circumstances = [presenter.named(thing) for thing in around]
    certainty = first(has, name("certainty"))
    return Side(
        claim=presenter.named(claim),
        subject=_shown(first(has, RDF_SUBJECT.value), presenter),
        property=_shown(first(has, RDF_PREDICATE.value), presenter),
        value=_shown(value, presenter),
        circumstances=[*circumstances, *([_shown(when, presenter)] if when else [])],
        certainty=presenter.named(certainty.value) if certainty else None,
        works=_works([c for c in citations if not states(c, "stance", "disputes")], presenter),
        against=_works([c for c in citations if states(c, "stance", "disputes")], presenter),
        is_set_aside=states(has, "status", "deprecated"),
        is_denied=states(has, "polarity", "negative"),
    )


def _works(citations: list[Facts], presenter: Presenter) -> list[Shown]:
    return _different([presenter.named(t.value) for c in citations for t in c.get(name("work"), [])])


def _shown(value: Term | None, presenter: Presenter) -> Shown:
    if value is None:
        return Shown("")
    if value.datatype == _EDTF:
        return Shown(presenter.in_words(presenter.words, value.value))
    if value.datatype == term("xsd:integer").value and value.value.isdecimal():
        return Shown(presenter.number(int(value.value[:18])))
    return (
        presenter.named(value.value) if value.kind == "iri" else shortened(Shown(value.value, value.language))
    )


def _different(shown: list[Shown]) -> list[Shown]:
    return list({one.iri or one.text: one for one in shown}.values())
