"""A document that was sent: its triples, its subjects, its lines."""

from __future__ import annotations

import pytest

from zanryu.errors import MalformedRequest
from zanryu.validation.document import read_document

CLAIM = "https://w3id.org/zanryu/id/claim/a-1"
TURTLE = b"""@prefix cl: <https://w3id.org/zanryu/id/claim/> .
@prefix zr: <https://w3id.org/zanryu/ontology/> .

cl:a-1 a zr:Assertion ;
    zr:citation [ zr:locator "p. 1" ] .

cl:b-1 zr:note "b"@en .
"""


def test_each_subject_has_the_line_where_its_description_begins() -> None:
    document = read_document(TURTLE, "text/turtle")

    assert document.lines[CLAIM] == 4
    assert document.excerpt(CLAIM) == [
        (4, "cl:a-1 a zr:Assertion ;"),
        (5, '    zr:citation [ zr:locator "p. 1" ] .'),
    ]
    assert document.excerpt("https://w3id.org/zanryu/id/claim/c-1") == []


def test_a_citation_is_a_part_of_its_claim_and_another_claim_is_not() -> None:
    document = read_document(TURTLE, "text/turtle")

    assert document.is_about(f"{CLAIM}/c1")
    assert not document.is_about(f"{CLAIM}1")


def test_what_has_a_class_is_described_and_the_rest_is_mentioned() -> None:
    assert [str(node) for node in read_document(TURTLE, "text/turtle").described()] == [f"<{CLAIM}>"]


def test_a_document_without_a_triple_is_refused_since_it_could_only_conform() -> None:
    with pytest.raises(MalformedRequest, match="no triple"):
        read_document(b"@prefix a: <http://example.org/> .", "text/turtle")


def test_a_document_that_cannot_be_read_is_refused_with_the_place() -> None:
    with pytest.raises(MalformedRequest) as refusal:
        read_document(TURTLE + b"cl:c zr:note .", "text/turtle")

    assert (refusal.value.members["line"], refusal.value.members["column"]) == (8, 14)
