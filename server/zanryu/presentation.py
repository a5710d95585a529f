"""The words, names and links that every template has."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Flask, g, request
from flask_babel import Babel
from markupsafe import Markup

from zanryu.graph.namespaces import compact
from zanryu.naming.iris import link
from zanryu.portal.problems.kinds import kind_of
from zanryu.web.assets import Assets
from zanryu.web.languages import LANGUAGES, choose_language
from zanryu.web.words import translations

if TYPE_CHECKING:
    from babel.support import NullTranslations


def add_presentation(app: Flask) -> None:
    """Give templates the words, names and links of the pages."""
    Babel(app, locale_selector=_language)
    # The same catalogues as Babel's, without a search for them at each of a page's thousand words.
    app.jinja_env.globals.update(_=_gettext, gettext=_gettext, ngettext=_ngettext, pgettext=_pgettext)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(link=link, compact=compact)
    bundled = Assets(Path(app.static_folder or "", "built"))
    app.jinja_env.globals.update(asset=bundled.asset, script=bundled.script, stylesheet=bundled.stylesheet)
    app.jinja_env.globals.update(languages=LANGUAGES, in_language=_in_language, problem_kind=kind_of)


def _words() -> NullTranslations:
    found: NullTranslations | None = g.get("words")
    if found is None:
        found = g.words = translations(_language())
    return found


def _gettext(message: str, **values: object) -> Markup:
    words = _words()
    return _ours(words.gettext(message)) % values if values else _finished(words, message)


def _ngettext(singular: str, plural: str, number: int, **values: object) -> Markup:
    return _ours(_words().ngettext(singular, plural, number)) % {"num": number, **values}


def _pgettext(context: str, message: str, **values: object) -> Markup:
    return _ours(str(_words().pgettext(context, message))) % values


@lru_cache(2_000)
def _finished(words: NullTranslations, message: str) -> Markup:
    """Return a message without values, in which `%%` is a percent sign as in one that has some."""
    return _ours(words.gettext(message)) % {}


def _ours(text: str) -> Markup:
    """Return a text of the catalogues, which stands as it is; the values put into it are escaped."""
    return Markup(text)  # noqa: S704


def _language() -> str:
    return choose_language(request.args.get("lang"), request.headers.get("Accept-Language"))


def _in_language(language: str) -> str:
    """Return the query string of this page in another language, with everything else it was asked."""
    others = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return "?" + urlencode([*others, ("lang", language)])
