"""The words of the interface in one language, outside of templates; the catalogues are gettext's."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from babel.support import NullTranslations, Translations

CATALOGUES: Final = Path(__file__).parents[1] / "translations"


class Words:
    """Messages by their English text, which is what they are where a catalogue has none.

    ``%(name)s`` in a message is replaced from ``values``, ``%(num)s`` in a plural by the number.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self._translations = translations(language)

    def gettext(self, message: str, **values: object) -> str:
        """Return a message."""
        return self._translations.gettext(message) % values

    def pgettext(self, context: str, message: str, **values: object) -> str:
        """Return a message whose English text alone would be ambiguous."""
        return str(self._translations.pgettext(context, message)) % values

    def ngettext(self, singular: str, plural: str, number: int, **values: object) -> str:
        """Return the form of a message that belongs to a number."""
        return self._translations.ngettext(singular, plural, number) % {"num": number, **values}


@cache
def translations(language: str) -> NullTranslations:
    """Return the catalogue of a language."""
    return Translations.load(CATALOGUES, [language])
