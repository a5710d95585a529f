"""Which statements stand on a page under which heading, in the order that the shapes give.

The order comes with the build as ``display.json`` (see :mod:`zanryu.graph.display`). What no shape lists
still has its place, under the last heading.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from zanryu.graph.namespaces import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_OTHER: Final = f"{PREFIXES['zs']}OtherGroup"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading with the properties below it; ``names`` by language, empty for what no shape lists."""

    iri: str
    names: dict[str, str]
    properties: list[str]


@dataclass(frozen=True, slots=True)
class Display:
    """The order of pages. Made of nothing, it puts everything under one heading."""

    groups: dict[str, Any] = field(default_factory=dict)
    properties: dict[str, Any] = field(default_factory=dict)
    pages: dict[str, list[str]] = field(default_factory=dict)

    def arrange(self, classes: Iterable[str], properties: Iterable[str]) -> list[Heading]:
        """Return properties under headings, as the pages of the classes list them."""
        left = dict.fromkeys(properties)
        listed = [p for c in classes for p in self.pages.get(c, ()) if p in left]
        by_group: dict[str, list[str]] = {}
        for path in sorted(dict.fromkeys(listed), key=lambda p: (self.properties[p]["order"], p)):
            by_group.setdefault(self.properties[path]["group"], []).append(path)
            del left[path]
        if left:
            by_group.setdefault(_OTHER, []).extend(sorted(left))
        ordered = sorted(by_group, key=lambda g: (self._order(g), g))
        return [Heading(g, self.groups.get(g, {}).get("names", {}), by_group[g]) for g in ordered]

    def name(self, path: str, language: str) -> tuple[str, str] | None:
        """Return what a page calls a property, and in which language; ``None`` where no shape says."""
        names = self.properties.get(path, {}).get("names", {})
        found = language if language in names else "en"
        return (names[found], found) if found in names else None

    def rank(self, path: str) -> tuple[float, float, str]:
        """Return what orders properties across headings; unlisted ones come last."""
        entry = self.properties.get(path)
        return (self._order(entry["group"]), entry["order"], path) if entry else (float("inf"), 0.0, path)

    def _order(self, group: str) -> float:
        return float(self.groups.get(group, {}).get("order", "inf"))


def read_display(path: Path) -> Display:
    """Return the order that a build has; of a build without one, none."""
    if not path.is_file():
        return Display()
    return Display(**json.loads(path.read_text(encoding="utf-8")))
