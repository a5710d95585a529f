"""The update operation over HTTP: where nothing may be written, and in the playground."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import pytest

from protocol.scratch import MAX_BODY_BYTES, Playground, playground
from zanryu.sparql.protocol import FORM, UPDATE

if TYPE_CHECKING:
    from pathlib import Path

    from protocol.asking import Client

INSERT = "INSERT DATA { <http://e/s> <http://e/p> 1 }"
REFUSED = {
    "an insertion": INSERT,
    "everything deleted": "DROP ALL",
    "LOAD": "LOAD <http://127.0.0.1:9/x>",
    "LOAD SILENT": "LOAD SILENT <file:///etc/passwd> INTO GRAPH <http://e/g>",
    "SERVICE": "INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
}
MALFORMED = {
    "an unfinished insertion": (f"{INSERT} ;\nINSERT DATA {{", 2),
    "malformed text with LOAD": ("LOAD <http://127.0.0.1:9/x> INTO\nGRAPH", 2),
    "malformed text with SERVICE": ("INSERT {} WHERE {\nSERVICE <http://127.0.0.1:9/> }", 2),
    "a query": ("SELECT * {}", 1),
    "a variable in data": ("INSERT DATA { ?s <http://e/p> 1 }", 1),
}


@pytest.fixture
def scratch(tmp_path: Path) -> Playground:
    return playground(tmp_path)


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
@pytest.mark.parametrize("media_type", [UPDATE, FORM], ids=["direct", "form"])
def test_without_a_writer_an_update_is_refused_with_the_reason(
    client: Client, text: str, media_type: str
) -> None:
    response = client.post(urlencode({"update": text}) if media_type == FORM else text, media_type)

    assert response.status_code == 403
    assert "no writer is configured" in json.loads(response.data)["detail"]


@pytest.mark.parametrize(("text", "line"), MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_update_is_told_its_place_with_a_writer_or_without(
    client: Client, scratch: Playground, text: str, line: int
) -> None:
    for response in (client.post(text, UPDATE), scratch.update(text)):
        problem = json.loads(response.data)
        assert response.status_code == 400
        assert problem["line"] == line
        assert problem["column"] >= 1
        assert problem["detail"].startswith("The update cannot be read")


def test_an_update_by_get_is_the_clients_mistake(client: Client, scratch: Playground) -> None:
    for asked in (client, scratch):
        response = asked.get("/sparql?update=" + quote("DROP ALL"))

        assert response.status_code == 400
        assert json.loads(response.data)["parameter"] == "update"


def test_an_update_is_there_when_it_is_acknowledged(scratch: Playground) -> None:
    response = scratch.update(INSERT)

    assert (response.status_code, response.data) == (204, b"")
    assert response.headers["Cache-Control"] == "no-store"
    assert scratch.holds("<http://e/s> <http://e/p> 1")


def test_an_update_can_come_in_a_form_or_packed(scratch: Playground) -> None:
    scratch.post(urlencode({"update": INSERT}), FORM)
    packed = gzip.compress(b"INSERT DATA { <http://e/s> <http://e/p> 2 }")
    response = scratch.send("POST", "/sparql", packed, Content_Type=UPDATE, Content_Encoding="gzip")

    assert response.status_code == 204
    assert scratch.holds("<http://e/s> <http://e/p> 1, 2")


def test_an_update_that_fails_changes_nothing(scratch: Playground) -> None:
    response = scratch.update(f"{INSERT} ; CREATE GRAPH <http://e/g> ; CREATE GRAPH <http://e/g>")

    assert response.status_code == 403
    assert not scratch.holds("?s ?p ?o")


def test_the_default_graph_is_apart_from_the_named_ones(scratch: Playground) -> None:
    scratch.update("INSERT DATA { GRAPH <http://e/g> { <http://e/s> <http://e/p> 1 } }")

    assert not scratch.holds("?s ?p ?o")
    assert scratch.holds("GRAPH <http://e/g> { ?s ?p ?o }")


def test_relative_iris_are_resolved_against_the_endpoint(scratch: Playground) -> None:
    scratch.update("INSERT DATA { <s> <p> <o> }")

    assert scratch.holds("<http://127.0.0.1:8000/s> <http://127.0.0.1:8000/p> <o>")


def test_relative_iris_are_refused_where_the_endpoint_is_not_their_base(client: Client) -> None:
    assert client.post("INSERT DATA { <s> <p> <o> }", UPDATE).status_code == 400
    assert client.ask("ASK { <s> ?p ?o }").status_code == 400


def test_the_dataset_of_the_request_is_what_is_matched(scratch: Playground) -> None:
    for graph, number in (("a", 1), ("b", 2)):
        scratch.update(f"INSERT DATA {{ GRAPH <http://e/{graph}> {{ <http://e/s> <http://e/p> {number} }} }}")
    scratch.update("INSERT { ?s <http://e/q> ?o } WHERE { ?s ?p ?o }", "?using-graph-uri=http://e/a")

    assert scratch.holds("<http://e/s> <http://e/q> 1")
    assert not scratch.holds("<http://e/s> <http://e/q> 2")


def test_delete_where_takes_the_dataset_of_the_request_for_its_pattern(scratch: Playground) -> None:
    scratch.update(
        "INSERT DATA { <http://e/s> <http://e/p> 1 GRAPH <http://e/a> { <http://e/s> <http://e/p> 1 } }"
    )
    scratch.update("DELETE WHERE { ?s ?p ?o }", "?using-graph-uri=http://e/nothing")
    assert scratch.holds("<http://e/s> <http://e/p> 1")

    scratch.update("DELETE WHERE { ?s ?p ?o }", "?using-graph-uri=http://e/a")
    assert not scratch.holds("?s ?p ?o")


@pytest.mark.parametrize("parameter", ["using-graph-uri", "using-named-graph-uri"])
@pytest.mark.parametrize(
    "text",
    [
        "INSERT { ?s ?p 1 }\nUSING <http://e/g> WHERE { ?s ?p ?o }",
        "DELETE { ?s ?p 1 }\nUSING NAMED <http://e/g> WHERE { GRAPH ?g { ?s ?p ?o } }",
        "CLEAR ALL ;\nWITH <http://e/g> DELETE { ?s ?p 1 } WHERE { ?s ?p ?o }",
    ],
    ids=["USING", "USING NAMED", "WITH"],
)
def test_a_dataset_in_the_text_and_in_the_request_is_a_contradiction(
    client: Client, scratch: Playground, text: str, parameter: str
) -> None:
    for asked in (client, scratch):
        response = asked.post(text, UPDATE, f"/sparql?{parameter}=http://e/g")
        problem = json.loads(response.data)
        assert response.status_code == 400
        assert (problem["parameter"], problem["line"]) == (parameter, 2)


@pytest.mark.parametrize(
    "text",
    [
        "LOAD <http://127.0.0.1:9/x>",
        "LOAD <file:///etc/passwd> INTO GRAPH <http://e/g>",
        REFUSED["SERVICE"],
        f"{INSERT} ; LOAD <http://127.0.0.1:9/x>",
    ],
)
def test_what_would_make_the_playground_fetch_is_refused_and_changes_nothing(
    scratch: Playground, text: str
) -> None:
    assert scratch.update(text).status_code == 403
    assert not scratch.holds("?s ?p ?o")


def test_a_silent_load_loads_nothing_and_does_not_stop_the_rest(scratch: Playground) -> None:
    response = scratch.update(f"LOAD SILENT <file:///etc/passwd> INTO GRAPH <http://e/g> ; {INSERT}")

    assert response.status_code == 204
    assert scratch.holds("<http://e/s> <http://e/p> 1")
    assert not scratch.holds("GRAPH <http://e/g> { }")


def test_a_body_may_be_as_long_as_the_limit_and_no_longer(scratch: Playground) -> None:
    fits = INSERT + "#" * (MAX_BODY_BYTES - len(INSERT))
    bomb = gzip.compress(b"#" * (MAX_BODY_BYTES + 1))

    assert scratch.update(fits).status_code == 204
    assert scratch.update(fits + "#").status_code == 413
    packed = scratch.send("POST", "/sparql", bomb, Content_Type=UPDATE, Content_Encoding="gzip")
    assert packed.status_code == 413


def test_an_unknown_content_coding_is_told_the_known_ones(scratch: Playground) -> None:
    response = scratch.update(INSERT, Content_Encoding="br")

    assert response.status_code == 415
    assert response.headers["Accept-Encoding"] == "gzip, deflate"


def test_a_page_of_another_site_changes_nothing(scratch: Playground) -> None:
    assert scratch.update(INSERT, Sec_Fetch_Site="cross-site").status_code == 403
    assert scratch.update(INSERT, Sec_Fetch_Site="same-origin").status_code == 204


def test_a_name_that_only_resolves_to_this_machine_is_refused(scratch: Playground) -> None:
    assert scratch.send("GET", "/health", Host="rebound.example:8000").status_code == 403
    assert scratch.send("GET", "/health", Host="[::1]:8000").status_code == 200


def test_many_operations_and_much_data_are_no_complex_update(scratch: Playground) -> None:
    graphs = "GRAPH <a:g> { <a:a> <a:b> -1 } " * 100

    assert scratch.update(f"INSERT DATA {{ {graphs} }}").status_code == 204
    assert scratch.update("INSERT {} WHERE { " + "{ " * 70 + "} " * 70 + "}").status_code == 403


def test_an_unknown_function_is_the_clients_mistake(client: Client) -> None:
    response = client.ask("SELECT (<http://e/f>(1) AS ?x) {}")

    assert response.status_code == 400
    assert "http://e/f" in json.loads(response.data)["detail"]
