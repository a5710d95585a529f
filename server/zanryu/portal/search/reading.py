"""Making documents of what the graph says."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from zanryu.graph.namespaces import RDF_TYPE, term
from zanryu.portal.search.documents import (
    CITATION,
    CLAIMED_NAMES,
    CONCERNS,
    FACTS,
    NAMES,
    NOTES,
    OBJECT,
    PREDICATE,
    SUBJECT,
    TIER,
    WORK,
    Document,
    claim_of,
    kind_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from zanryu.store.backend import Backend, Statement, Term

_TYPE: Final = RDF_TYPE.value
_CLASSES: Final = (term("owl:Class").value, term("rdfs:Class").value)
_POLARITY: Final = term("zr:polarity").value
_DENIED: Final = term("zv:negative").value
_HELD, _PROMOTED = term("zr:heldRank").value, term("zr:promotedTo").value
_SENIORITY: Final = term("zr:seniority").value
_KEPT_TIERS: Final = 20_000


class Reader:
    """Reads documents from one state of a graph; what it has seen of a work or of a claim it remembers."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self.tier_of = lru_cache(maxsize=_KEPT_TIERS)(self._tier_of)
        self.seniority_of = lru_cache(maxsize=512)(self._seniority_of)
        self._claim = lru_cache(maxsize=512)(self._read_claim)

    def all(self) -> Iterator[Document]:
        """Yield a document for everything in the graph that can be found."""
        for thing in sorted(self._things()):
            if document := self.document(thing):
                yield document
            for claim in self._claims_about(thing):
                if document := self.document(claim):
                    yield document

    def _things(self) -> set[str]:
        """Return the instances of every class; claims are reached through what they are about."""
        classes = [s.subject.value for kind in _CLASSES for s in self._backend.referring(kind, _TYPE)]
        claims = {term("zr:Assertion").value, CITATION, term("zr:Citation").value}
        found = {
            s.subject.value
            for name in dict.fromkeys(classes)
            if name not in claims
            for s in self._backend.referring(name, _TYPE)
        }
        return {iri for iri in found if kind_of(iri) not in ("", "claim")}

    def document(self, iri: str) -> Document | None:
        """Return the document of a thing; ``None`` if there is nothing by which it could be found."""
        kind = kind_of(iri)
        document = self._claim_document(iri) if kind == "claim" else self._thing(iri, kind)
        return document if document and (document.names or document.notes) else None

    def subject_of(self, claim: str) -> str:
        """Return what a claim is about; empty if the graph does not have it."""
        parts = {s.predicate: s.object.value for s in self._claim(claim)}
        return parts.get(SUBJECT, "")

    def claims_citing(self, work: str) -> set[str]:
        """Return the claims that a work is cited for."""
        return {claim_of(s.subject.value) for s in self._backend.referring(work, WORK)} - {""}

    def _thing(self, iri: str, kind: str) -> Document | None:
        own = self._backend.describe(iri)
        if not own:
            return None
        document = Document(iri, kind)
        for statement in sorted(own, key=_by_name):
            self._take(document, statement)
        claims = self._claims_about(iri)
        tiers: set[str] = set()
        for claim in claims:
            tiers |= self._name_by(document, claim)
        if kind == "work":
            tiers = {self.tier_of(iri)}
        document.tiers = sorted(tiers - {""})
        document.claims = len({claim_of(s.subject.value) for s in self._backend.referring(iri)} - {""})
        self._keep_highest_rank(document)
        if kind == "conflict":
            self._take_first_claim(document, [s.object.value for s in own if s.predicate == CONCERNS])
        return document

    def _take(self, document: Document, statement: Statement) -> None:
        if statement.predicate in FACTS:
            document.add_fact(statement.predicate, statement.object)
        if statement.object.kind != "literal":
            return
        if statement.predicate in NAMES:
            document.add_name(statement.object, statement.predicate)
        elif statement.predicate in NOTES:
            document.add_note(statement.object, statement.predicate)

    def _name_by(self, document: Document, claim: str) -> set[str]:
        """Add the name that a claim gives, if it does; return the tiers of its sources."""
        said = self._claim(claim)
        parts = {s.predicate: s.object for s in said}
        if names_its_subject(parts):
            document.add_name(parts[OBJECT], parts[PREDICATE].value)
        return {self.tier_of(s.object.value) for s in said if s.predicate == WORK}

    def _claim_document(self, iri: str) -> Document | None:
        said = self._claim(iri)
        parts = {s.predicate: s.object for s in said}
        if not {SUBJECT, PREDICATE, OBJECT} <= parts.keys():
            return None
        document = Document(iri, "claim")
        for statement in said:
            if statement.predicate in NOTES and statement.object.kind == "literal":
                document.add_note(statement.object, statement.predicate)
        said_words = parts[OBJECT].language and parts[PREDICATE].value not in CLAIMED_NAMES
        if said_words:
            document.add_note(parts[OBJECT], parts[PREDICATE].value)
        for part in (SUBJECT, PREDICATE, OBJECT):
            document.add_fact(part, parts[part])
        works = {s.object.value for s in said if s.predicate == WORK}
        document.claims = len(works)
        document.tiers = sorted({self.tier_of(work) for work in works} - {""})
        return document

    def _keep_highest_rank(self, document: Document) -> None:
        ranks = [*document.facts.pop(_HELD, []), *document.facts.pop(_PROMOTED, [])]
        if ranks:
            document.facts[_HELD] = [max(ranks, key=lambda rank: self.seniority_of(rank[1]))]

    def _take_first_claim(self, document: Document, concerned: list[str]) -> None:
        """Have a conflict, which has no name, known by what its first claim is about."""
        document.claims = len(concerned)
        for statement in self._claim(min(concerned)) if concerned else ():
            if statement.predicate in (SUBJECT, PREDICATE):
                document.add_fact(statement.predicate, statement.object)

    def _claims_about(self, iri: str) -> list[str]:
        return [s.subject.value for s in self._backend.referring(iri, SUBJECT) if kind_of(s.subject.value)]

    def _read_claim(self, claim: str) -> list[Statement]:
        """Return what is said of a claim and of its citations."""
        own = self._backend.describe(claim)
        citations = [s.object.value for s in own if s.predicate == CITATION]
        return [*own, *self._backend.describe(*citations)]

    def _seniority_of(self, rank: str) -> int:
        said = (s.object.value for s in self._backend.describe(rank) if s.predicate == _SENIORITY)
        return max((int(value) for value in said if value.isdecimal()), default=0)

    def _tier_of(self, work: str) -> str:
        return next((s.object.value for s in self._backend.describe(work) if s.predicate == TIER), "")


def names_its_subject(parts: Mapping[str, Term]) -> bool:
    """Return whether a claim gives a name; one that denies that somebody was called so gives none."""
    if OBJECT not in parts or PREDICATE not in parts or parts[PREDICATE].value not in CLAIMED_NAMES:
        return False
    return _POLARITY not in parts or parts[_POLARITY].value != _DENIED


def _by_name(statement: Statement) -> int:
    return NAMES.index(statement.predicate) if statement.predicate in NAMES else len(NAMES)
