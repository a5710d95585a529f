"""The pages of things of this repository's graph, asked of the real server."""

from __future__ import annotations

import gzip
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from attack.server import ROWS, serving
from zanryu.graph.namespaces import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attack.server import Server
    from zanryu.config import Settings

MAX_HTML_BYTES = 50_000
VOID = {"meta", "link", "input", "br", "img", "use", "rect", "line", "stop", "path", "circle", "hr"}


@pytest.fixture(scope="module")
def server(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over the whole graph."""
    with serving(
        built.store, tmp_path_factory.mktemp("entities"), access_log="none", validation_workers="0"
    ) as started:
        yield started


class Part(HTMLParser):
    """The text and the links of the element with an id."""

    def __init__(self, page: str, identifier: str) -> None:
        super().__init__()
        self.text = ""
        self.links: list[str] = []
        self._identifier, self._depth = identifier, 0
        self.feed(page)
        self.text = " ".join(self.text.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if self._depth and tag not in VOID:
            self._depth += 1
        elif found.get("id") == self._identifier:
            self._depth = 1
        if self._depth and tag == "a":
            self.links.append(found.get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if self._depth and tag not in VOID:
            self._depth -= 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_data(self, data: str) -> None:
        if self._depth:
            self.text += data


def page(server: Server, path: str) -> str:
    answer = server.get(path, "text/html")
    assert answer.status == 200, answer.text[:500]
    return answer.text


def test_the_page_of_ishii_shows_both_sides_of_his_post_with_their_sources(server: Server) -> None:
    dispute = Part(page(server, "/page/person/ishii-takuo"), "dispute-ishii-takuo-quang-ngai-post")

    assert "open" in dispute.text
    assert "Head for a while, provisional head, or only instructor" in dispute.text
    for side in ("headed Quảng Ngãi Military Academy", "instructed at Quảng Ngãi politico-military school"):
        assert side in dispute.text
    assert {"/page/work/answer", "/page/work/jawiki-ishii-takuo"} <= set(dispute.links)
    assert {"#ishii-takuo-headed-1", "#ishii-takuo-instructed-1"} <= set(dispute.links)


def test_the_card_of_a_disputed_claim_names_its_rivals_and_their_places(server: Server) -> None:
    card = Part(page(server, "/page/person/ishii-takuo"), "ishii-takuo-headed-1")

    assert "Overruled" in card.text
    assert "from October 1945 to 20 May 1950 inferred by the editors" in card.text
    assert "possible (2 of 4)" in card.text
    assert "bullet 2" in card.text
    assert "Who disagrees open" in card.text
    assert "/page/claim/nguyen-son-headed-1" in card.links


def test_a_hedge_is_told_with_its_cue(server: Server) -> None:
    card = Part(page(server, "/page/person/ishii-takuo"), "ishii-takuo-distinction-1")

    assert "The source holds back: Supposedly (supposedly)" in card.text


def test_the_page_of_a_person_opens_with_what_is_accepted(server: Server) -> None:
    found = page(server, "/page/person/ishii-takuo")
    [summary] = re.findall(r'<p class="summary">(.*?)</p>', found, re.DOTALL)
    text = re.sub(r"<[^>]+>", "", summary)

    assert text.startswith("Major (IJA), 55th Division")
    assert text.endswith("died: 20 May 1950 (land mine).")
    assert "headed" not in text, "who headed the academy is not accepted"


def test_headings_follow_the_shapes_in_the_language_of_the_page(server: Server) -> None:
    english, japanese = (page(server, f"/page/person/ishii-takuo?lang={tag}") for tag in ("en", "ja"))
    headings = re.findall(r'<h2 id="group-\d+-name">(.*?)</h2>', english)

    assert headings[:4] == [
        "Names",
        "Life",
        "Ranks, units and posts",
        "Service with the Việt Minh and others",
    ]
    assert re.findall(r'<h2 id="group-\d+-name">(.*?)</h2>', japanese)[:2] == ["名称", "生涯"]


def test_an_academy_tells_who_taught_there(server: Server) -> None:
    taught = Part(page(server, "/page/academy/quang-ngai"), "incoming")

    assert taught.text.index("instructed at") < taught.text.index("educated at")
    assert "Nakahara Mitsunobu" in taught.text


def test_a_work_tells_what_rests_on_it_alone_and_who_repeats_it(server: Server) -> None:
    found = page(server, "/page/work/answer")

    assert re.search(r"\d+ claims rest on it alone", found)
    assert "bullet 2" in Part(found, "cited").text
    assert "Repeated by" in found


def test_the_page_about_which_most_is_said_is_light(server: Server) -> None:
    query = (
        "SELECT ?s (COUNT(*) AS ?n) { ?c <http://www.w3.org/1999/02/22-rdf-syntax-ns#subject> ?s "
        f'FILTER(STRSTARTS(STR(?s), "{PREFIXES["p"]}")) }} GROUP BY ?s ORDER BY DESC(?n) LIMIT 1'
    )
    [slug] = re.findall(re.escape(PREFIXES["p"]) + r'([^"]+)', server.query(query, ROWS).text)

    assert len(gzip.compress(page(server, f"/page/person/{slug}").encode())) <= MAX_HTML_BYTES


def test_things_of_every_kind_have_a_page(server: Server) -> None:
    query = (
        "SELECT DISTINCT ?s { ?s a ?type "
        f'FILTER(STRSTARTS(STR(?s), "{PREFIXES["p"].removesuffix("person/")}")) '
        'FILTER(!CONTAINS(STR(?s), "/claim/")) } ORDER BY ?s'
    )
    base = PREFIXES["p"].removesuffix("id/person/")
    things = re.findall(rf'"{re.escape(base)}id/([^"]+)"', server.query(query, ROWS).text)
    broken = [t for t in things[::12] if server.get(f"/page/{t}", "text/html").status != 200]

    assert len(things) > 300
    assert len({t.partition("/")[0] for t in things[::12]}) >= 8
    assert broken == []
