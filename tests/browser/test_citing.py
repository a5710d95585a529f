"""A reader leaves with a citation, by keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from zanryu.graph.namespaces import BASE

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Page

    from attack.server import Server
    from browser.conftest import Photograph

PERSON = "/cite?" + urlencode({"iri": f"{BASE}id/person/ishii-takuo"})
CLAIM = "/cite?" + urlencode({"iri": f"{BASE}id/claim/ishii-takuo-advised-1"})
WORK = "/cite?" + urlencode({"iri": f"{BASE}id/work/kamo-2008"})
SOURCES = "/cite?" + urlencode({"iri": f"{BASE}id/person/ishii-takuo", "bibliography": 1})
_MAX_TABS = 60


def _tab_to(page: Page, name: str) -> None:
    """Press Tab until the element with an accessible name has the focus."""
    for _ in range(_MAX_TABS):
        page.keyboard.press("Tab")
        if page.get_by_role("button", name=name, exact=True).and_(page.locator(":focus")).count():
            return
    raise AssertionError(f"No Tab leads to {name!r}.")


def _clipboard(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_a_citation_is_copied_by_keyboard(context: BrowserContext, page: Page) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(WORK)
    _tab_to(page, "Copy In the bibliography")
    page.keyboard.press("Enter")
    page.get_by_role("status").get_by_text("Copied.").wait_for()
    copied = _clipboard(page)
    assert copied.startswith("Kamo Tokuji 加茂徳治. Kwangai Rikugun Shikan Gakkō")
    assert copied.endswith("暁印書館, 2008.")


def test_a_bibliography_is_copied_an_entry_in_a_paragraph(context: BrowserContext, page: Page) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(SOURCES)
    _tab_to(page, "Copy In the reference list")
    page.keyboard.press(" ")
    page.get_by_role("status").get_by_text("Copied.").wait_for()
    entries = _clipboard(page).split("\n\n")
    assert len(entries) == page.locator("#cite-chicago-author-date-entries p").count() > 5


@pytest.mark.usefixtures("context")  # what it does to the browser stays
def test_what_may_not_be_copied_is_selected(page: Page) -> None:
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.goto(PERSON)
    _tab_to(page, "Copy BibTeX")
    page.keyboard.press("Enter")
    page.get_by_role("status").get_by_text("The text is selected").wait_for()
    assert str(page.evaluate("getSelection().toString()")).startswith("@misc{zanryu-person-ishii-takuo")


def test_a_file_is_downloaded(page: Page) -> None:
    page.goto(CLAIM)
    with page.expect_download() as started:
        page.get_by_role("link", name="Download RIS").click()
    assert started.value.suggested_filename == "zanryu-claim-ishii-takuo-advised-1.ris"


@pytest.mark.parametrize("path", [PERSON, CLAIM, WORK, SOURCES], ids=["person", "claim", "work", "sources"])
def test_a_citation_is_for_everybody(page: Page, axe: Callable[[], None], path: str) -> None:
    page.goto(path)
    page.locator(".copy").first.wait_for()
    axe()
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_reader_without_scripts_reads_the_citation(context: BrowserContext, server: Server) -> None:
    assert context.browser
    bare = context.browser.new_context(java_script_enabled=False, base_url=server.origin)
    page = bare.new_page()
    page.goto(WORK)
    assert page.locator("#cite-chicago-notes-entries").is_visible()
    assert not page.locator(".copy:visible").count()
    assert page.get_by_role("link", name="Download BibTeX").is_visible()
    bare.close()


@pytest.mark.parametrize("name", ["claim", "sources"])
def test_a_citation_is_photographed(page: Page, photograph: Photograph, name: str) -> None:
    page.goto({"claim": CLAIM, "sources": SOURCES}[name])
    page.locator(".copy").first.wait_for()
    photograph(f"cite-{name}")
