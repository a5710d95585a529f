"""Sentences for people that other floors put into their language: an English template, and its values."""

from __future__ import annotations

from typing import Final, Protocol, TypeAlias

Text: TypeAlias = "Message | str"
"""What is said: to be translated, or as it stands (in the reader's language already, or nobody's)."""


class Translate(Protocol):
    """Puts a template into a language, and its values into that: ``Words.gettext`` of the floors above."""

    def __call__(self, message: str, **values: object) -> str:
        """Return the sentence."""


def in_english(message: str, **values: object) -> str:
    """Return a sentence as its template is."""
    return message % values


class Message:
    """A sentence, ``%(name)s`` in its template being replaced from ``values``, which may be sentences too.

    The template is written out where a message is made: ``make words`` collects it there for translators. As
    a string it is in English.
    """

    __slots__ = ("template", "values")

    def __init__(self, template: str, **values: object) -> None:
        self.template: Final = template
        self.values: Final = values

    def within(self, translate: Translate) -> str:
        """Return the sentence in a language."""
        said = {name: v.within(translate) if isinstance(v, Message) else v for name, v in self.values.items()}
        return translate(self.template, **said)

    def __str__(self) -> str:
        return self.within(in_english)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and (self.template, self.values) == (other.template, other.values)

    def __hash__(self) -> int:
        return hash(str(self))

    def __repr__(self) -> str:
        return f"Message({str(self)!r})"


def in_words(text: Text, translate: Translate) -> str:
    """Return a text in a language; a plain one as it stands."""
    return text.within(translate) if isinstance(text, Message) else text
