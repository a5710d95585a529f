"""What the terms of other vocabularies are called in the languages of the interface."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path


def borrowed_name(term: str, language: str) -> tuple[str, str] | None:
    """Return a name of a term (``rdf:type``) with its language; ``None`` where we call it nothing."""
    names = _names().get(term)
    if names is None:
        return None
    found = language if language in names else "en"
    return names[found], found


@cache
def _names() -> dict[str, dict[str, str]]:
    """Return prefixed name → language → name."""
    names: dict[str, dict[str, str]] = json.loads(
        Path(__file__).with_name("borrowed_terms.json").read_text(encoding="utf-8")
    )
    return names
