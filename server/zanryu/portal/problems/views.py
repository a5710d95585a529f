"""``/problems/`` in Flask."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flask import Blueprint, Response, render_template, request

from zanryu.errors import NotFound
from zanryu.portal.problems.kinds import kind_of, kinds
from zanryu.web.languages import choose_language
from zanryu.web.media_types import HTML, JSON
from zanryu.web.negotiation import choose

if TYPE_CHECKING:
    from collections.abc import Callable


def blueprint() -> Blueprint:
    """Return the routes."""
    routes = Blueprint("problems", __name__)
    routes.add_url_rule("/problems/", "problems", list_kinds)
    routes.add_url_rule("/problems/<slug>", "problem", show_kind)
    return routes


def list_kinds() -> Response:
    """List the kinds of problems, as a page or as JSON."""
    every = kinds().values()
    return _answer("problems.html", lambda: {"problems": [kind.document() for kind in every]}, kinds=every)


def show_kind(slug: str) -> Response:
    """Say what a kind of problem means, and what to do about it.

    :raises NotFound: if there is no such kind.
    """
    kind = kind_of(slug)
    if kind is None:
        raise NotFound(f"There is no kind of problem {slug!r}. /problems/ lists them.")
    return _answer("problem.html", kind.document, kind=kind)


def _answer(template: str, document: Callable[[], dict[str, object]], **values: object) -> Response:
    choice = choose(request.headers.get("Accept"), (HTML, JSON), request.args.get("format"))
    if choice.media_type == JSON:
        return Response(json.dumps(document(), ensure_ascii=False), content_type=JSON.content_type())
    language = choose_language(request.args.get("lang"), request.headers.get("Accept-Language"))
    page = render_template(template, language=language, **values)
    return Response(page, content_type=HTML.content_type())
