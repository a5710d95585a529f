from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rdflib import Graph
from rdflib.compare import isomorphic

from zanryu.errors import DataSyntaxError
from zanryu.graph.turtle import format_turtle

if TYPE_CHECKING:
    from zanryu.graph.sources import Dataset

_PREFIXES = """\
@prefix zr: <https://w3id.org/zanryu/ontology/> .
@prefix zv: <https://w3id.org/zanryu/vocab/> .
@prefix p: <https://w3id.org/zanryu/id/person/> .
@prefix w: <https://w3id.org/zanryu/id/work/> .
@prefix cl: <https://w3id.org/zanryu/id/claim/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

_UNTIDY = (
    "# Claims about Satō.\n"
    + _PREFIXES
    + """
cl:sato-rank-10 zr:status zv:normal ; a zr:CountClaim , zr:Assertion ; rdf:object zv:ija-major ;
 rdf:predicate zr:heldRank ; rdf:subject p:sato ;
 zr:citation [ zr:stance zv:supports ; zr:locator "p. 2" ; zr:work w:b ] ,
 [ zr:work w:a ; zr:locator "p. 1" ; zr:stance zv:supports ] .
cl:sato-rank-2 a zr:Assertion . p:sato skos:prefLabel "Satō"@en , "佐藤"@ja-Hani .
"""
)

_TIDY = """\
# Claims about Satō.
@prefix zr: <https://w3id.org/zanryu/ontology/> .
@prefix zv: <https://w3id.org/zanryu/vocab/> .
@prefix p: <https://w3id.org/zanryu/id/person/> .
@prefix w: <https://w3id.org/zanryu/id/work/> .
@prefix cl: <https://w3id.org/zanryu/id/claim/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

cl:sato-rank-2
    a zr:Assertion .

cl:sato-rank-10
    a zr:Assertion, zr:CountClaim ;
    rdf:subject p:sato ;
    rdf:predicate zr:heldRank ;
    rdf:object zv:ija-major ;
    zr:citation
        [ zr:work w:a ; zr:locator "p. 1" ; zr:stance zv:supports ] ,
        [ zr:work w:b ; zr:locator "p. 2" ; zr:stance zv:supports ] ;
    zr:status zv:normal .

p:sato
    skos:prefLabel
        "Satō"@en ,
        "佐藤"@ja-Hani .
"""


def _graph(text: str) -> Graph:
    return Graph().parse(data=text, format="turtle")


def test_house_style_is_one_block_a_subject_and_one_predicate_a_line() -> None:
    assert format_turtle(_UNTIDY, "x.ttl") == _TIDY


def test_formatting_twice_changes_nothing() -> None:
    assert format_turtle(_TIDY, "x.ttl") == _TIDY


def test_formatting_keeps_the_graph() -> None:
    assert isomorphic(_graph(_UNTIDY), _graph(_TIDY))


def test_the_case_of_a_language_tag_is_kept() -> None:
    assert '"佐藤"@ja-Hani' in format_turtle(_UNTIDY, "x.ttl")


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(r'"a \"quoted\" word"', id="escaped quotes"),
        pytest.param("'a \"quoted\" word'", id="quotes in single quotes"),
        pytest.param('"""two\nlines"""', id="newline"),
        pytest.param('"""a "quote" and\na # sign"""', id="number sign in a long string"),
        pytest.param("'''it's\n# here'''", id="number sign in a long single-quoted string"),
        pytest.param("'#1'", id="number sign in single quotes"),
        pytest.param(r'"a \\ backslash"', id="backslash"),
        pytest.param(r'"tab\tand return\r"', id="tab and return"),
        pytest.param(r'"\u5357\U00020000"', id="code points"),
        pytest.param('"ends in a backslash \\\\"', id="final backslash"),
        pytest.param("1945", id="integer"),
        pytest.param("-3", id="negative integer"),
        pytest.param("1.50", id="decimal"),
        pytest.param("1.5e2", id="double"),
        pytest.param("true", id="boolean"),
        pytest.param('"many"^^xsd:integer', id="ill-typed integer"),
        pytest.param('"1945-08-15"^^xsd:date', id="date"),
        pytest.param('"1945"^^xsd:gYear', id="year"),
        pytest.param('"1946-06~"^^<http://id.loc.gov/datatypes/edtf/EDTF-level1>', id="uncertain date"),
        pytest.param('"x"^^xsd:string', id="string"),
        pytest.param("[ ]", id="empty blank node"),
        pytest.param("[ zr:work [ zr:via [ zr:locator 'p. 1' ] ] ]", id="nested blank nodes"),
        pytest.param("[ zr:note 1 ] , [ zr:note 1 ]", id="two blank nodes alike"),
        pytest.param("( 1 [ zr:note 2 ] )", id="list"),
        pytest.param("<https://example.org/a#b> , <https://example.org/#>", id="IRIs with number signs"),
        pytest.param("<https://w3id.org/zanryu/id/claim/a-1/c1>", id="IRI too long for a prefix"),
        pytest.param("p:-x , p:x- , p:a%20b , p:a.b", id="names that house style spells out"),
        pytest.param("zr: , zv:", id="names that are empty"),
    ],
)
def test_every_kind_of_value_survives_formatting(value: str) -> None:
    text = f"{_PREFIXES}\np:sato zr:note {value} .\n"

    formatted = format_turtle(text, "x.ttl")

    assert isomorphic(_graph(formatted), _graph(text))
    assert format_turtle(formatted, "x.ttl") == formatted


def test_a_blank_subject_is_written_once() -> None:
    text = "@prefix zr: <https://w3id.org/zanryu/ontology/> .\n\n[ zr:note 1 ] a zr:Conflict .\n"

    formatted = format_turtle(text, "x.ttl")

    assert formatted.endswith("[]\n    a zr:Conflict ;\n    zr:note 1 .\n")
    assert isomorphic(_graph(formatted), _graph(text))


def test_a_prefix_that_the_project_does_not_know_is_kept_and_one_unused_is_dropped() -> None:
    text = "@prefix ex: <https://example.org/> .\n@prefix no: <https://example.org/no/> .\nex:a ex:b ex:c .\n"

    assert format_turtle(text, "x.ttl") == "@prefix ex: <https://example.org/> .\n\nex:a\n    ex:b ex:c .\n"


def test_comments_at_the_head_are_kept() -> None:
    text = "# One.\n#\n# Two.\n" + _PREFIXES + "\np:a a zr:Person .\n"

    assert format_turtle(text, "x.ttl").startswith("# One.\n#\n# Two.\n@prefix zr:")


@pytest.mark.parametrize(
    ("body", "line"),
    [
        pytest.param("# note\np:a a zr:Person .\n", 10, id="before a block"),
        pytest.param("p:a a zr:Person . # note\n", 10, id="after a block"),
        pytest.param("p:a a zr:Person ;\n  zr:note 'x#y' ; # note\n  zr:note 1 .\n", 11, id="within a block"),
        pytest.param('p:a zr:note """\n#1\n""" .\n# note\n', 13, id="after a long string"),
    ],
)
def test_a_comment_in_the_body_is_refused_with_its_line(body: str, line: int) -> None:
    text = "# Head.\n" + _PREFIXES + body

    with pytest.raises(DataSyntaxError, match=rf"^x\.ttl:{line}: a comment here would be lost") as refused:
        format_turtle(text, "x.ttl")

    assert refused.value.members["line"] == line


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("p:a zr:note _:x . p:b zr:note _:x .", id="shared"),
        pytest.param("_:x zr:note _:y . _:y zr:note _:x .", id="circle"),
        pytest.param("_:x zr:note _:x .", id="itself"),
    ],
)
def test_a_blank_node_that_house_style_cannot_write_is_refused(body: str) -> None:
    with pytest.raises(DataSyntaxError, match="blank node is used more than once"):
        format_turtle(_PREFIXES + body, "x.ttl")


def test_a_byte_order_mark_is_taken_off() -> None:
    assert format_turtle("\ufeff# Head\n<x:a> <x:b> <x:c> .\n", "x").startswith("# Head")


def test_text_that_is_not_turtle_is_refused() -> None:
    with pytest.raises(DataSyntaxError, match=r"^x\.ttl: "):
        format_turtle("p:a a zr:Person .", "x.ttl")


def test_the_small_dataset_is_in_house_style(small_dataset: Dataset) -> None:
    for path in small_dataset.data.rglob("*.ttl"):
        text = path.read_text(encoding="utf-8")
        assert format_turtle(text, path.name) == text
