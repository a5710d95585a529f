"""The answers of a view in Flask: a page, the rows behind it as CSV, or the claims of these as JSON-LD."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from flask import Response, render_template, request

from zanryu import __version__
from zanryu.errors import NotFound
from zanryu.graph.namespaces import RDF_REIFIES, term
from zanryu.portal.drawn.presenting import Presenter
from zanryu.portal.drawn.queries import query_path
from zanryu.web.conditional import entity_tag, is_fresh
from zanryu.web.languages import choose_language
from zanryu.web.media_types import GRAPHS, HTML, RESULTS
from zanryu.web.negotiation import choose
from zanryu.web.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from zanryu.naming.labels import Labels
    from zanryu.portal.drawn.presenting import InWords
    from zanryu.portal.drawn.rows import RowKeeper, Rows
    from zanryu.store.backend import Backend, Statement

CSV: Final = next(media for media in RESULTS if media.format == "csv")
JSON_LD: Final = next(media for media in GRAPHS if media.format == "jsonld")
_CITATION: Final = term("zr:citation").value


@dataclass(frozen=True, slots=True)
class Drawing:
    """What the views need: the engine, names, rows, a serialiser of graphs, and dates in words."""

    backend: Backend
    labels: Labels
    keeper: RowKeeper
    write: Callable[[list[Statement], str], bytes]
    in_words: InWords = lambda words, edtf: edtf  # noqa: ARG005

    def presenter(self) -> Presenter:
        """Return a presenter for the reader of this request."""
        return Presenter(self.labels, Words(language()), self.in_words)

    def require(self, *things: str) -> None:
        """Have nothing drawn that the graph does not know.

        :raises NotFound: naming the first of these.
        """
        for thing in things:
            if not self.backend.describe(thing):
                raise NotFound(f"The graph says nothing about <{thing}>.", iri=thing)

    def answer(
        self,
        template: str,
        query: str,
        page: Callable[[Rows], Mapping[str, object]],
        described: str = "claim",
    ) -> Response:
        """Answer the request by the rows of a query; ``page`` makes of them what the template shows.

        As JSON-LD, what stands in the column ``described`` is given.
        """
        choice = choose(request.headers.get("Accept"), (HTML, CSV, JSON_LD), request.args.get("format"))
        rows = self.keeper.rows(query)
        told = f"{__version__} {rows.version}"
        tag = entity_tag(told, request.full_path, language(), choice.content_type, query)
        if rows.version and is_fresh(request.headers.get("If-None-Match"), tag):
            response = Response(status=HTTPStatus.NOT_MODIFIED)
        elif choice.media_type == CSV:
            response = Response(rows.as_csv(), content_type=choice.content_type)
        elif choice.media_type == JSON_LD:
            response = Response(self._statements(rows.iris(described)), content_type=choice.content_type)
        else:
            response = Response(self._page(template, rows, page), content_type=HTML.content_type())
        if rows.version == self.backend.version:
            response.headers["ETag"] = tag
        else:
            response.headers["Cache-Control"] = "no-store"  # what is current is being made
        return response

    def _page(self, template: str, rows: Rows, page: Callable[[Rows], Mapping[str, object]]) -> bytes:
        html = render_template(
            template,
            language=language(),
            rows=rows,
            is_old=rows.version != self.backend.version,
            query_path=query_path(rows.query),
            data_path=data_path,
            **page(rows),
        )
        return html.encode("utf-8", "replace")

    def _statements(self, things: list[str]) -> bytes:
        """Return what is said of claims, with their citations, or of other things."""
        own = self.backend.describe(*things) if things else []
        cited = dict.fromkeys(s.object.value for s in own if s.predicate == _CITATION)
        statements = [*own, *self.backend.describe(*cited)] if cited else own
        plain = [s for s in statements if s.predicate != RDF_REIFIES.value and s.object.kind != "triple"]
        return self.write(plain, JSON_LD.name)


def language() -> str:
    """Return the language of the reader of this request."""
    return choose_language(request.args.get("lang"), request.headers.get("Accept-Language"))


def here(**changes: str | list[str] | None) -> str:
    """Return the path of this request with some parameters changed, or taken away."""
    others = [(k, v) for k, v in request.args.items(multi=True) if k not in changes and k != "format"]
    changed = [
        (name, value)
        for name, given in changes.items()
        for value in ([given] if isinstance(given, str) else given or [])
    ]
    parameters = [*others, *changed]
    return f"{request.path}?{urlencode(parameters)}" if parameters else request.path


def data_path(file_format: str) -> str:
    """Return the path of the data of this view in a format."""
    return here(format=file_format)
