"""Each media type has its branch, and says so where it cannot hold the answer."""

from __future__ import annotations

import json

import pyoxigraph as ox
import pytest

from zanryu.errors import NotAcceptable
from zanryu.sparql.results import serialise, serialise_statements
from zanryu.store.backend import Statement, Term, iri
from zanryu.web.media_types import GRAPHS, RESULTS

TRIPLE_TERM = "CONSTRUCT { <http://h/c> <http://h/r> <<( <http://h/a> <http://h/b> 1 )>> } WHERE {}"
PLAIN = "CONSTRUCT { <http://h/a> <http://h/b> 'x'@ja } WHERE {}"


def result(text: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    return ox.Store().query(text)


@pytest.mark.parametrize("media_type", [m.name for m in GRAPHS])
def test_a_graph_reads_back_from_every_syntax(media_type: str) -> None:
    written = serialise(result(PLAIN), media_type)

    read = {quad.triple for quad in ox.parse(written, format=ox.RdfFormat.from_media_type(media_type))}

    assert read == {
        ox.Triple(ox.NamedNode("http://h/a"), ox.NamedNode("http://h/b"), ox.Literal("x", language="ja"))
    }


@pytest.mark.parametrize("media_type", [m.name for m in GRAPHS if m.format != "jsonld"])
def test_triple_terms_read_back_from_every_syntax_that_has_them(media_type: str) -> None:
    written = serialise(result(TRIPLE_TERM), media_type)

    [quad] = ox.parse(written, format=ox.RdfFormat.from_media_type(media_type))

    assert isinstance(quad.object, ox.Triple)


def test_triple_terms_in_json_ld_are_refused_with_the_reason() -> None:
    with pytest.raises(NotAcceptable, match="triple terms") as refused:
        serialise(result(TRIPLE_TERM), "application/ld+json")

    assert "text/turtle" in str(refused.value.members["available"])


@pytest.mark.parametrize("media_type", [m.name for m in RESULTS])
def test_solutions_are_written_in_every_result_format(media_type: str) -> None:
    written = serialise(result("SELECT ('x' AS ?name) {}"), media_type)

    assert b"name" in written
    assert b"x" in written


def test_an_ask_is_a_boolean() -> None:
    assert json.loads(serialise(result("ASK {}"), RESULTS[0].name)) == {"head": {}, "boolean": True}


@pytest.mark.parametrize(
    ("text", "media_type"),
    [(PLAIN, "text/csv"), ("ASK {}", "text/turtle"), ("SELECT * {}", "application/ld+json")],
    ids=["a graph as CSV", "a boolean as Turtle", "solutions as JSON-LD"],
)
def test_the_wrong_kind_of_answer_is_refused(text: str, media_type: str) -> None:
    with pytest.raises(NotAcceptable):
        serialise(result(text), media_type)


def test_equal_graphs_give_equal_bytes_whatever_their_order() -> None:
    one = Statement(iri("http://h/a"), "http://h/p", Term("literal", "1"))
    two = Statement(Term("blank", "b"), "http://h/p", Term("literal", "1", datatype="http://h/type"))

    assert serialise_statements([one, two, one], "text/turtle") == serialise_statements(
        [two, one], "text/turtle"
    )


def test_only_the_prefixes_in_use_are_declared() -> None:
    statement = Statement(iri("https://w3id.org/zanryu/id/person/x"), "http://h/p", Term("literal", "1"))

    written = serialise_statements([statement], "text/turtle").decode()

    assert written.count("@prefix") == 2  # p: and, for the datatype that plain strings have, xsd:
    assert "@prefix p:" in written


@pytest.mark.parametrize("character", ["\0", "\v", "\ufffe"])
@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        ("SELECT * {{ BIND('{}' AS ?x) }}", "application/sparql-results+xml"),
        ("CONSTRUCT {{ <x:s> <x:p> '{}' }} {{}}", "application/rdf+xml"),
    ],
)
def test_a_character_that_xml_cannot_write_is_refused_and_named(
    form: str, media_type: str, character: str
) -> None:
    escaped = f"\\u{ord(character):04X}"
    with pytest.raises(NotAcceptable, match=rf"U\+{ord(character):04X}") as refusal:
        serialise(result(form.format(escaped)), media_type)
    assert media_type not in str(refusal.value.members["available"])
