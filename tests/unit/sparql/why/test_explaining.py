"""Why a row is there, over a small graph of claims."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from zanryu.errors import MalformedRequest, NotFound, Refused
from zanryu.graph.namespaces import PREFIXES
from zanryu.sparql.policy import PUBLISHED
from zanryu.sparql.results import serialise
from zanryu.sparql.why.explaining import Explainer
from zanryu.sparql.why.rows import read_row
from zanryu.store.backend import RESULTS_JSON, UNION
from zanryu.store.build import current_build
from zanryu.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from zanryu.config import Settings

PROLOGUE = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
AIDED = """SELECT ?who ?name {
  ?who zr:instructedAt ac:quang-ngai ; skos:prefLabel ?name FILTER(LANG(?name) = 'en')
}"""


@pytest.fixture(scope="module")
def store(built: Settings) -> EmbeddedStore:
    found = current_build(built)
    assert found
    return EmbeddedStore(built.store, found.version, serialise)


def first_row(store: EmbeddedStore, query: str) -> str:
    answer = b"".join(store.query(PROLOGUE + query, UNION, RESULTS_JSON))
    return json.dumps(json.loads(answer)["results"]["bindings"][0])


def explain(store: EmbeddedStore, query: str, row: str | None = None) -> dict[str, Any]:
    explainer = Explainer(store, PUBLISHED, 20)
    return explainer.explain(PROLOGUE + query, read_row(row or first_row(store, query)))


def test_an_accepted_triple_has_the_claims_and_sources_behind_it(store: EmbeddedStore) -> None:
    found = explain(store, AIDED)
    accepted, described = found["triples"]
    assert accepted["isAccepted"]
    assert accepted["predicate"]["value"].endswith("/instructedAt")
    (claim,) = {*accepted["claims"]} & {*found["claims"]} or accepted["claims"][:1]
    assert found["claims"][claim]["object"] == [accepted["object"]]
    assert found["claims"][claim]["citations"][0]["work"]
    assert found["claims"][claim]["citations"][0]["tier"]
    assert (described["isAccepted"], described["claims"]) == (False, [])
    assert found["isComplete"]


def test_a_claim_that_the_query_asks_for_itself_is_told_with_its_rivals(store: EmbeddedStore) -> None:
    pattern = "{ ?claim zr:conflictsWith ?rival ; zr:citation ?c . ?c zr:work ?work }"
    query = f"SELECT ?claim ?rival {pattern} ORDER BY ?claim"
    found = explain(store, query)
    row = json.loads(first_row(store, query))
    assert row["rival"]["value"] in found["claims"][row["claim"]["value"]]["rivals"]
    assert row["rival"]["value"] in found["claims"]


def test_what_was_not_matched_is_not_told(store: EmbeddedStore) -> None:
    found = explain(store, "SELECT ?who { ?who a zr:Officer OPTIONAL { ?who zr:nothing ?x } } LIMIT 1")
    assert [t["predicate"]["value"].rpartition("#")[2] for t in found["triples"]] == ["type"]


def test_only_the_members_of_a_group_stand_behind_its_number(store: EmbeddedStore) -> None:
    query = (
        "SELECT ?academy (COUNT(?who) AS ?n) { ?who zr:instructedAt ?academy } GROUP BY ?academy ORDER BY ?n"
    )
    found = explain(store, query)
    row = json.loads(first_row(store, query))
    assert [gap["kind"] for gap in found["unexplained"]] == ["calculated"]
    assert found["solutions"] == int(row["n"]["value"])
    assert {t["object"]["value"] for t in found["triples"]} == {row["academy"]["value"]}


def test_a_row_of_many_solutions_says_that_there_is_more(store: EmbeddedStore) -> None:
    found = explain(store, "SELECT (COUNT(*) AS ?n) { ?claim a zr:Assertion }")
    assert (found["solutions"], found["isComplete"]) == (10, False)


def test_a_name_of_the_query_is_not_read_as_a_variable_of_ours(store: EmbeddedStore) -> None:
    found = explain(
        store, "SELECT ?graph ?triple ?claim { ?claim zr:certainty ?triple ; zr:citation ?graph } LIMIT 1"
    )
    assert len(found["triples"]) == 2
    assert len(found["claims"]) >= 1


@pytest.mark.parametrize("value", ['say "x"\n\\ \t}', "</script>'''", "{{ 7*7 }}"])
def test_text_in_a_row_stays_text(store: EmbeddedStore, value: str) -> None:
    row = json.dumps({"x": {"type": "literal", "value": value}})
    with pytest.raises(NotFound):
        explain(store, "SELECT ?x { ?claim zr:note ?x }", row)


def test_a_row_that_the_query_does_not_give_is_not_found(store: EmbeddedStore) -> None:
    row = json.dumps(
        {"who": {"type": "uri", "value": "urn:nobody"}, "name": {"type": "literal", "value": "x"}}
    )
    with pytest.raises(NotFound, match="does not give this row"):
        explain(store, AIDED, row)
    with pytest.raises(NotFound):
        explain(store, AIDED, json.dumps({"who": json.loads(first_row(store, AIDED))["who"]}))


def test_service_is_refused_as_in_every_query(store: EmbeddedStore) -> None:
    with pytest.raises(Refused, match="SERVICE"):
        explain(
            store,
            "SELECT ?s { ?s a zr:Person SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
            '{"s": {"type": "uri", "value": "urn:x"}}',
        )


@pytest.mark.parametrize(
    "row",
    ["", "[]", "1", '{"x": 1}', '{"x": {}}', "{}, {}", "[" * 5000,
     '{"x": {"type": "uri", "value": "a b:c"}}',
     '{"x": {"type": "uri", "value": 3}}',
     '{"x": {"type": "uri", "value": "urn:x> ?p ?o . <urn:y"}}',
     '{"x) {": {"type": "literal", "value": ""}}',
     '{"x": {"type": "literal", "value": "", "xml:lang": "en . "}}',
     '{"x": {"type": "literal", "value": "", "datatype": "int>"}}'],
    ids=range(13),
)  # fmt: skip
def test_a_row_that_is_none_is_refused_by_its_parameter(row: str) -> None:
    with pytest.raises(MalformedRequest, match="`row`") as refused:
        read_row(row)
    assert refused.value.members["parameter"] == "row"
