"""What is found, as a reader of one language sees it: pages and programs are given the same."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from zanryu.graph.namespaces import term
from zanryu.naming.iris import page_path
from zanryu.naming.labels import Shown, best, spell
from zanryu.portal.search.documents import LABELS, OBJECT, PREDICATE, SUBJECT, Text
from zanryu.portal.search.marking import Piece, best_name, best_note, mark
from zanryu.store.backend import Term

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zanryu.naming.labels import Labels
    from zanryu.portal.search.documents import Document
    from zanryu.portal.search.marking import Marked
    from zanryu.portal.search.terms import Question
    from zanryu.web.words import Words

_BORN, _DIED = term("zr:birthDate").value, term("zr:deathDate").value
_ISSUED: Final = term("dcterms:issued").value
# Of each of these so many are told, in this order.
_TOLD: Final = {
    term(name).value: number
    for name, number in (
        ("dcterms:creator", 2),
        ("zr:heldRank", 1),
        ("zr:servedIn", 2),
        ("dcterms:type", 1),
        ("zr:echelon", 1),
        ("zr:subUnitOf", 1),
        ("zr:locatedAt", 1),
        ("zr:inPlace", 1),
        ("zr:resolution", 1),
    )
}
_YEAR: Final = re.compile(r"(?<!\d)\d\d(?:\d\d|\dX|XX)")
_ITSELF: Final = (SUBJECT, PREDICATE, OBJECT)
_LONGEST: Final = 160


@dataclass(frozen=True, slots=True)
class MarkedName:
    """A name with what was looked for in it; ``kind`` says what kind of name it is."""

    pieces: list[Piece]
    language: str
    kind: Shown | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found. ``also`` is the name that was found if it is another than the title."""

    iri: str
    href: str
    kind: str
    title: list[MarkedName]
    also: MarkedName | None = None
    note: MarkedName | None = None
    description: list[Shown] = field(default_factory=list)
    claims: int = 0

    @property
    def name(self) -> str:
        """The title as plain text."""
        return " · ".join("".join(piece.text for piece in part.pieces) for part in self.title)


@dataclass(frozen=True, slots=True)
class Presenter:
    """Presents what was found to a reader."""

    labels: Labels
    words: Words

    def hits(self, question: Question, documents: Iterable[Document]) -> list[Hit]:
        """Return the hits in the order of the documents."""
        return [self._hit(question, document) for document in documents]

    def kinds(self) -> dict[str, str]:
        """Return the kinds of things, in the order in which a reader expects them."""
        gettext = self.words.gettext
        return {
            "person": gettext("Persons"),
            "academy": gettext("Academies"),
            "unit": gettext("Military units"),
            "organization": gettext("Organisations"),
            "group": gettext("Groups"),
            "place": gettext("Places"),
            "event": gettext("Events"),
            "work": gettext("Sources"),
            "claim": gettext("Claims"),
            "conflict": gettext("Conflicts"),
        }

    def kind(self, kind: str) -> str:
        """Return what one thing of a kind is."""
        gettext = self.words.gettext
        return {
            "person": gettext("Person"),
            "academy": gettext("Academy"),
            "unit": gettext("Military unit"),
            "organization": gettext("Organisation"),
            "group": gettext("Group"),
            "place": gettext("Place"),
            "event": gettext("Event"),
            "work": gettext("Source"),
            "claim": gettext("Claim"),
            "conflict": gettext("Conflict"),
        }[kind]

    def label(self, iri: str) -> Shown:
        """Return the name of a term of the ontology or of a vocabulary."""
        return self.labels.show(Term("iri", iri), self.words.language)

    def _hit(self, question: Question, document: Document) -> Hit:
        name = best_name(question, document.names)
        title = self._title(question, document)
        is_titled = name is not None and any(part.pieces == name.pieces for part in title)
        note = None if name else best_note(question, document.notes)
        return Hit(
            document.iri,
            page_path(document.iri) or document.iri,
            document.kind,
            title,
            None if name is None or is_titled else self._marked(name, name.pieces),
            self._marked(note, note.excerpt) if note else None,
            list(self._description(document)),
            document.claims,
        )

    def _title(self, question: Question, document: Document) -> list[MarkedName]:
        names = [name for name in document.names if name.property in LABELS] or document.names
        chosen = best([(name.text, name.language) for name in names], self.words.language)
        if chosen:
            marked = mark(question, Text(chosen[0], chosen[1], ""))
            return [MarkedName(marked.pieces, chosen[1])]
        parts = [Term(*values[0]) for part in _ITSELF if (values := document.facts.get(part))]
        shown = [self.labels.show(part, self.words.language) for part in parts]
        said = [MarkedName([Piece(_short(part.text))], part.language) for part in shown]
        return said or [MarkedName([Piece(spell(document.iri))], "")]

    def _marked(self, marked: Marked, pieces: list[Piece]) -> MarkedName:
        return MarkedName(pieces, marked.source.language, self._kind_of_text(marked.source.property))

    def _kind_of_text(self, name: str) -> Shown:
        """Return what kind of name or note a property is for; the label of a standard's says too little."""
        gettext = self.words.gettext
        known = {
            "skos:altLabel": gettext("other name"),
            "skos:editorialNote": gettext("editors’ note"),
            "dcterms:title": gettext("title"),
            "dcterms:alternative": gettext("other title"),
            "dcterms:creator": gettext("author"),
            "dcterms:isPartOf": gettext("part of"),
            "dcterms:publisher": gettext("publisher"),
            "dcterms:identifier": gettext("identifier"),
            **dict.fromkeys(("skos:prefLabel", "rdfs:label", "foaf:name"), gettext("name")),
        }
        for curie, text in known.items():
            if term(curie).value == name:
                return Shown(text, self.words.language)
        return self.label(name)

    def _description(self, document: Document) -> Iterable[Shown]:
        """Yield the parts of one line about a thing, as the graph's accepted triples have it."""
        if life := self._life(document):
            yield Shown(life, self.words.language)
        for name, number in _TOLD.items():
            for value in document.facts.get(name, [])[:number]:
                shown = self.labels.show(Term(*value), self.words.language)
                yield Shown(_short(shown.text), shown.language, None, shown.iri)
        if document.kind == "work" and (issued := _years(document, _ISSUED)):
            yield Shown(issued)

    def _life(self, document: Document) -> str:
        born, died = _years(document, _BORN), _years(document, _DIED)
        if born and died:
            return f"{born}–{died}"
        if born:
            return self.words.gettext("born %(year)s", year=born)
        return self.words.gettext("died %(year)s", year=died) if died else ""


def _years(document: Document, name: str) -> str:
    """Return the years of the dates that are accepted; several, where the sources differ."""
    years = {year for fact in document.facts.get(name, []) for year in _YEAR.findall(fact[1])}
    return "/".join(sorted(years)[:3])


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST].rstrip() + "…"
