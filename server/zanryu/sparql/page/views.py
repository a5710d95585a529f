"""What the query page fetches, in Flask: `/sparql/terms.json`, `/sparql/questions.json`, `/sparql/why`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response, request

from zanryu import __version__
from zanryu.errors import MalformedRequest, UnsupportedMediaType
from zanryu.sparql.page.terms import read_terms
from zanryu.sparql.protocol import FORM, read_parameters
from zanryu.sparql.why.rows import read_row
from zanryu.web.conditional import entity_tag, is_fresh
from zanryu.web.languages import choose_language
from zanryu.web.media_types import JSON
from zanryu.web.request_body import read_bounded_body

if TYPE_CHECKING:
    from collections.abc import Callable

    from zanryu.sparql.page.library import Library
    from zanryu.sparql.why.explaining import Explainer
    from zanryu.sparql.why.rows import Row
    from zanryu.store.backend import Backend

WHY: Final = "/sparql/why"
_OF_WHY: Final = ("query", "row")


@dataclass(frozen=True, slots=True)
class QueryPageViews:
    """The data of the query page over one engine."""

    backend: Backend
    library: Library
    explainer: Explainer
    max_body_bytes: int

    def blueprint(self) -> Blueprint:
        """Return the routes."""
        blueprint = Blueprint("query_page", __name__)
        blueprint.add_url_rule("/sparql/terms.json", "terms", self.terms)
        blueprint.add_url_rule("/sparql/questions.json", "questions", self.questions)
        blueprint.add_url_rule(WHY, "why", self.why, methods=["GET", "POST"])
        return blueprint

    def terms(self) -> Response:
        """Answer the prefixes, classes, properties and concepts that an editor completes."""
        return self._tied(lambda: {"version": self.backend.version, **read_terms(self.backend)}, "terms")

    def questions(self) -> Response:
        """Answer the competency questions, with the number of their rows as soon as it is counted."""
        language = choose_language(request.args.get("lang"), request.headers.get("Accept-Language"))
        counts = self.library.counts()
        said = [(question, *question.said_in(language)) for question in self.library.questions]
        document = {
            "version": counts.version,
            "isComplete": counts.is_complete and counts.version == self.backend.version,
            "questions": [
                {
                    "name": question.name,
                    "words": words,
                    "language": tag,
                    "query": question.query,
                    "rows": counts.rows.get(question.name),
                }
                for question, words, tag in said
            ],
        }
        if document["isComplete"]:
            return self._tied(lambda: document, "questions", language)
        response = _json(document)
        response.headers["Cache-Control"] = "no-store"
        return response

    def why(self) -> Response:
        """Answer the triples behind a row of a SELECT, with the claims and sources of each."""
        given = self._parameters()
        for name in given:
            if name not in _OF_WHY:
                raise MalformedRequest(f"`{name}` is not a parameter of {WHY}.", parameter=name)
        for name in _OF_WHY:
            if not given.get(name, "").strip():
                raise MalformedRequest(f"The parameter `{name}` is missing.", parameter=name)
        query, row = given["query"], read_row(given["row"])
        if request.method == "POST":
            return _json(self._explained(query, row))
        return self._tied(lambda: self._explained(query, row), "why", query, given["row"])

    def _explained(self, query: str, row: Row) -> dict[str, Any]:
        return {"version": self.backend.version, **self.explainer.explain(query, row)}

    def _parameters(self) -> dict[str, str]:
        """Return the parameters of the URL, or of a form in the body; each may be given once."""
        pairs = read_parameters(request.query_string, "URL")
        if request.method == "POST":
            if (request.mimetype or FORM) != FORM:
                raise UnsupportedMediaType(f"Send a form: {FORM}.", accepted=[FORM])
            pairs += read_parameters(read_bounded_body(self.max_body_bytes), "body")
        found: dict[str, str] = {}
        for name, value in pairs:
            if name in found:
                raise MalformedRequest(f"`{name}` is given twice. Send it once.", parameter=name)
            found[name] = value
        return found

    def _tied(self, make: Callable[[], dict[str, Any]], *what: str) -> Response:
        """Answer what depends on the data and on ``what`` alone."""
        tag = entity_tag(f"{__version__} {self.backend.version}", *what)
        if is_fresh(request.headers.get("If-None-Match"), tag):
            response = Response(status=HTTPStatus.NOT_MODIFIED)
        else:
            response = _json(make())
        response.headers["ETag"] = tag
        return response


def _json(document: dict[str, Any]) -> Response:
    return Response(json.dumps(document, ensure_ascii=False), content_type=JSON.content_type())
