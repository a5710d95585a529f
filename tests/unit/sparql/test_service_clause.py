"""SERVICE is refused in every spelling that Oxigraph would follow, and in no other text."""

from __future__ import annotations

import pytest

from zanryu.errors import Refused
from zanryu.sparql.service_clause import find_service, refuse_service

PREFIXES = "PREFIX : <http://h/> PREFIX ex: <http://ex/> PREFIX service: <http://s/> "

CALLS = {
    "upper case": "SELECT * { SERVICE <http://h/> { ?s ?p ?o } }",
    "lower case": "SELECT * { service <http://h/> { ?s ?p ?o } }",
    "mixed case": "SELECT * { sErViCe <http://h/> { ?s ?p ?o } }",
    "after a comment": "SELECT * { # nothing here\nSERVICE <http://h/> { ?s ?p ?o } }",
    "comment after a carriage return": "SELECT * { # nothing here\rSERVICE <http://h/> { ?s ?p ?o } }",
    "comment between keyword and target": "SELECT * { SERVICE # <\n <http://h/> { ?s ?p ?o } }",
    "silent": "SELECT * { SERVICE SILENT <http://h/> { ?s ?p ?o } }",
    "silent without a space": PREFIXES + "SELECT * { SERVICE SILENT:x { ?s ?p ?o } }",
    "inside FILTER EXISTS": "ASK { FILTER EXISTS { SERVICE <http://h/> { ?s ?p ?o } } }",
    "inside a subquery": "SELECT * { { SELECT * { SERVICE <http://h/> { ?s ?p ?o } } } }",
    "inside OPTIONAL, UNION and MINUS": "SELECT * { OPTIONAL {{} UNION { MINUS { SERVICE ?g {} } } } }",
    "by a prefixed name": PREFIXES + "SELECT * { SERVICE ex:sparql { ?s ?p ?o } }",
    "by a variable": "SELECT * { VALUES ?u { <http://h/> } SERVICE ?u { ?s ?p ?o } }",
    "escape in the keyword": "SELECT * { SERV\\u0049CE <http://h/> { ?s ?p ?o } }",
    "long escape in the keyword": "SELECT * { SERV\\U00000049CE <http://h/> { ?s ?p ?o } }",
    "escape in the IRI": "SELECT * { SERVICE <http://\\u0068/> { ?s ?p ?o } }",
    "escaped quote that ends a string": 'SELECT * { ?s ?p "\\u0022 . SERVICE <http://h/> { ?a ?b "" } }',
    "decimal address": "SELECT * { SERVICE <http://2130706433/> { ?s ?p ?o } }",
    "mapped address": "SELECT * { SERVICE <http://[::ffff:127.0.0.1]/> { ?s ?p ?o } }",
    "keyword and name run together": PREFIXES + "SELECT * { SERVICE:x { ?s ?p ?o } }",
    "run together, name with an escape": PREFIXES + "SELECT * { SERVICE:x\\#y { ?s ?p ?o } }",
    "run together after a literal": PREFIXES + "SELECT * { ?s ?p true SERVICE:x { ?a ?b ?c } }",
    "glued to a literal": PREFIXES + "SELECT * { ?s ?p trueSERVICE:x { ?a ?b ?c } }",
    "glued to a number": PREFIXES + "SELECT * { ?s ?p 1SERVICE:x { ?a ?b ?c } }",
    "glued to a variable": "SELECT * { ?s ?p ?o . SERVICE?u{ ?a ?b ?c } }",
    "behind a comparison that looks like an IRI": PREFIXES
    + "SELECT * { ?s ?a ?b FILTER(?a<?b)SERVICE#>\n:x{ ?c ?d ?e } }",
    "after an empty string that looks like a long one": PREFIXES
    + 'SELECT * { VALUES ?v {"""a"} SERVICE :x { ?s ?p ?o } }',
    "after a name with an escaped quote": PREFIXES + "SELECT * { ?s ?p :a\\'b . SERVICE :x { ?c ?d ?e } }",
    "after a name with an escaped hash": PREFIXES + "SELECT * { ?s ?p :a\\#b . SERVICE :x { ?c ?d ?e } }",
    "after an apostrophe in an IRI": "SELECT * { ?s ?p <http://h/O'Neill> . SERVICE ?u { ?c ?d 'x' } }",
    "after a hash in an IRI": "SELECT * { ?s a <http://h/#x> . SERVICE ?u { ?c ?d ?e } }",
    "after a string with an escaped quote": 'SELECT * { ?s ?p "a\\"b" . SERVICE ?u { ?c ?d ?e } }',
    "in a query that is not finished": "SELECT * { SERVICE",
}

INNOCENT = {
    "in a string": 'SELECT * { ?s ?p "SERVICE <http://h/> { }" }',
    "in a string in single quotes": "SELECT * { ?s ?p 'SERVICE ?u {' }",
    "in a long string": 'SELECT * { ?s ?p """a "quoted"\nSERVICE ?u { """ }',
    "in a long string in single quotes": "SELECT * { ?s ?p '''it's\nSERVICE ?u { ''' }",
    "after an escaped quote in a string": 'SELECT * { ?s ?p "\\" SERVICE ?u {" }',
    "in a comment": "SELECT * { ?s ?p ?o # SERVICE <http://h/> { }\n}",
    "in an IRI": "SELECT * { ?s <http://h/service/SERVICE> ?o }",
    "in an IRI before a group": "SELECT * { GRAPH <http://h/service> { ?s ?p ?o } }",
    "in an IRI with a fragment": "SELECT * { GRAPH <http://h/service#>\n{ ?s ?p ?o } }",
    "as a local name": PREFIXES + "SELECT * { ?s ex:service ex:SERVICE }",
    "as a prefix": PREFIXES + "SELECT * { ?s service:address ?o ; a service:Service }",
    "as a prefix of a graph": PREFIXES + "SELECT * { GRAPH service:graph { ?s ?p ?o } }",
    "as a prefix of a dataset": f"{PREFIXES}ASK FROM NAMED service:graph {{ ?s ?p ?o }}",
    "as a variable": "SELECT ?service { ?service ?p $SERVICE }",
    "as a blank node": "SELECT * { _:service ?p ?o }",
    "as a language tag": 'SELECT * { ?s ?p "x"@service }',
    "as part of a word in a string in a filter": 'SELECT * { ?s ?p ?o FILTER(?o < "service" && ?o > 1) }',
    "as part of a name": PREFIXES + "SELECT * { ?s ex:servicePort ex:a.service }",
    "as a prefix in a declaration": "PREFIX service: <http://s/> SELECT * { ?s ?p ?o }",
    "in a comparison": "SELECT * { ?s ?service ?o FILTER(?s<?service && ?o>?service) }",
}


@pytest.mark.parametrize("text", CALLS.values(), ids=CALLS.keys())
def test_a_query_that_calls_another_server_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        refuse_service(text)


@pytest.mark.parametrize("text", INNOCENT.values(), ids=INNOCENT.keys())
def test_the_word_outside_the_clause_is_not_refused(text: str) -> None:
    refuse_service(text)


def test_the_refusal_names_the_line_and_the_reason() -> None:
    with pytest.raises(Refused) as refused:
        refuse_service("SELECT *\n{\n  SERVICE <http://h/> {} }")

    assert refused.value.status == 403
    assert refused.value.members["line"] == 3
    assert "calls no other server" in refused.value.detail


def test_a_long_query_is_read_in_time_that_grows_with_its_length_only() -> None:
    # Each of these IRIs can be read in two ways: reading every combination would never end.
    text = "SELECT * { " + "?s <http://h/a> ?o . " * 5000 + "SERVICE ?u {} }"

    assert find_service(text) == text.index("SERVICE")
