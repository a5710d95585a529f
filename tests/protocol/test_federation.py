"""Federation with Wikidata in both directions: ready questions, and what its service asks of us."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest
from rdflib import Graph, URIRef

from attack.endpoint import Endpoint, answering
from attack.server import serving
from zanryu.graph.namespaces import DATASET_IRI, PREFIXES
from zanryu.sparql.evaluation import prepare
from zanryu.sparql.federation.clauses import read_federated
from zanryu.sparql.federation.origins import read_origins
from zanryu.sparql.page.federated import federated_questions
from zanryu.store.backend import RESULTS_JSON, UNION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attack.server import Server
    from zanryu.config import Settings
    from zanryu.graph.questions import Question

SPARQL_XML = "application/sparql-results+xml"
ORIGINS = "https://query.wikidata.org, https://query-scholarly.wikidata.org, https://qlever.dev"
QUESTIONS = [offer.question for offer in federated_questions(())]
_RESULTS = "{http://www.w3.org/2005/sparql-results#}"
# Invented statements, in the shape of Wikidata's.
_REMOTE = """
PREFIX wd: <http://www.wikidata.org/entity/> PREFIX p: <http://www.wikidata.org/prop/>
PREFIX psv: <http://www.wikidata.org/prop/statement/value/> PREFIX wikibase: <http://wikiba.se/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX wdt: <http://www.wikidata.org/prop/direct/>
INSERT DATA {
  wd:Q5974373 p:P569 <urn:s> ; rdfs:label "X"@vi, "Y"@en . <urn:s> psv:P569 <urn:v> .
  <urn:v> wikibase:timeValue "1900-01-01T00:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime> ;
          wikibase:timePrecision 9 .
  wd:Q1 wdt:P1476 "Alliés tardifs : les apports techniques des déserteurs japonais au Viet-Minh durant les premières années de la guerre franco-vietnamienne"@fr
}"""  # noqa: E501 - a title


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    store = ox.Store()
    store.update(_REMOTE)
    with answering(store) as found:
        yield found


@pytest.fixture(scope="module")
def server(built: Settings, endpoint: Endpoint, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("federated")
    origins = f"https://query.wikidata.org {endpoint.origin}"
    with serving(built.store, folder, access_log="none", federation_origins=origins) as started:
        yield started


def _page(server: Server, **parameters: str) -> str:
    return server.get(f"/sparql?{urlencode(parameters)}" if parameters else "/sparql", "text/html").text


# ---------------------------------------------------------------- out


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_a_ready_question_asks_one_listed_server_and_is_a_query(question: Question) -> None:
    federated = read_federated(question.query, read_origins(ORIGINS))

    assert federated is not None
    assert len(federated.clauses) == 1
    assert federated.text.count("SERVICE") == 1
    prepare(federated.with_solutions(["VALUES (?x) { ( 1 ) }"]), UNION, RESULTS_JSON)
    assert set(question.translations) == {"ja", "vi"}


def test_the_ready_questions_are_for_both_graphs_of_wikidata_and_for_qlever() -> None:
    offered = federated_questions(())

    assert {str(offer.origin) for offer in offered} == {str(origin) for origin in read_origins(ORIGINS)}
    assert not any(offer.is_allowed for offer in offered)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_a_ready_question_joins_what_the_other_server_says(
    server: Server, endpoint: Endpoint, question: Question
) -> None:
    address = next(
        line.split("<")[1].split(">")[0] for line in question.query.splitlines() if "SERVICE <" in line
    )
    answer = server.query(question.query.replace(address, f"{endpoint.origin}/sparql"))

    rows: list[Any] = json.loads(answer.body)["results"]["bindings"]
    assert len(rows) == 1, answer.text


def test_a_question_is_offered_where_the_operator_allows_its_server(server: Server) -> None:
    page = _page(server)

    assert "question=wikidata&" in page or 'question=wikidata"' in page
    assert "question=qlever" not in page
    assert "Off: https://qlever.dev is not in the setting ZANRYU_FEDERATION_ORIGINS." in page
    assert "SERVICE &lt;https://query.wikidata.org/sparql&gt;" in _page(server, question="wikidata")


def test_a_question_that_is_off_is_not_put_into_the_editor(server: Server) -> None:
    assert server.get("/sparql?question=qlever", "text/html").status == 400


# ---------------------------------------------------------------- in


def _as_the_query_service(server: Server, query: str) -> ET.Element:
    """Ask as Wikidata's query service asks the servers on its list: by GET, for XML, without a key."""
    target = f"/sparql?query={quote(query, safe='')}"
    answer = server.ask("GET", target, {"Accept": SPARQL_XML, "User-Agent": "Apache-HttpClient/4.5"})
    assert (answer.status, answer.media_type) == (200, SPARQL_XML)
    assert "www-authenticate" not in answer.headers
    return ET.fromstring(answer.body)  # noqa: S314 - our own answer


def _rows(document: ET.Element) -> list[dict[str, str]]:
    return [
        {b.attrib["name"]: "".join(b.itertext()) for b in result.iter(f"{_RESULTS}binding")}
        for result in document.iter(f"{_RESULTS}result")
    ]


def test_the_query_service_is_answered_by_get_in_xml_without_a_key(server: Server) -> None:
    query = f"""PREFIX skos: <{PREFIXES["skos"]}>
PREFIX wd: <{PREFIXES["wd"]}>
SELECT ?thing ?item WHERE {{ ?thing skos:exactMatch ?item }}
VALUES ( ?item ) {{ ( wd:Q36014 ) ( wd:Q42 ) }}"""

    assert _rows(_as_the_query_service(server, query)) == [
        {"thing": f"{PREFIXES['p']}ho-chi-minh", "item": f"{PREFIXES['wd']}Q36014"}
    ]


def test_a_long_question_by_get_is_answered(server: Server) -> None:
    items = " ".join(f"( <{PREFIXES['wd']}Q{number}> )" for number in range(36_000, 36_100))
    pattern = f"?thing <{PREFIXES['skos']}exactMatch> ?item"
    query = f"SELECT ?thing WHERE {{ {pattern} }} VALUES ( ?item ) {{ {items} }}"

    assert len(_rows(_as_the_query_service(server, query))) == 1


def test_the_description_of_the_dataset_has_licence_endpoint_and_links(server: Server) -> None:
    void = Graph().parse(data=server.get("/.well-known/void", "text/turtle").text, format="turtle")
    dataset = URIRef(DATASET_IRI)

    def said(name: str) -> set[str]:
        prefix, _, local = name.partition(":")
        return {str(value) for value in void.objects(dataset, URIRef(PREFIXES[prefix] + local))}

    assert said("dcterms:license") == {"https://creativecommons.org/publicdomain/zero/1.0/"}
    assert said("void:sparqlEndpoint") == {f"{DATASET_IRI}sparql"}
    links, triples = URIRef(f"{DATASET_IRI}void/links-wikidata"), URIRef(PREFIXES["void"] + "triples")
    count = server.query(
        f"SELECT ?s {{ ?s <{PREFIXES['skos']}exactMatch> ?o FILTER(STRSTARTS(STR(?o), '{PREFIXES['wd']}')) }}"
    )
    assert int(str(void.value(links, triples))) == len(json.loads(count.body)["results"]["bindings"])
