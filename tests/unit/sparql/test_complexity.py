"""What would exhaust the parser's stack is refused before the parser sees it."""

from __future__ import annotations

import pytest

from zanryu.errors import Refused
from zanryu.sparql.complexity import MAX_DEPTH, MAX_OPERATORS, MAX_PATTERNS, refuse_complex

TOO_MUCH = {
    "nested brackets": "SELECT * { FILTER(" + "(" * MAX_DEPTH + "1" + ")" * MAX_DEPTH + ") }",
    "nested groups": "SELECT * " + "{" * (MAX_DEPTH + 1) + "}" * (MAX_DEPTH + 1),
    "a chain of OPTIONAL": "SELECT * { " + "OPTIONAL { ?s ?p ?o } " * (MAX_PATTERNS + 1) + "}",
    "a chain of or": "SELECT * { FILTER(true" + "||true" * (MAX_OPERATORS + 1) + ") }",
    "a chain of not": "SELECT * { FILTER(" + "!" * (MAX_OPERATORS + 1) + "true) }",
    "a long path": "SELECT * { ?s <http://h/p>" + "/<http://h/p>" * (MAX_OPERATORS + 1) + " ?o }",
}
FINE = {
    "nesting at the limit": "SELECT * { FILTER("
    + "(" * (MAX_DEPTH - 2)
    + "1"
    + ")" * (MAX_DEPTH - 2)
    + ") }",
    "brackets in a string": 'SELECT * { ?s ?p "' + "(" * 1000 + '" }',
    "brackets in a comment": "SELECT * { } # " + "(" * 1000,
    "a long list of values": "SELECT * { VALUES ?x { " + "<http://h/a-b+c> " * 5000 + "} }",
}


@pytest.mark.parametrize("text", TOO_MUCH.values(), ids=TOO_MUCH.keys())
def test_a_query_beyond_the_limits_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        refuse_complex(text)


@pytest.mark.parametrize("text", FINE.values(), ids=FINE.keys())
def test_a_query_within_the_limits_is_not_refused(text: str) -> None:
    refuse_complex(text)
