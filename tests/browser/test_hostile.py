"""A graph full of terms that would like to be scripts, on every type of page: none of it runs.

The data is built, served and written to as any other (see ``hostile_dataset``), and looked at on a telephone.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import pytest

from attack.server import wait_until
from browser import hostile_dataset as hostile
from browser.hostile_dataset import CANARY, HUB, TEXTS
from browser.hostile_routes import MADE, REFUSED, ROUTES
from browser.watching import Watch
from writing.editor import editing, insert
from zanryu.config import Settings
from zanryu.graph.namespaces import BASE
from zanryu.store.build import build

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import BrowserContext, Page

    from attack.server import Server
    from browser.chromium import Chromium
    from zanryu.graph.sources import Dataset

_WIDTH: Final = 360
_MAX_HTML_BYTES: Final = 700_000
_MAX_GZIPPED_BYTES: Final = 50_000
# The longest piece of the long text that a page may show; an attribute has two at most.
_MAX_SHOWN: Final = 2_000
# All that is about the same thing shows all of its names.
_WITH_ALL: Final = ("person", "conflict", "rows of everything")
# What only a combining mark, a direction or nothing visible is, is found by its code points alone.
_FINDABLE: Final = tuple(name for name in TEXTS if name not in ("blank", "nul", "invisible"))

_LOOK: Final = """(canary) => {
  for (const folded of document.querySelectorAll("details")) folded.open = true;
  const found = [];
  const made = (node, url) => node.download && url.protocol === "blob:";
  const allowed = (node, url) => /^https?:$/.test(url.protocol) || made(node, url);
  if (canary in globalThis) found.push("a script ran");
  const known = "script[src^='/static/built/'], [type='application/json'], [type='application/ld+json']";
  for (const script of document.scripts) if (!script.matches(known)) found.push(script.outerHTML);
  for (const data of document.querySelectorAll("script[type$=json]")) JSON.parse(data.textContent);
  const foreign = "iframe, object, embed, base, main style, img:not([src^='/']), meta[http-equiv]";
  for (const node of document.querySelectorAll(foreign)) found.push(node.outerHTML);
  for (const node of document.querySelectorAll("*")) {
    for (const { name, value } of node.attributes) {
      if (name.startsWith("on")) found.push(name + " of " + node.outerHTML.slice(0, 200));
      if (/^(xlink:)?(href|src|action|formaction)$/.test(name) && !allowed(node, new URL(value, location)))
        found.push(name + " to " + value);
    }
  }
  return found;
}"""
# What is wider than the screen, unless it scrolls by itself.
_OVERFLOW: Final = """(width) => {
  const root = document.documentElement;
  if (root.scrollWidth <= width) return [];
  return [...document.querySelectorAll("body *")]
    .filter((node) => node.getBoundingClientRect().right > width && !node.closest(".scroll, .hidden, svg"))
    .slice(-3).map((node) => node.outerHTML.slice(0, 160)).concat("wide: " + root.scrollWidth);
}"""


@pytest.fixture(scope="module")
def server(small: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over the hostile dataset, to which a claim was added by an editor of the same mind."""
    home = tmp_path_factory.mktemp("hostile")
    settings = Settings(store=home / "built" / "store")
    build(hostile.write(home / "root", small), settings)
    more = {"query_workers": "1", "validation_workers": "1"}
    with editing(settings, home, "O'<b>Brien</b>", **more) as editor:
        said = f"p:{HUB} zr:describedAs {hostile.quoted(TEXTS['closing'] + hostile.LONG_TEXT, 'en')}"
        editor.made(
            insert(hostile.claim("script-written-1", said, TEXTS["closing"])),
            message=f"{TEXTS['closing']} {TEXTS['overrides']} {TEXTS['word']}",
        )
        wait_until(lambda: all(_is_made(editor.server, path) for path in MADE), 60, "everything is made")
        yield editor.server


def _is_made(server: Server, path: str) -> bool:
    return server.get(path, "text/html").status != 503


@pytest.fixture(scope="module")
def context(chromium: Chromium, server: Server) -> Iterator[BrowserContext]:
    """A telephone, the same for all tests."""
    opened = chromium.visit(server.origin)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def watched(context: BrowserContext, server: Server) -> tuple[Page, Watch]:
    """A narrow page, the same for all tests, on which nothing may ask the reader anything."""
    opened = context.new_page()
    opened.set_viewport_size({"width": _WIDTH, "height": 800})
    watch = Watch(opened, server.origin)
    opened.on("dialog", lambda dialog: watch.findings.append(f"dialog: {dialog.message}"))
    return opened, watch


@pytest.fixture
def page(watched: tuple[Page, Watch]) -> Iterator[Page]:
    """That page. What it finds while a test looks at it fails the test."""
    opened, watch = watched
    watch.findings.clear()
    yield opened
    assert not watch.findings, "\n".join(watch.findings)


def look(page: Page) -> None:
    """Assert that nothing ran or could run, and that nothing is wider than the screen."""
    page.wait_for_load_state()  # until its styles are there, every long text is wider
    assert page.evaluate(_LOOK, CANARY) == []
    assert page.evaluate(_OVERFLOW, _WIDTH) == []


def seen(page: Page) -> str:
    """Return the text of the page, as search engines and screen readers get it."""
    return _plain(str(page.evaluate("document.querySelector('main').textContent")))


def _plain(text: str) -> str:
    return " ".join(text.replace("\0", "").split())


@pytest.mark.parametrize("name", ROUTES)
def test_a_page_of_hostile_terms_is_inert_and_fits_a_telephone(name: str, page: Page) -> None:
    answer = page.goto(ROUTES[name])
    assert answer
    assert answer.status == 200
    look(page)
    body = answer.body()
    assert len(body) <= _MAX_HTML_BYTES
    assert len(gzip.compress(body)) <= _MAX_GZIPPED_BYTES
    assert longest_piece(seen(page)) <= _MAX_SHOWN


def longest_piece(text: str) -> int:
    """Return how much of the long text stands in one piece somewhere."""
    whole = _plain(hostile.LONG_TEXT)
    end = whole[_MAX_SHOWN : _MAX_SHOWN + 60]
    return _MAX_SHOWN + 60 if end in text else 0


@pytest.mark.parametrize("name", _WITH_ALL)
def test_what_is_hostile_is_still_there_to_be_read(name: str, page: Page) -> None:
    page.goto(ROUTES[name])
    text = seen(page)
    assert [one for one in _FINDABLE if _plain(TEXTS[one])[:60] not in text] == []


def test_a_text_that_is_too_long_for_a_page_is_a_link_away(page: Page, server: Server) -> None:
    page.goto(ROUTES["long claim"])
    rest = page.get_by_role("link", name="the whole text").first.get_attribute("href")
    assert rest
    whole = server.get(rest, "application/n-triples")
    assert whole.status == 200
    assert len(whole.body) > hostile.LONG


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_repeats_nothing_that_runs(name: str, page: Page) -> None:
    answer = page.goto(REFUSED[name])
    assert answer
    assert answer.status in (400, 404)
    look(page)


@pytest.mark.parametrize("text", ["attack", "script", "overrides", "zalgo", "kanji", "word", "marks"])
def test_suggestions_while_typing_are_inert(text: str, page: Page) -> None:
    page.goto("/")
    with page.expect_response("**/search/suggest?**"):
        page.locator("#finder").fill(TEXTS.get(text, text)[:100])
    page.get_by_role("option").first.or_(page.get_by_role("status").first).first.wait_for(state="attached")
    look(page)


def test_the_views_of_a_result_are_inert(page: Page) -> None:
    page.goto(ROUTES["rows"])
    for tab in page.get_by_role("main").get_by_role("tab").all():
        tab.click()
        page.wait_for_load_state("networkidle")
        look(page)


@pytest.mark.parametrize("context_of", ["none", "graph"])
def test_a_report_on_hostile_claims_is_inert(page: Page, context_of: str) -> None:
    wrong = hostile.claim(
        "script-wrong-1", f"p:{HUB} zr:describedAs {hostile.quoted(TEXTS['word'])}", TEXTS["closing"]
    )
    prologue = insert().partition("INSERT")[0]
    page.goto("/validate")
    page.locator("#data").fill(f"{prologue}{wrong.replace('zv:probable', hostile.quoted(TEXTS['closing']))}")
    page.locator(f"#context-{context_of}").check()
    page.locator("form:has(#data) button[type=submit]").click()
    page.locator("#report .findings").first.wait_for()
    assert "alert(1)</script>" in seen(page)
    look(page)


def test_a_table_of_hostile_cells_is_inert(page: Page) -> None:
    page.goto("/validate")
    rows = io.StringIO()
    csv.writer(rows).writerows([list(TEXTS.values()), list(reversed(TEXTS.values()))])
    table = rows.getvalue().replace("\0", "").encode()
    page.locator("#sheet").set_input_files({"name": "<b>.csv", "mimeType": "text/csv", "buffer": table})
    page.locator("form:has(#sheet) button[type=submit]").click()
    page.locator("#report").wait_for()
    look(page)


def test_a_spreadsheet_gets_the_value_and_no_change_of_it(server: Server) -> None:
    naming = "<http://www.w3.org/2004/02/skos/core#prefLabel>"
    query = f"SELECT ?label {{ <{BASE}id/person/formula> {naming} ?label }}"
    answer = server.query(query, "text/csv")
    assert answer.media_type == "text/csv"
    rows = list(csv.reader(io.StringIO(answer.text)))
    # SPARQL 1.1 CSV: the string itself. An apostrophe before it would be another string.
    assert rows == [["label"], *[[TEXTS["formula"]]] * 3]


@pytest.mark.parametrize(
    "thing", ["work/lines", "work/latex", "work/closing", "work/controls", f"work/{HUB}"]
)
def test_files_for_reference_managers_hold_one_record_each(server: Server, thing: str) -> None:
    address = "/cite?" + urlencode({"iri": f"{BASE}id/{thing}"})
    ris = server.get(f"{address}&format=ris").text
    assert re.findall(r"^(?:TY|ER)  - ", ris, re.MULTILINE) == ["TY  - ", "ER  - "]
    bibtex = server.get(f"{address}&format=bib").text
    bare = re.sub(r"\\.", "", bibtex)
    assert bare.count("{") == bare.count("}")
    assert bibtex.count("\n@") == 0
    assert len(json.loads(server.get(f"{address}&format=csl-json").text)) == 1


def test_xml_that_nobody_could_read_is_not_sent(server: Server) -> None:
    path = "/data/work/controls"
    refused = server.get(f"{path}.rdf")
    assert (refused.status, refused.media_type) == (406, "application/problem+json")
    assert "U+0001" in refused.text
    assert server.get(f"{path}.ttl").status == server.get("/data/work/script.rdf").status == 200
