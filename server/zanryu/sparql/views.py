"""``/sparql`` in Flask: plain values out of the request, an answer into the response."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, make_response, render_template, request

from zanryu import __version__
from zanryu.errors import MalformedRequest, NotAcceptable
from zanryu.graph.namespaces import BASE, PREFIXES
from zanryu.sparql.endpoint import Introduction, read, respond
from zanryu.sparql.evaluation import evaluate, offers
from zanryu.sparql.page.federated import federated_questions, find_federated
from zanryu.sparql.policy import PUBLISHED, Policy
from zanryu.sparql.protocol import Update
from zanryu.sparql.results import serialise_statements
from zanryu.sparql.service_description import describe_service
from zanryu.sparql.update import carry_out
from zanryu.store.backend import Solutions, read_solutions
from zanryu.web.conditional import entity_tag, is_fresh
from zanryu.web.content_coding import decode
from zanryu.web.handover import handover
from zanryu.web.languages import choose_language
from zanryu.web.media_types import GRAPHS, HTML
from zanryu.web.memento import no_versions
from zanryu.web.negotiation import choose
from zanryu.web.plain import PlainRequest
from zanryu.web.request_body import read_bounded_body, refuse_cross_site

if TYPE_CHECKING:
    from zanryu.config import Settings
    from zanryu.graph.questions import Question
    from zanryu.sparql.editing import Editing
    from zanryu.sparql.endpoint import Asked
    from zanryu.sparql.page.library import Library
    from zanryu.store.backend import Backend
    from zanryu.store.versions import Versions
    from zanryu.store.writer import Writer
    from zanryu.web.plain import PlainResponse

MAX_ROWS_ON_PAGE: Final = 2000
# So small an answer is given to the scripts of the page, too; a larger one they ask for.
_MAX_KNOWN_BYTES: Final = 100_000


@dataclass(frozen=True, slots=True)
class SparqlViews:
    """The endpoint over one engine."""

    backend: Backend
    settings: Settings
    policy: Policy = PUBLISHED
    writer: Writer | None = None
    editing: Editing | None = None
    versions: Versions | None = None
    library: Library | None = None

    @property
    def _version(self) -> str:
        return f"{__version__} {self.backend.version}"

    def blueprint(self) -> Blueprint:
        """Return the routes of the endpoint."""
        blueprint = Blueprint("sparql", __name__)
        blueprint.add_url_rule("/sparql", "endpoint", self.endpoint, methods=["GET", "POST"])
        return blueprint

    def endpoint(self) -> Response:
        """Answer a query, or a bare GET with the query page or the service description."""
        asked = read(_plain_request(self.settings.max_body_bytes), self.policy)
        if isinstance(asked, Update):
            return self._update(asked)
        if isinstance(asked, Introduction):
            return self._introduce(asked)
        handed = handover(request.environ)
        asked = replace(asked, moment=handed.moment)
        if asked.version is not None and handed.answer is None:
            raise no_versions()
        version = handed.version or self.backend.version
        answer = handed.answer
        if answer is None:
            known = asked.known(version)
            if known:
                return _flask(known)
            answer = evaluate(self.backend, asked.prepared, self.settings.query_timeout_seconds)
        if asked.prepared.wants_page:
            answer = self._page(asked, answer).get_data()
        return _flask(respond(asked, answer, version))

    def _update(self, update: Update) -> Response:
        """Carry an update out (SPARQL 1.1 Protocol, 2.2)."""
        refuse_cross_site()
        if self.editing:
            wanted = self.editing.admit(request.headers, request.query_string)
            return _flask(self.editing.update(wanted, update, request.headers.get("Accept")))
        carry_out(update, self.policy, self.backend, self.writer, self.settings.query_timeout_seconds)
        return Response(status=204, headers={"Cache-Control": "no-store"})

    def _introduce(self, asked: Introduction) -> Response:
        """Answer a GET without a query (SPARQL 1.1 Service Description, 2)."""
        accept = request.headers.get("Accept")
        try:
            choice = choose(accept, (*GRAPHS, HTML), asked.format)
        except NotAcceptable:
            raise MalformedRequest("The parameter `query` is missing.", parameter="query") from None
        if choice.media_type == HTML:
            return self._empty_page(asked.version)
        if asked.version is not None:
            raise MalformedRequest(
                "`version` belongs to a query, and there is no `query`.", parameter="version"
            )
        federates = "federates" if self.policy.origins else ""
        tag = entity_tag(self._version, "service description", choice.content_type, federates)
        if is_fresh(request.headers.get("If-None-Match"), tag):
            return _tagged(Response(status=304), tag)
        body = serialise_statements(describe_service(self.backend, self.policy), choice.media_type.name)
        return _tagged(Response(body, content_type=choice.content_type), tag)

    def _empty_page(self, number: int | None) -> Response:
        question = self._question()
        render = partial(self._render, question.query if question else "", question=question)
        if number is None:
            return render()
        if self.versions is None:
            raise no_versions()
        return render(past=(number, self.versions.find(number).http_date))

    def _question(self) -> Question | None:
        """Return the competency question that the page is to begin with."""
        name = request.args.get("question")
        if name is None:
            return None
        found = self.library.find(name) if self.library else None
        found = found or find_federated(name, self.policy.origins)
        if found is None:
            raise MalformedRequest(f"There is no question {name!r}.", parameter="question")
        return found

    def _page(self, asked: Asked, answer: bytes) -> Response:
        prepared, past = asked.prepared, (asked.version, asked.moment)
        downloads = [offer for offer in offers(prepared.outline.form) if offer != HTML]
        known = json.loads(answer) if len(answer) <= _MAX_KNOWN_BYTES and not prepared.gives_graph else None
        render = partial(self._render, prepared.text, downloads=downloads, past=past, known=known)
        if prepared.gives_graph:
            return render(graph=answer.decode("utf-8"))
        found = read_solutions(answer)
        return render(solutions=found) if isinstance(found, Solutions) else render(boolean=found)

    def _render(self, text: str, *, past: tuple[int | None, str] = (None, ""), **result: object) -> Response:
        """Show the page. ``past`` is the number of a version and its date, ``result`` what was found."""
        language = _language()
        page = render_template(
            "query.html",
            language=language,
            query=text,
            graphs=self.backend.graphs(),
            version=past[0],
            moment=past[1] and f"{parsedate_to_datetime(past[1]):%Y-%m-%d %H:%M:%S} UTC",
            max_rows=MAX_ROWS_ON_PAGE,
            library=self._questions(language),
            can_explain=self.library is not None,
            federated=federated_questions(self.policy.origins) if self.library else [],
            base=BASE,
            prefixes=PREFIXES,
            **{name: None for name in ("solutions", "boolean", "graph", "question", "known")} | result,
        )
        return make_response(page)

    def _questions(self, language: str) -> list[tuple[str, str, str]]:
        """Return the name of each question, its words and their language."""
        questions = self.library.questions if self.library else ()
        return [(question.name, *question.said_in(language)) for question in questions]


def _language() -> str:
    return choose_language(request.args.get("lang"), request.headers.get("Accept-Language"))


def _plain_request(max_body_bytes: int) -> PlainRequest:
    headers = request.headers
    body = read_bounded_body(max_body_bytes) if request.method == "POST" else b""
    body = decode(body, headers.get("Content-Encoding", ""), max_body_bytes)
    return PlainRequest(
        request.method,
        request.path,
        request.query_string,
        headers.get("Accept"),
        headers.get("Accept-Language"),
        headers.get("If-None-Match"),
        headers.get("Content-Type", ""),
        body,
    )


def _flask(plain: PlainResponse) -> Response:
    return Response(plain.body, plain.status, dict(plain.headers))


def _tagged(response: Response, tag: str) -> Response:
    response.headers["ETag"] = tag
    return response
