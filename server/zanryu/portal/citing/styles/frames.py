"""What a processor writes round a title and an address, kept.

A processor takes some milliseconds for an item. The references to pages of an edition differ in nothing but
title and address, and works are cited over and over.
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from zanryu.portal.citing.works import Item

_KEPT: Final = 1000
# Of the private use area, which no text of the graph has here (see `facts.one_line`).
_PLACES: Final = {"title": "\ue010", "URL": "\ue011"}
# Nothing that a processor may take for markup, quotation marks or the end of a sentence.
_PLAIN: Final = {
    "title": re.compile(r"\w(?:[\w (),–-]*[\w)])?\Z"),
    "URL": re.compile(r"https?://[\w./?=-]*\w\Z", re.ASCII),
}
_one_at_a_time = Lock()  # a style keeps what it suppresses for the item at hand


class Frames:
    """What ``write`` makes of items, each frame once; the ones not used for the longest are forgotten."""

    def __init__(self, write: Callable[[Item, str, str], str]) -> None:
        self._write = write
        self._kept: OrderedDict[tuple[str, str, str], str] = OrderedDict()

    def fill(self, item: Item, style: str, locator: str = "") -> str:
        """Return an item as a style has it; ``locator`` is a place in it."""
        plain = {name: item[name] for name in _PLACES if _PLAIN[name].match(str(item.get(name, "")))}
        framed: dict[str, Any] = {**item, **{name: _PLACES[name] for name in plain}}
        text = self._frame(framed, style, locator)
        for name, value in plain.items():
            text = text.replace(_PLACES[name], value)
        return text

    def _frame(self, item: Item, style: str, locator: str) -> str:
        key = json.dumps(item), style, locator
        with _one_at_a_time:
            if (found := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
                return found
            self._kept[key] = made = self._write(item, style, locator)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return made
