"""Timeline, map, network and comparison in a real browser: for everybody, and by keyboard."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING, Final

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from attack.server import Server
    from browser.conftest import Photograph

PAGES: Final = {
    "timeline": "/timeline",
    "timeline-of-one": "/timeline?person=ishii-takuo",
    "map": "/map",
    "map-of-a-place": "/map?area=asia&place=hue",
    "network": "/network",
    "network-around": "/network?around=ishii-takuo&depth=2",
    "compare": "/compare",
    "compare-persons": "/compare?iri=ishii-takuo&iri=igawa-sei",
    "compare-sources": "/compare?iri=work/kamo-2008&iri=work/jawiki-ishii-takuo",
}
_MAX_HTML_BYTES: Final = 50_000
_MAX_TABS: Final = 80
_IS_WIDER: Final = "(fitting) => document.getElementById('drawing').scrollWidth > fitting"


def _tab_to(page: Page, target: Locator) -> None:
    """Press Tab until an element has the focus."""
    for _ in range(_MAX_TABS):
        page.keyboard.press("Tab")
        if target.and_(page.locator(":focus")).count():
            return
    raise AssertionError(f"No Tab leads to {target}.")


@pytest.mark.parametrize("name", PAGES)
def test_a_view_is_for_everybody(
    name: str, page: Page, axe: Callable[[], None], photograph: Photograph
) -> None:
    page.goto(PAGES[name], wait_until="networkidle")
    axe()
    for width in (320, 768):
        page.set_viewport_size({"width": width, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    photograph(name)


@pytest.mark.parametrize("name", PAGES)
def test_the_page_of_a_view_is_small(name: str, server: Server) -> None:
    assert len(gzip.compress(server.get(PAGES[name], "text/html").body)) <= _MAX_HTML_BYTES


def test_a_mark_of_the_timeline_leads_to_its_claim_by_keyboard(page: Page) -> None:
    page.goto(PAGES["timeline-of-one"])
    _tab_to(page, page.locator("a.mark").first)
    page.keyboard.press("Enter")
    page.wait_for_url("**/page/claim/*")


def test_a_drawing_is_made_larger_by_keyboard_and_fits_again(page: Page) -> None:
    page.goto(PAGES["timeline-of-one"])
    region = page.locator("#drawing")
    _tab_to(page, region)
    fitting = region.evaluate("(it) => it.scrollWidth")
    page.keyboard.press("+")
    page.wait_for_function(_IS_WIDER, arg=fitting)
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.getElementById('drawing').scrollLeft > 0")
    page.keyboard.press("0")
    page.wait_for_function(
        "(fitting) => document.getElementById('drawing').scrollWidth === fitting", arg=fitting
    )
    page.get_by_role("button", name="Draw larger").click()
    page.wait_for_function(_IS_WIDER, arg=fitting)


def test_the_drawing_can_be_skipped(page: Page) -> None:
    page.goto(PAGES["timeline"])
    _tab_to(page, page.get_by_role("link", name="Skip the drawing, go to the table"))
    page.keyboard.press("Enter")
    expect(page.locator("#table")).to_be_in_viewport()


def test_a_place_is_chosen_by_keyboard_and_tells_what_happened_there(page: Page) -> None:
    page.goto(PAGES["map"])
    _tab_to(page, page.locator("a.place").filter(has_text="Huế").first)
    page.keyboard.press("Enter")
    page.wait_for_url("**place=hue**")
    expect(page.locator("#happened h2")).to_contain_text("Huế")
    expect(page.locator("#happened li").first).to_be_visible()
    assert page.locator("a.place[aria-current]").count() == 1


def test_the_list_drives_the_drawing_of_the_network(page: Page) -> None:
    page.goto(PAGES["network-around"])
    page.locator("#drawing canvas").first.wait_for(state="attached")
    first, second = page.locator("a[data-node]").nth(0), page.locator("a[data-node]").nth(1)
    _tab_to(page, first)
    expect(first).to_have_class("is-shown")
    page.keyboard.press("Tab")
    expect(second).to_have_class("is-shown")
    expect(first).not_to_have_class("is-shown")
    name = second.locator("bdi").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url("**around=*%2F*")
    expect(page.locator("h1")).to_contain_text(name)


def test_the_same_network_is_always_drawn_the_same(page: Page) -> None:
    pictures = []
    for _ in range(2):
        page.goto(PAGES["network-around"], wait_until="networkidle")
        page.locator("#drawing canvas").first.wait_for(state="attached")
        pictures.append(page.locator("#drawing").screenshot())
    assert pictures[0] == pictures[1]


def test_who_is_compared_is_found_by_name_and_by_keyboard(page: Page, server: Server) -> None:
    server.get("/search?q=ishii")  # has the index made
    page.goto("/compare")
    for typed, name in (("Takuo Ishii", "Ishii Takuo"), ("Igawa", "Igawa Sei")):
        _tab_to(page, page.locator("#iri"))
        page.keyboard.type(typed)
        page.get_by_role("button", name=name).first.wait_for()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page.locator("thead th").filter(has_text=name)).to_be_visible()
    assert page.locator("thead th").count() == 4


def test_rows_of_one_alone_can_be_hidden(page: Page) -> None:
    page.goto(PAGES["compare-persons"])
    alone = page.locator("tr.alone").first
    expect(alone).to_be_visible()
    page.get_by_label("Hide what is known of one alone").check()
    expect(alone).to_be_hidden()


@pytest.mark.parametrize("name", ["timeline", "map", "network", "compare-persons"])
def test_a_view_is_complete_without_scripts(name: str, page: Page, server: Server) -> None:
    browser = page.context.browser
    assert browser
    bare = browser.new_context(java_script_enabled=False, base_url=server.origin)
    reader = bare.new_page()
    reader.goto(PAGES[name])
    assert reader.locator("table tbody tr").count() > 5
    assert not reader.locator(".zoom:visible").count()
    reader.get_by_role("link", name="Query behind this view").click()
    expect(reader).to_have_url(re.compile("/sparql"))
    expect(reader.locator("h1")).to_have_count(1)
    bare.close()
