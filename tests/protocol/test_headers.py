"""Every answer carries the common headers, errors and OPTIONS included; the release is served safely."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from protocol.asking import BROWSER

if TYPE_CHECKING:
    from protocol.asking import Client
    from zanryu.config import Settings

PATHS = [
    "/",
    "/sparql",
    "/sparql?query=ASK{}",
    "/sparql?query=nonsense",
    "/sparql?query=ASK{}&format=exe",
    "/id/person/sato-haru",
    "/page/person/sato-haru",
    "/data/person/sato-haru.ttl",
    "/data/person/nobody.ttl",
    "/ontology/heldRank",
    "/vocab",
    "/dumps/",
    "/dumps/zanryu.ttl",
    "/dumps/nothing",
    "/.well-known/void",
    "/health",
    "/robots.txt",
    "/nowhere",
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("accept", [BROWSER, "*/*", "image/png"], ids=["browser", "anything", "impossible"])
def test_every_answer_has_the_common_headers(client: Client, path: str, accept: str) -> None:
    headers = client.get(path, accept).headers

    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"]
    assert {"Accept", "Accept-Language"} <= {name.strip() for name in headers["Vary"].split(",")}
    assert headers["Cache-Control"]


@pytest.mark.parametrize("path", PATHS)
def test_pages_load_from_here_only_and_data_runs_nothing(client: Client, path: str) -> None:
    response = client.get(path, BROWSER)
    policy = response.headers["Content-Security-Policy"]

    assert "unsafe" not in policy
    assert ("default-src 'self'" in policy) if response.mimetype == "text/html" else ("sandbox" in policy)


@pytest.mark.parametrize("path", ["/sparql", "/data/person/sato-haru", "/", "/nowhere"])
def test_a_preflight_request_is_answered(client: Client, path: str) -> None:
    headers = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST",
               "Access-Control-Request-Headers": "content-type"}  # fmt: skip
    response = client.app.test_client().options(path, headers=headers)

    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "GET" in response.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in response.headers["Access-Control-Allow-Headers"]


def test_a_preflight_request_for_the_endpoint_allows_post(client: Client) -> None:
    assert "POST" in client.app.test_client().options("/sparql").headers["Access-Control-Allow-Methods"]


def test_no_page_elsewhere_is_offered_a_method_of_writing(client: Client) -> None:
    for path in ("/graphs", "/sparql", "/history", "/nowhere"):
        offered = client.app.test_client().options(path).headers["Access-Control-Allow-Methods"].split(", ")
        assert set(offered) <= {"GET", "HEAD", "OPTIONS", "POST"}, path


def test_no_answer_sets_a_cookie(client: Client) -> None:
    assert not any("Set-Cookie" in client.get(path).headers for path in PATHS)


def test_health_has_status_version_and_size(client: Client) -> None:
    health = json.loads(client.get("/health").data)
    [row] = client.rows("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")

    assert health["status"] == "ok"
    assert len(health["version"]) == 16
    assert health["triples"] == int(row["n"])


def test_every_listed_dump_is_served_with_the_listed_digest(client: Client) -> None:
    listed = json.loads(client.get("/dumps/", "application/json").data)["files"]

    assert {"zanryu.ttl", "zanryu.nq", "zanryu-rdf12.nq", "SHA256SUMS"} <= {f["name"] for f in listed}
    for file in listed:
        content = client.get(f"/dumps/{file['name']}").data
        assert len(content) == file["bytes"]
        assert file["sha256"] in ("", hashlib.sha256(content).hexdigest())


def test_the_description_of_the_dataset_is_at_its_well_known_address(client: Client) -> None:
    response = client.get("/.well-known/void")

    assert response.mimetype == "text/turtle"
    assert b"void:Dataset" in response.data


@pytest.mark.parametrize(
    "name",
    ["../build.json", "..%2fbuild.json", "%2e%2e/build.json", "%2e%2e%2fbuild.json", "..%5cbuild.json",
     "/etc/passwd", "%2fetc%2fpasswd", ".", "%00", "zanryu.ttl%00.txt", ".hidden", ".."],
)  # fmt: skip
def test_nothing_but_the_files_of_the_release_is_served(
    client: Client, small_settings: Settings, name: str
) -> None:
    (small_settings.dist.resolve() / ".hidden").write_text("secret", encoding="utf-8")

    response = client.get(f"/dumps/{name}")

    assert b'"counts"' not in response.data
    assert b"root:" not in response.data
    assert b"secret" not in response.data


def test_a_part_of_a_dump_can_be_asked_for(client: Client) -> None:
    response = client.get("/dumps/zanryu.nt", Range="bytes=0-9")

    assert (response.status_code, len(response.data)) == (206, 10)


def test_crawlers_are_kept_from_the_queries(client: Client) -> None:
    assert "Disallow: /sparql" in client.get("/robots.txt").text
