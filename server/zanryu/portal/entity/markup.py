"""Terms as HTML. A page shows some thousand of them, and most many times: each is made once.

Text of the graph stands in ``<bdi>``, so that its direction ends with it; its language is named where it is
another than the page's. Only what :func:`zanryu.naming.iris.link` lets through is linked.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from zanryu.web.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from zanryu.naming.labels import Shown
    from zanryu.portal.entity.cards import Certainty
    from zanryu.portal.entity.dates import ShownDate

MAX_CHARACTERS: Final = 1200
_MAX_LINKED: Final = 400
_MADE: Final = 20_000


def markup(words: Words, whole: str) -> dict[str, Callable[..., Markup]]:
    """Return what templates call; ``whole`` is where a text stands that is too long for a page."""
    language = words.language
    rest = Markup(' <a class="rest" href="{}">{}</a>').format(
        whole, words.gettext("Shortened: the whole text is in the data")
    )

    # translators: what stands between the members of a list, with the space that belongs to it
    comma = Markup("%s") % words.pgettext("between the members of a list", ", ")

    def text_of(shown: Shown) -> Markup:
        if len(shown.text) > MAX_CHARACTERS:
            return _text(shown.text[: MAX_CHARACTERS - 1] + "…", shown.language, language) + rest
        return _text(shown.text, shown.language, language)

    def show(shown: Shown) -> Markup:
        return _link(shown, language) if shown.href else text_of(shown)

    def show_all(several: Iterable[Shown]) -> Markup:
        return comma.join(show(shown) for shown in several)

    def tagged(shown: Shown) -> Markup:
        return _attribute(shown.language, language)

    def certainty(degree: Certainty) -> Markup:
        return _certainty(degree, language)

    return {
        "show": show,
        "all": show_all,
        "tagged": tagged,
        "text_of": text_of,
        "certainty": certainty,
        "moment": _moment,
    }


def _attribute(tag: str, language: str) -> Markup:
    return Markup(' lang="%s"') % tag if tag and tag != language else Markup()


@lru_cache(_MADE)
def _moment(date: ShownDate) -> Markup:
    exact = Markup(' datetime="%s"') % date.datetime if date.datetime else ""
    return Markup("<time%s>%s</time>") % (exact, date.text)


@lru_cache(_MADE)
def _certainty(degree: Certainty, language: str) -> Markup:
    """Return five steps, refuted to certain; the word beside it says the same."""
    shown = degree.shown
    name = _link(shown, language) if shown.href else _text(shown.text, shown.language, language)
    if degree.level is None:
        return Markup('<span class="certainty">%s</span>') % name
    # translators: of four degrees above "refuted"
    said = Words(language).gettext("(%(level)s of 4)", level=degree.level)
    return Markup(
        '<span class="certainty"><svg class="meter" aria-hidden="true"><use href="#level-{}"/></svg>{}'
        '<span class="hidden"> {}</span></span>'
    ).format(degree.level, name, said)


@lru_cache(_MADE)
def _text(text: str, tag: str, language: str) -> Markup:
    return Markup("<bdi%s>%s</bdi>") % (_attribute(tag, language), text)


@lru_cache(_MADE)
def _link(shown: Shown, language: str) -> Markup:
    href = shown.href or ""
    text = shown.text if len(shown.text) <= _MAX_LINKED else shown.text[: _MAX_LINKED - 1] + "…"
    inside = _text(text, shown.language, language)
    if href.startswith("/"):
        return Markup('<a href="%s">%s</a>') % (href, inside)
    return Markup('<a href="%s" rel="noopener noreferrer nofollow">%s</a>') % (href, inside)
