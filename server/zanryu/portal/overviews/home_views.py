"""The way in, and what this is, in Flask: ``/`` and ``/about``."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, render_template, request

from zanryu import __version__
from zanryu.errors import BrokenHistory
from zanryu.graph.namespaces import DATASET_IRI
from zanryu.web.conditional import entity_tag, is_fresh
from zanryu.web.languages import choose_language
from zanryu.web.media_types import HTML

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from zanryu.graph.questions import Question
    from zanryu.store.backend import Backend
    from zanryu.store.history.reader import History
    from zanryu.store.history.record import Heading

_NEWEST: Final = 3
_log = logging.getLogger("zanryu")


@dataclass(frozen=True, slots=True)
class HomeViews:
    """The first page and the page about the graph.

    ``counts`` tells how many things of each kind there are in a data version, where that is known.
    """

    backend: Backend
    counts: Callable[[str], Mapping[str, int]]
    questions: list[Question]
    history: History

    def blueprint(self) -> Blueprint:
        """Return the routes."""
        blueprint = Blueprint("home", __name__)
        blueprint.add_url_rule("/", "home", self.home)
        blueprint.add_url_rule("/about", "about", self.about)
        return blueprint

    def home(self) -> Response:
        """Show what the graph is, its numbers, the ways in and the newest changes."""
        version, newest = self.backend.version, self._newest()
        tag = self._tag("home", version, newest[0].digest if newest else "")
        if is_fresh(request.headers.get("If-None-Match"), tag):
            return _finish(Response(status=HTTPStatus.NOT_MODIFIED), tag)
        counts = self.counts(version)
        return self._html(
            "home.html",
            tag,
            counts=counts,
            triples=counts.get("quads") or self.backend.health().triples,
            version=version,
            questions=self.questions,
            answered=[question for question in self.questions if question.answer],
            newest=newest,
        )

    def about(self) -> Response:
        """Show how the graph is made, how to read, cite and correct it, and what it is not."""
        version = self.backend.version
        tag = self._tag("about", version)
        if is_fresh(request.headers.get("If-None-Match"), tag):
            return _finish(Response(status=HTTPStatus.NOT_MODIFIED), tag)
        return self._html("about.html", tag, version=version, dataset=DATASET_IRI)

    def _newest(self) -> list[Heading]:
        """Return the newest versions; a history that cannot be read hides no page but its own."""
        try:
            journal = self.history.journal()
            return [journal.heading(number) for number in range(len(journal), 0, -1)[:_NEWEST]]
        except BrokenHistory as error:
            _log.error("%s", error.detail)
            return []

    def _tag(self, *told: str) -> str:
        return entity_tag(f"{__version__} {self.backend.version}", *told, _language(), request.full_path)

    def _html(self, template: str, tag: str, **values: object) -> Response:
        body = render_template(template, language=_language(), **values)
        return _finish(Response(body, content_type=HTML.content_type()), tag)


def _finish(response: Response, tag: str) -> Response:
    response.headers["ETag"] = tag
    return response


def _language() -> str:
    return choose_language(request.args.get("lang"), request.headers.get("Accept-Language"))
