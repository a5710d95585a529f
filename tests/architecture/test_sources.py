"""What every file of the ontology and the data keeps to, beyond what shapes can see."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef

from zanryu.graph.namespaces import ONTOLOGY_IRI, PREFIXES
from zanryu.graph.turtle import format_turtle

REPOSITORY = Path(__file__).resolve().parents[2]
_LANGUAGES = {"en", "ja", "vi"}
_ZR = PREFIXES["zr"]


def _read(*paths: Path) -> Graph:
    graph = Graph()
    for path in paths:
        graph.parse(path, format="turtle")
    return graph


ONTOLOGY = _read(REPOSITORY / "ontology" / "ontology.ttl")
VOCABULARIES = sorted((REPOSITORY / "ontology" / "vocabularies").glob("*.ttl"))
TERMS = sorted({s for s in ONTOLOGY.subjects(RDF.type) if isinstance(s, URIRef) and s.startswith(_ZR)})
_KINDS_OF_PROPERTY = {OWL.ObjectProperty, OWL.DatatypeProperty, RDF.Property, OWL.AnnotationProperty}
PROPERTIES = [t for t in TERMS if _KINDS_OF_PROPERTY & set(ONTOLOGY.objects(t, RDF.type))]


def _local(term: str) -> str:
    return re.split(r"[/#]", term)[-1]


def _languages(graph: Graph, subject: URIRef, predicate: URIRef) -> list[str]:
    texts = [o for o in graph.objects(subject, predicate) if isinstance(o, Literal) and str(o).strip()]
    return sorted(str(text.language) for text in texts)


@pytest.mark.parametrize("term", TERMS, ids=_local)
@pytest.mark.parametrize("predicate", [RDFS.label, SKOS.definition], ids=["label", "definition"])
def test_every_term_of_the_ontology_speaks_three_languages(term: URIRef, predicate: URIRef) -> None:
    assert _languages(ONTOLOGY, term, predicate) == sorted(_LANGUAGES)


@pytest.mark.parametrize("term", TERMS, ids=_local)
def test_every_term_says_that_the_ontology_defines_it(term: URIRef) -> None:
    assert set(ONTOLOGY.objects(term, RDFS.isDefinedBy)) == {URIRef(ONTOLOGY_IRI)}


@pytest.mark.parametrize("term", PROPERTIES, ids=_local)
def test_every_property_has_one_domain_and_one_range(term: URIRef) -> None:
    counted = [len(set(ONTOLOGY.objects(term, predicate))) for predicate in (RDFS.domain, RDFS.range)]

    assert counted == [1, 1]


def _concepts() -> list[tuple[Path, URIRef]]:
    return [
        (path, concept)
        for path in VOCABULARIES
        for concept in sorted(_read(path).subjects(RDF.type, SKOS.Concept), key=str)
        if isinstance(concept, URIRef)
    ]


_GRAPHS = {path: _read(path) for path in VOCABULARIES}


@pytest.mark.parametrize(("path", "concept"), _concepts(), ids=lambda value: _local(str(value)))
def test_every_concept_speaks_three_languages_and_is_in_one_scheme(path: Path, concept: URIRef) -> None:
    graph = _GRAPHS[path]

    assert _languages(graph, concept, SKOS.prefLabel) == sorted(_LANGUAGES)
    assert _languages(graph, concept, SKOS.definition) == sorted(_LANGUAGES)
    assert len(set(graph.objects(concept, SKOS.inScheme))) == 1


@pytest.mark.parametrize("path", VOCABULARIES, ids=lambda path: path.stem)
def test_every_vocabulary_file_is_one_scheme_with_a_name_and_a_licence(path: Path) -> None:
    graph = _GRAPHS[path]

    (scheme,) = set(graph.subjects(RDF.type, SKOS.ConceptScheme))
    assert isinstance(scheme, URIRef)
    assert _languages(graph, scheme, SKOS.prefLabel) == sorted(_LANGUAGES)
    assert set(graph.objects(scheme, DCTERMS.license))
    assert set(graph.objects(None, SKOS.inScheme)) == {scheme}


@pytest.mark.parametrize("path", VOCABULARIES, ids=lambda path: path.stem)
def test_no_concept_is_defined_in_two_files(path: Path) -> None:
    mine = set(_GRAPHS[path].subjects(RDF.type, SKOS.Concept))

    assert not [
        other for other in VOCABULARIES if other != path and mine & set(_GRAPHS[other].subjects(RDF.type))
    ]


_CONTEXT = json.loads((REPOSITORY / "ontology" / "context.jsonld").read_text(encoding="utf-8"))["@context"]
_CONTEXT_IDS = {value.get("@id") if isinstance(value, dict) else value for value in _CONTEXT.values()}


_INDIVIDUALS = set(ONTOLOGY.subjects(RDF.type, OWL.NamedIndividual))  # values, not words of the context


@pytest.mark.parametrize("term", [t for t in TERMS if t not in _INDIVIDUALS], ids=_local)
def test_the_json_ld_context_has_a_word_for_every_term(term: URIRef) -> None:
    assert f"zr:{term.removeprefix(_ZR)}" in _CONTEXT_IDS


def test_every_wikidata_identifier_is_well_formed() -> None:
    graph = _read(*sorted((REPOSITORY / "ontology").rglob("*.ttl")), REPOSITORY / "data" / "links.ttl")
    used = {
        str(node)
        for triple in graph
        for node in triple
        if isinstance(node, URIRef) and "wikidata.org" in node
    }

    places = "direct/|qualifier/|reference/"
    shape = re.compile(rf"http://www\.wikidata\.org/(?:entity/[QP]|prop/(?:{places})?P)[1-9]\d*")
    assert used
    assert [iri for iri in sorted(used) if not shape.fullmatch(iri)] == []


_DATA = sorted((REPOSITORY / "data").rglob("*.ttl"))


@pytest.mark.parametrize("path", _DATA, ids=lambda path: path.relative_to(REPOSITORY).as_posix())
def test_every_file_of_the_data_is_in_house_style(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert format_turtle(text, path.name) == text, "run `zanryu format`"
