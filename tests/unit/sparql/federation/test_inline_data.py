"""What another server answers becomes data, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pyoxigraph as ox
import pytest

from zanryu.errors import ServiceFailed
from zanryu.sparql.federation.inline_data import ONE_EMPTY_SOLUTION, inline_data

SOURCE = "https://a.example"


def _answer(names: list[str], *rows: dict[str, Any]) -> bytes:
    return json.dumps({"head": {"vars": names}, "results": {"bindings": rows}}).encode()


def _solutions(block: str) -> list[list[object]]:
    found = ox.Store().query(f"SELECT * {{ {block} }}")
    assert isinstance(found, ox.QuerySolutions)
    return [[row[name] for name in found.variables] for row in found]


def test_terms_of_every_kind_arrive_as_they_were() -> None:
    row = {
        "a": {"type": "uri", "value": "https://e.example/O'Neill/é"},
        "b": {"type": "literal", "value": "it's \"x\"\n\\u0041 \x00 '''", "xml:lang": "en"},
        "c": {"type": "typed-literal", "value": "5", "datatype": "http://www.w3.org/2001/XMLSchema#integer"},
        "d": {"type": "literal", "value": ""},
    }

    assert _solutions(inline_data(_answer(["a", "b", "c", "d", "e"], row), SOURCE, 1)) == [
        [
            ox.NamedNode("https://e.example/O'Neill/é"),
            ox.Literal("it's \"x\"\n\\u0041 \x00 '''", language="en"),
            ox.Literal(5),
            ox.Literal(""),
            None,
        ]
    ]


def test_no_rows_keep_their_variables() -> None:
    assert inline_data(_answer(["a", "b"]), SOURCE, 1) == "VALUES (?a ?b) {  }"
    assert _solutions(inline_data(_answer(["a", "b"]), SOURCE, 1)) == []


def test_rows_without_variables_are_counted() -> None:
    assert _solutions(inline_data(_answer([], {}, {}), SOURCE, 2)) == [[], []]
    assert _solutions(ONE_EMPTY_SOLUTION) == [[]]


def test_a_blank_node_becomes_an_iri_that_is_the_same_in_one_answer_and_new_in_the_next() -> None:
    node = {"type": "bnode", "value": "b0 > }"}
    answer = _answer(["a", "b"], {"a": node, "b": node}, {"a": {"type": "bnode", "value": "b1"}, "b": node})
    (first, again), (other, _) = _solutions(inline_data(answer, SOURCE, 2))

    assert isinstance(first, ox.NamedNode)
    assert first.value.startswith("urn:uuid:")
    assert first == again != other
    assert _solutions(inline_data(answer, SOURCE, 2))[0][0] != first


HOSTILE = {
    "no JSON": b"<html>",
    "nothing": b"",
    "no UTF-8": b'{"head": "\xff"}',
    "a list": b"[]",
    "an answer to ASK": b'{"head": {}, "boolean": true}',
    "nested without end": b"[" * 1_000_000,
    "terms nested without end": b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":'
    + b'{"type":' * 1_000_000,
    "a head that is no list": b'{"head": {"vars": "ab"}, "results": {"bindings": []}}',
    "a variable twice": _answer(["a", "a"]),
    "a variable that is none": _answer(["x) { } SERVICE <http://127.0.0.1/> { ?s ?p ?o } #"]),
    "a variable that is a number": b'{"head": {"vars": [1]}, "results": {"bindings": []}}',
    "a row that binds another variable": _answer(["a"], {"b": {"type": "uri", "value": "h:/"}}),
    "a row that is none": b'{"head": {"vars": []}, "results": {"bindings": [[]]}}',
    "an IRI that ends early": _answer(["a"], {"a": {"type": "uri", "value": "h:/> ) } SERVICE <h:/> { } #"}}),
    "a relative IRI": _answer(["a"], {"a": {"type": "uri", "value": "x"}}),
    "a value that is no text": _answer(["a"], {"a": {"type": "literal", "value": 5}}),
    "half of a character": _answer(["a"], {"a": {"type": "literal", "value": "\ud800"}}),
    "a language that ends the term": _answer(
        ["a"], {"a": {"type": "literal", "value": "", "xml:lang": 'e" }'}}
    ),
    "a datatype that is none": _answer(["a"], {"a": {"type": "literal", "value": "", "datatype": "x y"}}),
    "a kind that nobody knows": _answer(["a"], {"a": {"type": "triple", "value": {}}}),
    "a direction": _answer(["a"], {"a": {"type": "literal", "value": "", "its:dir": "ltr"}}),
}


@pytest.mark.parametrize("answer", HOSTILE.values(), ids=HOSTILE.keys())
def test_an_answer_that_is_no_list_of_solutions_is_a_failure_of_the_other_server(answer: bytes) -> None:
    with pytest.raises(ServiceFailed, match=r"https://a\.example answered something else"):
        inline_data(answer, SOURCE, 10)


def test_too_many_rows_are_a_failure_and_not_cut_off() -> None:
    with pytest.raises(ServiceFailed, match="more than 1 rows"):
        inline_data(_answer([], {}, {}), SOURCE, 1)
