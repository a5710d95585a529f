"""A session of OpenRefine with the running server: each request as its pages and its own server send it."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from reconciliation.client import BROWSER, Client, filled

if TYPE_CHECKING:
    from attack.server import Server

ISHII = "person/ishii-takuo"
NAMES = ["石井卓雄", "Nakahara Mitsunobu", "Igawa Sei", "nobody of that name at all"]


@pytest.fixture(scope="module")
def client(server: Server) -> Client:
    return Client(server, "0.2")


@pytest.fixture(scope="module")
def manifest(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"{client.server.origin}/reconcile", "manifest")
    return found


def _asked(name: str, **more: object) -> dict[str, object]:
    return {"query": name, "type": "Person", "type_strict": "should", **more}


def _reconcile(client: Client, batch: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    answer = client.post("/reconcile", "reconciliation-result-batch", "queries", batch)
    assert list(answer) == list(batch)
    return {key: one["result"] for key, one in answer.items()}


def test_the_manifest_names_this_server_and_the_namespaces_of_the_data(
    manifest: dict[str, Any], server: Server
) -> None:
    assert manifest["versions"] == ["0.2"]
    assert manifest["identifierSpace"] + ISHII == "https://w3id.org/zanryu/id/person/ishii-takuo"
    assert manifest["view"]["url"] == f"{server.origin}/id/{{{{id}}}}"
    assert manifest["batchSize"] == 20
    assert {"id": "Officer", "name": "officer"} in manifest["defaultTypes"]


def test_types_are_guessed_from_the_candidates_of_some_names(client: Client) -> None:
    batch = {f"q{place}": {"query": name, "limit": 3} for place, name in enumerate(NAMES)}
    found = _reconcile(client, batch)

    # GuessTypesOfColumnCommand counts `type` of every candidate: one that is no array would end it.
    counted = Counter(t["id"] for candidates in found.values() for c in candidates for t in c["type"])
    assert counted["Person"] >= 3
    assert all(c["type"][-1]["id"] == "Entity" for candidates in found.values() for c in candidates)


def test_names_are_matched_and_every_key_is_answered(client: Client) -> None:
    found = _reconcile(client, {f"q{place}": _asked(name) for place, name in enumerate(NAMES)})

    assert [found["q0"][0][part] for part in ("id", "match")] == [ISHII, True]
    assert found["q1"][0]["id"] == "person/nakahara-mitsunobu"
    assert found["q2"][0]["id"] == "person/igawa-sei"
    assert not any(candidate["match"] for candidate in found["q3"])
    for candidates in found.values():
        scores = [candidate["score"] for candidate in candidates]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 100 for score in scores)


def test_a_column_that_confirms_a_name_decides(client: Client) -> None:
    alone = _reconcile(client, {"q0": _asked("Ishii Takuo")})["q0"][0]
    major = [{"pid": "rank", "v": "major"}]
    confirmed = _reconcile(client, {"q0": _asked("Ishii Takuo", properties=major)})["q0"][0]

    assert (alone["id"], alone["match"]) == (ISHII, False)
    assert (confirmed["id"], confirmed["match"]) == (ISHII, True)
    assert {"id": "property:rank", "value": 100.0} in confirmed["features"]


@pytest.mark.parametrize(
    ("pid", "value"),
    [
        ("birthDate", "1919"),
        ("date", "1945/1950"),
        ("unit", {"id": "unit/55th-cavalry-regiment", "name": "whatever"}),
        ("unit", ["55th Cavalry Regiment", "another"]),
        ("academy", "Imperial Japanese Army Academy"),
        ("place", "Fukuyama"),
        ("source", {"id": "work/answer"}),
    ],
    ids=["year", "interval", "reconciled-unit", "names-of-units", "academy", "place", "source"],
)
def test_what_else_a_table_knows_confirms_a_name(client: Client, pid: str, value: object) -> None:
    properties = [{"pid": pid, "v": value}]
    found = _reconcile(client, {"q0": _asked("Ishii Takuo", properties=properties)})["q0"][0]

    assert (found["id"], found["match"]) == (ISHII, True), found["features"]


def test_the_same_batch_has_the_same_answer_to_the_byte(client: Client) -> None:
    batch = {f"q{place}": {"query": name} for place, name in enumerate([*NAMES, "Nguyen", "Tran"])}

    first, second = (_reconcile(client, batch) for _ in range(2))

    assert str(first) == str(second)
    ties = [(c["score"], c["id"]) for c in first["q4"]]
    assert ties == sorted(ties, key=lambda pair: (-pair[0], pair[1]))


def test_a_thing_is_suggested_by_how_its_name_begins(client: Client, manifest: dict[str, Any]) -> None:
    address = "".join(manifest["suggest"]["entity"].values())

    found = client.get(address, "suggest-entities-response", prefix="ishii", cursor="0")["result"]
    rest = client.get(address, "suggest-entities-response", prefix="ishii", cursor="1")["result"]

    assert found[0]["id"] == ISHII
    assert found[0]["notable"][0] == {"id": "Officer", "name": "officer"}
    assert [thing["id"] for thing in found[1:]] == [thing["id"] for thing in rest][: len(found) - 1]


def test_a_property_and_a_type_are_suggested(client: Client, manifest: dict[str, Any]) -> None:
    suggest = manifest["suggest"]

    properties = client.get("".join(suggest["property"].values()), "suggest-properties-response", prefix="ra")
    types = client.get("".join(suggest["type"].values()), "suggest-types-response", prefix="off")

    assert "rank" in [found["id"] for found in properties["result"]]
    assert [found["id"] for found in types["result"]] == ["Officer"]


def test_the_view_of_an_identifier_is_its_page(client: Client, manifest: dict[str, Any]) -> None:
    address = filled(manifest["view"]["url"], ISHII)

    seen = client.server.ask("GET", client.target(address), {"Accept": "text/html"})

    assert (seen.status, seen.headers["location"]) == (303, f"/page/{ISHII}")


def test_the_preview_needs_neither_scripts_nor_forms_and_may_be_framed(
    client: Client, manifest: dict[str, Any]
) -> None:
    preview = manifest["preview"]
    answer = client.server.ask("GET", client.target(filled(preview["url"], ISHII)), BROWSER)

    assert (answer.status, answer.media_type) == (200, "text/html")
    assert "石井卓雄" in answer.text
    assert not re.search(r"<(script|form|a|iframe)\b|javascript:|\son\w+=", answer.text)
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors *" in policy
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert "x-frame-options" not in answer.headers
    assert (preview["width"], preview["height"]) == (430, 260)


def test_the_preview_of_nothing_says_so_inside_of_the_frame(client: Client) -> None:
    answer = client.server.get("/reconcile/preview?id=person/%3Cb%3Enobody", "text/html")

    assert (answer.status, answer.media_type) == (404, "text/html")
    assert "frame-ancestors *" in answer.headers["content-security-policy"]
    assert "<b>nobody" not in answer.text
    assert client.server.get("/about", "text/html").headers["content-security-policy"].count("'none'") >= 3


def test_columns_are_proposed_and_filled(client: Client, manifest: dict[str, Any]) -> None:
    address = "".join(manifest["extend"]["propose_properties"].values())
    proposed = client.get(address, "data-extension-property-proposal", type="Person", limit="12")
    wanted = [{"id": p["id"]} for p in proposed["properties"]]
    ids = [ISHII, "person/igawa-sei", "person/nobody"]
    asked = {"ids": ids, "properties": wanted}

    found = client.post("/reconcile", "data-extension-response", "extend", asked)

    assert (proposed["type"], proposed["limit"], len(wanted)) == ("Person", 12, 12)
    assert [column["id"] for column in found["meta"]] == [column["id"] for column in wanted]
    # A row that lacks a column shifts all that follow it.
    assert {row: list(columns) for row, columns in found["rows"].items()} == dict.fromkeys(
        ids, [column["id"] for column in wanted]
    )
    assert set(map(str, found["rows"]["person/nobody"].values())) == {"[]"}
    assert found["rows"][ISHII]["name-ja"] == [{"str": "石井卓雄"}]
    typed = {column["id"]: column["type"]["id"] for column in found["meta"] if "type" in column}
    assert (typed["unit"], typed["academy"], typed["source"]) == ("MilitaryUnit", "Academy", "Work")


def test_a_value_has_its_date_and_its_sources_beside_it(client: Client) -> None:
    columns = ["rank", "rank.when", "rank.source", "rank.certainty", "rank.claim"]
    asked = {"ids": [ISHII], "properties": [{"id": name} for name in columns]}

    found = client.post("/reconcile", "data-extension-response", "extend", asked)["rows"][ISHII]

    assert len({len(values) for values in found.values()}) == 1
    beside = list(zip(*(found[name] for name in columns), strict=True))
    ranks = {rank["str"]: (when["str"], source["str"]) for rank, when, source, *_ in beside}
    assert ranks["second lieutenant (IJA)"][0] == "1940-05"
    assert "石井卓雄, section 経歴" in ranks["second lieutenant (IJA)"][1]
    assert all(claim["str"].startswith("claim/ishii-takuo-") for *_, claim in beside)


def test_the_settings_of_a_column_hold(client: Client) -> None:
    def served(**settings: object) -> list[dict[str, Any]]:
        asked = {"ids": [ISHII], "properties": [{"id": "servedIn", "settings": settings}]}
        found = client.post("/reconcile", "data-extension-response", "extend", asked)
        values: list[dict[str, Any]] = found["rows"][ISHII]["servedIn"]
        assert ("type" in found["meta"][0]) == (settings.get("content", "name") == "name")
        return values

    everything = served()

    assert set(everything[0]) == {"id", "name"}
    assert served(limit="1") == everything[:1]
    assert served(limit=0) == everything
    assert served(content="id") == [{"str": unit["id"]} for unit in everything]
    assert served(content="literal") == [{"str": unit["name"]} for unit in everything]
    assert len(served(claims="accepted")) <= len(everything) <= len(served(claims="all"))


def test_uncertain_dates_are_given_as_they_are_written(client: Client) -> None:
    asked = {"ids": [ISHII], "properties": [{"id": "aided.when"}, {"id": "deathDate"}]}

    found = client.post("/reconcile", "data-extension-response", "extend", asked)["rows"][ISHII]

    assert {"str": "1945-09/1950-05-20"} in found["aided.when"]
    assert {"str": "1950"} in found["deathDate"]


def test_a_language_is_chosen_by_the_address(client: Client) -> None:
    manifest = client.get("/reconcile/ja", "manifest")
    batch = {"q0": {"query": "Ishii Takuo", "type": "Person"}}
    answer = client.post("/reconcile/ja", "reconciliation-result-batch", "queries", batch)

    assert urlsplit(manifest["preview"]["url"]).path == "/reconcile/ja/preview"
    assert {"id": "Officer", "name": "将校"} in manifest["defaultTypes"]
    assert answer["q0"]["result"][0]["name"] == "石井卓雄"
