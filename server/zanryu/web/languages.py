"""The language of the interface: chosen by ``?lang=`` or Accept-Language."""

from __future__ import annotations

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
