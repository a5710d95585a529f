"""One Chromium for all tests of this folder: found on PATH, begun when first needed, ended after the last."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Final, NoReturn

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Playwright, ViewportSize

# The shell has the same engine and no windows about its pages, which cost a third there.
_NAMES: Final = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
# Lists below the address bar, which are two processes more for each window and seen by nobody; and what is in
# Playwright's list, of which Chromium reads nothing beside this one.
_LEFT_OUT: Final = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxFullPopup",
    "AimEnabled",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
)
# Nothing of its own leaves the machine, and no name but this machine's is looked up.
_OPTIONS: Final = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    f"--disable-features={','.join(_LEFT_OUT)}",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)
_PATIENCE_MS: Final = 20_000
WINDOW: Final[ViewportSize] = {"width": 1280, "height": 800}


class Chromium:
    """The browser, as long as tests of this folder run: Playwright holds the event loop of the thread."""

    def __init__(self) -> None:
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None

    def browser(self) -> Browser:
        """Return the running browser."""
        if self._browser is None:
            program = next(filter(None, map(shutil.which, _NAMES)), None)
            if program is None:
                do_without("No Chromium is on PATH. Install it: `apt-get install chromium-headless-shell`.")
            from playwright.sync_api import expect, sync_playwright

            expect.set_options(timeout=_PATIENCE_MS)
            self._playwright = sync_playwright().start()
            options = [*_OPTIONS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
            self._browser = self._playwright.chromium.launch(executable_path=program, args=options)
        return self._browser

    def visit(self, origin: str) -> BrowserContext:
        """Return a window of somebody who reads English and was never here."""
        opened = self.browser().new_context(
            base_url=origin,
            locale="en-GB",
            viewport=WINDOW,
            color_scheme="light",
            reduced_motion="reduce",  # so that what moves is there at once
        )
        opened.set_default_timeout(_PATIENCE_MS)
        return opened

    def close(self) -> None:
        """End it, so that tests elsewhere have their event loops."""
        if self._browser:
            self._browser.close()
        if self._playwright:
            self._playwright.stop()
        self._playwright = self._browser = None


def do_without(sentence: str) -> NoReturn:
    """Skip a test for what the machine has not; where REQUIRE_BROWSER is set, as in `.ci/run`, fail it."""
    if os.environ.get("REQUIRE_BROWSER"):
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)
