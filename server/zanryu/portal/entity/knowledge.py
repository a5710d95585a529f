"""What a page has read of the graph: each thing once, many in one look-up."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final

from zanryu.graph.namespaces import BASE, RDF_OBJECT, RDF_PREDICATE, RDF_REIFIES, RDF_SUBJECT, RDF_TYPE, term

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zanryu.store.backend import Backend, Statement, Term

_REIFIES: Final = RDF_REIFIES.value
_CLAIM_PARTS: Final = (RDF_SUBJECT.value, RDF_PREDICATE.value)
_OWN: Final = f"{BASE}id/"
_CLAIMS: Final = f"{BASE}id/claim/"


@cache
def name(curie: str) -> str:
    """Return the IRI of a prefixed name."""
    return term(curie).value


SUBJECT: Final = RDF_SUBJECT.value
PREDICATE: Final = RDF_PREDICATE.value
OBJECT: Final = RDF_OBJECT.value
TYPE: Final = RDF_TYPE.value
ASSERTION: Final = name("zr:Assertion")


@dataclass(frozen=True, slots=True)
class Facts:
    """The triples with one subject, by property IRI. Properties are asked for as prefixed names."""

    iri: str
    terms: dict[str, list[Term]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.terms)

    def all(self, curie: str) -> list[Term]:
        """Return the values of a property."""
        return self.terms.get(name(curie), [])

    def iris(self, *curies: str) -> list[str]:
        """Return the values of properties as text."""
        return [t.value for curie in curies for t in self.terms.get(name(curie), ())]

    def first(self, curie: str) -> str:
        """Return the first value of a property as text, or nothing."""
        return next(iter(self.iris(curie)), "")

    def has(self, curie: str, value: str) -> bool:
        """Return whether a property has the value with this prefixed name."""
        return name(value) in self.iris(curie)

    @property
    def is_claim(self) -> bool:
        """Whether this is a claim."""
        return ASSERTION in (t.value for t in self.terms.get(TYPE, []))

    def part(self, predicate: str) -> Term | None:
        """Return the first value of a property given by its IRI."""
        return next(iter(self.terms.get(predicate, [])), None)


class Knowledge:
    """The facts of a page, read from one engine. Triple terms are left out: a page shows claims as claims."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self._facts: dict[str, Facts] = {}

    def load(self, iris: Iterable[str]) -> list[Facts]:
        """Return what is said about each thing; the ones not read yet are read in one look-up."""
        wanted = list(dict.fromkeys(iris))
        missing = [iri for iri in wanted if iri not in self._facts]
        for iri in missing:
            self._facts[iri] = Facts(iri)
        if missing:
            self._add(self.backend.describe(*missing))
        return [self._facts[iri] for iri in wanted]

    def of(self, iri: str) -> Facts:
        """Return what is said about a thing."""
        return self.load([iri])[0]

    def _add(self, statements: Iterable[Statement]) -> None:
        for statement in statements:
            if statement.predicate == _REIFIES or statement.object.kind == "triple":
                continue
            terms = self._facts[statement.subject.value].terms
            terms.setdefault(statement.predicate, []).append(statement.object)

    def closure(self, iris: Iterable[str], curie: str, max_levels: int = 8) -> dict[str, list[str]]:
        """Return what a property leads to, step by step: thing → its values, for all that are reached."""
        found: dict[str, list[str]] = {}
        level = list(dict.fromkeys(iris))
        for _ in range(max_levels):
            if not level:
                break
            found |= {facts.iri: facts.iris(curie) for facts in self.load(level)}
            level = [iri for facts in self.load(level) for iri in facts.iris(curie) if iri not in found]
        return found

    def claims_about(self, thing: str) -> list[str]:
        """Return the claims with a thing as their subject."""
        return [s.subject.value for s in self.backend.referring(thing, SUBJECT)]

    def claims_naming(self, thing: str) -> list[str]:
        """Return the claims that name a thing anywhere but as subject, property or source, in a stable order.

        Accepted triples name it too; what their subjects are called tells them apart without a look-up.
        """
        found = {
            s.subject.value
            for s in self.backend.referring(thing)
            if s.predicate not in _CLAIM_PARTS and _may_be_claim(s.subject.value)
        }
        return sorted(found)


def _may_be_claim(iri: str) -> bool:
    """Return whether a subject may be a claim; below a claim's IRI are its citations."""
    if not iri.startswith(_OWN):
        return not iri.startswith(BASE)
    return iri.startswith(_CLAIMS) and "/" not in iri.removeprefix(_CLAIMS)
