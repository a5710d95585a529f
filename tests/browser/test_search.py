"""The search in a browser: by keyboard, with suggestions and without, for everybody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from attack.server import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from attack.server import Server
    from browser.conftest import Photograph


@pytest.fixture(autouse=True)
def ready(server: Server) -> None:
    """Wait for the index, which is made when it is first asked for."""
    wait_until(lambda: server.get("/search?q=x").status == 200, 60, "the index is there")


def box(page: Page) -> Locator:
    return page.locator("#finder")


def type_into(page: Page, text: str) -> Locator:
    """Type into the box of the header, and return the suggestions."""
    box(page).fill("")
    box(page).press_sequentially(text)
    expect(page.get_by_role("option").first).to_be_visible()
    return page.get_by_role("option")


@pytest.mark.parametrize(
    "path", ["/search", "/search?q=quang+ngai", "/search?q=reportedly", "/search?q=xyzzyx"]
)
def test_axe_finds_nothing_on_the_search(page: Page, axe: Callable[[], None], path: str) -> None:
    page.goto(path)
    axe()


def test_results_and_suggestions_fit_320_pixels(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/search?q=quang+ngai")
    type_into(page, "quang ngai m")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_three_spellings_lead_to_the_same_place(page: Page, photograph: Photograph) -> None:
    for text in ("Quang Ngai", "Quảng Ngãi", "クァンガイ"):
        page.goto("/")
        box(page).fill(text)
        box(page).press("Enter")
        expect(page.locator(".hits a").first).to_have_text("Quảng Ngãi")
    photograph("search")


def test_a_result_is_narrowed_down_and_opened_by_keyboard_alone(page: Page) -> None:
    page.goto("/search?q=ishii")
    persons = page.get_by_role("link", name="Persons")
    persons.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".facets [aria-current]").first).to_contain_text("Persons")
    page.locator(".hits a").first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url("/page/person/ishii-takuo")


def test_a_suggestion_is_chosen_by_the_arrow_keys(
    page: Page, axe: Callable[[], None], photograph: Photograph
) -> None:
    page.goto("/")
    options = type_into(page, "takuo is")
    expect(box(page)).to_have_attribute("aria-expanded", "true")
    expect(page.locator("header [role=status]")).to_contain_text("suggestion")
    axe()
    photograph("suggestions")

    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    chosen = box(page).get_attribute("aria-activedescendant")
    assert chosen == options.first.get_attribute("id")
    page.keyboard.press("ArrowUp")
    expect(page.locator("[aria-selected=true]")).to_have_count(0)
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/page/person/ishii-takuo")


def test_enter_without_a_choice_searches_and_escape_closes(page: Page) -> None:
    page.goto("/")
    type_into(page, "ishii")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box(page)).to_have_value("ishii")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url("/search?q=ishii")


def test_a_suggestion_marks_the_original_spelling_and_is_chosen_by_the_pointer(page: Page) -> None:
    page.goto("/search")
    field = page.locator("#q")
    field.press_sequentially("tran chi")
    option = page.get_by_role("option").first
    expect(option.locator("mark")).to_have_text("Trần Chí")
    option.click()
    expect(page).to_have_url("/page/person/ishii-takuo")


def test_the_suggestions_speak_the_language_of_the_page(page: Page) -> None:
    page.goto("/?lang=ja")
    options = type_into(page, "ishii tak")
    expect(options.first).to_contain_text("石井卓雄")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/page/person/ishii-takuo?lang=ja")


@pytest.mark.usefixtures("context")  # whose clock is stopped
def test_only_the_newest_question_is_answered(page: Page) -> None:
    page.clock.install()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "suggest?" in request.url else None)
    page.goto("/")
    page.clock.pause_at(datetime.now(UTC) + timedelta(hours=1))
    box(page).press_sequentially("nguyen son")
    assert not asked, "nobody has paused"
    page.clock.run_for(1000)
    expect(page.get_by_role("option").first).to_be_visible()
    assert len(asked) == 1
    assert "q=nguyen+son" in asked[0]


@pytest.mark.usefixtures("context")  # what it does to the browser stays
def test_without_scripts_the_search_is_complete(page: Page) -> None:
    page.route("**/*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.goto("/search")
    page.locator("#q").fill("takuo ishii")
    page.locator("#q").press("Enter")
    expect(page.locator(".hits a").first).to_have_text("Ishii Takuo")
