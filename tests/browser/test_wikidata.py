"""The gap report in a browser, beside items that were read: real ones, and one that is hostile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest
from playwright.sync_api import expect

from attack.server import serving, wait_until
from browser.hostile_dataset import CANARY, IRIS, TEXTS
from wikidata.linked_dataset import lay_out
from wikidata.reference import bare, enveloped, needs_fixtures
from zanryu.config import Settings
from zanryu.store.build import build
from zanryu.wikidata.entities.cache import Cache

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

    from attack.server import Server
    from browser.conftest import Photograph
    from zanryu.graph.sources import Dataset

pytestmark = needs_fixtures
_HOSTILE: Final = "/wikidata/work/invented-book"
_PAGES: Final = {
    "overview": "/wikidata",
    "kind": "/wikidata?kind=conflict",
    "thing": "/wikidata/person/james-ramsden",
    "unread": "/wikidata/place/britain",
    "section": "/page/person/james-ramsden",
    "hostile": _HOSTILE,
}


def _statement(number: int, text: str) -> dict[str, Any]:
    """Return a title that is a text, which says an address that would run."""
    said = {"text": text, "language": "en"}
    address = {"snaktype": "value", "property": "P854"}
    address["datavalue"] = {"type": "string", "value": IRIS[number % len(IRIS)]}  # type: ignore[assignment]
    return {
        "id": f"Q4115189${TEXTS['quote']}{number}",
        "rank": "deprecated" if number % 2 else "preferred",
        "mainsnak": {
            "snaktype": "value",
            "property": "P1476",
            "datavalue": {"type": "monolingualtext", "value": said},
        },
        "qualifiers": {"P1810": [{**address, "property": "P1810"}]},
        "references": [{"hash": "h", "snaks": {"P854": [address]}, "snaks-order": ["P854"]}],
    }


@pytest.fixture(scope="module")
def server(small: Dataset, dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over persons who are linked to items, of which two were read, and a hostile one."""
    home = tmp_path_factory.mktemp("gaps")
    settings = Settings(store=home / "store")
    build(lay_out(home / "dataset", small, dataset), settings)
    cache = Cache(settings.wikidata)
    for item in ("Q6141825", "Q42"):
        cache.keep(item, enveloped(bare(item)))
    texts = enumerate(text for text in TEXTS.values() if "\0" not in text)
    hostile = {"id": "Q4115189", "claims": {"P1476": [_statement(n, text) for n, text in texts]}}
    cache.keep("Q4115189", enveloped(hostile))
    with serving(settings.store, home, query_workers="2", validation_workers="0") as served:
        wait_until(lambda: served.get("/wikidata").status == 200, 60, "the report is there")
        yield served


@pytest.mark.parametrize("name", _PAGES)
def test_axe_finds_nothing_light_or_dark(
    name: str, page: Page, axe: Callable[[], None], photograph: Photograph
) -> None:
    page.goto(_PAGES[name])
    page.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = true; })")
    axe()
    if name in ("overview", "thing"):
        photograph(f"wikidata-{name}")


@pytest.mark.parametrize("name", _PAGES)
def test_a_page_fits_320_pixels(name: str, page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(_PAGES[name])
    page.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_two_sides_are_read_out_as_a_table_on_a_narrow_screen(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(_PAGES["thing"])
    conflict = page.get_by_role("table", name="Conflict")
    assert conflict.get_by_role("columnheader").all_inner_texts() == ["Property", "Zanryū", "Wikidata"]
    assert conflict.get_by_role("rowheader", name="date of death").is_visible()
    assert "29 March 2020" in conflict.get_by_role("cell").last.inner_text()


def test_what_wikidata_says_runs_nothing_and_leads_nowhere_else(page: Page) -> None:
    page.goto(_HOSTILE)
    assert page.get_by_text(TEXTS["script"], exact=True).count() == 1
    assert not page.evaluate(f"'{CANARY}' in globalThis")
    links = page.evaluate(
        "[...document.querySelectorAll('main a')].map((each) => new URL(each.href).protocol)"
    )
    assert set(links) <= {"http:", "https:"}
    assert page.evaluate("[...document.querySelectorAll('main *')].every((e) => !e.onclick && !e.onfocus)")


def test_an_editor_goes_from_the_overview_to_the_batch(page: Page) -> None:
    page.goto("/wikidata")
    page.locator("main").get_by_role("link", name="Conflict").click()
    page.get_by_role("link", name="James Ramsden").click()
    expect(page.get_by_role("heading", name="Conflict")).to_be_visible()
    page.get_by_role("link", name="Hand over").click()
    expect(page).to_have_url("/wikidata/batch?thing=person/james-ramsden")
    expect(page.locator("main")).to_contain_text("P551")


def test_what_is_read_is_shown_at_once_by_a_server_that_runs(server: Server) -> None:
    pages = ("/wikidata/place/sneaton", "/page/place/sneaton")
    before = [server.get(path, "text/html") for path in (*pages, *pages)]
    assert all("was not read yet" in answer.text for answer in before)
    assert before[-1].headers["x-cache"] == "hit"
    Cache(server.output.parent / "wikidata").keep("Q24826", enveloped({"id": "Q24826", "claims": {}}))
    for path in pages:
        assert "was not read yet" not in server.get(path, "text/html").text
