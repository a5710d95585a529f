"""SERVICE over the own data is the group itself, and no answer becomes anything but data."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import pyoxigraph as ox
from hypothesis import given
from hypothesis import strategies as st

from zanryu.errors import Refused
from zanryu.sparql.federation.clauses import read_federated
from zanryu.sparql.federation.inline_data import inline_data
from zanryu.sparql.federation.origins import read_origins
from zanryu.sparql.service_clause import find_service

if TYPE_CHECKING:
    from zanryu.sparql.federation.clauses import FederatedQuery

ORIGINS = read_origins("https://a.example")
SERVICE = "SERVICE <https://a.example/sparql> "
DATA = """PREFIX : <http://e/> INSERT DATA {
    :a :p 1 , 2 ; :q :b ; :name "it's \\"a\\""@en . :b :p 2 ; :q :c . :c :q :a ; :name "" . :d :p 3 }"""
PATTERNS = st.sampled_from(
    [
        "{ ?s :p ?o }",
        "{ ?s :q ?t . ?t :p ?o }",
        "{ ?s :p ?o OPTIONAL { ?s :name ?n } }",
        "{ { ?s :p ?o } UNION { ?t :q ?s } }",
        "{ SELECT DISTINCT ?s { ?s ?hidden ?o } }",
        "{ SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s }",
        "{ ?s :p ?o FILTER(?o<3 && ?o>1) }",
        "{ ?s :none ?n }",
        "{ :a :p 1 }",
        "{ :a :p 5 }",
        "{ VALUES (?s ?n) { (:a UNDEF) (UNDEF 7) } }",
        "{ }",
    ]
)
CONTEXTS = st.sampled_from(
    [
        "SELECT * { HERE }",
        "SELECT * { ?s :q ?t HERE }",
        "SELECT * { HERE ?t :q ?s HERE }",
        "SELECT * { ?s :q ?t OPTIONAL { HERE } }",
        "SELECT * { HERE OPTIONAL { ?s :name ?n } }",
        "SELECT * { { ?s :q ?t } UNION { HERE } }",
        "SELECT * { ?s ?any ?o MINUS { HERE } }",
        "SELECT * { ?s :q ?t FILTER NOT EXISTS { HERE } }",
        "SELECT (COUNT(*) AS ?all) { HERE ?s ?p2 ?o2 }",
        "SELECT * { { SELECT DISTINCT ?s { HERE } } BIND(?s AS ?again) }",
    ]
)


def _store() -> ox.Store:
    store = ox.Store()
    store.update(DATA)
    return store


STORE = _store()


def _solutions(text: str) -> Counter[frozenset[tuple[str, str]]]:
    found = STORE.query(text)
    assert isinstance(found, ox.QuerySolutions)
    names = [variable.value for variable in found.variables]
    return Counter(frozenset((n, str(row[n])) for n in names if row[n] is not None) for row in found)


def _answered(query: FederatedQuery) -> str:
    blocks = []
    for clause in query.clauses:
        found = STORE.query(query.question(clause, 1000))
        assert isinstance(found, ox.QuerySolutions)
        blocks.append(inline_data(found.serialize(format=ox.QueryResultsFormat.JSON) or b"", "here", 1000))
    return query.with_solutions(blocks)


@given(context=CONTEXTS, pattern=PATTERNS)
def test_a_service_over_the_own_data_gives_what_the_group_itself_gives(context: str, pattern: str) -> None:
    text = f"PREFIX : <http://e/> {context}"
    query = read_federated(text.replace("HERE", f"{SERVICE} {pattern}"), ORIGINS)
    assert query is not None

    assert _solutions(_answered(query)) == _solutions(text.replace("HERE", pattern))


@given(st.lists(st.text(), min_size=1, max_size=5))
def test_every_text_of_an_answer_arrives_as_it_was(values: list[str]) -> None:
    rows = [{"a": {"type": "literal", "value": value}} for value in values]
    answer = json.dumps({"head": {"vars": ["a"]}, "results": {"bindings": rows}}).encode()
    found = STORE.query(f"SELECT * {{ {inline_data(answer, 'here', 10)} }}")
    assert isinstance(found, ox.QuerySolutions)

    assert [row["a"] for row in found] == [ox.Literal(value) for value in values]


# Texts made of what readings differ by, and answers that would be a SERVICE if they were read as a query.
PIECES = st.sampled_from(
    [
        '"',
        "'",
        '"""',
        "'''",
        "\\",
        "#",
        "\n",
        "<?b+'>",
        "<h:/#x>",
        "<h:/'x>",
        "?a<?b",
        "}",
        "{",
        "VALUES ?v",
        ")",
        "(",
    ]
)
ESCAPES = st.sampled_from(['"', "'", "'''", '"""', "\\", "#", "\n", "\\'", '\\"', ""])


@given(st.lists(PIECES, max_size=6), st.lists(PIECES, max_size=6), ESCAPES)
def test_no_answer_becomes_a_service_whatever_the_text_around_it(
    before: list[str], after: list[str], escape: str
) -> None:
    text = f"SELECT * {{ {' '.join(before)} {SERVICE} {{ ?s ?p ?o }} {' '.join(after)} }}"
    hostile = {"type": "literal", "value": f"{escape} }} SERVICE <http://127.0.0.1/> {{ ?a ?b ?c }} {escape}"}
    answer = json.dumps({"head": {"vars": ["a"]}, "results": {"bindings": [{"a": hostile}] * 2}}).encode()
    try:
        query = read_federated(text, ORIGINS)
    except Refused:
        return
    if query is None:
        return  # the clause is in a string or a comment

    assert find_service(query.with_solutions([inline_data(answer, "here", 2)])) is None
