"""An editor leaves with a batch for Wikidata."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

_BATCH: Final = "/wikidata/batch?thing=kamo-tokuji&create=1&retrieved=2026-11-21"


def test_the_commands_are_copied_with_their_tabs(context: BrowserContext, page: Page) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(_BATCH)
    page.get_by_role("button", name="Copy").click()
    page.get_by_role("status").get_by_text("Copied").wait_for()
    copied = str(page.evaluate("navigator.clipboard.readText()"))
    assert copied.startswith("CREATE\nLAST\tDen\t")
    assert copied == page.locator("#commands-1").text_content()


def test_the_form_is_sent_to_the_tool_with_the_commands(page: Page) -> None:
    page.goto(_BATCH)
    form = page.locator("form[method=post]")
    assert form.get_attribute("action") == "https://quickstatements.toolforge.org/api.php"
    sent = page.evaluate("Object.fromEntries(new FormData(document.querySelector('form[method=post]')))")
    assert sent["data"].replace("\r\n", "\n") == page.locator("#commands-1").text_content()
    assert sent["action"] == "import"


@pytest.mark.usefixtures("context")  # what it does to the browser stays
def test_what_may_not_be_copied_is_selected(page: Page) -> None:
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.goto(_BATCH)
    page.get_by_role("button", name="Copy").click()
    page.get_by_role("status").get_by_text("are selected").wait_for()
    assert str(page.evaluate("getSelection().toString()")).startswith("CREATE\n")


def test_a_thing_is_found_by_its_name(page: Page) -> None:
    page.goto("/wikidata/batch")
    page.get_by_label("A person or other thing").fill("Kamo Tokuji")
    page.locator(".choices button").first.click()
    page.wait_for_url("**/wikidata/batch?thing=*kamo-tokuji*")
    expect(page.get_by_role("heading", name="Held back")).to_have_count(1)
