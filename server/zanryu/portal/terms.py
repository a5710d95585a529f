"""The terms of the ontology and the concepts of the vocabularies, as lists for their pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zanryu.graph.namespaces import ONTOLOGY_IRI, RDF_TYPE, term

if TYPE_CHECKING:
    from zanryu.store.backend import Backend

_BELOW: Final = tuple(
    term(name).value
    for name in ("skos:inScheme", "skos:broader", "rdfs:subClassOf", "rdfs:subPropertyOf", "rdfs:domain")
)
_IN_SCHEME: Final = term("skos:inScheme").value
_DEFINED_BY: Final = term("rdfs:isDefinedBy").value
_VERSION: Final = term("owl:versionIRI").value
_SCHEME: Final = term("skos:ConceptScheme").value
_KINDS: Final = ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")


def narrower(backend: Backend, thing: str) -> list[str]:
    """Return the terms right below a class, property, concept or concept scheme."""
    return sorted({s.subject.value for s in backend.referring(thing, *_BELOW)})


def is_version(backend: Backend, thing: str) -> bool:
    """Return whether an IRI names a version of the ontology, which is served as the ontology itself."""
    return any(s.subject.value == ONTOLOGY_IRI for s in backend.referring(thing, _VERSION))


def concept_schemes(backend: Backend) -> dict[str, int]:
    """Return each concept scheme with its number of concepts."""
    schemes = sorted(s.subject.value for s in backend.referring(_SCHEME, RDF_TYPE.value))
    return {scheme: len(backend.referring(scheme, _IN_SCHEME)) for scheme in schemes}


def ontology_terms(backend: Backend) -> dict[str, list[str]]:
    """Return the terms that the ontology defines: local name of their OWL class → IRIs."""
    defined = {s.subject.value for s in backend.referring(ONTOLOGY_IRI, _DEFINED_BY)}
    found: dict[str, list[str]] = {kind: [] for kind in _KINDS}
    for kind in _KINDS:
        members = {s.subject.value for s in backend.referring(term(f"owl:{kind}").value, RDF_TYPE.value)}
        found[kind] = sorted(defined & members)
    return {kind: terms for kind, terms in found.items() if terms}
