"""Namespaces, named graphs and the terms that the program itself refers to.

The base IRI is a constant of the data: the server maps it to its own address, the data never changes.
"""

from __future__ import annotations

from typing import Final

from pyoxigraph import NamedNode

BASE: Final = "https://w3id.org/zanryu/"
ONTOLOGY_IRI: Final = f"{BASE}ontology"
DATASET_IRI: Final = BASE

ENTITY_KINDS: Final = {
    "p": "person",
    "u": "unit",
    "ac": "academy",
    "o": "organization",
    "g": "group",
    "pl": "place",
    "ev": "event",
    "w": "work",
    "cl": "claim",
    "cf": "conflict",
}

PREFIXES: Final[dict[str, str]] = {
    "zr": f"{BASE}ontology/",
    "zv": f"{BASE}vocab/",
    "zs": f"{BASE}shapes/",
    "zg": f"{BASE}graph/",
    **{prefix: f"{BASE}id/{kind}/" for prefix, kind in ENTITY_KINDS.items()},
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "void": "http://rdfs.org/ns/void#",
    "vann": "http://purl.org/vocab/vann/",
    "prov": "http://www.w3.org/ns/prov#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "org": "http://www.w3.org/ns/org#",
    "schema": "https://schema.org/",
    "bibo": "http://purl.org/ontology/bibo/",
    "oa": "http://www.w3.org/ns/oa#",
    "sh": "http://www.w3.org/ns/shacl#",
    "edtf": "http://id.loc.gov/datatypes/edtf/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "wd": "http://www.wikidata.org/entity/",
    "wdt": "http://www.wikidata.org/prop/direct/",
}

GRAPHS: Final = {
    name: NamedNode(f"{BASE}graph/{name}")
    for name in ("entities", "works", "claims", "accepted", "reifiers", "ontology", "vocabularies", "links")
}
REIFIERS: Final = GRAPHS["reifiers"]


def term(curie: str) -> NamedNode:
    """Return the IRI of a prefixed name, e.g. ``term("zr:citation")``."""
    prefix, _, local = curie.partition(":")
    return NamedNode(PREFIXES[prefix] + local)


def compact(iri: str) -> str:
    """Return the prefixed name of ``iri`` where a prefix fits, else ``<iri>``; for people, not parsers."""
    best = max((n for n in PREFIXES.values() if iri.startswith(n)), key=len, default=None)
    if best is None:
        return f"<{iri}>"
    prefix = next(p for p, n in PREFIXES.items() if n == best)
    return f"{prefix}:{iri[len(best) :]}"


RDF_TYPE: Final = term("rdf:type")
RDF_SUBJECT: Final = term("rdf:subject")
RDF_PREDICATE: Final = term("rdf:predicate")
RDF_OBJECT: Final = term("rdf:object")
RDF_REIFIES: Final = term("rdf:reifies")
ASSERTION: Final = term("zr:Assertion")
CITATION: Final = term("zr:Citation")
EDTF_LEVEL_1: Final = term("edtf:EDTF-level1")
XSD_DATE: Final = term("xsd:date")
