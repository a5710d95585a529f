"""The claims about things, many things in a few look-ups: what values are given out from."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from zanryu.graph.namespaces import RDF_OBJECT, RDF_PREDICATE, RDF_SUBJECT, term

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from zanryu.store.backend import Backend, Term

_PREDICATE: Final = RDF_PREDICATE.value
_OBJECT: Final = RDF_OBJECT.value
_CITATION: Final = term("zr:citation").value
_CONFLICTS: Final = term("zr:conflictsWith").value
_STATUS: Final = term("zr:status").value
_PREFERRED: Final = term("zv:preferred").value
# What makes a claim count for nothing, whatever else is said of it.
_DISCARDED: Final = (
    (term("zr:polarity").value, term("zv:negative").value),
    (_STATUS, term("zv:deprecated").value),
    (term("zr:certainty").value, term("zv:refuted").value),
)

Facts = dict[str, list["Term"]]


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim, with what is said of each of its citations.

    ``is_live``: neither denied nor deprecated, refuted or overruled. ``is_accepted``: its statement is.
    """

    iri: str
    predicate: str
    value: Term | None
    facts: Facts
    is_live: bool
    is_accepted: bool
    citations: tuple[Facts, ...]

    def first(self, curie: str) -> str:
        """Return the first value of a property as text, or nothing."""
        return next((value.value for value in self.facts.get(term(curie).value, ())), "")

    @property
    def order(self) -> tuple[bool, str, str]:
        """What comes first: the preferred, then in the order of time."""
        is_preferred = self.first("zr:status") == _PREFERRED
        return (not is_preferred, self.first("zr:earliest") or self.first("zr:latest") or "9", self.iri)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a thing: what the editors say of it, and the claims about it by property."""

    facts: Facts = field(default_factory=dict)
    claims: Mapping[str, Sequence[Claim]] = field(default_factory=dict)


def read_known(backend: Backend, things: Iterable[str]) -> dict[str, Known]:
    """Return what is known of each thing. The work grows with the claims about them."""
    subjects = list(dict.fromkeys(things))
    about = {t: sorted(s.subject.value for s in backend.referring(t, RDF_SUBJECT.value)) for t in subjects}
    facts = _facts(backend, (*subjects, *(claim for claims in about.values() for claim in claims)))
    further = [v.value for found in facts.values() for p in (_CITATION, _CONFLICTS) for v in found.get(p, ())]
    facts |= _facts(backend, (iri for iri in further if iri not in facts))
    return {thing: _known(thing, claims, facts) for thing, claims in about.items()}


def _known(thing: str, claims: Sequence[str], facts: Mapping[str, Facts]) -> Known:
    found: dict[str, list[Claim]] = defaultdict(list)
    for iri in claims:
        claim = _claim(iri, facts[thing], facts)
        found[claim.predicate].append(claim)
    return Known(
        facts[thing], {name: sorted(some, key=lambda claim: claim.order) for name, some in found.items()}
    )


def _claim(iri: str, of_subject: Facts, facts: Mapping[str, Facts]) -> Claim:
    own = facts[iri]
    predicate = next((t.value for t in own.get(_PREDICATE, ())), "")
    value = next(iter(own.get(_OBJECT, ())), None)
    is_live = not any(_has(own, path, term) for path, term in _DISCARDED) and not _is_overruled(own, facts)
    citations = tuple(facts[citation.value] for citation in own.get(_CITATION, ()))
    return Claim(
        iri, predicate, value, own, is_live, is_live and value in of_subject.get(predicate, ()), citations
    )


def _is_overruled(own: Facts, facts: Mapping[str, Facts]) -> bool:
    """Whether a preferred claim of the same property conflicts with one that is not preferred."""
    if _has(own, _STATUS, _PREFERRED):
        return False
    rivals = [facts[rival.value] for rival in own.get(_CONFLICTS, ())]
    return any(_has(r, _STATUS, _PREFERRED) and r.get(_PREDICATE) == own.get(_PREDICATE) for r in rivals)


def _has(facts: Facts, path: str, value: str) -> bool:
    return any(found.value == value for found in facts.get(path, ()))


def _facts(backend: Backend, iris: Iterable[str]) -> dict[str, Facts]:
    wanted = list(dict.fromkeys(iris))
    found: dict[str, Facts] = {iri: defaultdict(list) for iri in wanted}
    for statement in backend.describe(*wanted) if wanted else ():
        found[statement.subject.value][statement.predicate].append(statement.object)
    return found
