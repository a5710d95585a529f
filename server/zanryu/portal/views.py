"""The pages and the linked data in Flask."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, Response, render_template, request

from zanryu import __version__
from zanryu.errors import MalformedRequest, NotFound
from zanryu.graph.namespaces import ONTOLOGY_IRI
from zanryu.portal.description import MAX_MENTIONS, describe, mentions
from zanryu.portal.iris import entity_iri, term_iri
from zanryu.portal.rendering import Renderer
from zanryu.portal.terms import concept_schemes, is_version, narrower, ontology_terms
from zanryu.web.conditional import entity_tag, is_fresh
from zanryu.web.languages import choose_language
from zanryu.web.media_types import GRAPHS, HTML
from zanryu.web.negotiation import by_format, choose

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from zanryu.portal.labels import Labels
    from zanryu.portal.questions import Question
    from zanryu.store.backend import Backend, Statement
    from zanryu.web.negotiation import Choice

_LICENCE = '<https://creativecommons.org/publicdomain/zero/1.0/>; rel="license"'


@dataclass(frozen=True, slots=True)
class PortalViews:
    """The portal over one engine. ``write`` serialises statements in a media type.

    ``count_versions`` says how many versions of the history changed a thing.
    """

    backend: Backend
    labels: Labels
    counts: Mapping[str, int]
    questions: list[Question]
    write: Callable[[list[Statement], str], bytes]
    count_versions: Callable[[str], int] = lambda iri: 0

    @property
    def _version(self) -> str:
        return f"{__version__} {self.backend.version}"

    def blueprint(self) -> Blueprint:
        """Return the routes of the portal."""
        blueprint = Blueprint("portal", __name__)
        for rule, view in (
            ("/", self.home),
            ("/id/<kind>/<path:slug>", self.thing),
            ("/page/<kind>/<path:slug>", self.page),
            ("/data/<kind>/<path:slug>", self.data),
            ("/ontology", self.ontology),
            ("/ontology/<name>", self.ontology_term),
            ("/vocab", self.vocabularies),
            ("/vocab/<name>", self.concept),
        ):
            blueprint.add_url_rule(rule, view.__name__, view)
        return blueprint

    def home(self) -> Response:
        """Show the numbers, the questions and the ways in."""
        return self._html(
            "home.html", counts=self.counts, questions=self.questions, health=self.backend.health()
        )

    def thing(self, kind: str, slug: str) -> Response:
        """Redirect from a thing to a document about it (Cool URIs for the Semantic Web, 4.2)."""
        iri = _entity(kind, slug)
        if not self.backend.describe(iri):
            raise NotFound(f"The graph says nothing about <{iri}>.", iri=iri)
        choice = choose(request.headers.get("Accept"), (HTML, *GRAPHS), request.args.get("format"))
        if choice.media_type == HTML:
            language = f"?lang={_language()}" if "lang" in request.args else ""
            return _see_other(f"/page/{kind}/{slug}{language}")
        suffix = f".{choice.media_type.format}" if "format" in request.args else ""
        return _see_other(f"/data/{kind}/{slug}{suffix}")

    def data(self, kind: str, slug: str) -> Response:
        """Answer the data about a thing, with the claims about it and their citations."""
        iri, choice = _entity_and_format(kind, slug)
        return self._rdf(iri, choice)

    def page(self, kind: str, slug: str) -> Response:
        """Show the page of a thing."""
        return self._entity_page(_entity(kind, slug), "entity.html")

    def ontology(self) -> Response:
        """Show the classes and properties, or answer the ontology's own description."""
        choice = _choose()
        if choice.media_type != HTML:
            return self._rdf(ONTOLOGY_IRI, choice)
        renderer = Renderer(self.labels, _language())
        kinds = {kind: renderer.terms(terms) for kind, terms in ontology_terms(self.backend).items()}
        return self._entity_page(ONTOLOGY_IRI, "ontology.html", kinds=kinds)

    def ontology_term(self, name: str) -> Response:
        """Answer a class or property, or the ontology under the name of its version."""
        iri = term_iri("ontology", name)
        if iri and is_version(self.backend, iri):
            return self.ontology()
        return self._term("ontology", name)

    def concept(self, name: str) -> Response:
        """Answer a concept or concept scheme."""
        return self._term("vocab", name)

    def vocabularies(self) -> Response:
        """List the concept schemes."""
        renderer = Renderer(self.labels, _language())
        schemes = [(renderer.terms([s])[0], size) for s, size in concept_schemes(self.backend).items()]
        return self._html("vocabularies.html", schemes=schemes)

    def _term(self, part: str, name: str) -> Response:
        iri = term_iri(part, name)
        if iri is None:
            raise NotFound(f"Nothing is at {request.path}.")
        choice = _choose()
        if choice.media_type != HTML:
            return self._rdf(iri, choice)
        return self._entity_page(iri, "term.html", narrower=narrower(self.backend, iri))

    def _entity_page(self, iri: str, template: str, **values: object) -> Response:
        versions = self.count_versions(iri)
        tag = entity_tag(self._version, "page", iri, _language(), request.path, str(versions))
        if is_fresh(request.headers.get("If-None-Match"), tag):
            return _finish(Response(status=HTTPStatus.NOT_MODIFIED), tag)
        renderer = Renderer(self.labels, _language())
        page = renderer.page(describe(self.backend, iri, with_disputes=True))
        found = mentions(self.backend, iri)
        below = values.pop("narrower", [])
        response = self._html(
            template,
            page=page,
            mentions=renderer.mentions(found[:MAX_MENTIONS]),
            has_more_mentions=len(found) > MAX_MENTIONS,
            narrower=renderer.terms(below if isinstance(below, list) else []),
            versions=versions,
            **values,
        )
        return _finish(response, tag)

    def _rdf(self, iri: str, choice: Choice) -> Response:
        tag = entity_tag(self._version, "data", iri, choice.content_type)
        if is_fresh(request.headers.get("If-None-Match"), tag):
            return _finish(Response(status=HTTPStatus.NOT_MODIFIED), tag)
        body = self.write(describe(self.backend, iri).data, choice.media_type.name)
        response = Response(body, content_type=choice.content_type)
        response.headers.add("Link", f'<{iri}>; rel="describes"')
        return _finish(response, tag)

    def _html(self, template: str, **values: object) -> Response:
        body = render_template(template, language=_language(), **values)
        return Response(body, content_type=HTML.content_type())


def _see_other(path: str) -> Response:
    """Redirect to an own path, relative: the Host header has no part in it."""
    return Response(status=HTTPStatus.SEE_OTHER, headers={"Location": path})


def _choose() -> Choice:
    return choose(request.headers.get("Accept"), (HTML, *GRAPHS), request.args.get("format"))


def _entity(kind: str, slug: str) -> str:
    iri = entity_iri(kind, slug)
    if iri is None:
        raise NotFound(f"Nothing is at {request.path}.")
    return iri


def _entity_and_format(kind: str, slug: str) -> tuple[str, Choice]:
    """Split ``/data/person/x.ttl``; without an extension the header decides."""
    stem, dot, extension = slug.rpartition(".")
    if dot:
        try:
            return _entity(kind, stem), by_format(extension, GRAPHS)
        except MalformedRequest as error:
            raise NotFound(error.detail) from None
    return _entity(kind, slug), choose(request.headers.get("Accept"), GRAPHS, request.args.get("format"))


def _language() -> str:
    return choose_language(request.args.get("lang"), request.headers.get("Accept-Language"))


def _finish(response: Response, tag: str) -> Response:
    response.headers["ETag"] = tag
    response.headers.add("Link", _LICENCE)
    return response
