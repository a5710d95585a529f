"""The pages and the linked data, through HTTP."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from protocol.asking import SCRIPT
from zanryu.graph.namespaces import BASE, term

if TYPE_CHECKING:
    from protocol.asking import Client

PERSON = "/page/person/sato-haru"
PAGES = [
    "/",
    "/sparql",
    "/ontology",
    "/ontology/heldRank",
    "/ontology/Person",
    "/vocab",
    "/vocab/ija-major",
    "/dumps/",
    "/problems/",
    "/problems/malformed-query",
    PERSON,
    "/page/person/hostile",
    "/page/claim/sato-haru-rank-1",
    "/page/conflict/sato-haru-rank",
    "/page/work/memoir",
    "/page/academy/hill-school",
    "/wikidata/batch",
    "/wikidata/property",
]


class Outline(HTMLParser):
    """Reads the elements of a page: (name, attributes), and the text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "ja", "vi"])
def test_every_page_answers_in_every_language_and_says_which(
    browser: Client, path: str, language: str
) -> None:
    response = browser.get(f"{path}?lang={language}")
    page = Outline(response.text)

    assert response.status_code == 200
    assert page.all("html") == [{"lang": language}]
    assert len(page.all("h1")) == 1


@pytest.mark.parametrize("path", PAGES)
def test_every_page_asks_nobody_else_and_has_no_script_in_its_markup(browser: Client, path: str) -> None:
    page = Outline(browser.get(path).text)

    # Scripts add to it; those there are come from here, or are data (the browser tests do without any).
    assert all(
        e.get("type") in ("application/json", "application/ld+json") or e["src"].startswith("/static/built/")
        for e in page.all("script")
    )
    assert not [e for e in page.elements if any(name.startswith("on") or name == "style" for name in e[1])]
    requested = [e.get("src") or e.get("href", "") for tag in ("link", "img", "iframe") for e in page.all(tag)
                 if e.get("rel") not in ("canonical", "alternate")]  # fmt: skip
    assert all(address.startswith("/") for address in requested)


def test_every_own_link_of_a_page_leads_somewhere(browser: Client) -> None:
    paths = {e["href"] for page in PAGES for e in Outline(browser.get(page).text).all("a")}
    own = {path for path in paths if path.startswith("/") and "?" not in path}

    assert len(own) > 200
    assert {path for path in own if browser.get(path).status_code != 200} == set()


def test_the_header_chooses_the_language_and_the_parameter_wins(browser: Client) -> None:
    assert '<html lang="vi">' in browser.get("/", Accept_Language="vi,en;q=0.5").text
    assert '<html lang="ja">' in browser.get("/?lang=ja", Accept_Language="vi").text


def test_a_thing_redirects_a_browser_to_its_page_and_a_program_to_its_data(
    client: Client, browser: Client
) -> None:
    by_browser = browser.get("/id/person/sato-haru")
    by_program = client.get("/id/person/sato-haru", "text/turtle")

    assert (by_browser.status_code, by_browser.headers["Location"]) == (303, PERSON)
    assert (by_program.status_code, by_program.headers["Location"]) == (303, "/data/person/sato-haru")
    assert "Accept" in by_browser.headers["Vary"]


def test_a_redirect_keeps_the_asked_language_and_format(browser: Client) -> None:
    assert browser.get("/id/person/sato-haru?lang=ja").headers["Location"] == f"{PERSON}?lang=ja"
    assert browser.get("/id/person/sato-haru?format=ttl").headers["Location"] == "/data/person/sato-haru.ttl"
    assert browser.get("/id/person/sato-haru?lang=%0d%0aX:y").headers["Location"] == f"{PERSON}?lang=en"


@pytest.mark.parametrize(
    ("extension", "media_type"),
    [("ttl", "text/turtle"), ("nt", "application/n-triples"), ("jsonld", "application/ld+json"),
     ("json", "application/ld+json"), ("rdf", "application/rdf+xml")],
)  # fmt: skip
def test_data_of_a_person_holds_the_claims_about_him_and_their_citations(
    client: Client, extension: str, media_type: str
) -> None:
    response = client.get(f"/data/person/sato-haru.{extension}")
    triples = {q.triple for q in ox.parse(response.data, format=ox.RdfFormat.from_media_type(media_type))}
    subjects = {t.subject.value for t in triples}

    assert response.mimetype == media_type
    assert {
        f"{BASE}id/person/sato-haru",
        f"{BASE}id/claim/sato-haru-rank-1",
        f"{BASE}id/claim/sato-haru-rank-1/c1",
    } <= subjects
    assert not any(isinstance(t.object, ox.Triple) for t in triples)


def test_data_of_a_claim_holds_its_citations(client: Client) -> None:
    triples = list(
        ox.parse(client.get("/data/claim/sato-haru-rank-1.nt").data, format=ox.RdfFormat.N_TRIPLES)
    )

    assert term("zr:work") in {t.predicate for t in triples}


def test_a_current_copy_of_data_or_page_is_304(client: Client) -> None:
    for path in ("/data/person/sato-haru.ttl", PERSON, "/vocab/ija-major?format=ttl"):
        tag = client.get(path).headers["ETag"]
        assert client.get(path, If_None_Match=tag).status_code == 304


@pytest.mark.parametrize(
    "path",
    ["/id/person/nobody", "/data/person/nobody.ttl", "/page/person/nobody", "/data/person/sato-haru.exe",
     "/page/spaceship/x", "/vocab/nothing", "/ontology/nothing", "/id/person/%2e%2e", "/page/person/a%3E%7D",
     "/data/person/x%22", "/page/person/%0A", "/id/person//evil.example", "/nowhere"],
)  # fmt: skip
def test_what_is_not_known_is_a_404_problem(client: Client, path: str) -> None:
    response = client.get(path)

    assert response.status_code == 404
    assert json.loads(response.data)["status"] == 404


def test_a_browser_gets_the_error_as_a_page_in_its_language(browser: Client) -> None:
    response = browser.get("/page/person/nobody?lang=vi")

    assert response.status_code == 404
    assert response.mimetype == "text/html"
    assert '<html lang="vi">' in response.text


def test_a_person_shows_each_claim_with_value_time_certainty_source_and_place_in_it(browser: Client) -> None:
    text = " ".join(Outline(browser.get(PERSON).text).text.split())

    for shown in ("Satō Haru", "佐藤春", "officer", "The editors", "probable", "p. 40"):
        assert shown in text


def test_conflicting_claims_point_at_each_other_and_at_their_dispute(browser: Client) -> None:
    page = Outline(browser.get(PERSON).text)
    links = [e["href"] for e in page.all("a")]

    assert page.text.count("Who disagrees") == 2
    assert {"#sato-haru-rank-1", "#sato-haru-rank-2", "#dispute-sato-haru-rank"} <= set(links)
    assert "dispute-sato-haru-rank" in [e.get("id") for e in page.all("div")]


def test_a_denied_claim_is_folded_away_and_says_so(browser: Client) -> None:
    page = browser.get(PERSON).text
    folded = page[page.index('<details class="folded">') :]

    assert "1 more: denied" in " ".join(Outline(folded).text.split())
    assert "The sources say that this is not so." in folded


def test_a_part_of_a_long_list_that_is_no_number_is_refused_by_name(browser: Client) -> None:
    for path in (f"{PERSON}?page=x", f"{PERSON}?page=1&page=2", "/page/work/memoir?page=99"):
        response = browser.get(path)
        assert response.status_code == 400
        assert "<code>page</code>" in response.text or "`page`" in response.text


def test_a_hedge_is_quoted_from_the_source(browser: Client) -> None:
    pages = [
        browser.get(path).text
        for path in (PERSON, "/page/academy/hill-school", "/page/group/teachers-at-hill-school")
    ]

    assert any("<q" in page for page in pages)


def test_text_in_another_language_is_marked(browser: Client) -> None:
    assert "ja-hani" in [e.get("lang") for e in Outline(browser.get(PERSON).text).all("bdi")]


def test_a_work_shows_the_claims_that_cite_it(browser: Client) -> None:
    assert "/page/claim/sato-haru-rank-1" in browser.get("/page/work/memoir").text


def test_home_shows_the_numbers_the_version_and_runnable_questions(browser: Client) -> None:
    response = browser.get("/")
    page = Outline(response.text)
    [question] = [e["href"] for e in page.all("a") if e["href"].startswith("/sparql?query=")]
    version = json.loads(browser.get("/health").data)["version"]

    assert version in page.text
    assert "Who is in the graph?" in page.text
    assert "CC0" in page.text
    assert "sato-haru" in browser.get(question).text


def test_a_result_page_links_the_entities_and_marks_languages(browser: Client) -> None:
    query = "SELECT ?s ?o { ?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?o FILTER(LANG(?o) = 'ja') }"
    page = Outline(browser.ask(query).text)

    assert {"href": PERSON} in page.all("a")
    assert {"lang": "ja"} in page.all("bdi")
    assert [e["scope"] for e in page.all("th")][:2] == ["col", "col"]


def test_the_query_form_works_without_scripts_and_keeps_the_query(browser: Client) -> None:
    page = browser.ask("ASK { ?s ?p '</textarea>' }").text
    outline = Outline(page)

    assert "/sparql" in [form["action"] for form in outline.all("form")]
    assert outline.all("textarea")[0]["name"] == "query"
    assert "&lt;/textarea&gt;" in page


def test_a_term_is_defined_in_three_languages_with_domain_and_range(browser: Client) -> None:
    page = Outline(browser.get("/ontology/heldRank").text)

    assert all(name in page.text for name in ("said of", "takes as value", "definition"))
    assert {e.get("lang") for e in page.all("bdi")} >= {"ja", "vi"}


_BATCH = "/wikidata/batch?thing=hostile&thing=sato-haru&create=1"


@pytest.mark.parametrize(
    "path", ["/page/person/hostile", "/page/person/hostile?lang=ja", "/", "/sparql", _BATCH]
)
def test_no_byte_of_data_becomes_a_script_or_an_attribute(browser: Client, path: str) -> None:
    page = browser.get(path).text
    outline = Outline(page)

    assert SCRIPT not in page
    assert not any(name.startswith("on") for _, attributes in outline.elements for name in attributes)
    assert not any(e["href"].lower().startswith(("javascript:", "data:")) for e in outline.all("a"))
    assert "{{ 7*7 }}" in page or path in ("/", "/sparql", _BATCH)


def test_hostile_terms_stay_text_in_a_result_page(browser: Client) -> None:
    page = browser.ask(f"SELECT * {{ <{BASE}id/person/hostile> ?p ?o }}").text
    outline = Outline(page)

    assert SCRIPT not in page
    assert "<script>alert(1)</script>" in outline.text
    assert not any(name.startswith("on") for _, attributes in outline.elements for name in attributes)
    assert not any(e["href"].startswith("javascript:") for e in outline.all("a"))


@pytest.mark.parametrize("value", ["<script>alert(1)</script>", '" autofocus onfocus="alert(1)'])
def test_what_a_client_sends_comes_back_as_text(browser: Client, value: str) -> None:
    paths = [f"/page/person/{value}", f"/?lang={value}&x={value}", f"/dumps/{value}"]
    pages = [browser.ask(value), browser.ask("ASK {}", format=value), *(browser.get(path) for path in paths)]

    for page in pages:
        assert page.mimetype == "text/html"
        assert "<script>" not in page.text
        assert not any(
            name.startswith("on") for _, attributes in Outline(page.text).elements for name in attributes
        )
