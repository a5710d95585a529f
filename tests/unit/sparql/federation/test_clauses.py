"""SERVICE clauses are cut out of a query exactly, or the query is refused in a sentence with the line."""

from __future__ import annotations

import pytest

from zanryu.errors import Refused
from zanryu.sparql.evaluation import prepare
from zanryu.sparql.federation.clauses import MAX_SERVICES, FederatedQuery, read_federated
from zanryu.sparql.federation.origins import read_origins
from zanryu.sparql.service_clause import find_service
from zanryu.store.backend import UNION

ORIGINS = read_origins("https://a.example http://b.example:8080")
BLOCK = "VALUES (?x) { ( 1 ) }"
A = "<https://a.example/sparql>"


def _read(text: str) -> FederatedQuery:
    query = read_federated(text, ORIGINS)
    assert query is not None
    return query


CUT = {
    "plain": (f"SELECT * {{ ?s ?p ?o SERVICE {A} {{ ?a ?b ?c }} }}", "{ ?a ?b ?c }"),
    "lower case and no spaces": (f"SELECT*{{service{A}{{?a ?b ?c}}}}", "{?a ?b ?c}"),
    "the origin in upper case": ("ASK { SERVICE <HTTPS://A.Example:443/sparql> { } }", "{ }"),
    "comments between": (f"ASK {{ SERVICE # {{ }}\n{A} #\n{{ ?a ?b ?c # }}\n }} }}", "{ ?a ?b ?c # }\n }"),
    "braces in a string": (f"ASK {{ SERVICE {A} {{ ?a ?b '}}}}{{' }} }}", "{ ?a ?b '}}{' }"),
    "the word in a string": (
        f'ASK {{ SERVICE {A} {{ ?a ?b "SERVICE ?u {{" }} }}',
        '{ ?a ?b "SERVICE ?u {" }',
    ),
    "the word in an IRI": (f"ASK {{ SERVICE {A} {{ ?a <h:/SERVICE> ?c }} }}", "{ ?a <h:/SERVICE> ?c }"),
    "groups inside": (
        f"ASK {{ SERVICE {A} {{ {{ ?a ?b ?c }} UNION {{ }} }} }}",
        "{ { ?a ?b ?c } UNION { } }",
    ),
    "a subquery": (f"ASK {{ SERVICE {A} {{ SELECT ?a {{ ?a ?b ?c }} }} }}", "{ SELECT ?a { ?a ?b ?c } }"),
    "a prefixed name": ("PREFIX w: <https://a.example/> ASK { SERVICE w:sparql { } }", "{ }"),
    "an escape in the name": ("PREFIX w: <https://a.example/> ASK { SERVICE w:a\\/b { } }", "{ }"),
    "another port": ("ASK { SERVICE <http://b.example:8080/x?graph=y> { } }", "{ }"),
    "an IRI with a fragment before": (f"ASK {{ ?s a <h:/#SERVICE> . SERVICE {A} {{ }} }}", "{ }"),
}


@pytest.mark.parametrize(("text", "pattern"), CUT.values(), ids=CUT.keys())
def test_a_clause_for_a_listed_origin_is_cut_out(text: str, pattern: str) -> None:
    query = _read(text)
    filled = query.with_solutions([BLOCK])

    assert [clause.pattern for clause in query.clauses] == [pattern]
    assert query.clauses[0].endpoint.origin in ORIGINS
    assert find_service(filled) is None
    assert BLOCK in filled
    assert filled.count("\n") == text.count("\n")


def test_the_question_has_the_prologue_and_asks_one_row_more_than_may_be_taken() -> None:
    text = f"# hello\nBASE <h:/> PREFIX a: <h:/a#> # bye\nSELECT ?x {{ SERVICE {A} {{ a:x ?p <y> }} }}"
    query = _read(text)

    assert query.question(query.clauses[0], 10) == (
        "# hello\nBASE <h:/> PREFIX a: <h:/a#>\nSELECT * { a:x ?p <y> }\nLIMIT 11"
    )


def test_each_of_several_clauses_has_its_own_place_line_and_silence() -> None:
    query = _read(
        f"SELECT * {{\nSERVICE {A} {{ ?a\n?b ?c }}\n"
        "OPTIONAL { SERVICE SILENT <http://b.example:8080> { } } }"
    )

    assert [(clause.line, clause.is_silent) for clause in query.clauses] == [(2, False), (4, True)]
    assert [str(clause.endpoint.origin) for clause in query.clauses] == [
        "https://a.example",
        "http://b.example:8080",
    ]
    filled = query.with_solutions(["VALUES () { }", "VALUES () { () }"])
    assert " ".join(filled.split()) == "SELECT * { VALUES () { } OPTIONAL { VALUES () { () } } }"


REFUSED = {
    "another host": "ASK {\nSERVICE <https://evil.example/sparql> { } }",
    "a host that begins so": "ASK {\nSERVICE <https://a.example.evil/sparql> { } }",
    "a dot after the host": "ASK {\nSERVICE <https://a.example./sparql> { } }",
    "another port": "ASK {\nSERVICE <https://a.example:8443/sparql> { } }",
    "another scheme": "ASK {\nSERVICE <http://a.example/sparql> { } }",
    "no web scheme": "ASK {\nSERVICE <ftp://a.example/sparql> { } }",
    "a user before the host": "ASK {\nSERVICE <https://a.example@evil.example/sparql> { } }",
    "a user before the listed host": "ASK {\nSERVICE <https://me@a.example/sparql> { } }",
    "a password": "ASK {\nSERVICE <https://a.example:443@evil.example/> { } }",
    "a backslash": "ASK {\nSERVICE <https://a.example\\@evil.example/> { } }",
    "a fragment": "ASK {\nSERVICE <https://a.example/#x> { } }",
    "a fragment before the path": "ASK {\nSERVICE <https://evil.example#https://a.example/> { } }",
    "a percent sign in the host": "ASK {\nSERVICE <https://a%2eexample/> { } }",
    "a host in wide letters": "ASK {\nSERVICE <https://\uff41.example/> { } }",
    "no host": "ASK {\nSERVICE <https:///a.example/> { } }",
    "one slash": "ASK {\nSERVICE <https:/a.example/> { } }",
    "a relative IRI": "BASE <https://a.example/> ASK {\nSERVICE <sparql> { } }",
    "a prefix with a relative IRI": "BASE <https://a.example/> PREFIX a: <> ASK {\nSERVICE a:sparql { } }",
    "a prefix that is not declared": "ASK {\nSERVICE a:sparql { } }",
    "a prefix that is not declared, in the second": f"ASK {{ SERVICE {A} {{ }}\nSERVICE b:x {{ }} }}",
    "a variable": "ASK { VALUES ?u { <https://a.example/> }\nSERVICE ?u { } }",
    "one of two": f"ASK {{ SERVICE {A} {{ }}\nSERVICE <https://evil.example/> {{ }} }}",
    "a SERVICE inside": f"ASK {{\nSERVICE {A} {{ SERVICE {A} {{ }} }} }}",
    "a SERVICE in a filter inside": f"ASK {{\nSERVICE {A} {{ FILTER EXISTS {{ service ?u {{ }} }} }} }}",
    "no group": f"ASK {{\nSERVICE {A} ?a ?b ?c }}",
    "a group without an end": f"ASK {{\nSERVICE {A} {{ ?a ?b ?c",
    "nothing more": "ASK {\nSERVICE",
    "an update": f"INSERT {{ ?a ?b ?c }} WHERE {{\nSERVICE {A} {{ ?a ?b ?c }} }}",
    "no form": f"PREFIX a: <h:/>\n{{ SERVICE {A} {{ }} }}",
    "an escape in the keyword": f"ASK {{\n\\u0053ERVICE {A} {{ }} }}",
    "an escape in the host": "ASK {\nSERVICE <https://\\u0061.example/> { } }",
    "an escape elsewhere": f"ASK {{\nSERVICE {A} {{ ?a ?b '\\u0041' }} }}",
    "keyword and name run together": "PREFIX : <https://a.example/> ASK {\nSERVICE:x { } }",
    "SILENT and name run together": "PREFIX : <https://a.example/> PREFIX silent: <https://a.example/> "
    "ASK {\nSERVICE silent:x { } }",
    "SILENT and prefix run together": "PREFIX SILENTa: <https://a.example/> ASK {\nSERVICE SILENTa:x { } }",
    "glued to a literal": f"ASK {{\n?s ?p trueSERVICE {A} {{ }} }}",
    "behind a comparison that looks like an IRI": "PREFIX : <https://a.example/> SELECT * { ?s ?a ?b\n"
    f"FILTER(?a<?b)SERVICE#>\n:x{{ ?c ?d ?e }} SERVICE {A} {{ }} }}",
    "in what another reading has as a string": f"SELECT * {{\nFILTER(?a<?b+'>)SERVICE {A} {{ }} ?s ?p 'x' }}",
    "after a quotation mark left open": f'SELECT * {{ VALUES ?v {{\n" SERVICE {A} {{ }} }}',
    "after an apostrophe left open": f"SELECT * {{ VALUES ?v {{\n' SERVICE {A} {{ }} }}",
    "after three apostrophes left open": f"SELECT * {{ VALUES ?v {{\n'''a' SERVICE {A} {{ }} ' }}",
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_what_names_no_listed_origin_or_can_be_read_twice_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        read_federated(text, ORIGINS)

    assert refused.value.members["line"] == 2
    assert "line 2" in refused.value.detail


def test_more_services_than_the_limit_are_refused() -> None:
    clause = f"SERVICE {A} {{ }} "
    assert len(_read(f"ASK {{ {clause * MAX_SERVICES} }}").clauses) == MAX_SERVICES

    with pytest.raises(Refused, match=f"more than {MAX_SERVICES}"):
        read_federated(f"ASK {{ {clause * (MAX_SERVICES + 1)} }}", ORIGINS)


@pytest.mark.parametrize("text", ["ASK { ?s ?p 'SERVICE ?u {' }", "SELECT * { ?s ?p ?service }"])
def test_a_query_without_the_clause_is_no_federated_one(text: str) -> None:
    assert read_federated(text, ORIGINS) is None


def test_with_an_empty_list_every_service_is_refused_as_ever() -> None:
    with pytest.raises(Refused, match="this server calls no other server"):
        read_federated(f"ASK {{ SERVICE {A} {{ }} }}", frozenset())


def test_the_engine_is_never_given_a_query_whose_services_are_open() -> None:
    prepared = prepare(f"ASK {{ SERVICE {A} {{ }} }}", UNION, None, None, ORIGINS)

    with pytest.raises(Refused, match="SERVICE"):
        _ = prepared.engine_text
    assert prepared.with_solutions([BLOCK]).engine_text == f"ASK {{  {BLOCK}  }}"
    assert not prepared.outline.is_repeatable
    assert prepared.entity_tag("v1") is None


def test_an_answer_in_which_service_could_be_read_is_not_put_in() -> None:
    with pytest.raises(Refused, match="another server answered"):
        _read(f"ASK {{ SERVICE {A} {{ }} }}").with_solutions(["SERVICE <http://127.0.0.1/> { }"])
