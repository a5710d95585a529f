"""Every JSON-LD answer says what the N-Triples answer says, in our words, and needs no other document."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import pytest
from rdflib import Graph
from rdflib.compare import to_isomorphic

if TYPE_CHECKING:
    from protocol.asking import Client

_EVERYTHING: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(!isTRIPLE(?o)) }"
_GRAPHS: Final = "https://w3id.org/zanryu/graph/"
_ANSWERS: Final = {
    "CONSTRUCT": f"/sparql?query={quote(_EVERYTHING)}",
    "DESCRIBE": f"/sparql?query={quote('DESCRIBE <https://w3id.org/zanryu/id/person/sato-haru>')}",
    "a graph": f"/graphs?graph={_GRAPHS}claims",
    "a thing": "/data/person/sato-haru",
    "what is hostile": "/data/person/hostile",
    "a term": "/ontology/heldRank",
    "the service description": "/sparql",
    "nothing": f"/sparql?query={quote('CONSTRUCT WHERE { <h:none> ?p ?o }')}",
}
answers = pytest.mark.parametrize("path", _ANSWERS.values(), ids=_ANSWERS.keys())


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # by rdflib
@answers
def test_json_ld_says_what_n_triples_say(client: Client, path: str) -> None:
    expected = Graph().parse(data=client.get(path, "application/n-triples").text, format="nt")

    read = Graph().parse(data=client.get(path, "application/ld+json").text, format="json-ld")

    assert to_isomorphic(read) == to_isomorphic(expected)
    assert bool(len(read)) == ("none" not in path)


@answers
def test_json_ld_has_its_context_in_itself(client: Client, path: str) -> None:
    document = json.loads(client.get(path, "application/ld+json").text)

    assert document.keys() == {"@context", "graph"}
    assert isinstance(document["@context"], dict)
    assert all("id" in node for node in document["graph"])


def test_a_thing_is_described_in_the_words_of_the_context(client: Client) -> None:
    document = json.loads(client.get("/data/person/sato-haru.jsonld").text)

    [person] = [node for node in document["graph"] if node["id"] == "p:sato-haru"]

    assert "Officer" in person["type"]


def test_a_graph_with_triple_terms_is_refused_in_json_ld_with_the_syntaxes_that_have_them(
    client: Client,
) -> None:
    response = client.get(f"/graphs?graph={_GRAPHS}reifiers", "application/ld+json")

    assert response.status_code == 406
    assert "triple terms" in response.get_json(force=True)["detail"]
    assert "application/n-triples" in response.get_json(force=True)["available"]
