"""The overviews, the way in and the page about the graph, through a real server."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from attack.server import serving, wait_until
from protocol.asking import BROWSER, SCRIPT
from protocol.test_pages import Outline
from writing.editor import claim, copy_of, editing, insert

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attack.server import Server
    from protocol.asking import Client
    from zanryu.config import Settings

LISTS = ("/officers", "/academies", "/sources", "/conflicts")
OVERVIEWS = (*LISTS, "/units", "/how-many")
PAGES = ("/", "/about", *OVERVIEWS)
ZR = "https://w3id.org/zanryu/ontology/"
ZV = "https://w3id.org/zanryu/vocab/"
PREFIXES = (
    f"PREFIX zr: <{ZR}> PREFIX zv: <{ZV}> PREFIX g: <https://w3id.org/zanryu/graph/> "
    "PREFIX dcterms: <http://purl.org/dc/terms/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
    "PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> "
)


@pytest.fixture(scope="module")
def server(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(
        built.store, tmp_path_factory.mktemp("overseen"), access_log="none", validation_workers="0"
    ) as started:
        wait_until(lambda: started.get("/officers").status == 200, 60, "the index is there")
        yield started


def page(server: Server, target: str) -> str:
    answer = server.get(target, BROWSER)
    assert (answer.status, answer.media_type) == (200, "text/html"), answer.text[:300]
    return answer.text


def rows(server: Server, query: str) -> list[dict[str, str]]:
    answer = server.query(PREFIXES + query)
    assert answer.status == 200, answer.text
    bindings: list[dict[str, Any]] = json.loads(answer.body)["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in bindings]


def table(server: Server, target: str) -> list[dict[str, str]]:
    answer = server.get(target, "text/csv")
    assert (answer.status, answer.media_type) == (200, "text/csv")
    return list(csv.DictReader(io.StringIO(answer.body.decode())))


def facet(text: str, name: str) -> dict[str, int]:
    """Return the values that a page offers for a dimension, with their counts."""
    counted = rf'href="([^"]*[?&;]{name}=[^"]*)"[^>]*><span>.*?<span class="count">([\d,]+)</span>'
    found = re.findall(counted, text)
    return {parse_qs(urlsplit(html.unescape(h)).query)[name][0]: int(n.replace(",", "")) for h, n in found}


def total(text: str) -> int:
    [found] = re.findall(r'<h2 id="listed">([\d,]+) ', text)
    return int(found.replace(",", ""))


@pytest.mark.parametrize("language", ["en", "ja", "vi"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_one_heading_and_its_language(server: Server, path: str, language: str) -> None:
    outline = Outline(page(server, f"{path}?lang={language}"))
    assert len(outline.all("h1")) == 1
    assert outline.all("html") == [{"lang": language}]


@pytest.mark.parametrize("path", PAGES)
def test_a_copy_that_is_current_is_not_sent_again(server: Server, path: str) -> None:
    tag = server.get(path, BROWSER).headers["etag"]
    assert server.ask("GET", path, {"Accept": BROWSER, "If-None-Match": tag}).status == 304
    assert server.get(f"{path}?lang=ja", BROWSER).headers["etag"] != tag


@pytest.mark.parametrize(
    ("target", "parameter"),
    [
        ("/officers?page=0", "page"),
        ("/officers?page=9999", "page"),
        ("/officers?page=two", "page"),
        ("/officers?sort=rank", "sort"),
        ("/officers?rank=emperor", "rank"),
        ("/officers?unit=" + "x" * 5000, "unit"),
        ("/officers?rank=ija-major&rank=ija-captain", "rank"),
        ("/officers?who=nobody", "who"),
        ("/sources?tier=quaternary", "tier"),
        ("/sources?language=%3Cscript%3E", "language"),
        ("/conflicts?state=%22%29%7D", "state"),
        ("/academies?format=pdf", "format"),
        ("/units?page=2", "page"),
        ("/how-many?page=2", "page"),
    ],
)
def test_what_cannot_be_answered_is_refused_by_the_name_of_its_parameter(
    server: Server, target: str, parameter: str
) -> None:
    answer = server.get(target, "text/csv")
    assert (answer.status, answer.media_type) == (400, "application/problem+json"), answer.text[:300]
    assert json.loads(answer.body)["parameter"] == parameter


@pytest.mark.parametrize(
    ("target", "name", "query"),
    [
        (
            "/officers",
            "rank",
            "SELECT ?v (COUNT(DISTINCT ?x) AS ?n) { ?x a zr:Officer . ?v zr:seniority ?s ; "
            "skos:inScheme ?f . "
            "GRAPH g:accepted { ?x ?p ?v } FILTER(?p IN (zr:heldRank, zr:promotedTo)) "
            "{ SELECT ?x ?f (MAX(?t) AS ?s) { GRAPH g:accepted { ?x ?q ?o } ?o zr:seniority ?t ; "
            "skos:inScheme ?f FILTER(?q IN (zr:heldRank, zr:promotedTo)) } GROUP BY ?x ?f } } GROUP BY ?v",
        ),
        (
            "/officers?who=all",
            "unit",
            "SELECT ?v (COUNT(DISTINCT ?x) AS ?n) { ?x a zr:Person . ?v a zr:MilitaryUnit . "
            "GRAPH g:accepted { ?x ?p ?v } FILTER(?p IN (zr:servedIn, zr:commanded)) } GROUP BY ?v",
        ),
        ("/sources", "tier", "SELECT ?v (COUNT(?x) AS ?n) { ?x zr:tier ?v } GROUP BY ?v"),
        (
            "/sources?tier=tertiary",
            "language",
            "SELECT ?v (COUNT(DISTINCT ?x) AS ?n) { ?x zr:tier zv:tertiary ; dcterms:language ?v } "
            "GROUP BY ?v",
        ),
        ("/conflicts", "state", "SELECT ?v (COUNT(?x) AS ?n) { ?x zr:resolution ?v } GROUP BY ?v"),
        ("/conflicts?state=resolved", "kind",
         "SELECT ?v (COUNT(?x) AS ?n) { ?x zr:resolution zv:resolved ; zr:kind ?v } GROUP BY ?v"),
    ],
    ids=["rank", "unit", "tier", "language", "state", "kind"],
)  # fmt: skip
def test_a_facet_counts_what_a_query_counts(server: Server, target: str, name: str, query: str) -> None:
    counted = {row["v"].rpartition("/")[2]: int(row["n"]) for row in rows(server, query)}
    assert facet(page(server, target), name) == counted


@pytest.mark.parametrize(
    "target",
    [
        "/officers",
        "/officers?who=all",
        "/officers?rank=ija-major",
        "/officers?who=all&fate=repatriatedTo%3Ajapan",
        "/officers?academy=quang-ngai&disputed=yes",
        "/officers?role=instructor",
        "/academies",
        "/academies?disputed=yes",
        "/sources?tier=primary",
        "/sources?standing=repeats&language=vi",
        "/conflicts?state=open&about=ishii-takuo",
    ],
)
def test_the_query_behind_a_list_finds_the_same_things(server: Server, target: str) -> None:
    text = page(server, target)
    [behind] = re.findall(r'href="(/sparql\?query=[^"]+)"[^>]*>Query behind', text)
    query = parse_qs(urlsplit(html.unescape(behind)).query)["query"][0]
    answer = server.query(query)
    assert answer.status == 200, answer.text
    bindings = json.loads(answer.body)["results"]["bindings"]
    found = {row["item"]["value"] for row in bindings}

    assert found == {row["iri"] for row in table(server, target)}
    assert len(found) == total(text) > 0


def test_the_numbers_of_a_list_are_those_of_the_query_behind_it(server: Server) -> None:
    query = (
        "SELECT ?x (COUNT(DISTINCT ?c) AS ?n) (COUNT(DISTINCT ?w) AS ?m) "
        "{ ?c rdf:subject ?x ; zr:citation/zr:work ?w . ?x a zr:Officer } GROUP BY ?x"
    )
    counted = {row["x"]: (row["n"], row["m"]) for row in rows(server, query)}
    assert {row["iri"]: (row["claims"], row["sources"]) for row in table(server, "/officers")} == counted


def test_a_list_is_in_the_order_that_was_asked_for(server: Server) -> None:
    claims = [int(row["claims"]) for row in table(server, "/officers?sort=claims")]
    assert claims == sorted(claims, reverse=True)
    names = [row["name"] for row in table(server, "/officers")]
    assert names.index("Igawa Sei") < names.index("Ishii Takuo") < names.index("Tanimoto Kikuo")


def test_pages_follow_each_other_and_each_thing_is_on_one(server: Server) -> None:
    text = page(server, "/sources")
    pages = [page(server, f"/sources?page={number}") for number in (1, 2, 3, 4)]
    links = [link for each in pages for link in re.findall(r'<h3><a href="(/page/work/[^"]+)"', each)]
    assert len(links) == len(set(links)) == total(text)
    assert 'aria-current="page"><span class="hidden">Page </span>1' in text


def test_a_person_is_listed_with_kanji_rank_unit_and_what_came_after(server: Server) -> None:
    [ishii] = [row for row in table(server, "/officers") if row["name"] == "Ishii Takuo"]
    assert ishii["kanji"] == "石井卓雄"
    assert "major (IJA)" in ishii["rank"].split("; ")
    assert "55th Cavalry Regiment" in ishii["unit"]
    assert ishii["disputed"]
    assert any(said.startswith("cause of death: ") for said in ishii["fate"].split("; "))


def test_every_unit_stands_in_the_tree_or_beside_it(server: Server) -> None:
    units = {row["x"].rpartition("/")[2] for row in rows(server, "SELECT ?x { ?x a zr:MilitaryUnit }")}
    text = page(server, "/units")
    assert set(re.findall(r'href="/page/unit/([^"]+)"', text)) == units
    below = text[text.index("/page/unit/38th-army") : text.index("/page/unit/16th-army")]
    assert "/page/unit/29th-infantry-regiment" in below


def test_every_claim_about_a_number_is_drawn_and_told(server: Server) -> None:
    claims = {row["x"].rpartition("/")[2] for row in rows(server, "SELECT ?x { ?x a zr:CountClaim }")}
    text = page(server, "/how-many")
    assert set(re.findall(r'<tr id="([^"]+)"', text)) == claims
    assert set(re.findall(r'<a href="#([^"]+-count-[^"]+)">', text)) == claims
    assert "a few thousand" in text
    for number in ("about 90,000", "about 130,000", "186", "about 46", "1,000 to 2,000"):
        assert f">{number}</bdi>" in text


def test_a_conflict_shows_its_sides_and_who_says_so(server: Server) -> None:
    text = page(server, "/conflicts?about=ishii-takuo&state=open")
    assert "/page/conflict/ishii-takuo-quang-ngai-post" in text
    assert "/page/work/answer" in text


def test_the_way_in_leads_to_answers_without_a_query(server: Server) -> None:
    links = [link["href"] for link in Outline(page(server, "/?lang=vi")).all("a") if "href" in link]
    assert "/page/academy/quang-ngai?lang=vi#incoming" in links
    assert "/page/person/ishii-takuo?lang=vi#disputed" in links
    for path in ("/officers", "/units", "/academies", "/sources", "/conflicts", "/how-many", "/about"):
        assert f"{path}?lang=vi" in links
    for target in dict.fromkeys(link.partition("#")[0] for link in links if link.startswith("/page/")):
        page(server, target)


def test_the_way_in_leads_to_pages_whose_anchors_are_there(server: Server) -> None:
    for target in ("/page/academy/quang-ngai#incoming", "/page/person/ishii-takuo#disputed"):
        path, _, anchor = target.partition("#")
        assert f'id="{anchor}"' in page(server, path)


def test_about_says_how_to_cite_and_under_which_licence(server: Server) -> None:
    text = page(server, "/about")
    for said in ("CC0 1.0", "GeoNames", "creativecommons.org/licenses/by/4.0", "no cookies", 'id="cite"'):
        assert said in text
    [document] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert json.loads(document)["@type"] == "Dataset"


def test_hostile_names_are_shown_as_text(browser: Client) -> None:
    for path in ("/officers?who=all", "/academies", "/sources", "/conflicts", "/units", "/how-many"):
        text = browser.get(path).text
        assert "<script>alert" not in text
        assert "49" not in re.findall(r"<h3>(.*?)</h3>", text)
    assert html.escape(SCRIPT, quote=False)[:20] in browser.get("/officers?who=all").text


def test_what_was_just_written_is_listed_and_told_among_the_newest(
    built: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    settings = copy_of(built, tmp_path_factory.mktemp("edited") / "home")
    with editing(settings, tmp_path_factory.mktemp("server")) as editor:
        server = editor.server
        wait_until(lambda: server.get("/officers").status == 200, 60, "the index is there")
        before = {row["name"]: int(row["claims"]) for row in table(server, "/officers")}
        tag = server.get("/", BROWSER).headers["etag"]

        editor.made(insert(claim("ishii-takuo-overseen-1")), message="<b>Seen</b> from above.")

        def claims_now() -> int:
            return {row["name"]: int(row["claims"]) for row in table(server, "/officers")}["Ishii Takuo"]

        wait_until(lambda: claims_now() == before["Ishii Takuo"] + 1, 30, "the new claim is counted")
        home = server.ask("GET", "/", {"Accept": BROWSER, "If-None-Match": tag})
        assert home.status == 200
        assert "&lt;b&gt;Seen&lt;/b&gt; from above." in home.text
        assert 'href="/history/1"' in home.text
