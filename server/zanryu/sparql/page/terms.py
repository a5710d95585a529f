"""The words of the data, for completion: prefixes, classes, properties and concepts, by language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zanryu.graph.namespaces import ENTITY_KINDS, PREFIXES, RDF_TYPE, compact, term

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zanryu.store.backend import Backend, Statement

_KINDS: Final = {
    "owl:Class": "class",
    "owl:ObjectProperty": "property",
    "owl:DatatypeProperty": "property",
    "owl:AnnotationProperty": "property",
    "skos:ConceptScheme": "scheme",
    "skos:Concept": "concept",
}
# Of other vocabularies, what is in every graph of this ontology.
_STANDARD: Final = (
    "rdf:type", "rdf:subject", "rdf:predicate", "rdf:object", "rdf:reifies", "rdfs:label",
    "rdfs:subClassOf", "rdfs:subPropertyOf", "rdfs:domain", "rdfs:range", "rdfs:isDefinedBy",
    "skos:prefLabel", "skos:altLabel", "skos:definition", "skos:editorialNote", "skos:broader",
    "skos:inScheme", "skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:relatedMatch",
    "dcterms:title", "dcterms:creator", "dcterms:issued", "dcterms:language", "dcterms:type",
    "dcterms:isPartOf", "dcterms:identifier", "foaf:page", "foaf:name", "geo:asWKT",
)  # fmt: skip
_LABELS: Final = tuple(term(name).value for name in ("skos:prefLabel", "rdfs:label"))
_DEFINITIONS: Final = tuple(term(name).value for name in ("skos:definition", "rdfs:comment"))


def read_terms(backend: Backend) -> dict[str, Any]:
    """Return what an editor completes: the work grows with the ontology, not with the claims."""
    kinds = {
        s.subject.value: kind
        for curie, kind in _KINDS.items()
        for s in backend.referring(term(curie).value, RDF_TYPE.value)
        if s.subject.kind == "iri"
    }
    described: dict[str, list[Statement]] = {iri: [] for iri in kinds}
    for statement in backend.describe(*kinds) if kinds else ():
        described[statement.subject.value].append(statement)
    found = [_entry(iri, kinds[iri], described[iri]) for iri in sorted(kinds)]
    known = {entry["name"] for entry in found}
    found += [{"name": name, "kind": "property"} for name in _STANDARD if name not in known]
    return {"prefixes": PREFIXES, "entities": ENTITY_KINDS, "terms": found}


def _entry(iri: str, kind: str, statements: list[Statement]) -> dict[str, Any]:
    name = compact(iri)
    entry: dict[str, Any] = {"name": name, "kind": kind, "labels": _texts(statements, _LABELS)}
    if definitions := _texts(statements, _DEFINITIONS):
        entry["definitions"] = definitions
    return entry


def _texts(statements: Iterable[Statement], predicates: tuple[str, ...]) -> dict[str, str]:
    """Return texts by language, those of the first of the properties that has any."""
    statements = list(statements)
    for predicate in predicates:
        found = {s.object.language: s.object.value for s in statements if s.predicate == predicate}
        if found:
            return dict(sorted(found.items()))
    return {}
