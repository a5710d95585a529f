"""Terms as HTML. A page shows some thousand of them, and most many times: each is made once.

Text of the graph stands in ``<bdi>``, so that its direction ends with it; its language is named where it is
another than the page's. Only what :func:`zanryu.naming.iris.link` lets through is linked.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from zanryu.naming.labels import Shown
    from zanryu.web.words import Words

MAX_CHARACTERS: Final = 1200
_MAX_LINKED: Final = 400
_MADE: Final = 20_000


def markup(words: Words, whole: str) -> dict[str, Callable[..., Markup]]:
    """Return what templates call; ``whole`` is where a text stands that is too long for a page."""
    language = words.language
    rest = Markup(' <a class="rest" href="{}">{}</a>').format(
        whole, words.gettext("Shortened: the whole text is in the data")
    )

    def text_of(shown: Shown) -> Markup:
        if len(shown.text) > MAX_CHARACTERS:
            return _text(shown.text[: MAX_CHARACTERS - 1] + "…", shown.language, language) + rest
        return _text(shown.text, shown.language, language)

    def show(shown: Shown) -> Markup:
        return _link(shown, language) if shown.href else text_of(shown)

    def show_all(several: Iterable[Shown]) -> Markup:
        return Markup(", ").join(show(shown) for shown in several)

    def tagged(shown: Shown) -> Markup:
        return _attribute(shown.language, language)

    return {"show": show, "all": show_all, "tagged": tagged, "text_of": text_of}


def _attribute(tag: str, language: str) -> Markup:
    return Markup(' lang="{}"').format(tag) if tag and tag != language else Markup()


@lru_cache(_MADE)
def _text(text: str, tag: str, language: str) -> Markup:
    return Markup("<bdi{}>{}</bdi>").format(_attribute(tag, language), text)


@lru_cache(_MADE)
def _link(shown: Shown, language: str) -> Markup:
    href = shown.href or ""
    text = shown.text if len(shown.text) <= _MAX_LINKED else shown.text[: _MAX_LINKED - 1] + "…"
    inside = _text(text, shown.language, language)
    if href.startswith("/"):
        return Markup('<a href="{}">{}</a>').format(href, inside)
    return Markup('<a href="{}" rel="noopener noreferrer nofollow">{}</a>').format(href, inside)
