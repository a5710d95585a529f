"""``/search`` in Flask."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, Response, render_template, request

from zanryu import __version__
from zanryu.portal.search import answers
from zanryu.portal.search.answers import OPENSEARCH, SUGGESTIONS
from zanryu.portal.search.presenting import Presenter
from zanryu.portal.search.requests import PAGE_SIZE, name_of, read_asked, read_question
from zanryu.portal.search.searching import MAX_HITS, Found
from zanryu.store.index_keeping import INDEXES
from zanryu.web.conditional import entity_tag, is_fresh
from zanryu.web.languages import choose_language
from zanryu.web.media_types import HTML, JSON
from zanryu.web.negotiation import choose
from zanryu.web.words import Words

if TYPE_CHECKING:
    from zanryu.naming.labels import Labels
    from zanryu.portal.search.requests import Asked
    from zanryu.portal.search.upkeep import Upkeep
    from zanryu.store.backend import Backend


@dataclass(frozen=True, slots=True)
class SearchViews:
    """The search over one engine, by the index that ``upkeep`` has at hand."""

    backend: Backend
    labels: Labels
    upkeep: Upkeep

    def blueprint(self) -> Blueprint:
        """Return the routes."""
        blueprint = Blueprint("search", __name__)
        blueprint.add_url_rule("/search", "search", self.search)
        blueprint.add_url_rule("/search/suggest", "suggest", self.suggest)
        blueprint.add_url_rule("/search/opensearch.xml", "opensearch", self.opensearch)
        blueprint.record(lambda state: state.app.extensions.setdefault(INDEXES, []).append(self.upkeep))
        return blueprint

    def search(self) -> Response:
        """Answer what is found for ``?q=``; without it, show how to search."""
        asked = read_asked(request.args.getlist)
        choice = choose(request.headers.get("Accept"), (HTML, JSON), request.args.get("format"))
        if not request.args.get("q", "").strip() and choice.media_type == HTML:
            return self._introduction(asked)
        index = self.upkeep.index()
        version = index.version
        if self._has_current_copy(version, choice.content_type):
            return self._finish(Response(status=HTTPStatus.NOT_MODIFIED), version, choice.content_type)
        filters = asked.filters(index.tiers() if asked.tier else [])
        found = Found(asked.question, version)
        if not asked.question.is_empty:
            found = index.search(asked.question, filters, asked.start, PAGE_SIZE)
        presenter = self._presenter()
        hits = presenter.hits(found.question, found.documents)
        if choice.media_type == JSON:
            body = answers.results(asked, found, hits, presenter)
        else:
            body = render_template(
                "search.html",
                language=_language(),
                asked=asked,
                found=found,
                hits=hits,
                presenter=presenter,
                tiers={name_of(iri): (presenter.label(iri), count) for iri, count in found.tiers.items()},
                pages=_pages(asked, found),
                is_old=found.version != self.backend.version,
            ).encode("utf-8", "replace")
        return self._finish(Response(body, content_type=choice.content_type), found.version)

    def _introduction(self, asked: Asked) -> Response:
        """Show how to search, with examples as soon as there is an index to take them from."""
        index = self.upkeep.at_hand()
        version = index.version if index else ""
        body = render_template(
            "search.html",
            language=_language(),
            asked=asked,
            found=Found(asked.question, version),
            examples=index.examples() if index else [],
        )
        return self._finish(Response(body, content_type=HTML.content_type()), version)

    def suggest(self) -> Response:
        """Answer what somebody may be typing; without ``?q=`` only have the index made ready."""
        question = read_question(request.args.getlist)
        choice = choose(request.headers.get("Accept"), (JSON, SUGGESTIONS), request.args.get("format"))
        presenter = self._presenter()
        if question.is_empty:
            self.upkeep.begin()
            body = answers.suggestions(question.text, None, [], presenter)
            return Response(body, content_type=choice.content_type)
        index = self.upkeep.index()
        if self._has_current_copy(index.version, choice.content_type):
            return self._finish(Response(status=HTTPStatus.NOT_MODIFIED), index.version, choice.content_type)
        found = index.suggest(question)
        hits = presenter.hits(question, found.documents)
        if choice.media_type == SUGGESTIONS:
            body = answers.opensearch_suggestions(question.text, hits, presenter)
        else:
            body = answers.suggestions(question.text, found, hits, presenter)
        return self._finish(Response(body, content_type=choice.content_type), found.version)

    def opensearch(self) -> Response:
        """Answer the OpenSearch description, whose addresses have to be absolute."""
        body = answers.opensearch_description(request.host_url.rstrip("/"), Words(_language()))
        response = Response(body, content_type=OPENSEARCH.content_type())
        response.headers["Cache-Control"] = "private, max-age=86400"  # it names the host that was asked
        return response

    def _presenter(self) -> Presenter:
        return Presenter(self.labels, Words(_language()))

    def _tag(self, version: str, content_type: str) -> str:
        return entity_tag(f"{__version__} {version}", "search", request.full_path, _language(), content_type)

    def _has_current_copy(self, version: str, content_type: str) -> bool:
        is_current = version == self.backend.version
        tag = self._tag(version, content_type)
        return is_current and is_fresh(request.headers.get("If-None-Match"), tag)

    def _finish(self, response: Response, version: str, content_type: str = "") -> Response:
        """Tie an answer to its data; one from an old index is not to be kept by anybody."""
        if version == self.backend.version:
            response.headers["ETag"] = self._tag(version, content_type or response.content_type)
        else:
            response.headers["Cache-Control"] = "no-store"
        return response


def _pages(asked: Asked, found: Found) -> list[int]:
    """Return the numbers of the pages around the one at hand, with the first and the last."""
    last = -(-min(found.total, MAX_HITS) // PAGE_SIZE)
    near = range(max(1, asked.page - 2), min(last, asked.page + 2) + 1)
    return sorted({1, *near, last}) if last > 1 else []


def _language() -> str:
    return choose_language(request.args.get("lang"), request.headers.get("Accept-Language"))
