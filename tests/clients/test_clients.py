"""The clients that people use, each in a session with the live server."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pandas
import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore, SPARQLUpdateStore
from SPARQLWrapper import CSV, JSON, POST, RDFXML, TURTLE, XML, SPARQLWrapper

from attack.server import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zanryu.config import Settings

PREFIXES = """
PREFIX zr: <https://w3id.org/zanryu/ontology/>
PREFIX p: <https://w3id.org/zanryu/id/person/>
PREFIX ac: <https://w3id.org/zanryu/id/academy/>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
"""
WHO_TAUGHT = (
    PREFIXES
    + """
SELECT ?who ?when WHERE {
  ?claim rdf:predicate zr:instructedAt ; rdf:object ac:quang-ngai ; rdf:subject ?who .
  OPTIONAL { ?claim zr:when ?when }
}"""
)
CONSTRUCT = (
    PREFIXES + "CONSTRUCT { ?who zr:instructedAt ac:quang-ngai } WHERE { ?who zr:instructedAt ac:quang-ngai }"
)
IGARI = "https://w3id.org/zanryu/id/person/igari-kazumasa"


@pytest.fixture(scope="module")
def endpoint(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with the settings it is shipped with."""
    with serving(
        built.store, tmp_path_factory.mktemp("asked"), access_log="none", validation_workers="0"
    ) as started:
        yield f"http://127.0.0.1:{started.port}/sparql"


def wrapper(endpoint: str, text: str, form: str) -> SPARQLWrapper:
    client = SPARQLWrapper(endpoint)
    client.setQuery(text)
    client.setReturnFormat(form)
    return client


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_sparqlwrapper_reads_rows_in_json(endpoint: str, method: str) -> None:
    client = wrapper(endpoint, WHO_TAUGHT, JSON)
    client.setMethod(method)

    rows: Any = client.queryAndConvert()

    assert IGARI in {row["who"]["value"] for row in rows["results"]["bindings"]}


def test_sparqlwrapper_reads_rows_in_xml_and_csv(endpoint: str) -> None:
    document: Any = wrapper(endpoint, WHO_TAUGHT, XML).queryAndConvert()
    table: Any = wrapper(endpoint, WHO_TAUGHT, CSV).queryAndConvert()

    assert IGARI in document.toxml()
    assert IGARI in table.decode("utf-8")


# SPARQLWrapper 2.0 still makes the class that rdflib is giving up.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_sparqlwrapper_reads_a_graph_and_a_boolean(endpoint: str) -> None:
    turtle: Any = wrapper(endpoint, CONSTRUCT, TURTLE).queryAndConvert()
    graph: Any = wrapper(endpoint, CONSTRUCT, RDFXML).queryAndConvert()
    asked: Any = wrapper(endpoint, "ASK { ?s ?p ?o }", JSON).queryAndConvert()

    assert set(Graph().parse(data=turtle.decode("utf-8"), format="turtle")) == set(graph)
    assert asked["boolean"] is True


def test_sparqlwrapper_sends_a_long_query_by_post(endpoint: str) -> None:
    client = wrapper(endpoint, WHO_TAUGHT + "\n# " + "x" * 20_000, JSON)
    client.setMethod(POST)

    rows: Any = client.queryAndConvert()

    assert rows["results"]["bindings"]


def test_rdflib_reads_through_a_sparql_store(endpoint: str) -> None:
    graph = Graph(SPARQLStore(endpoint, returnFormat="json"))
    labels = set(graph.objects(URIRef(IGARI), URIRef("http://www.w3.org/2004/02/skos/core#prefLabel")))

    rows = {row[0] for row in graph.query(WHO_TAUGHT)}  # type: ignore[index]

    assert Literal("Igari Kazumasa", lang="en") in labels
    assert URIRef(IGARI) in rows


def test_rdflib_is_told_that_nothing_is_written(endpoint: str) -> None:
    store = SPARQLUpdateStore(endpoint, endpoint)

    with pytest.raises(Exception, match=r"403"):
        store.update("INSERT DATA { <urn:a> <urn:b> <urn:c> }")


@pytest.mark.parametrize(("form", "separator"), [("text/csv", ","), ("text/tab-separated-values", "\t")])
def test_pandas_reads_the_tables(endpoint: str, form: str, separator: str) -> None:
    text = wrapper(endpoint, WHO_TAUGHT, CSV if separator == "," else "tsv").query().response.read()

    table = pandas.read_csv(io.BytesIO(text), sep=separator)

    assert len(table) > 10
    assert any(IGARI in str(who) for who in table.iloc[:, 0])
    assert form


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not on this machine")
@pytest.mark.parametrize(
    ("accept", "text"),
    [
        ("application/sparql-results+json", WHO_TAUGHT),
        ("application/sparql-results+xml", WHO_TAUGHT),
        ("text/csv", WHO_TAUGHT),
        ("text/tab-separated-values", WHO_TAUGHT),
        ("text/turtle", CONSTRUCT),
        ("application/n-triples", CONSTRUCT),
        ("application/rdf+xml", CONSTRUCT),
        ("application/ld+json", CONSTRUCT),
        ("application/n-quads", CONSTRUCT),
        ("application/trig", CONSTRUCT),
        ("text/html", WHO_TAUGHT),
    ],
)
def test_curl_is_given_what_it_accepts(endpoint: str, accept: str, text: str) -> None:
    command = ["curl", "--silent", "--fail", "--get", "--data-urlencode", f"query={text}"]
    described = ["--write-out", "\n%{content_type}", "--header", f"Accept: {accept}", endpoint]

    answer = subprocess.run([*command, *described], check=True, capture_output=True, text=True).stdout

    body, _, content_type = answer.rpartition("\n")
    assert content_type.partition(";")[0] == accept
    assert "igari-kazumasa" in body


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not on this machine")
def test_curl_is_told_what_there_is_where_nothing_fits(endpoint: str) -> None:
    command = ["curl", "--silent", "--header", "Accept: image/png", "--get", "--data-urlencode"]

    answer = subprocess.run([*command, "query=ASK {}", endpoint], check=True, capture_output=True, text=True)

    problem = json.loads(answer.stdout)
    assert problem["status"] == 406
    assert "text/csv" in problem["available"]
