"""JSON-LD in the words of our context says what N-Triples say, to readers that had no part in writing it."""

from __future__ import annotations

import json
import string
from typing import Any, Final

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Graph
from rdflib.compare import to_isomorphic

from zanryu.graph.json_ld import Context, write_json_ld
from zanryu.graph.namespaces import PREFIXES, RDF_TYPE, term
from zanryu.graph.sources import find_dataset
from zanryu.store.build import read_context

CONTEXT: Final = Context(read_context(find_dataset()))
_X: Final = ox.NamedNode("http://example.org/x")
_DATE: Final = ox.NamedNode(f"{PREFIXES['edtf']}EDTF-level1")
# Names with and without a word in the context, with and without a prefix, and with a word for a scheme.
_SCHEMES: Final = ("geo", "p", "zr", "id", "type", "graph", "note", "urn")
_IRIS: Final = [
    ox.NamedNode(iri)
    for iri in (
        *(PREFIXES[p] + name for p in ("zr", "p", "rdf", "xsd") for name in ("x", "", "a/b", "//c")),
        *(f"{scheme}:{rest}" for scheme in _SCHEMES for rest in ("x", "//x", "x:y")),
        "http://www.opengis.net/ont/geosparql#asWKT", "http://example.org/a%20b", "http://example.org/é?q=1#f",
    )
]  # fmt: skip
_PROPERTIES: Final = [
    RDF_TYPE, *_IRIS,
    *map(term, ("zr:note", "zr:officialName", "zr:birthDate", "zr:memberOf", "zr:age", "zr:someValue",
                "rdfs:label", "rdf:first", "rdf:rest", "rdf:object", "skos:broader",
                "zr:certainty", "dcterms:title")),
]  # fmt: skip
_CLASSES: Final = [*map(term, ("zr:Officer", "skos:Concept", "zr:note", "rdf:nil", "rdfs:label")), *_IRIS]
_DATATYPES: Final = [
    _DATE, *map(term, ("xsd:string", "xsd:anyURI", "rdf:JSON", "rdf:HTML", "zr:Officer")), _IRIS[0],
]  # fmt: skip
_TAGS: Final = ["en", "ja", "ja-hani", "vi", "id", "type", "none", "zh-hant-tw"]
_blank = st.sampled_from([ox.BlankNode(name) for name in "abc"])
_named = st.sampled_from([*_IRIS, *_CLASSES])
_text = st.text(
    st.one_of(st.sampled_from(string.printable), st.characters(codec="utf-8", exclude_categories=["Cc"]))
)
_literal = st.one_of(
    _text.map(ox.Literal),
    st.builds(lambda text, tag: ox.Literal(text, language=tag), _text, st.sampled_from(_TAGS)),
    st.builds(lambda text, name: ox.Literal(text, datatype=name), _text, st.sampled_from(_DATATYPES)),
)
_triples = st.lists(
    st.builds(
        ox.Triple,
        st.one_of(_named, _blank),
        st.sampled_from(_PROPERTIES),
        st.one_of(_named, _blank, _literal),
    ),
    max_size=8,
)


def written(triples: list[ox.Triple]) -> str:
    return write_json_ld(sorted(set(triples), key=str), CONTEXT)


def document(*triples: tuple[ox.NamedNode, ox.NamedNode | ox.Literal]) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(written([ox.Triple(_X, *pair) for pair in triples]))
    return loaded


def node(*triples: tuple[ox.NamedNode, ox.NamedNode | ox.Literal]) -> dict[str, Any]:
    [found] = document(*triples)["graph"]
    assert found.pop("id") == "http://example.org/x"
    return dict(found)


@given(_triples)
def test_oxigraph_reads_the_same_triples_back(triples: list[ox.Triple]) -> None:
    read = {quad.triple for quad in ox.parse(written(triples), format=ox.RdfFormat.JSON_LD)}

    assert _canonical(read) == _canonical(set(triples))


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # by rdflib
@given(_triples)
def test_rdflib_reads_an_isomorphic_graph(triples: list[ox.Triple]) -> None:
    lines = (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode()

    read = Graph().parse(data=written(triples), format="json-ld")

    assert to_isomorphic(read) == to_isomorphic(Graph().parse(data=lines, format="nt"))


def _canonical(triples: set[ox.Triple]) -> set[ox.Quad]:
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return set(dataset)


def test_an_empty_graph_is_a_document() -> None:
    assert json.loads(written([])) == {"@context": {"@version": 1.1, "graph": "@graph"}, "graph": []}


def test_the_words_of_the_context_are_used() -> None:
    found = node(
        (RDF_TYPE, term("zr:Officer")),
        (term("zr:birthDate"), ox.Literal("1919~", datatype=_DATE)),
        (term("zr:memberOf"), ox.NamedNode(f"{PREFIXES['u']}34a")),
        (term("zr:officialName"), ox.Literal("石井卓雄", language="ja")),
        (term("zr:officialName"), ox.Literal("Ishii Takuo", language="en")),
        (term("rdfs:label"), ox.Literal("Ishii")),
    )

    assert found == {
        "type": "Officer",
        "birthDate": "1919~",
        "memberOf": "u:34a",
        "officialName": {"en": "Ishii Takuo", "ja": "石井卓雄"},
        "label": "Ishii",
    }


def test_a_value_that_a_word_does_not_expect_says_what_it_is() -> None:
    found = node(
        (term("zr:birthDate"), ox.Literal("1919")),
        (term("zr:memberOf"), ox.Literal("1", datatype=term("xsd:integer"))),
        (term("zr:officialName"), ox.Literal("Ishii")),
        (term("rdfs:label"), ox.NamedNode("http://example.org/label")),
    )

    assert found == {
        "birthDate": {"@value": "1919"},
        "memberOf": {"@value": "1", "type": "xsd:integer"},
        "zr:officialName": "Ishii",
        "label": {"id": "http://example.org/label"},
    }


def test_a_direction_is_kept() -> None:
    said = ox.Literal("x", language="ar", direction=ox.BaseDirection.RTL)

    assert node((term("zr:note"), said)) == {
        "zr:note": {"@value": "x", "@language": "ar", "@direction": "rtl"}
    }


def test_a_scheme_that_is_a_prefix_of_the_context_keeps_its_meaning() -> None:
    found = document((term("rdfs:seeAlso"), ox.NamedNode("geo:17,106")), (ox.NamedNode(f"{_GEO}asWKT"), _WKT))

    assert found["graph"][0]["seeAlso"] == "geo:17,106"
    assert found["graph"][0]["asWKT"] == "POINT(106 17)"
    assert found["@context"]["asWKT"] == {"@id": f"{_GEO}asWKT", "@type": f"{_GEO}wktLiteral"}
    assert "geo" not in found["@context"]


_GEO: Final = "http://www.opengis.net/ont/geosparql#"
_WKT: Final = ox.Literal("POINT(106 17)", datatype=ox.NamedNode(f"{_GEO}wktLiteral"))


def test_only_what_is_used_of_the_context_is_written() -> None:
    assert set(document((term("rdfs:label"), ox.Literal("x")))["@context"]) == {
        "@version", "id", "graph", "label",
    }  # fmt: skip


def test_a_document_names_no_other_document() -> None:
    found = document((RDF_TYPE, term("zr:Officer")), (term("zr:note"), ox.Literal("x", language="en")))

    assert isinstance(found["@context"], dict)
    assert "@import" not in found["@context"]


def test_a_triple_term_is_not_written_as_something_else() -> None:
    with pytest.raises(TypeError, match="triple terms"):
        written([ox.Triple(_X, term("rdf:reifies"), ox.Triple(_X, RDF_TYPE, _X))])


def test_a_word_that_asks_for_more_than_is_understood_is_left_alone() -> None:
    context = Context(
        {
            "@context": {
                "back": {"@reverse": "http://example.org/p"},
                "all": {"@id": "http://example.org/p", "@container": "@list"},
                "none": None,
                "any": {"@id": "http://example.org/p", "@type": "@vocab"},
            }
        }
    )

    found = json.loads(write_json_ld([ox.Triple(_X, ox.NamedNode("http://example.org/p"), _X)], context))

    assert found["@graph"] == [{"@id": _X.value, "http://example.org/p": {"@id": _X.value}}]


def test_every_word_of_our_context_is_understood() -> None:
    definitions = read_context(find_dataset())["@context"]
    assert isinstance(definitions, dict)

    assert CONTEXT.definitions.keys() == {name for name in definitions if not name.startswith("@")}
    assert len(CONTEXT.words) > 100
