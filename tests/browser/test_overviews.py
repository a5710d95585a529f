"""The overviews in a browser: for everybody, by keyboard, and as the way of a reader who was never here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pytest
from playwright.sync_api import expect

from attack.server import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from attack.server import Server
    from browser.conftest import Photograph

_PAGES: Final = {
    "home": "/",
    "about": "/about",
    "officers": "/officers",
    "officers-narrowed": "/officers?who=all&rank=ija-major&sort=claims",
    "units": "/units",
    "academies": "/academies",
    "sources": "/sources?page=2",
    "conflicts": "/conflicts",
    "how-many": "/how-many",
}
_MAX_TABS: Final = 120


@pytest.fixture(autouse=True)
def ready(server: Server) -> None:
    """Wait for the index, which is made when it is first asked for."""
    wait_until(lambda: server.get("/officers").status == 200, 60, "the index is there")


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until an element has the focus."""
    for _ in range(_MAX_TABS):
        page.keyboard.press("Tab")
        if wanted.first.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"No Tab leads to {wanted}.")


@pytest.mark.parametrize("name", _PAGES)
def test_axe_finds_nothing_light_or_dark(
    name: str, page: Page, axe: Callable[[], None], photograph: Photograph
) -> None:
    page.goto(_PAGES[name])
    axe()
    photograph(f"overview-{name}")


@pytest.mark.parametrize("name", _PAGES)
def test_a_page_fits_320_pixels_with_what_can_be_opened_open(name: str, page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(_PAGES[name])
    page.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_what_is_opened_on_a_narrow_screen_is_for_everybody(page: Page, axe: Callable[[], None]) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto("/officers")
    page.locator(".narrowing > summary").click()
    expect(page.get_by_role("heading", name="Highest rank")).to_be_visible()
    axe()


def test_a_list_is_narrowed_down_and_widened_by_keyboard(page: Page) -> None:
    page.goto("/officers")
    tab_to(page, page.locator(".facets a", has_text="major (IJA)"))
    page.keyboard.press("Enter")
    expect(page).to_have_url("/officers?rank=ija-major")
    expect(page.locator("#listed")).to_have_text("4 officers")
    expect(page.locator(".facets [aria-current]", has_text="major (IJA)")).to_be_visible()

    tab_to(page, page.locator(".chosen a"))
    page.keyboard.press("Enter")
    expect(page).to_have_url("/officers")


def test_a_list_is_ordered_and_paged_by_keyboard(page: Page) -> None:
    page.goto("/sources")
    tab_to(page, page.locator(".orders a", has_text="alone"))
    page.keyboard.press("Enter")
    expect(page).to_have_url("/sources?sort=alone")
    page.locator(".pages a", has_text="2").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url("/sources?sort=alone&page=2")


def test_a_mark_of_the_chart_leads_to_its_row_and_that_to_the_claim(page: Page) -> None:
    page.goto("/how-many")
    drawn = page.locator(".chart a[href='#japanese-in-viet-minh-count-6']")
    expect(drawn).to_have_text("186")
    drawn.focus()
    page.keyboard.press("Enter")
    row = page.locator("tr:target")
    expect(row).to_contain_text("186")
    row.get_by_role("link", name="186", exact=True).click()
    expect(page).to_have_url("/page/claim/japanese-in-viet-minh-count-6")


def test_larger_numbers_stand_further_along_the_scale(page: Page) -> None:
    page.goto("/how-many")

    def place(anchor: str) -> float:
        mark = page.locator(f"li:has(> .label a[href='#{anchor}']) circle").bounding_box()
        assert mark
        return mark["x"]

    few, some, many = (
        place(f"{name}-count-{number}")
        for name, number in (
            ("japanese-in-viet-minh", 6),
            ("38th-army-north", 2),
            ("japanese-in-vietnam-1945-vn", 3),
        )
    )
    assert few < some < many


def test_the_lists_keep_the_language(page: Page) -> None:
    page.goto("/?lang=ja")
    page.locator(".browse a[href^='/officers']").click()
    page.locator(".entries a", has_text="石井卓雄").click()
    expect(page).to_have_url("/page/person/ishii-takuo?lang=ja")


def test_a_new_reader_finds_who_taught_who_disagrees_and_a_citation(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Who taught at the Quảng Ngãi academy").first.click()
    expect(page).to_have_url(re.compile("/page/academy/quang-ngai#incoming"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Quảng Ngãi")
    taught = page.locator("#incoming")
    for name in ("Nakahara Mitsunobu", "Kamo Tokuji", "Tanimoto Kikuo", "Igari Kazumasa"):
        expect(taught.get_by_role("link", name=name).first).to_be_visible()

    page.get_by_role("link", name="Ishii Takuo").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ishii Takuo")
    dispute = page.locator("#dispute-ishii-takuo-quang-ngai-post")
    expect(dispute).to_contain_text("a short stand-in is possible")
    expect(
        dispute.get_by_role("link", name="Which Japanese military officers helped Ho Chi Minh?").first
    ).to_be_visible()

    dispute.locator("a[href='#ishii-takuo-headed-2']").click()
    proof = page.locator("#ishii-takuo-headed-2")
    expect(proof).to_contain_text("quoting a digest of Goscha")
    proof.get_by_role("link", name="Cite this claim").click()
    expect(page).to_have_url(re.compile(r"/cite\?iri="))
    expect(page.locator("#cite-chicago-notes-text")).to_contain_text("Zanryū")
