"""The language of the interface: chosen by ``?lang=`` or Accept-Language, from one catalogue of messages."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Final

LANGUAGES: Final = {"en": "English", "ja": "日本語", "vi": "Tiếng Việt"}
DEFAULT: Final = "en"


def choose_language(wanted: str | None, accept_language: str | None) -> str:
    """Return ``en``, ``ja`` or ``vi``: ``wanted`` (of ``?lang=``) first, then the header by its weights."""
    if wanted in LANGUAGES:
        return wanted
    return max(_weights(accept_language or ""), key=lambda pair: pair[1], default=(DEFAULT, 1.0))[0]


def _weights(header: str) -> list[tuple[str, float]]:
    found = []
    for part in header.split(",")[:50]:
        tag, _, parameters = part.strip().partition(";")
        language = tag.strip().lower().partition("-")[0]
        weight = _weight(parameters)
        if language in LANGUAGES and weight > 0:
            found.append((language, weight))
    return found


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Return the messages: key → language → text."""
    path = Path(__file__).with_name("messages.json")
    messages: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return messages


def find_message(key: str, language: str) -> tuple[str, str] | None:
    """Return a message with the language that it is in, or ``None`` where the catalogue has none."""
    texts = catalogue().get(key)
    if texts is None:
        return None
    found = language if language in texts else DEFAULT
    return texts[found], found


def message(key: str, language: str, **values: object) -> str:
    """Return a message in a language, else in English; ``{name}`` in it is replaced from ``values``."""
    texts = catalogue()[key]
    return texts.get(language, texts[DEFAULT]).format(**values)
