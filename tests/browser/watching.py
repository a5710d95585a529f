"""What a page may not do, noted while it is looked at: errors, reports of its policy, other hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from browser.chromium import WINDOW

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Page, Request

# The policy's reports, Trusted Types among them, as errors of the console that name what was refused.
REPORTING: Final = """
addEventListener("securitypolicyviolation", (report) =>
  console.error("policy:", report.effectiveDirective, "refused", report.blockedURI, report.sample));
"""
_LOCAL: Final = ("data", "blob", "about")


class Watch:
    """Notes what ``page`` does wrong. A document that is an error page is not: it was asked for."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.findings: list[str] = []
        self._origin = origin
        self._documents: set[str] = set()
        page.add_init_script(REPORTING)
        page.on("request", self._note_request)
        page.on("console", self._note_console)
        page.on("pageerror", lambda error: self.findings.append(f"error of a script: {error}"))

    def begin(self) -> None:
        """Go on with the page as it was when it was opened: empty, and with nothing found."""
        self.page.goto("about:blank")
        self.page.set_viewport_size(WINDOW)
        self.page.emulate_media(color_scheme="light")
        self.page.mouse.move(0, 0)
        self._documents.clear()
        self.findings.clear()

    def _note_request(self, request: Request) -> None:
        if request.is_navigation_request():
            self._documents.add(request.url)
        if urlsplit(request.url).scheme not in _LOCAL and not request.url.startswith(f"{self._origin}/"):
            self.findings.append(f"request to elsewhere: {request.url}")

    def _note_console(self, message: ConsoleMessage) -> None:
        place = message.location["url"]
        is_document = message.text.startswith("Failed to load resource") and place in self._documents
        if message.type == "error" and not is_document:
            self.findings.append(f"console: {message.text} ({place})")
