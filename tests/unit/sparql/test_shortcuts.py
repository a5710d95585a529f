"""What is found out about a query without reading all of it is what reading all of it finds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zanryu.errors import Refused
from zanryu.sparql.complexity import MAX_DEPTH, MAX_OPERATORS, MAX_PATTERNS, refuse_complex
from zanryu.sparql.service_clause import find_service, refuse_service
from zanryu.sparql.tokens import outline, read_tokens, unescape

_FORMS = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}
_UPDATES = {"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"}
_CHANGING = {"NOW", "RAND", "UUID", "STRUUID", "BNODE"}
PIECES = st.sampled_from(
    [
        " ", "\n", "#c SELECT\n", "#c", "PREFIX p: <http://x/#a>", "prefix select: <x>", "BASE <ask>",
        "<from>", "SELECT", "Select*", "ASK{", "construct {", "DESCRIBE", "INSERT", "WITH <g>", "FROM",
        "from", "?from", "p:from", "'NOW()'", "NOW()", "?known", "uuid()", "STRUUID", '"bnode"', "{", "}",
        "(", "SERVICE", "s\\u0065rvice", "\u017fervice", "<service>", "service:x", "1", "$",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=40)


def in_full(text: str) -> tuple[str, bool, bool]:
    words = [token.text.upper() for token in read_tokens(text) if token.kind == "word"]
    first = next((word for word in words if word in _FORMS | _UPDATES), "")
    form = "UPDATE" if first in _UPDATES else first
    return form, "FROM" in words, _CHANGING.isdisjoint(words)


@given(TEXTS)
def test_the_outline_is_that_of_all_words(text: str) -> None:
    found = outline(text)

    assert (found.form, found.names_dataset, found.is_repeatable) == in_full(text)


@given(TEXTS)
def test_a_text_is_passed_over_only_if_it_has_no_service_clause(text: str) -> None:
    has_clause = any(find_service(reading) is not None for reading in (text, unescape(text)))

    if has_clause:
        with pytest.raises(Refused):
            refuse_service(text)
    else:
        refuse_service(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { " + "(" * MAX_DEPTH + ")" * MAX_DEPTH + " }",
        "SELECT * { " + "OPTIONAL { } " * (MAX_PATTERNS + 1) + "}",
        "SELECT (1" + " + 1" * (MAX_OPERATORS + 1) + " AS ?x) {}",
        "SELECT (1" + " || 1" * (MAX_OPERATORS + 1) + " AS ?x) {}",
        "SELECT (1" + " && 1" * (MAX_OPERATORS + 1) + " AS ?x) {}",
    ],
    ids=["depth", "patterns", "plus", "or", "and"],
)
def test_nothing_beyond_a_limit_is_plainly_simple(text: str) -> None:
    with pytest.raises(Refused):
        refuse_complex(text)


@pytest.mark.parametrize(
    "text",
    [
        "ASK { " + "?s ?p '(((' . " * 100 + "}",
        "ASK { " + "# OPTIONAL\n" * 400 + "}",
        "ASK { ?s ?p '" + "+" * 2000 + "' }",
    ],
    ids=["brackets in strings", "words in comments", "marks in strings"],
)
def test_what_only_looks_like_too_much_is_read_in_full_and_let_through(text: str) -> None:
    refuse_complex(text)
