"""``/sparql`` in Flask: plain values out of the request, an answer into the response."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.exceptions import RequestEntityTooLarge

from zanryu import __version__
from zanryu.errors import BodyTooLarge, MalformedRequest, NotAcceptable
from zanryu.sparql import protocol
from zanryu.sparql.evaluation import evaluate, offers, prepare
from zanryu.sparql.results import serialise_statements
from zanryu.sparql.service_description import describe_service
from zanryu.store.backend import Solutions, read_solutions
from zanryu.web.conditional import entity_tag, is_fresh
from zanryu.web.languages import choose_language
from zanryu.web.media_types import GRAPHS, HTML, MediaType
from zanryu.web.negotiation import choose

if TYPE_CHECKING:
    from zanryu.config import Settings
    from zanryu.sparql.evaluation import Prepared
    from zanryu.store.backend import Backend

MAX_ROWS_ON_PAGE: Final = 2000


@dataclass(frozen=True, slots=True)
class SparqlViews:
    """The endpoint over one engine."""

    backend: Backend
    settings: Settings

    @property
    def _version(self) -> str:
        return f"{__version__} {self.backend.health().version}"

    def blueprint(self) -> Blueprint:
        """Return the routes of the endpoint."""
        blueprint = Blueprint("sparql", __name__)
        blueprint.add_url_rule("/sparql", "endpoint", self.endpoint, methods=["GET", "POST"])
        return blueprint

    def endpoint(self) -> Response:
        """Answer a query, or a bare GET with the query page or the service description."""
        query = protocol.parse(_plain_request(self.settings.max_body_bytes))
        if query.text is None:
            return self._introduce(query.format)
        prepared = prepare(query.text, query.dataset, request.headers.get("Accept"), query.format)
        language = _language() if prepared.wants_page else ""
        tag = (
            prepared.entity_tag(self._version, language) if request.method != "POST" else None
        )
        if tag and is_fresh(request.headers.get("If-None-Match"), tag):
            return _tagged(Response(status=304), tag)
        answer = evaluate(self.backend, prepared, self.settings.query_timeout_seconds)
        response = self._page(prepared, answer) if prepared.wants_page else Response(answer)
        response.headers["Content-Type"] = prepared.choice.content_type
        if not prepared.outline.is_repeatable:
            response.headers["Cache-Control"] = "no-store"
        return _tagged(response, tag) if tag else response

    def _introduce(self, format_name: str | None) -> Response:
        """Answer a GET without a query (SPARQL 1.1 Service Description, 2)."""
        accept = request.headers.get("Accept")
        try:
            choice = choose(accept, (*GRAPHS, HTML), format_name)
        except NotAcceptable:
            raise MalformedRequest("The parameter `query` is missing.", parameter="query") from None
        if choice.media_type == HTML:
            return _render("", self.backend)
        tag = entity_tag(self._version, "service description", choice.content_type)
        if is_fresh(request.headers.get("If-None-Match"), tag):
            return _tagged(Response(status=304), tag)
        body = serialise_statements(describe_service(self.backend), choice.media_type.name)
        return _tagged(Response(body, content_type=choice.content_type), tag)

    def _page(self, prepared: Prepared, answer: bytes) -> Response:
        downloads = [offer for offer in offers(prepared.outline.form) if offer != HTML]
        if prepared.gives_graph:
            return _render(prepared.text, self.backend, graph=answer.decode("utf-8"), downloads=downloads)
        found = read_solutions(answer)
        if isinstance(found, Solutions):
            return _render(prepared.text, self.backend, solutions=found, downloads=downloads)
        return _render(prepared.text, self.backend, boolean=found, downloads=downloads)


def _render(
    text: str,
    backend: Backend,
    *,
    solutions: Solutions | None = None,
    boolean: bool | None = None,
    graph: str | None = None,
    downloads: list[MediaType] | None = None,
) -> Response:
    page = render_template(
        "query.html",
        language=_language(),
        query=text,
        graphs=backend.graphs(),
        solutions=solutions,
        boolean=boolean,
        graph=graph,
        downloads=downloads or [],
        max_rows=MAX_ROWS_ON_PAGE,
    )
    return make_response(page)


def _language() -> str:
    return choose_language(request.args.get("lang"), request.headers.get("Accept-Language"))


def _plain_request(max_body_bytes: int) -> protocol.Request:
    """Read the request. A chunked body over a limit ends there without an error, so one byte more is read."""
    request.max_content_length = max_body_bytes + 1
    try:
        body = request.get_data(cache=False) if request.method == "POST" else b""
    except RequestEntityTooLarge:
        raise _too_large(max_body_bytes) from None
    if len(body) > max_body_bytes:
        raise _too_large(max_body_bytes)
    return protocol.Request(
        request.method, request.query_string, request.headers.get("Content-Type", ""), body
    )


def _too_large(max_body_bytes: int) -> BodyTooLarge:
    return BodyTooLarge(f"The request body is over {max_body_bytes} bytes.", limit_bytes=max_body_bytes)


def _tagged(response: Response, tag: str) -> Response:
    response.headers["ETag"] = tag
    return response
