"""Language tags of RDF as Wikimedia's codes."""

from __future__ import annotations

from typing import Final

# In another script than that of the language, the text is a transcription, and no name in that language.
_OWN_SCRIPTS: Final = {
    "ja": frozenset(("", "hani", "hira", "kana", "hrkt", "jpan")),
    "zh": frozenset(("", "hani", "hant", "hans")),
    "vi": frozenset(("", "latn")),
}
_CHINESE: Final = {"hant": "zh-hant", "hans": "zh-hans"}


def wikimedia_language(tag: str) -> str:
    """Return the code for a text with this language tag (BCP 47), or nothing where there is none.

    Regions and variants are left out: ``ja-Hani`` is ``ja``, ``zh-Hant-TW`` is ``zh-hant``. ``und`` and
    private tags have no code, nor has a transcription such as ``ja-Latn``.
    """
    language, *others = tag.lower().split("-")
    script = next((part for part in others if len(part) == 4 and part.isalpha()), "")
    if not 2 <= len(language) <= 3 or language in ("und", "mul", "zxx", "mis"):
        return ""
    scripts = _OWN_SCRIPTS.get(language)
    if scripts is not None and script not in scripts:
        return ""
    return _CHINESE.get(script, language) if language == "zh" else language
