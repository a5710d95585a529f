"""Every type of page: for everybody, from this server alone, light and dark, wide and narrow, by keyboard."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

import pytest
from playwright.sync_api import Error, expect

from attack.server import ROWS

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Page

    from attack.server import Server
    from browser.conftest import Photograph

_KINDS: Final = (
    "person",
    "unit",
    "academy",
    "organization",
    "group",
    "place",
    "work",
    "claim",
    "conflict",
    "event",
)
_SELECT: Final = "SELECT ?s ?label { ?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?label } LIMIT 30"
_PLAIN: Final = {
    "home": "/",
    "query": "/sparql",
    "rows": "/sparql?" + urlencode({"query": _SELECT}),
    "no-rows": "/sparql?" + urlencode({"query": "SELECT * { <urn:x> <urn:y> ?z }"}),
    "answer": "/sparql?" + urlencode({"query": "ASK { ?s ?p ?o }"}),
    "triples": "/sparql?" + urlencode({"query": "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 5"}),
    "malformed-query": "/sparql?" + urlencode({"query": "SELECT * {"}),
    "ontology": "/ontology",
    "class": "/ontology/Person",
    "property": "/ontology/aided",
    "vocabularies": "/vocab",
    "concept": "/vocab/probable",
    "downloads": "/dumps/",
    "history": "/history",
    "version": "/history/1",
    "validate": "/validate",
    "wikidata": "/wikidata",
    "wikidata-unread": "/wikidata/person/vo-nguyen-giap",
    "matching": "/reconcile/about",
    "problems": "/problems/",
    "problem": "/problems/malformed-query",
    "batch": "/wikidata/batch?thing=kamo-tokuji&create=1&retrieved=2026-11-21",
    "proposal": "/wikidata/property",
    "not-found": "/nothing/here",
}
TYPES: Final = (*_PLAIN, *_KINDS)
_STATUS: Final = {"malformed-query": 400, "not-found": 404}
_PHOTOGRAPHED: Final = ("home", "person", "work", "claim", "conflict", "history", "validate", "not-found")
_MAX_HTML_BYTES: Final = 50_000
_MAX_SCRIPT_BYTES: Final = 100_000
_richest: dict[str, str] = {}


def address(server: Server, name: str) -> str:
    """Return the address of a type of page; of a kind of thing, the one of which most is said."""
    if name in _PLAIN:
        return _PLAIN[name]
    if name not in _richest:
        base = f"https://w3id.org/zanryu/id/{name}/"
        query = (
            "PREFIX zr: <https://w3id.org/zanryu/ontology/> SELECT ?s (COUNT(*) AS ?n) "
            f'{{ {{ ?s ?p ?o }} UNION {{ ?o zr:about ?s }} FILTER(STRSTARTS(STR(?s), "{base}")) }} '
            "GROUP BY ?s ORDER BY DESC(?n) ?s LIMIT 1"
        )
        (slug,) = re.findall(re.escape(base) + r'([^"]+)', server.query(query, ROWS).text)
        _richest[name] = f"/page/{name}/{quote(slug)}"
    return _richest[name]


@pytest.mark.parametrize("name", TYPES)
def test_axe_finds_nothing_light_or_dark(
    name: str, page: Page, server: Server, axe: Callable[[], None], photograph: Photograph
) -> None:
    answer = page.goto(address(server, name))
    assert answer
    assert answer.status == _STATUS.get(name, 200)
    axe()
    if name in _PHOTOGRAPHED:
        photograph(name)


@pytest.mark.parametrize("name", TYPES)
def test_a_page_fits_320_pixels_and_has_one_heading_of_the_first_rank(
    name: str, page: Page, server: Server
) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(address(server, name))
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.locator("h1").count() == 1


def test_a_menu_that_is_open_is_for_everybody(page: Page, axe: Callable[[], None]) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto("/")
    page.locator(".menu summary").click()
    expect(page.locator("nav.main").get_by_text("Officers")).to_be_visible()
    axe()


def test_the_first_tab_offers_to_skip_to_the_content(page: Page) -> None:
    page.goto("/page/person/ishii-takuo")
    page.keyboard.press("Tab")
    box = page.locator(".skip:focus").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["y"] >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_what_has_the_focus_is_in_sight_and_outlined(page: Page) -> None:
    page.goto("/")
    for _ in range(30):
        page.keyboard.press("Tab")
        told = page.evaluate(
            """() => {
              const found = document.activeElement, box = found.getBoundingClientRect();
              const isInSight = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.width > 0;
              return [found.outerHTML.slice(0, 120), isInSight, getComputedStyle(found).outlineStyle];
            }"""
        )
        assert told[1:] == [True, "solid"], told


@pytest.mark.parametrize("width", [360, 768])
def test_the_keyboard_reaches_the_navigation(width: int, page: Page) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/ontology")
    for _ in range(12):
        page.keyboard.press("Tab")
        tag = page.evaluate("document.activeElement.tagName")
        if tag == "SUMMARY":
            page.keyboard.press("Enter")
        if page.evaluate("document.activeElement.textContent") == "Officers":
            break
    assert page.evaluate("document.activeElement.getAttribute('href')") == "/officers"


def test_escape_closes_the_menu_and_gives_the_focus_back(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto("/")
    page.locator(".menu summary").press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.locator("nav.main").get_by_text("Officers")).to_be_hidden()
    expect(page.locator(".menu summary")).to_be_focused()


def test_a_language_that_was_chosen_stays_from_page_to_page(page: Page) -> None:
    page.goto("/ontology")
    page.get_by_role("link", name="日本語").click()
    expect(page.locator("html")).to_have_attribute("lang", "ja")
    for link in (page.locator("header .brand"), page.locator("main a[href^='/academies']").first):
        before = page.url
        link.click()
        expect(page).not_to_have_url(before)
        expect(page.locator("html")).to_have_attribute("lang", "ja")


def test_pages_need_no_scripts(server: Server, page: Page) -> None:
    browser = page.context.browser
    assert browser
    without = browser.new_context(base_url=server.origin, java_script_enabled=False)
    plain = without.new_page()
    plain.set_viewport_size({"width": 360, "height": 800})
    plain.goto(address(server, "person"))
    plain.locator(".menu summary").click()
    expect(plain.locator("nav.main").get_by_text("Officers")).to_be_visible()
    expect(plain.locator("h1")).to_be_visible()
    without.close()


def test_trusted_types_refuse_markup_made_of_text(context: BrowserContext) -> None:
    page = context.new_page()  # one that nobody watches: the policy's report is what is wanted
    page.goto("/")
    with pytest.raises(Error, match="TrustedHTML"):
        page.evaluate("document.createElement('p').innerHTML = '<b>x</b>'")


def test_a_page_of_a_person_is_light(page: Page, server: Server) -> None:
    scripts: set[str] = set()
    page.on("response", lambda response: scripts.add(response.url) if ".js" in response.url else None)
    target = address(server, "person")
    page.goto(target, wait_until="networkidle")
    html = server.get(target, "text/html").body
    assert len(gzip.compress(html)) <= _MAX_HTML_BYTES
    sizes = {url: len(gzip.compress(server.get(url.removeprefix(server.origin)).body)) for url in scripts}
    assert sizes, "the front end is not bundled: `make install`"
    assert sum(sizes.values()) <= _MAX_SCRIPT_BYTES, sizes


def test_a_bundled_script_is_kept_for_ever_and_sent_compressed(page: Page, server: Server) -> None:
    page.goto("/")
    source = page.locator("script[type=module]").first.get_attribute("src")
    assert source
    assert "immutable" in server.get(source).headers["cache-control"]
    style = server.ask("GET", "/static/zanryu.css", {"Accept-Encoding": "br"})
    assert style.headers["content-encoding"] == "br"
