"""What is found: a thing of the graph with its names, its notes, and what one line says of it.

A document is made by look-ups alone, and its cost grows with what is said about the thing.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Final

from zanryu.graph.namespaces import BASE, ENTITY_KINDS, RDF_OBJECT, RDF_PREDICATE, RDF_SUBJECT, term

if TYPE_CHECKING:
    from collections.abc import Collection

    from zanryu.store.backend import Term

KINDS: Final = tuple(ENTITY_KINDS.values())
_OWN: Final = re.compile(rf"{re.escape(BASE)}id/(?P<kind>{'|'.join(KINDS)})/.")
_CLAIM: Final = re.compile(rf"{re.escape(BASE)}id/claim/[^/]+")

SUBJECT: Final = RDF_SUBJECT.value
PREDICATE: Final = RDF_PREDICATE.value
OBJECT: Final = RDF_OBJECT.value
CITATION: Final = term("zr:citation").value
WORK: Final = term("zr:work").value
TIER: Final = term("zr:tier").value
CONCERNS: Final = term("zr:concerns").value


def _iris(*names: str) -> tuple[str, ...]:
    return tuple(term(name).value for name in names)


# What a thing is called, best first: by the editors, and by claims.
LABELS: Final = _iris("skos:prefLabel", "rdfs:label", "dcterms:title", "foaf:name")
ALTERNATIVE: Final = term("skos:altLabel").value
NAMES: Final = (*LABELS, ALTERNATIVE, *_iris("skos:hiddenLabel", "dcterms:alternative"))
CLAIMED_NAMES: Final = frozenset(
    _iris(
        "zr:nativeName",
        "zr:kanaName",
        "zr:adoptedName",
        "zr:birthName",
        "zr:officialName",
        "zr:pseudonym",
        "zr:nickname",
        "zr:nameAsPrinted",
        "zr:printedTitle",
    )
)
NOTES: Final = frozenset(
    _iris(
        "skos:editorialNote",
        "skos:definition",
        "skos:note",
        "skos:scopeNote",
        "rdfs:comment",
        "dcterms:description",
        "dcterms:creator",
        "dcterms:isPartOf",
        "dcterms:publisher",
        "dcterms:identifier",
        "zr:note",
        "zr:rationale",
        "zr:deprecationReason",
        "zr:cue",
    )
)
# What one line says of a thing, after its kind.
FACTS: Final = frozenset(
    _iris(
        "zr:birthDate",
        "zr:deathDate",
        "zr:heldRank",
        "zr:promotedTo",
        "zr:servedIn",
        "zr:echelon",
        "zr:subUnitOf",
        "zr:locatedAt",
        "zr:inPlace",
        "zr:kind",
        "zr:resolution",
        "dcterms:creator",
        "dcterms:issued",
        "dcterms:type",
    )
)
_MAX_NAMES: Final = 200
_MAX_NOTES: Final = 50
_MAX_NAME: Final = 1_000
_MAX_NOTE: Final = 4_000
_MAX_FACTS: Final = 8


@dataclass(frozen=True, slots=True)
class Text:
    """A name or a note as it is written; ``property`` is the IRI under which it stands."""

    text: str
    language: str
    property: str


@dataclass(slots=True)
class Document:
    """A thing that can be found. ``claims`` counts those about it or that name it.

    ``tiers`` are those of the sources of what is said about it, for a work its own. ``facts`` are terms as
    ``(kind, value, language, datatype)`` by property.
    """

    iri: str
    kind: str
    names: list[Text] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)
    claims: int = 0
    tiers: list[str] = field(default_factory=list)
    facts: dict[str, list[tuple[str, str, str, str]]] = field(default_factory=dict)

    def add_name(self, value: Term, name: str) -> None:
        """Add a name, once, however many claims give it. A claim tells its kind, a label does not."""
        text = Text(value.value[:_MAX_NAME], value.language, name)
        for place, known in enumerate(self.names):
            if (known.text, known.language) == (text.text.strip(), text.language):
                if known.property == ALTERNATIVE:
                    self.names[place] = Text(known.text, known.language, name)
                return
        self._add(self.names, text, _MAX_NAMES)

    def add_note(self, value: Term, name: str) -> None:
        """Add a note; of a long one its beginning."""
        self._add(self.notes, Text(value.value[:_MAX_NOTE], value.language, name), _MAX_NOTES)

    def _add(self, texts: list[Text], text: Text, limit: int) -> None:
        if len(texts) < limit and (value := text.text.strip()):
            texts.append(Text(value, text.language, text.property))

    def add_fact(self, name: str, value: Term) -> None:
        """Add what the line about it may say."""
        values = self.facts.setdefault(name, [])
        if len(values) < _MAX_FACTS:
            values.append((value.kind, value.value[:_MAX_NAME], value.language, value.datatype))

    def to_json(self) -> str:
        """Return it as the index keeps it."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @staticmethod
    def from_json(text: str) -> Document:
        """Read what :meth:`to_json` wrote."""
        known = json.loads(text)
        for name in ("names", "notes"):
            known[name] = [Text(**value) for value in known[name]]
        return Document(**known)


def kind_of(iri: str) -> str:
    """Return the kind of a thing of the dataset; empty for anything else, and for parts of a claim."""
    own = _OWN.match(iri)
    if own is None or (own["kind"] == "claim" and claim_of(iri) != iri):
        return ""
    return own["kind"]


def claim_of(iri: str) -> str:
    """Return the claim that an IRI names or is a part of; empty for anything else."""
    claim = _CLAIM.match(iri)
    return claim.group() if claim else ""


def own_things(iris: Collection[str]) -> set[str]:
    """Return those of ``iris`` that are things which can be found, a claim for its parts."""
    found = {claim_of(iri) or iri for iri in iris}
    return {iri for iri in found if kind_of(iri)}
