"""A real server, a real browser, and pages that are watched."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import pytest

from browser import accessibility
from browser.chromium import Chromium
from browser.watching import Watch
from writing.editor import claim, copy_of, editing, insert

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import BrowserContext, Page

    from attack.server import Server
    from zanryu.config import Settings

_FOLDER: Final = Path(__file__).parent
SCREENSHOTS: Final = _FOLDER.parents[1] / "var" / "screenshots"
WIDTHS: Final = (360, 768, 1280)
SCHEMES: Final = ("light", "dark")
_TALLEST_PIXELS: Final = 4000
_chromium = Chromium()


class Photograph(Protocol):
    """Takes pictures of the page as it is, at each width, light and dark, for people to look at.

    Only where PHOTOGRAPH is set in the environment.
    """

    def __call__(self, name: str) -> None:
        """Write ``var/screenshots/NAME-WIDTH-SCHEME.png``."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """End the browser after the last test of this folder: the others need the event loop."""
    yield
    if nextitem is None or _FOLDER not in nextitem.path.parents:
        _chromium.close()


@pytest.fixture(scope="session")
def server(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over this repository's graph, with a history: a claim was written, and taken back."""
    settings = copy_of(built, tmp_path_factory.mktemp("browsed") / "home")
    more = {"query_workers": "2", "validation_workers": "1"}
    with editing(settings, tmp_path_factory.mktemp("browsed"), **more) as editor:
        editor.made(insert(claim("ishii-takuo-browsed-1")), message="A claim to look at.")
        assert editor.send("POST", "/history/1/revert?message=Taken+back.").status == 200
        yield editor.server


@pytest.fixture(scope="session")
def chromium() -> Chromium:
    """The browser of this folder."""
    return _chromium


@pytest.fixture
def context(chromium: Chromium, server: Server) -> Iterator[BrowserContext]:
    """A browser of somebody who reads English and was never here, for one test alone."""
    opened = chromium.visit(server.origin)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def shared(chromium: Chromium, server: Server) -> Iterator[Watch]:
    """A page for the tests of a file that leave nothing in a browser; to open it costs more than most do."""
    opened = chromium.visit(server.origin)
    yield Watch(opened.new_page(), server.origin)
    opened.close()


@pytest.fixture
def page(request: pytest.FixtureRequest, server: Server) -> Iterator[Page]:
    """A page. Errors of its scripts, reports of its policy and requests to elsewhere fail the test.

    It is that of a first visit where the test asks for the ``context``, to change what outlives a page.
    """
    if "context" in request.fixturenames:
        watch = Watch(request.getfixturevalue("context").new_page(), server.origin)
    else:
        watch = request.getfixturevalue("shared")
        watch.begin()
    yield watch.page
    assert not watch.findings, "\n".join(watch.findings)


@pytest.fixture
def axe(page: Page) -> Callable[[], None]:
    """Fails the test if axe-core finds anything on the page as it is, light or dark: ``axe()``."""

    def check() -> None:
        # Over an image axe cannot tell contrast, and the shadow that says "there is more" is one.
        page.evaluate(
            "document.querySelectorAll('.scroll, pre').forEach((e) => { e.style.backgroundImage = 'none'; })"
        )
        found = accessibility.findings(page)
        page.emulate_media(color_scheme="dark")
        found += [f"dark: {finding}" for finding in accessibility.findings(page, colours_alone=True)]
        page.emulate_media(color_scheme="light")
        assert not found, f"{page.url}\n" + "\n".join(found)

    return check


@pytest.fixture
def photograph(page: Page) -> Photograph:
    """Takes pictures: ``photograph("person")``."""

    def take(name: str) -> None:
        if not os.environ.get("PHOTOGRAPH"):
            return  # a fifth of what the tests in a browser take, for pictures that nobody asked for
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        before = page.viewport_size
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 800})
                height = min(page.evaluate("document.documentElement.scrollHeight"), _TALLEST_PIXELS)
                path = SCREENSHOTS / f"{re.sub(r'[^a-z0-9-]', '-', name)}-{width}-{scheme}.png"
                page.set_viewport_size({"width": width, "height": height})
                page.screenshot(path=path, animations="disabled")
        page.emulate_media(color_scheme="light")
        if before:
            page.set_viewport_size(before)

    return take
