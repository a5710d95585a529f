"""``/cite`` in Flask, and what the templates of other pages call: see ``citing.html``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, render_template, request

from zanryu import __version__
from zanryu.graph.namespaces import BASE
from zanryu.naming.labels import Labels
from zanryu.portal.citing.asking import read_request
from zanryu.portal.citing.embedding import coins, meta_tags
from zanryu.portal.citing.facts import facts_of
from zanryu.portal.citing.formats import (
    CHICAGO,
    FILE_NAMES,
    FILES,
    as_text,
    bibliography_as_text,
    in_text,
    write,
)
from zanryu.portal.citing.references import Cited, References
from zanryu.portal.citing.schema_org import Document, document
from zanryu.portal.citing.styles import Formatted, reference_list
from zanryu.web.conditional import entity_tag, is_fresh
from zanryu.web.languages import choose_language
from zanryu.web.media_types import HTML
from zanryu.web.memento import no_versions, read_version

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from zanryu.portal.citing.asking import Asked
    from zanryu.portal.citing.editions import Editions
    from zanryu.portal.citing.works import Reference
    from zanryu.portal.past_views import PastViews
    from zanryu.store.backend import Backend
    from zanryu.web.media_types import MediaType

_QUERY_TITLE: Final = "Result of a SPARQL query"
_COMMENT: Final = re.compile(r"\A\s*#+\s*(\S.*)")
_UNSAFE_IN_NAME: Final = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Shown:
    """A style with what stands in the text or the note, and the entries of the list."""

    style: str
    label: str
    in_text: Formatted | None
    entries: list[Formatted]


@dataclass(frozen=True, slots=True)
class Embedded:
    """What a page has of citations: for readers, for reference managers, for search engines."""

    styles: list[Shown]
    permalink: str
    meta: list[tuple[str, str]]
    coins: list[str]
    document: Document | None


@dataclass(frozen=True, slots=True)
class CitingViews:
    """Citations over one engine; ``files`` are the dumps, with their media types.

    ``past`` has the data of earlier versions, where they can be asked.
    """

    backend: Backend
    labels: Labels
    editions: Editions
    files: Callable[[], Sequence[tuple[str, str]]] = tuple
    past: PastViews | None = None

    def blueprint(self) -> Blueprint:
        """Return the route, and give the templates `citation_of`, `citation_head` and `cite_address`."""
        blueprint = Blueprint("citing", __name__)
        blueprint.add_url_rule("/cite", "cite", self.cite)
        blueprint.add_app_template_global(self.embedded, "citation_of")
        blueprint.add_app_template_global(cite_address, "cite_address")
        blueprint.add_app_template_global(lambda: FILES, "citation_files")
        return blueprint

    def embedded(self, iri: str, version: int | None = None) -> Embedded | None:
        """Return what the page of a thing shows of its citation, ``None`` where the graph does not know it.

        No day of access is named: the page is kept by browsers for longer than that.
        """
        backend, labels = self.backend, self.labels
        if version is not None and self.past:
            found = self.past.versions.find(version)
            with self.past.versions.reading(found):
                data = self.past.versions.data(found)
                backend = self.past.open_store(data.folder, found.name)
                return self._embedded(backend, Labels(backend), iri)
        return self._embedded(backend, labels, iri)

    def _embedded(self, backend: Backend, labels: Labels, iri: str) -> Embedded | None:
        facts = facts_of(backend, iri)
        if not facts:
            return None
        references = References(backend, labels, self.editions.of(backend))
        cited = references.of(iri)
        works = [cited.main, *([cited.own] if cited.own else []), *references.bibliography(iri)]
        own = cited.own or cited.main
        return Embedded(
            [_shown(cited, style) for style in CHICAGO],
            own.item["URL"],
            meta_tags(cited.main.item),
            [coins(item) for item in {r.iri + r.item["id"]: r.item for r in works}.values()],
            document(backend, cited, facts, self.files),
        )

    def cite(self) -> Response:
        """Answer how something is cited, as it is or in a version of the history."""
        asked = read_request(request.args.getlist, request.headers.get("Accept"))
        number = read_version(request.args.getlist("version"))
        if number is None:
            return self._answer(asked, self.backend, self.labels)
        if self.past is None:
            raise no_versions()
        version = self.past.versions.find(number)
        with self.past.versions.reading(version):
            data = self.past.versions.data(version)
            backend = self.past.open_store(data.folder, version.name)
            return self._answer(asked, backend, Labels(backend))

    def _answer(self, asked: Asked, backend: Backend, labels: Labels) -> Response:
        today, edition = datetime.now(UTC).date(), self.editions.of(backend)
        told = f"{asked} {edition} {today} {request.full_path}"
        tag = entity_tag(f"{__version__} {edition.name}", "cite", told, _language())
        if is_fresh(request.headers.get("If-None-Match"), tag):
            response = Response(status=HTTPStatus.NOT_MODIFIED)
        else:
            response = self._citation(asked, References(backend, labels, edition, today))
        response.headers["ETag"] = tag
        # The day of access is in it: no copy may serve others, or tomorrow.
        response.headers["Cache-Control"] = "private, no-cache"
        return response

    def _citation(self, asked: Asked, references: References) -> Response:
        if asked.query:
            address = f"{BASE}sparql?query={quote(asked.query)}"
            cited = references.of_query(_title_of(asked.query), address)
        else:
            cited = references.of(asked.iri)
        works = references.bibliography(asked.iri) if asked.is_bibliography else cited.references
        if asked.choice.media_type == HTML:
            return _page(asked, cited, works)
        return _file(asked, cited, works)


def cite_address(iri: str, file_format: str = "", **others: object) -> str:
    """Return the address on this server of a citation, in a format where one is named."""
    parameters = {"iri": iri, "format": file_format, **others}
    return "/cite?" + urlencode({name: str(value) for name, value in parameters.items() if value})


def _page(asked: Asked, cited: Cited, works: list[Reference]) -> Response:
    if asked.is_bibliography:
        shown = [Shown(s, media.label, None, reference_list(works, s)) for s, media in CHICAGO.items()]
    else:
        shown = [_shown(cited, style) for style in CHICAGO]
    own = cited.own or cited.main
    body = render_template(
        "cite.html",
        language=_language(),
        asked=asked,
        title=cited.main.item["title"],
        permalink=own.item["URL"],
        own=cited.own and [_shown(Cited(cited.own), style) for style in CHICAGO],
        styles=shown,
        files=[(media, write(works, media), _address(media)) for media in FILES],
        coins=[coins(work.item) for work in works],
        count=len(works),
    )
    return Response(body, content_type=HTML.content_type())


def _file(asked: Asked, cited: Cited, works: list[Reference]) -> Response:
    media_type = asked.choice.media_type
    if media_type in FILES:
        response = Response(write(works, media_type), content_type=f"{asked.choice.name}; charset=utf-8")
        name = _UNSAFE_IN_NAME.sub("-", str(cited.main.item["id"]))
        response.headers["Content-Disposition"] = f'inline; filename="{name}.{FILE_NAMES[media_type]}"'
        return response
    style = media_type.format
    text = bibliography_as_text(works, style) if asked.is_bibliography else as_text(cited, style)
    return Response(text, content_type=f"{media_type.name}; style={style}; charset=utf-8")


def _shown(cited: Cited, style: str) -> Shown:
    return Shown(style, CHICAGO[style].label, in_text(cited, style), reference_list(cited.references, style))


def _address(media_type: MediaType) -> str:
    """Return the address of what is asked, as a file."""
    names = [name for name in ("iri", "query", "bibliography", "version") if name in request.args]
    parameters = [(name, request.args[name]) for name in names]
    return "/cite?" + urlencode([*parameters, ("format", media_type.format)])


def _title_of(query: str) -> str:
    """Return the question in words that the first line of a query has as a comment, or what it is."""
    found = _COMMENT.match(query)
    return found[1].strip() if found else _QUERY_TITLE


def _language() -> str:
    return choose_language(request.args.get("lang"), request.headers.get("Accept-Language"))
