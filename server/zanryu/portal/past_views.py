"""Things as they were, in Flask: ``?version=``, ``Accept-Datetime`` and ``/timemap`` (RFC 7089)."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, request

from zanryu import __version__
from zanryu.errors import MalformedRequest, NotFound
from zanryu.naming.iris import entity_iri
from zanryu.portal.history.states import States, states_of
from zanryu.web.conditional import FOR_GOOD, entity_tag, is_fresh
from zanryu.web.media_types import GRAPHS, JSON, LINK_FORMAT
from zanryu.web.memento import VARY, Memento, TimeMap, read_moment, read_version
from zanryu.web.negotiation import by_format, choose

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zanryu.portal.history.states import Past
    from zanryu.store.backend import Backend
    from zanryu.store.versions import Version, Versions


@dataclass(frozen=True, slots=True)
class PastViews:
    """The earlier states of what ``backend`` has now. ``open_store`` opens the data of a version."""

    versions: Versions
    backend: Backend
    open_store: Callable[[Path, str], Backend]

    def blueprint(self) -> Blueprint:
        """Return the routes."""
        blueprint = Blueprint("past", __name__)
        blueprint.add_url_rule("/timemap/<any(page,data):form>/<kind>/<path:slug>", "timemap", self.timemap)
        return blueprint

    def answer(
        self, iri: str, present: Callable[[], Response], past: Callable[[Backend, Past], Response]
    ) -> Response:
        """Answer a request for a thing: as it is, as it was in a version, or where it is as it was then."""
        number = read_version(request.args.getlist("version"))
        if number is not None:
            return self._memento(iri, self.versions.find(number), past)
        moment = request.headers.get("Accept-Datetime")
        if moment is None:
            response, links = present(), _timemap(request.path).links()
        else:
            timemap = _timemap(request.path, states_of(self.versions, self.backend, iri))
            found = timemap.at(read_moment(moment))
            if found is None:
                raise NotFound(f"The graph never said anything about <{iri}>.", iri=iri)
            response, links = Response(status=HTTPStatus.FOUND), timemap.links()
            response.headers["Location"] = found.address
        response.headers.add("Link", links)
        response.headers["Vary"] = VARY
        return response

    def timemap(self, form: str, kind: str, slug: str) -> Response:
        """List the states of a page or of data."""
        choice = choose(request.headers.get("Accept"), (LINK_FORMAT, JSON), request.args.get("format"))
        iri = _entity_of(form, kind, slug)
        states = states_of(self.versions, self.backend, iri)
        timemap = _timemap(request.path.removeprefix("/timemap"), states)
        if not timemap.mementos:
            raise NotFound(f"The graph never said anything about <{iri}>.", iri=iri)
        body = timemap.as_json() if choice.media_type == JSON else timemap.as_links()
        tag = entity_tag(__version__, "timemap", choice.content_type, body.decode())
        response = Response(body, content_type=choice.content_type)
        if is_fresh(request.headers.get("If-None-Match"), tag):
            response = Response(status=HTTPStatus.NOT_MODIFIED)
        response.headers["ETag"] = tag
        return response

    def _memento(self, iri: str, version: Version, past: Callable[[Backend, Past], Response]) -> Response:
        states = states_of(self.versions, self.backend, iri)
        with self.versions.reading(version):
            data = self.versions.data(version)
            response = past(self.open_store(data.folder, version.name), states.past(version))
        response.headers.add("Link", _timemap(request.path, states).links(version.number))
        if version.time:
            response.headers["Memento-Datetime"] = version.http_date
        # Version 0 is another after a new build, while nothing is written; a page changes with the program.
        if version.number and request.endpoint == "portal.data":
            response.headers["Cache-Control"] = FOR_GOOD
        return response


def _timemap(path: str, states: States | None = None) -> TimeMap:
    """Return the states as they are found at ``path``, for who asks with what else was asked."""
    others = [(name, value) for name, value in request.args.items(multi=True) if name in ("lang", "format")]
    if request.endpoint == "past.timemap":
        others = []
    path = quote(path)
    mementos = [
        Memento(v.number, _with(path, [("version", str(v.number)), *others]), v.time)
        for v in (states.mementos if states else ())
        if v.time
    ]
    return TimeMap(_with(path, others), f"/timemap{path}", mementos)


def _with(path: str, parameters: list[tuple[str, str]]) -> str:
    return f"{path}?{urlencode(parameters)}" if parameters else path


def _entity_of(form: str, kind: str, slug: str) -> str:
    """Return the thing that a page, or data under the name of a format, is about."""
    stem, dot, extension = slug.rpartition(".")
    if form == "data" and dot:
        try:
            by_format(extension, GRAPHS)
        except MalformedRequest as error:
            raise NotFound(error.detail) from None
        slug = stem
    iri = entity_iri(kind, slug)
    if iri is None:
        raise NotFound(f"Nothing is at {request.path}.")
    return iri
