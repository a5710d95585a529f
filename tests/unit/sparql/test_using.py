"""The dataset of the protocol in the text of an update (SPARQL 1.1 Protocol, 2.2.3)."""

from __future__ import annotations

import pytest

from zanryu.errors import MalformedRequest
from zanryu.sparql.using import Using, with_dataset

USING = Using(("a:g",), ("a:n", "a:m"))
CLAUSES = "USING <a:g> USING NAMED <a:n> USING NAMED <a:m>"

WRITTEN = {
    "an insertion": (
        "INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }",
        f"INSERT {{ ?s ?p 1 }}  {CLAUSES} WHERE {{ ?s ?p ?o }}",
    ),
    "an exchange": (
        "DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } where { ?s ?p ?o }",
        f"DELETE {{ ?s ?p ?o }} INSERT {{ ?s ?p 1 }}  {CLAUSES} where {{ ?s ?p ?o }}",
    ),
    "a deletion of its pattern": (
        "DELETE WHERE { GRAPH ?g { ?s ?p ?o } }",
        f"DELETE  {{ GRAPH ?g {{ ?s ?p ?o }} }} {CLAUSES} WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    ),
    "data": ("INSERT DATA { <a:a> <a:b> 1 } ; CLEAR ALL", "INSERT DATA { <a:a> <a:b> 1 } ; CLEAR ALL"),
    "the words elsewhere": (
        "# USING WHERE\nINSERT DATA { <a:WITH> <a:b> 'USING <a:x> WHERE {' }",
        "# USING WHERE\nINSERT DATA { <a:WITH> <a:b> 'USING <a:x> WHERE {' }",
    ),
    "a WHERE inside": (
        "INSERT { ?s ?p 1 } WHERE { { SELECT * WHERE { ?s ?p ?o } } }",
        f"INSERT {{ ?s ?p 1 }}  {CLAUSES} WHERE {{ {{ SELECT * WHERE {{ ?s ?p ?o }} }} }}",
    ),
}


@pytest.mark.parametrize(("text", "expected"), WRITTEN.values(), ids=WRITTEN.keys())
def test_every_pattern_of_an_update_gets_the_dataset(text: str, expected: str) -> None:
    assert with_dataset(text, USING) == expected


@pytest.mark.parametrize("text", [text for text, _ in WRITTEN.values()], ids=WRITTEN.keys())
def test_without_a_dataset_the_text_stays_as_it_is(text: str) -> None:
    assert with_dataset(text, Using()) == text


@pytest.mark.parametrize("using", [Using(("a:g",)), Using((), ("a:g",))])
@pytest.mark.parametrize(
    "text",
    ["WITH <a:g> DELETE {} WHERE {}", "INSERT {} USING <a:g> WHERE {}", "DELETE {}USING NAMED<a:g>WHERE{}"],
)
def test_two_datasets_are_refused(text: str, using: Using) -> None:
    with pytest.raises(MalformedRequest) as refused:
        with_dataset(text, using)

    assert refused.value.members["parameter"] == using.parameter
