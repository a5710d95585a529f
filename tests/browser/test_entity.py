"""The page of a person read by keyboard: from a claim to its proof, to who disagrees, and to the source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from browser.conftest import Photograph

ISHII: Final = "/page/person/ishii-takuo"
_PAGES: Final = {
    "entity-person": ISHII,
    "entity-academy": "/page/academy/quang-ngai",
    "entity-unit": "/page/unit/38th-army",
    "entity-work": "/page/work/jawiki-ishii-takuo",
    "entity-place": "/page/place/quang-ngai",
    "entity-conflict": "/page/conflict/quang-ngai-head",
    "entity-claim": "/page/claim/ishii-takuo-headed-1",
    "entity-group": "/page/group/japanese-in-viet-minh",
}


@pytest.mark.parametrize("name", _PAGES)
def test_axe_finds_nothing_with_everything_unfolded(
    name: str, page: Page, axe: Callable[[], None], photograph: Photograph
) -> None:
    page.goto(_PAGES[name])
    photograph(name)
    page.evaluate("document.querySelectorAll('main details').forEach((d) => { d.open = true })")
    axe()


def test_a_proof_is_followed_to_its_source_by_keyboard(page: Page) -> None:
    page.goto(ISHII)
    card = page.locator("#ishii-takuo-headed-1")
    page.locator("a[href='#dispute-ishii-takuo-quang-ngai-post']").first.press("Enter")
    side = page.locator("#dispute-ishii-takuo-quang-ngai-post a[href='#ishii-takuo-headed-1']").last
    expect(side).to_be_visible()
    side.press("Enter")
    expect(card, "a link to a folded claim unfolds it").to_be_visible()
    card.get_by_role("link", name="Which Japanese military officers helped").first.press("Enter")
    page.wait_for_url("**/page/work/answer")
    row = page.get_by_role("row").filter(has=page.locator("a[href='/page/claim/ishii-takuo-headed-1']"))
    expect(row).to_contain_text("bullet 2")


def test_who_taught_who_disagrees_and_a_citation_are_four_links_away_by_keyboard(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Who taught at the Quảng Ngãi").first.press("Enter")
    page.wait_for_url("**/page/academy/quang-ngai#incoming")
    said = page.get_by_role("row").filter(has_text="provisional head").filter(has_text="Ishii Takuo")
    said.get_by_role("link", name="disputed").press("Enter")
    page.wait_for_url("**/page/claim/*#disputed")
    assert page.get_by_role("heading", name="Who disagrees").is_visible()
    assert "a short stand-in is possible" in page.locator("#disputed").inner_text()
    page.get_by_role("link", name="Cite this claim").first.press("Enter")
    page.wait_for_url("**/cite?**")
    assert "石井卓雄" in page.locator("main").inner_text() or "Goscha" in page.locator("main").inner_text()


@pytest.mark.parametrize("path", ["/page/academy/quang-ngai", "/page/work/answer"])
def test_lists_of_claims_are_read_without_scrolling_on_a_narrow_screen(path: str, page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(path)
    fits = "[...document.querySelectorAll('.scroll')].every((e) => e.scrollWidth <= e.clientWidth + 1)"
    assert page.evaluate(fits)
    assert page.get_by_role("table").first.get_by_role("cell").count() > 20


def test_every_tab_stop_of_a_card_has_a_name(page: Page) -> None:
    page.goto(ISHII)
    faults = page.evaluate(
        """() => [...document.querySelectorAll('.card :is(a, summary)')]
          .filter((e) => e.checkVisibility())
          .filter((e) => !e.textContent.trim())
          .map((e) => e.outerHTML)"""
    )
    assert faults == []


def test_folded_claims_are_unfolded_by_keyboard(page: Page) -> None:
    page.goto(ISHII)
    folded = page.locator("details.folded").first
    expect(folded.locator(".card").first).to_be_hidden()
    folded.locator("> summary").press("Enter")
    expect(folded.locator(".card").first).to_be_visible()
    assert "Overruled" in folded.inner_text() or "Deprecated" in folded.inner_text()


def test_the_page_of_a_person_links_only_to_what_is_on_it(page: Page) -> None:
    page.goto(ISHII)
    lost = page.evaluate(
        """() => [...document.querySelectorAll('main a[href^="#"]')]
          .map((a) => a.getAttribute('href').slice(1))
          .filter((id) => !document.getElementById(id))"""
    )
    double = page.evaluate(
        """() => [...document.querySelectorAll('[id]')].map((e) => e.id)
          .filter((id, at, all) => all.indexOf(id) !== at)"""
    )
    assert (lost, double) == ([], [])


@pytest.mark.parametrize("path", _PAGES.values(), ids=_PAGES.keys())
def test_a_page_fits_320_pixels_unfolded(path: str, page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(path)
    page.evaluate("document.querySelectorAll('main details').forEach((d) => { d.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("language", ["ja", "vi"])
def test_the_page_of_a_person_is_whole_in_every_language(
    language: str, page: Page, axe: Callable[[], None]
) -> None:
    page.goto(f"{ISHII}?lang={language}")
    assert page.locator(".card").count() > 50
    axe()
