"""The words, names and links that every template has."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Flask, g, request
from flask_babel import Babel

from zanryu.graph.namespaces import compact
from zanryu.naming.iris import link
from zanryu.web.assets import Assets
from zanryu.web.languages import LANGUAGES, choose_language
from zanryu.web.words import translations

if TYPE_CHECKING:
    from babel.support import NullTranslations


def add_presentation(app: Flask) -> None:
    """Give templates the words, names and links of the pages."""
    Babel(app, locale_selector=_language)
    # The same catalogues without a search for them at each of a page's thousand words.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda message: _words().gettext(message),
        lambda *forms: _words().ngettext(*forms),
        newstyle=True,
        pgettext=lambda context, message: _words().pgettext(context, message),
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(link=link, compact=compact)
    bundled = Assets(Path(app.static_folder or "", "built"))
    app.jinja_env.globals.update(asset=bundled.asset, script=bundled.script, stylesheet=bundled.stylesheet)
    app.jinja_env.globals.update(languages=LANGUAGES, in_language=_in_language)


def _words() -> NullTranslations:
    found: NullTranslations = g.setdefault("words", None) or translations(_language())
    g.words = found
    return found


def _language() -> str:
    return choose_language(request.args.get("lang"), request.headers.get("Accept-Language"))


def _in_language(language: str) -> str:
    """Return the query string of this page in another language, with everything else it was asked."""
    others = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return "?" + urlencode([*others, ("lang", language)])
