"""What axe-core finds on a page, told in sentences."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from browser.chromium import do_without

if TYPE_CHECKING:
    from playwright.sync_api import Page

_AXE: Final = Path(__file__).resolve().parents[2] / "server/frontend/node_modules/axe-core/axe.min.js"
_TAGS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_COLOURS: Final = ["color-contrast", "link-in-text-block"]


def findings(page: Page, *, colours_alone: bool = False) -> list[str]:
    """Return each fault against WCAG 2.2 AA, or against good practice, with the elements that have it.

    ``colours_alone``: for a page that was looked at in other colours.
    """
    if not _AXE.exists():
        do_without("axe-core is not installed. `make install` does, with Node.js and the npm registry.")
    if not page.evaluate("'axe' in globalThis"):
        page.evaluate(f"{_AXE.read_text(encoding='utf-8')}; 0")
    looked_at = {"type": "rule", "values": _COLOURS} if colours_alone else {"type": "tag", "values": _TAGS}
    options = {"runOnly": looked_at, "resultTypes": ["violations"]}
    found = page.evaluate("async (options) => (await axe.run(document, options)).violations", options)
    return [_sentence(violation) for violation in found]


def _sentence(violation: dict[str, Any]) -> str:
    nodes = violation["nodes"]
    shown = "\n".join(f"    {node['html'][:200]}\n      {_why(node)}" for node in nodes[:4])
    return f"{violation['id']}: {violation['help']} ({len(nodes)} elements, {violation['helpUrl']})\n{shown}"


def _why(node: dict[str, Any]) -> str:
    return " ".join(node.get("failureSummary", "").split())
