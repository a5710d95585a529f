"""``/history`` in Flask."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from email.utils import format_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, render_template, request

from zanryu import __version__
from zanryu.errors import BrokenHistory
from zanryu.portal.history.documents import feed, list_document, version_document
from zanryu.portal.history.listing import Span, read_span
from zanryu.portal.history.rendering import ChangeRenderer
from zanryu.portal.history.states import versions_of
from zanryu.portal.history.stream import stream_page
from zanryu.store.history.provenance import provenance
from zanryu.store.history.rows import rows_of
from zanryu.store.history.touched import touched
from zanryu.web.address import own_address
from zanryu.web.conditional import FOR_GOOD, entity_tag, is_fresh
from zanryu.web.languages import choose_language
from zanryu.web.media_types import ATOM, GRAPHS, HTML, JSON, RDF_PATCH
from zanryu.web.negotiation import choose
from zanryu.web.version_numbers import add_version_rule
from zanryu.web.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from zanryu.naming.labels import Labels
    from zanryu.store.backend import Backend, Statement
    from zanryu.store.history.journal import Journal
    from zanryu.store.history.reader import History
    from zanryu.store.history.record import Heading
    from zanryu.web.negotiation import Choice

_log = logging.getLogger("zanryu")
_MAX_ROWS: Final = 1000  # a new build may change more than a browser can hold
_LISTS: Final = (HTML, JSON, ATOM)
_STREAM: Final = (*_LISTS, *GRAPHS)
_VERSIONS: Final = (HTML, RDF_PATCH, JSON, *GRAPHS)


def count_versions(history: History, backend: Backend, iri: str) -> int:
    """Return how many versions changed a thing; a history that cannot be read hides no page but its own."""
    try:
        return len(versions_of(history, backend, iri))
    except BrokenHistory as error:
        _log.error("%s", error.detail)
        return 0


@dataclass(frozen=True, slots=True)
class HistoryViews:
    """The pages of the history. ``write`` serialises statements in a media type.

    ``public_address`` is where clients reach the server, empty where only their requests say it.
    """

    history: History
    backend: Backend
    labels: Labels
    write: Callable[[list[Statement], str], bytes]
    public_address: str = ""

    def blueprint(self) -> Blueprint:
        """Return the routes."""
        blueprint = Blueprint("history", __name__)
        add_version_rule(blueprint)
        blueprint.add_url_rule("/history", "versions", self.versions)
        blueprint.add_url_rule("/history/<version:number>", "version", self.version)
        return blueprint

    def versions(self) -> Response:
        """List the versions: newest first, or from ``?since=`` on; ``?about=`` those that changed a thing."""
        span = read_span(request.args.getlist)
        offers = _STREAM if span.is_whole else _LISTS
        choice = choose(request.headers.get("Accept"), offers, request.args.get("format"))
        journal = self.history.journal()
        span.require_of(len(journal))
        if choice.media_type in GRAPHS:
            return self._stream(journal, span, choice)
        tag = self._tag(journal.head, "list", span.path(), choice.content_type)
        if is_fresh(request.headers.get("If-None-Match"), tag):
            return _finish(Response(status=HTTPStatus.NOT_MODIFIED), tag, journal.head)
        numbers: Sequence[int] = range(1, len(journal) + 1)
        if span.about:
            numbers = versions_of(self.history, self.backend, span.about)
        chosen, following = span.page(numbers)
        headings = [journal.heading(number) for number in chosen]
        if choice.media_type == JSON:
            body = _json(list_document(headings, journal.head, span, following))
        elif choice.media_type == ATOM:
            body = feed(headings, span, following, self._title(span))
        else:
            body = self._list_page(journal, headings, span, following)
        return _finish(Response(body, content_type=choice.content_type), tag, journal.head)

    def version(self, number: int) -> Response:
        """Show what a version changed, or answer its RDF Patch, JSON or provenance."""
        choice = choose(request.headers.get("Accept"), _VERSIONS, request.args.get("format"))
        journal = self.history.journal()
        heading = journal.heading(number)
        tag = self._tag(heading, "version", choice.content_type, str(number == len(journal)))
        if is_fresh(request.headers.get("If-None-Match"), tag):
            return _finish(Response(status=HTTPStatus.NOT_MODIFIED), tag, heading)
        if choice.media_type == RDF_PATCH:
            body = journal.read_file(number)
        elif choice.media_type == JSON:
            body = _json(version_document(heading, journal.read(number).delta))
        elif choice.media_type in GRAPHS:
            things = touched(journal.read_file(number))
            body = self.write(provenance(heading, things), choice.media_type.name)
        else:
            body = self._version_page(journal, heading)
        return _finish(Response(body, content_type=choice.content_type), tag, heading)

    def _stream(self, journal: Journal, span: Span, choice: Choice) -> Response:
        """Answer a page of the event stream; a client stays in the format that it asked for."""
        address = own_address(self.public_address, request.host, request.host_url)
        form = choice.media_type.format if "format" in request.args else ""
        chosen, following = Span(since=span.since or 0).page(range(1, len(journal) + 1))
        headings = [journal.heading(number) for number in chosen]
        page, further = address + span.path(form), address + following.path(form) if following else ""
        # The digest of a version is that of all before it as well.
        digest = headings[-1].digest if headings else ""
        tag = entity_tag(__version__, "stream", page, further, choice.content_type, digest)
        if is_fresh(request.headers.get("If-None-Match"), tag):
            response = Response(status=HTTPStatus.NOT_MODIFIED)
        else:
            body = self.write(stream_page(headings, page, further), choice.media_type.name)
            response = Response(body, content_type=choice.content_type)
        _finish(response, tag, headings[-1] if headings else None)
        # The first page has the address of the newest versions too, where only Vary tells them apart.
        policy = FOR_GOOD if further and span.since is not None else "no-cache"
        if not self.public_address:  # it names the host that was asked
            policy = f"private, {policy.removeprefix('public, ')}"
        response.headers["Cache-Control"] = policy
        return response

    def _list_page(
        self, journal: Journal, headings: list[Heading], span: Span, following: Span | None
    ) -> bytes:
        return _page(
            "history.html",
            headings=headings,
            head=journal.head,
            span=span,
            following=following,
            about=ChangeRenderer(self.labels, _language()).name(span.about) if span.about else None,
        )

    def _version_page(self, journal: Journal, heading: Heading) -> bytes:
        renderer = ChangeRenderer(self.labels, _language())
        rows = rows_of(journal.read(heading.number).delta)
        return _page(
            "version.html",
            heading=heading,
            has_next=heading.number < len(journal),
            changes=renderer.changes(row for row in rows[:_MAX_ROWS] if not row.is_derived),
            derived=renderer.changes(row for row in rows[:_MAX_ROWS] if row.is_derived),
            cut_at=_MAX_ROWS if len(rows) > _MAX_ROWS else 0,
        )

    def _title(self, span: Span) -> str:
        title = Words(_language()).gettext("Zanryū: history")
        return (
            f"{title}: {ChangeRenderer(self.labels, _language()).name(span.about).text}"
            if span.about
            else title
        )

    def _tag(self, head: Heading | None, *asked: str) -> str:
        """Names change with the data, so that its version is a part of the tag."""
        version = f"{__version__} {self.backend.version} {head.digest if head else ''}"
        return entity_tag(version, "history", *asked, _language(), request.full_path)


def _page(template: str, **values: object) -> bytes:
    return render_template(template, language=_language(), **values).encode()


def _json(document: dict[str, object]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def _language() -> str:
    return choose_language(request.args.get("lang"), request.headers.get("Accept-Language"))


def _finish(response: Response, tag: str, newest: Heading | None) -> Response:
    response.headers["ETag"] = tag
    # A follower asks whether there is more, and should not be told by its own cache.
    response.headers["Cache-Control"] = "no-cache"
    if newest:
        response.headers["Last-Modified"] = format_datetime(newest.time, usegmt=True)
    return response
