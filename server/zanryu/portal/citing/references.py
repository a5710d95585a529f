"""References to what this server publishes, and to the works behind it.

A claim is cited as itself, with the works that its citations name: each with the place in it, and with the
works that it repeats.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from zanryu.errors import NotFound
from zanryu.graph.namespaces import ASSERTION, BASE, DATASET_IRI, RDF_SUBJECT
from zanryu.portal.citing.dates import from_day
from zanryu.portal.citing.facts import Facts, facts_of, gather, one_line
from zanryu.portal.citing.names import names_of
from zanryu.portal.citing.works import Item, Reference, work_reference
from zanryu.store.backend import Term

if TYPE_CHECKING:
    from datetime import date

    from zanryu.naming.labels import Labels
    from zanryu.portal.citing.editions import Edition
    from zanryu.store.backend import Backend

MAX_WORKS: Final = 300
_MAX_TITLE: Final = 160
_LANGUAGE: Final = "en"  # the language of the Chicago Manual of Style, and so of its citations


@dataclass(frozen=True, slots=True)
class Source:
    """A work that a claim is cited to; ``via`` are the works that the passage repeats."""

    work: Reference
    via: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Cited:
    """What is cited: ``main``; ``own``, our page about it, where it is a work; the ``sources`` of a claim."""

    main: Reference
    own: Reference | None = None
    sources: tuple[Source, ...] = ()

    @property
    def references(self) -> list[Reference]:
        """Everything that a list of references needs, each once."""
        works = [reference for source in self.sources for reference in (source.work, *source.via)]
        found = {reference.iri: reference for reference in (self.main, *works)}
        return list(found.values())


@dataclass(frozen=True, slots=True)
class References:
    """References in one edition of the data; ``accessed`` is the day that a citation names, if any."""

    backend: Backend
    labels: Labels
    edition: Edition
    accessed: date | None = None

    def of(self, iri: str) -> Cited:
        """Return how a thing is cited.

        :raises NotFound: if the graph says nothing about it.
        """
        facts = facts_of(self.backend, iri)
        if not facts:
            raise NotFound(f"The graph says nothing about <{iri}>.", iri=iri)
        if ASSERTION.value in facts.things("rdf:type") or facts.all("rdf:predicate"):
            return Cited(self._page(iri, self._claim_title(facts)), sources=self._sources(facts))
        if iri == DATASET_IRI:
            return Cited(self._dataset())
        page = self._page(iri, self._name(iri))
        return Cited(work_reference(self.backend, iri, facts), page) if _is_work(iri) else Cited(page)

    def of_query(self, title: str, address: str) -> Cited:
        """Return how the result of a query is cited; ``address`` is where it is asked again."""
        item: Item = {"id": "zanryu-query", "type": "webpage", "title": one_line(title, _MAX_TITLE)}
        return Cited(self._own(address, item, address))

    def bibliography(self, iri: str) -> list[Reference]:
        """Return the works behind a thing: those that the claims about it, or the claim, are cited to.

        :raises NotFound: if the graph says nothing about it.
        """
        facts = facts_of(self.backend, iri)
        if not facts:
            raise NotFound(f"The graph says nothing about <{iri}>.", iri=iri)
        claims = [s.subject.value for s in self.backend.referring(iri, RDF_SUBJECT.value)]
        about = [facts, *gather(self.backend.describe(*claims)).values()]
        nodes = dict.fromkeys(node for found in about for node in _values(found, "zr:citation"))
        proofs = gather(self.backend.describe(*nodes)).values()
        works = {work for proof in proofs for name in ("zr:work", "zr:via") for work in proof.things(name)}
        listed = sorted(works)[:MAX_WORKS]
        known = gather(self.backend.describe(*listed))
        return [work_reference(self.backend, work, known.get(work)) for work in listed]

    def _work(self, iri: str) -> Reference:
        return work_reference(self.backend, iri)

    def _sources(self, claim: Facts) -> tuple[Source, ...]:
        """Return the works that a claim is cited to, by the order of their citations."""
        proofs = gather(self.backend.describe(*sorted(_values(claim, "zr:citation"))))
        sources = []
        for proof in proofs.values():
            for iri in proof.things("zr:work"):
                work = replace(self._work(iri), locator=", ".join(proof.texts("zr:locator")))
                sources.append(Source(work, tuple(self._work(via) for via in proof.things("zr:via"))))
        return tuple(sources)

    def _page(self, iri: str, title: str) -> Reference:
        slug = iri.removeprefix(BASE).removeprefix("id/").replace("/", "-")
        item: Item = {"id": f"zanryu-{slug}", "type": "webpage", "title": title}
        return self._own(iri, item, self.edition.permalink(iri))

    def _dataset(self) -> Reference:
        facts = facts_of(self.backend, DATASET_IRI)
        item: Item = {"id": "zanryu", "type": "dataset", "title": facts.tagged("dcterms:title", _LANGUAGE)}
        return self._own(DATASET_IRI, item, DATASET_IRI)

    def _own(self, iri: str, item: Item, address: str) -> Reference:
        facts = facts_of(self.backend, DATASET_IRI)
        authors, _ = names_of(self.backend, facts.all("dcterms:creator"))
        whole = facts.tagged("dcterms:title", _LANGUAGE) or facts.text("dcterms:title") or BASE
        item |= {
            "author": authors,
            "container-title": whole if item["type"] != "dataset" else "",
            "title": item["title"] or whole,
            "version": self._version(facts.text("owl:versionInfo")),
            "issued": from_day(self.edition.day) if self.edition.day else None,
            "accessed": from_day(self.accessed) if self.accessed else None,
            "language": _LANGUAGE,
            "URL": address,
        }
        return Reference(iri, {key: value for key, value in item.items() if value})

    def _version(self, release: str) -> str:
        number = f"version {self.edition.number} of the history, " if self.edition.number else ""
        return f"{release} ({number}data {self.edition.name})".strip()

    def _claim_title(self, claim: Facts) -> str:
        """Return the statement in words, with the name of the claim, by which it is found again."""
        parts = [self._term(term) for part in ("subject", "predicate", "object")
                 for term in claim.all(f"rdf:{part}")[:1]]  # fmt: skip
        slug = claim.iri.rpartition("/id/")[2].partition("/")[2] or claim.iri
        return f"{' – '.join(parts)} (claim {slug})"

    def _term(self, term: Term) -> str:
        return one_line(self.labels.show(term, _LANGUAGE).text, _MAX_TITLE)

    def _name(self, iri: str) -> str:
        return self._term(Term("iri", iri))


def _values(facts: Facts, curie: str) -> list[str]:
    return [term.value for term in facts.all(curie)]


def _is_work(iri: str) -> bool:
    return iri.startswith(f"{BASE}id/work/")
