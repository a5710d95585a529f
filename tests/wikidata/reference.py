"""Real entities of Wikidata, in place beside the repository; they may not be there.

Those of ``entity-json`` are bare objects without a revision, so they are put into the envelope that
Special:EntityData sends, with a revision and a time that are invented.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final

import pytest

_NAMED: Final = os.environ.get("WIKIDATA_REFERENCE")
_BESIDE: Final = Path(__file__).resolve().parents[2].parent / "shared" / "reference" / "wikidata"
FIXTURES: Final = (Path(_NAMED) if _NAMED else _BESIDE) / "fixtures"
MODIFIED: Final = "2022-11-01T10:00:00Z"

needs_fixtures = pytest.mark.skipif(not FIXTURES.is_dir(), reason=f"no entities of Wikidata at {FIXTURES}")


def described() -> list[dict[str, Any]]:
    """Return what the manifest says of each bare entity; nothing where there is none."""
    manifest = FIXTURES / "MANIFEST.json"
    files = json.loads(manifest.read_bytes())["files"] if manifest.is_file() else []
    return [file for file in files if file["file"].startswith("entity-json/")]


def bare(entity_id: str) -> dict[str, Any]:
    """Return the bare object of an entity."""
    found: dict[str, Any] = json.loads((FIXTURES / "entity-json" / f"{entity_id}.json").read_bytes())
    return found


def enveloped(entity: dict[str, Any], revision: int = 1001, modified: str = MODIFIED) -> bytes:
    """Return an object as Special:EntityData sends it."""
    own = {"title": entity["id"], "lastrevid": revision, "modified": modified, **entity}
    return json.dumps({"entities": {entity["id"]: own}}).encode()
