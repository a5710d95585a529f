"""The terms of the ontology and the concepts of the vocabularies, as lists for their pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zanryu.graph.namespaces import ONTOLOGY_IRI, PREFIXES
from zanryu.store.backend import iri, select

if TYPE_CHECKING:
    from zanryu.store.backend import Backend

_HEAD: Final = "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in ("rdf", "rdfs", "owl", "skos"))
_NARROWER: Final = (
    _HEAD
    + """SELECT DISTINCT ?this ?narrower {
      ?narrower skos:inScheme|skos:broader|rdfs:subClassOf|rdfs:subPropertyOf|rdfs:domain ?this
    } ORDER BY ?narrower"""
)
_SCHEMES: Final = (
    _HEAD
    + """SELECT ?scheme (COUNT(?concept) AS ?concepts) {
      ?scheme a skos:ConceptScheme . OPTIONAL { ?concept skos:inScheme ?scheme }
    } GROUP BY ?scheme ORDER BY ?scheme"""
)
_TERMS: Final = (
    _HEAD
    + """SELECT DISTINCT ?ontology ?term ?class {
      ?term rdfs:isDefinedBy ?ontology ; a ?class
      FILTER(?class IN (owl:Class, owl:ObjectProperty, owl:DatatypeProperty, owl:AnnotationProperty))
    } ORDER BY ?term"""
)


def narrower(backend: Backend, thing: str) -> list[str]:
    """Return the terms right below a class, property, concept or concept scheme."""
    return [row["narrower"].value for row in select(backend, _NARROWER, {"this": iri(thing)})]


def concept_schemes(backend: Backend) -> dict[str, int]:
    """Return each concept scheme with its number of concepts."""
    return {row["scheme"].value: int(row["concepts"].value) for row in select(backend, _SCHEMES)}


def ontology_terms(backend: Backend) -> dict[str, list[str]]:
    """Return the terms that the ontology defines: local name of their OWL class → IRIs."""
    found: dict[str, list[str]] = {}
    for row in select(backend, _TERMS, {"ontology": iri(ONTOLOGY_IRI)}):
        found.setdefault(row["class"].value.rpartition("#")[2], []).append(row["term"].value)
    return dict(sorted(found.items()))
