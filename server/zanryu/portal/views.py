"""The pages and the linked data in Flask."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request

from zanryu import __version__
from zanryu.errors import MalformedRequest, NotFound
from zanryu.graph.namespaces import ONTOLOGY_IRI
from zanryu.naming.iris import data_path, entity_iri, term_iri
from zanryu.naming.labels import Labels
from zanryu.portal.description import describe
from zanryu.portal.entity.context import reading_of
from zanryu.portal.entity.display import Display
from zanryu.portal.entity.incoming import read_page_number
from zanryu.portal.entity.markup import markup
from zanryu.portal.entity.page import KINDS, PageMaker
from zanryu.portal.terms import concept_schemes, is_version, narrower, ontology_terms
from zanryu.store.backend import iri as iri_term
from zanryu.web.conditional import entity_tag, is_fresh
from zanryu.web.languages import choose_language
from zanryu.web.media_types import GRAPHS, HTML
from zanryu.web.memento import no_versions
from zanryu.web.negotiation import by_format, choose
from zanryu.web.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from zanryu.naming.labels import Shown
    from zanryu.portal.history.states import Past
    from zanryu.portal.past_views import PastViews
    from zanryu.store.backend import Backend, Statement
    from zanryu.web.negotiation import Choice

_LICENCE = '<https://creativecommons.org/publicdomain/zero/1.0/>; rel="license"'


class Beside(Protocol):
    """Tells what others say of a thing, for a section of its page."""

    def state(self) -> str:
        """Return what changes whenever something else would be told of the same data."""

    def of(self, iri: str, language: str) -> object | None:
        """Return what the section's template shows, ``None`` where there is nothing to tell."""


@dataclass(frozen=True, slots=True)
class PortalViews:
    """The portal over one engine. ``write`` serialises statements in a media type.

    ``count_versions`` says how many versions of the history changed a thing; ``past`` answers for what it
    was, where versions can be asked. ``signposts`` are the Link values of a `page` or of `data`.
    ``display`` is the order of statements, ``beside`` tells what others say of a thing.
    """

    backend: Backend
    labels: Labels
    write: Callable[[list[Statement], str], bytes]
    count_versions: Callable[[str], int] = lambda iri: 0
    past: PastViews | None = None
    signposts: Callable[[Backend, str, str], list[str]] = lambda backend, iri, kind: []
    display: Display = field(default_factory=Display)
    beside: Beside | None = None

    @property
    def _version(self) -> str:
        return f"{__version__} {self.backend.version}"

    def blueprint(self) -> Blueprint:
        """Return the routes of the portal."""
        blueprint = Blueprint("portal", __name__)
        for rule, view in (
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

    def thing(self, kind: str, slug: str) -> Response:
        """Redirect from a thing to a document about it (Cool URIs for the Semantic Web, 4.2)."""
        iri = _entity(kind, slug)
        versions = [("version", value) for value in request.args.getlist("version")]
        choice = choose(request.headers.get("Accept"), (HTML, *GRAPHS), request.args.get("format"))
        if not (versions or "Accept-Datetime" in request.headers or self.backend.describe(iri)):
            raise self._unknown(iri, f"/{'page' if choice.media_type == HTML else 'data'}/{kind}/{slug}")
        if choice.media_type == HTML:
            language = [("lang", _language())] if "lang" in request.args else []
            return _see_other(f"/page/{kind}/{slug}", [*language, *versions])
        suffix = f".{choice.media_type.format}" if "format" in request.args else ""
        return _see_other(f"/data/{kind}/{slug}{suffix}", versions)

    def _unknown(self, iri: str, path: str) -> NotFound:
        if self.past:
            return self.past.unknown(iri, path)
        return NotFound(f"The graph says nothing about <{iri}>.", iri=iri)

    def data(self, kind: str, slug: str) -> Response:
        """Answer the data about a thing, with the claims about it and their citations."""
        iri, choice = _entity_and_format(kind, slug)
        return self._in_time(iri, lambda views, past: views._rdf(iri, choice))

    def page(self, kind: str, slug: str) -> Response:
        """Show the page of a thing."""
        iri = _entity(kind, slug)
        return self._in_time(iri, lambda views, past: views._entity_page(iri, "", past=past))

    def _in_time(self, iri: str, answer: Callable[[PortalViews, Past | None], Response]) -> Response:
        """Answer about a thing as it is or, if that is asked, as it was."""
        if self.past:
            return self.past.answer(
                iri, lambda: answer(self, None), lambda store, past: answer(self._over(store, past), past)
            )
        if "version" in request.args:
            raise no_versions()
        return answer(self, None)

    def _over(self, store: Backend, past: Past) -> PortalViews:
        """Return the portal over the data of a version, with labels that no other request sees."""
        return replace(self, backend=store, labels=Labels(store, f"?version={past.version.number}"))

    def ontology(self) -> Response:
        """Show the classes and properties, or answer the ontology's own description."""
        choice = _choose()
        if choice.media_type != HTML:
            return self._rdf(ONTOLOGY_IRI, choice)
        kinds = {kind: self._shown(terms) for kind, terms in ontology_terms(self.backend).items()}
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
        schemes = [(self._shown([s])[0], size) for s, size in concept_schemes(self.backend).items()]
        return self._html("vocabularies.html", schemes=schemes)

    def _term(self, part: str, name: str) -> Response:
        iri = term_iri(part, name)
        if iri is None:
            raise NotFound(f"Nothing is at {request.path}.")
        choice = _choose()
        if choice.media_type != HTML:
            return self._rdf(iri, choice)
        return self._entity_page(iri, "term.html", narrower=self._shown(narrower(self.backend, iri)))

    def _shown(self, terms: list[str]) -> list[Shown]:
        return [self.labels.show(iri_term(term), _language()) for term in terms]

    def _entity_page(self, iri: str, template: str, **values: object) -> Response:
        """Answer the page of a thing; without a ``template`` its kind decides."""
        number, versions = read_page_number(request.args.getlist("page")), self.count_versions(iri)
        others = None if values.get("past") else self.beside
        told = f"{versions} {values.get('past', '')} {number} {others.state() if others else ''}"
        tag = entity_tag(self._version, "page", iri, _language(), request.path, told)
        if is_fresh(request.headers.get("If-None-Match"), tag):
            return _finish(Response(status=HTTPStatus.NOT_MODIFIED), tag)
        words = Words(_language())
        reading = reading_of(self.labels, words, self.display)
        page = PageMaker(reading, iri).page(number)
        template = template or (f"{page.kind}.html" if page.kind in KINDS.values() else "entity.html")
        shown = markup(words, data_path(iri) or iri)
        wikidata = others.of(iri, _language()) if others else None
        response = self._html(template, page=page, versions=versions, wikidata=wikidata, **shown, **values)
        for link in self.signposts(self.backend, iri, "page"):
            response.headers.add("Link", link)
        return _finish(response, tag)

    def _rdf(self, iri: str, choice: Choice) -> Response:
        tag = entity_tag(self._version, "data", iri, choice.content_type)
        if is_fresh(request.headers.get("If-None-Match"), tag):
            return _finish(Response(status=HTTPStatus.NOT_MODIFIED), tag)
        body = self.write(describe(self.backend, iri), choice.media_type.name)
        response = Response(body, content_type=choice.content_type)
        for link in (f'<{iri}>; rel="describes"', *self.signposts(self.backend, iri, "data")):
            response.headers.add("Link", link)
        return _finish(response, tag)

    def _html(self, template: str, **values: object) -> Response:
        body = render_template(template, language=_language(), **values)
        return Response(body, content_type=HTML.content_type())


def _see_other(path: str, parameters: list[tuple[str, str]]) -> Response:
    """Redirect to an own path, relative: the Host header has no part in it."""
    location = f"{path}?{urlencode(parameters)}" if parameters else path
    return Response(status=HTTPStatus.SEE_OTHER, headers={"Location": location})


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
