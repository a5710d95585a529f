"""The lexer tells a query's words from the text around them."""

from __future__ import annotations

import pytest

from zanryu.sparql.tokens import Outline, outline, read_tokens, unescape

FORMS = {
    "SELECT": "PREFIX ask: <http://h/ask> SELECT * { ?s ?p ?o }",
    "ASK": "# SELECT\nask { ?select ?p ?o }",
    "CONSTRUCT": "BASE <http://h/select> CONSTRUCT WHERE { ?s ?p ?o }",
    "DESCRIBE": "prefix : <http://h/> describe :select",
    "UPDATE": "PREFIX : <http://h/> INSERT DATA { :a :b :c }",
    "": "hello",
}


@pytest.mark.parametrize(("form", "text"), FORMS.items(), ids=[form or "none" for form in FORMS])
def test_the_form_is_the_first_keyword_that_is_one(form: str, text: str) -> None:
    assert outline(text).form == form


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("SELECT * FROM <http://g> { ?s ?p ?o }", True),
        ("SELECT * from named <http://g> { ?s ?p ?o }", True),
        ('SELECT * { ?from ?p "FROM" } # FROM', False),
    ],
    ids=["FROM", "FROM NAMED", "only as variable, string and comment"],
)
def test_a_query_names_its_dataset_by_FROM(text: str, names: bool) -> None:  # noqa: N802
    assert outline(text).names_dataset is names


@pytest.mark.parametrize("function", ["NOW()", "rand()", "UUID()", "STRUUID()", "BNODE()"])
def test_a_query_with_a_changing_function_is_not_repeatable(function: str) -> None:
    assert not outline(f"SELECT ({function} AS ?x) {{}}").is_repeatable


def test_a_query_without_changing_functions_is_repeatable() -> None:
    assert outline("SELECT ?now { ?now ?p 'RAND()' }") == Outline(
        "SELECT", names_dataset=False, is_repeatable=True
    )


def test_every_character_belongs_to_a_token() -> None:
    text = 'SELECT ?x { ?x ex:p "a\\"b"@en, <http://h/#i>, _:b1, 1.5e3, "\u6b8b\u7559" ; ^ex:q+ \\ \u2028 }'

    joined = "".join(token.text for token in read_tokens(text))

    assert joined == "".join(character for character in text if character != " ")


def test_escapes_are_replaced_and_impossible_code_points_left() -> None:
    assert unescape("SERV\\u0049CE \\U0001F600 \\UFFFFFFFF") == "SERVICE \U0001f600 \\UFFFFFFFF"
