"""Timeline, map, network and comparison through a real server: what they draw is what their query answers."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

import pytest

from attack.server import serving
from protocol.asking import BROWSER
from protocol.test_pages import Outline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attack.server import Server
    from protocol.asking import Client
    from zanryu.config import Settings

VIEWS: Final = (
    "/timeline",
    "/timeline?from=1945&to=1946-12",
    "/timeline?person=ishii-takuo&person=igawa-sei",
    "/timeline?academy=quang-ngai&to=1946",
    "/map",
    "/map?area=asia&what=presentAt&from=1945",
    "/map?place=hue",
    "/network",
    "/network?around=ishii-takuo",
    "/network?around=academy/quang-ngai&depth=2&kind=teaching",
    "/compare?iri=ishii-takuo&iri=igawa-sei",
    "/compare?iri=work/kamo-2008&iri=work/jawiki-ishii-takuo",
)
_LIMITS: Final = re.compile(r"LIMIT (\d+)")


@pytest.fixture(scope="module")
def server(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(
        built.store, tmp_path_factory.mktemp("drawn"), access_log="none", validation_workers="0"
    ) as started:
        yield started


def link_to_query(page: str) -> str:
    (found,) = re.findall(r'href="(/sparql\?query=[^"]+)"', page)
    return unescape(found)


@pytest.mark.parametrize("path", VIEWS)
def test_the_query_behind_a_view_answers_the_rows_of_the_view(server: Server, path: str) -> None:
    page = server.get(path, BROWSER)
    assert page.status == 200, page.text
    data = server.get(path + ("&" if "?" in path else "?") + "format=csv")
    assert data.media_type == "text/csv"
    asked = server.get(link_to_query(page.text), "text/csv")
    assert asked.status == 200, asked.text
    assert data.text == asked.text
    assert len(data.text.splitlines()) > 1


@pytest.mark.parametrize("path", VIEWS)
def test_every_claim_of_the_rows_is_on_the_page_and_in_the_json_ld(server: Server, path: str) -> None:
    page = server.get(path, BROWSER).text
    joined = path + ("&" if "?" in path else "?")
    rows = list(csv.DictReader(io.StringIO(server.get(f"{joined}format=csv").text)))
    document = server.get(f"{joined}format=jsonld")
    assert document.media_type == "application/ld+json"
    described = json.dumps(json.loads(document.body))
    column = "claim" if "claim" in rows[0] else "place"
    for slug in {row[column].rsplit("/", 1)[-1] for row in rows}:
        assert slug in page, slug
        assert slug in described, slug


@pytest.mark.parametrize("path", ["/timeline", "/map", "/network", "/compare", *VIEWS])
@pytest.mark.parametrize("language", ["en", "ja", "vi"])
def test_a_view_has_one_heading_and_no_markup_that_the_policy_refuses(
    server: Server, path: str, language: str
) -> None:
    answer = server.get(path + ("&" if "?" in path else "?") + f"lang={language}", BROWSER)
    outline = Outline(answer.text)
    assert answer.status == 200
    assert len(outline.all("h1")) == 1
    assert outline.all("html") == [{"lang": language}]
    assert not outline.all("style")
    assert not [attributes for _, attributes in outline.elements if "style" in attributes]


def test_every_mark_of_the_timeline_leads_to_its_claim_and_has_a_name(server: Server) -> None:
    page = server.get("/timeline?person=ishii-takuo", BROWSER).text
    marks = re.findall(r'<a href="([^"]+)" class="mark[^>]*><title>([^<]+)</title>', page)
    assert len(marks) > 20
    assert all(href.startswith("/page/claim/") for href, _ in marks)
    assert any("disputed" in name for _, name in marks)
    assert all("accepted" in name for _, name in marks)


def test_the_map_says_whose_points_and_borders_it_shows(server: Server) -> None:
    page = server.get("/map", BROWSER).text
    for said in ("Natural Earth", "GeoNames", "CC BY 4.0", "Borders are those of today", "shown at its seat"):
        assert said in page


def test_the_network_has_what_is_accepted_alone(server: Server) -> None:
    rows = list(csv.DictReader(io.StringIO(server.get("/network?format=csv").text)))
    for row in rows[:5]:
        triple = f"<{row['one']}> <{row['what']}> <{row['other']}>"
        ask = f"ASK {{ GRAPH <https://w3id.org/zanryu/graph/accepted> {{ {triple} }} }}"
        assert '"boolean":true' in server.query(ask).text.replace(" ", "")


def test_sources_that_contradict_each_other_are_said_to(server: Server) -> None:
    page = server.get("/compare?iri=work/answer&iri=work/jawiki-ishii-takuo", BROWSER).text
    assert "they agree" in page
    assert "they agree in part" in page


@pytest.mark.parametrize("path", ["/timeline", "/map", "/network", "/compare?iri=ishii-takuo"])
def test_a_view_that_is_known_is_not_sent_again(server: Server, path: str) -> None:
    tag = server.get(path, BROWSER).headers["etag"]
    again = server.ask("GET", path, {"Accept": BROWSER, "If-None-Match": tag})
    assert (again.status, again.body) == (304, b"")
    assert server.ask("GET", path, {"Accept": BROWSER, "Accept-Language": "ja"}).headers["etag"] != tag


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/timeline?from=x", "from"),
        ("/timeline?from=1945-13", "from"),
        ("/timeline?from=1950&to=1940", "from"),
        ("/timeline?to=1950&to=1951", "to"),
        ("/timeline?person=../x", "person"),
        ("/timeline?academy=%3Cscript%3E", "academy"),
        ("/timeline?" + "&".join(f"person=p{n}" for n in range(13)), "person"),
        ("/map?area=moon", "area"),
        ("/map?what=%22%3E", "what"),
        ("/map?place=a&place=b", "place"),
        ("/network?depth=3", "depth"),
        ("/network?kind=love", "kind"),
        ("/network?around=work/kamo-2008", "around"),
        ("/network?around=%7D", "around"),
        ("/compare?iri=javascript:alert(1)", "iri"),
        ("/compare?iri=https://example.org/id/person/x", "iri"),
        ("/compare?iri=work/answer&iri=ishii-takuo", "iri"),
        ("/compare?" + "&".join(f"iri=p{n}" for n in range(7)), "iri"),
    ],
)
def test_a_parameter_that_cannot_be_is_named(server: Server, path: str, parameter: str) -> None:
    answer = server.get(path, "application/json")
    assert answer.status == 400
    assert json.loads(answer.body)["parameter"] == parameter


@pytest.mark.parametrize(
    "path",
    ["/timeline?person=nobody", "/map?place=nowhere", "/network?around=nobody", "/compare?iri=nobody"],
)
def test_what_the_graph_does_not_know_is_not_drawn(server: Server, path: str) -> None:
    assert server.get(path, BROWSER).status == 404


@pytest.mark.parametrize("path", VIEWS)
def test_a_query_is_bounded(server: Server, path: str) -> None:
    query = parse_qs(urlsplit(link_to_query(server.get(path, BROWSER).text)).query)["query"][0]
    assert all(int(limit) <= 2000 for limit in _LIMITS.findall(query))
    assert query.rstrip().splitlines()[-1].startswith("LIMIT")
    assert query.startswith("# ")


@pytest.mark.parametrize(
    "path", ["/timeline?person=hostile", "/network?around=hostile", "/compare?iri=hostile&iri=sato-haru"]
)
def test_hostile_names_are_text(browser: Client, path: str) -> None:
    response = browser.get(path)
    assert response.status_code == 200
    assert "<script>alert" not in response.text
    assert all(
        e.get("type") == "application/json" or e["src"].startswith("/static/built/")
        for e in Outline(response.text).all("script")
    )
