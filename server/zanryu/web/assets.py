"""The bundled scripts and style sheets: from the name of an entry to the address of its file.

`server/frontend/build.mjs` writes them, with a manifest, into a folder that git ignores; a name in it holds
the hash of the content, so that a copy of it is good for ever.
"""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST: Final = "manifest.json"
IMMUTABLE: Final = "public, max-age=31536000, immutable"
_BUILT: Final = "/static/built/"
_HASHED: Final = re.compile(re.escape(_BUILT) + r"[^/]+-[0-9A-Z]{8}\.\w+")
_log = logging.getLogger("zanryu")


@dataclass(frozen=True)
class Assets:
    """The bundles in a folder. The manifest is read once, at the first question."""

    folder: Path

    def asset(self, name: str) -> str:
        """Return the path of a bundle on this server: ``asset("map.js")``, ``asset("map.css")``.

        One that is not there gets a path where nothing is: a page is complete without it.
        """
        return _BUILT + self._files.get(name, name)

    def script(self, name: str) -> Markup:
        """Return the element that loads an entry, or nothing if it is not bundled: ``script("map.js")``."""
        if name not in self._files:
            return Markup()
        return Markup('<script type="module" src="{}"></script>').format(self.asset(name))

    def stylesheet(self, name: str) -> Markup:
        """Return the element that loads the style sheets an entry imports, or nothing."""
        if name not in self._files:
            return Markup()
        return Markup('<link rel="stylesheet" href="{}">').format(self.asset(name))

    @cached_property
    def _files(self) -> dict[str, str]:
        try:
            files: dict[str, str] = json.loads((self.folder / MANIFEST).read_text(encoding="utf-8"))
        except FileNotFoundError:
            _log.warning("The scripts of the pages are not bundled; pages work without. Run `make install`.")
            return {}
        return files


def is_immutable(path: str) -> bool:
    """Return whether what is at a path of this server stays the same for ever: its name holds its hash."""
    return _HASHED.fullmatch(path) is not None
