"""A session of a client of the draft of version 1.0 with the running server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import pytest

from reconciliation.client import BROWSER, Client

if TYPE_CHECKING:
    from attack.server import Server

ROOT = "/reconcile/v1"
ISHII = "person/ishii-takuo"
RESULTS = "reconciliation-result-batch"


@pytest.fixture(scope="module")
def client(server: Server) -> Client:
    return Client(server, "1.0-draft")


def _named(*spellings: str, **more: object) -> dict[str, Any]:
    value = list(spellings) if len(spellings) > 1 else spellings[0]
    return {"type": "Person", **more, "conditions": [{"matchType": "name", "propertyValue": value}]}


def _match(client: Client, *queries: dict[str, Any], **headers: str) -> list[list[dict[str, Any]]]:
    answer = client.post_json(f"{ROOT}/match", RESULTS, {"queries": list(queries)}, **headers)
    assert len(answer["results"]) == len(queries)
    return [result["candidates"] for result in answer["results"]]


def test_the_manifest_says_what_is_offered(client: Client) -> None:
    manifest = client.get(ROOT, "manifest")

    assert manifest["versions"] == ["1.0-draft"]
    assert manifest["standardizedScore"] is True
    assert not {"identifierSpace", "schemaSpace"} & set(manifest)
    assert client.get(f"{ROOT}/", "manifest") == manifest


@pytest.mark.parametrize("expanded", [ISHII, quote(ISHII, safe="")], ids=["reserved", "simple"])
def test_the_view_template_leads_to_the_page_however_it_is_expanded(client: Client, expanded: str) -> None:
    template = client.get(ROOT, "manifest")["view"]["url"]
    target = urlsplit(template.replace("{+id}", expanded)).path

    seen = client.server.ask("GET", target, {"Accept": "text/html"})

    assert (seen.status, seen.headers["location"]) == (303, f"/page/{ISHII}")


def test_names_are_matched_in_the_order_of_the_batch(client: Client) -> None:
    found = _match(
        client, _named("石井卓雄"), _named("nobody of that name at all"), _named("Igawa Sei", limit=1)
    )

    assert (found[0][0]["id"], found[0][0]["match"]) == (ISHII, True)
    assert [candidate["match"] for candidate in found[1]] == [False] * len(found[1])
    assert [candidate["id"] for candidate in found[2]] == ["person/igawa-sei"]
    assert all(feature["name"] for feature in found[0][0]["features"])


def test_several_spellings_of_a_name_give_each_thing_once(client: Client) -> None:
    candidates = _match(client, _named("Ishii Takuo", "石井卓雄", limit=3))[0]

    assert (candidates[0]["id"], candidates[0]["match"]) == (ISHII, True)
    assert len({candidate["id"] for candidate in candidates}) == len(candidates) <= 3


def test_spellings_of_two_things_match_neither(client: Client) -> None:
    candidates = _match(client, _named("石井卓雄", "中原光信"))[0]

    assert {"person/nakahara-mitsunobu", ISHII} <= {c["id"] for c in candidates}
    assert not any(candidate["match"] for candidate in candidates)


def test_an_identifier_is_looked_up(client: Client) -> None:
    def by_id(value: object) -> list[str]:
        found = _match(client, {"conditions": [{"matchType": "id", "propertyValue": value}]})[0]
        return [candidate["id"] for candidate in found]

    assert by_id(ISHII) == [ISHII]
    assert by_id("https://w3id.org/zanryu/id/person/ishii-takuo") == [ISHII]
    assert by_id(["person/igawa-sei", ISHII]) == ["person/igawa-sei", ISHII]
    assert by_id("person/nobody") == by_id("<script>") == []


def test_what_is_required_leaves_out_who_has_it_not(client: Client) -> None:
    rank = {"matchType": "property", "propertyId": "rank", "propertyValue": "major"}
    asked = _named("Ishii")

    may = {**asked, "conditions": [*asked["conditions"], rank]}
    must = {**asked, "conditions": [*asked["conditions"], {**rank, "required": True}]}
    never = {
        **asked,
        "conditions": [*asked["conditions"], {**rank, "required": True, "matchQuantifier": "none"}],
    }
    found = [{c["id"] for c in candidates} for candidates in _match(client, may, must, never)]

    assert ISHII in found[1] <= found[0]
    assert found[0] - found[1]
    assert ISHII not in found[2]


def test_the_language_is_the_one_that_is_accepted(client: Client) -> None:
    headers = {**BROWSER, "Accept-Language": "ja"}
    manifest = client.server.ask("GET", ROOT, headers)
    found = _match(client, _named("Ishii Takuo"), **{"Accept-Language": "ja"})[0][0]

    assert manifest.headers["content-language"] == "ja"
    assert "accept-language" in manifest.headers["vary"].lower()
    assert (found["name"], found["lang"]) == ("石井卓雄", "ja")


def test_suggestions_are_paged_by_offset(client: Client) -> None:
    def suggested(**parameters: str) -> list[str]:
        address = f"{ROOT}/suggest/entity"
        found = client.get(address, "suggest-entities-response", prefix="ishi", **parameters)["result"]
        return [thing["id"] for thing in found]

    everything = suggested(limit="5")

    assert everything[0] == ISHII
    assert suggested(limit="2") == everything[:2]
    assert suggested(limit="2", offset="2") == everything[2:4]
    assert suggested(offset="900") == []


def test_values_come_in_the_order_of_what_was_asked(client: Client) -> None:
    proposed = client.get(
        f"{ROOT}/extend/propose", "data-extension-property-proposal", type="Person", limit="8"
    )
    ids, columns = ["person/igawa-sei", ISHII], [p["id"] for p in proposed["properties"]]
    asked = {"ids": ids, "properties": [{"id": name} for name in columns]}

    found = client.post_json(f"{ROOT}/extend", "data-extension-response", asked)

    assert [row["id"] for row in found["rows"]] == ids
    assert [[p["id"] for p in row["properties"]] for row in found["rows"]] == [columns, columns]


def test_the_preview_is_at_the_fixed_place(client: Client) -> None:
    answer = client.server.get(f"{ROOT}/preview?id={quote(ISHII, safe='')}", "text/html")

    assert (answer.status, answer.headers["content-language"]) == (200, "en")
    assert "石井卓雄" in answer.text
