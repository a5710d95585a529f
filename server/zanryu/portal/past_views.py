"""Things as they were, in Flask: ``?version=``, ``Accept-Datetime`` and ``/timemap`` (RFC 7089)."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from email.utils import format_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, request

from zanryu import __version__
from zanryu.errors import BrokenHistory, MalformedRequest, NotFound
from zanryu.naming.iris import entity_iri
from zanryu.portal.history.absence import absent
from zanryu.portal.history.states import States, states_of
from zanryu.web.conditional import FOR_GOOD, entity_tag, is_fresh
from zanryu.web.media_types import GRAPHS, JSON, LINK_FORMAT
from zanryu.web.memento import VARY, Memento, TimeMap, read_moment, read_version
from zanryu.web.negotiation import by_format, choose

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from zanryu.portal.history.states import Past
    from zanryu.store.backend import Backend
    from zanryu.store.versions import Version, Versions

_log = logging.getLogger("zanryu")


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
        if moment is not None:
            return self._at(iri, read_moment(moment))
        try:
            response = present()
        except NotFound:
            if self.backend.describe(iri):
                raise
            raise self.unknown(iri, request.path) from None
        response.headers.add("Link", _timemap(request.path).links())
        response.headers["Vary"] = VARY
        return response

    def unknown(self, iri: str, path: str) -> NotFound:
        """Return why the graph says nothing about a thing, which the page or data at ``path`` is about."""
        plain = NotFound(f"The graph says nothing about <{iri}>.", iri=iri)
        try:
            if not self.versions.history.growth_of(iri):
                return plain  # as most addresses that are guessed
            states = states_of(self.versions, self.backend, iri)
            number = self.versions.number_of(self.backend.version)
        except BrokenHistory as error:
            _log.error("%s", error.detail)
            return plain
        return _absent(iri, states, number, "The graph", _timemap(path, states))

    def timemap(self, form: str, kind: str, slug: str) -> Response:
        """List the states of a page or of data."""
        choice = choose(request.headers.get("Accept"), (LINK_FORMAT, JSON), request.args.get("format"))
        iri = _entity_of(form, kind, slug)
        states = states_of(self.versions, self.backend, iri)
        timemap = _timemap(request.path.removeprefix("/timemap"), states)
        if not timemap.mementos:
            number = self.versions.number_of(self.backend.version)
            raise absent(iri, states, number, "The graph", timemap)
        body = timemap.as_json() if choice.media_type == JSON else timemap.as_links()
        tag = entity_tag(__version__, "timemap", choice.content_type, body.decode())
        response = Response(body, content_type=choice.content_type)
        if is_fresh(request.headers.get("If-None-Match"), tag):
            response = Response(status=HTTPStatus.NOT_MODIFIED)
        response.headers["ETag"] = tag
        return response

    def _at(self, iri: str, moment: datetime) -> Response:
        """Lead to the state of a time; where the thing was gone then, there is none to lead to."""
        states = states_of(self.versions, self.backend, iri)
        timemap = _timemap(request.path, states)
        found = timemap.at(moment)
        if found is None or found in timemap.removals:
            said = f"The graph of {format_datetime(moment, usegmt=True)}"
            raise _absent(iri, states, found.number if found else 0, said, timemap)
        response = Response(status=HTTPStatus.FOUND)
        response.headers["Location"] = found.address
        response.headers.add("Link", timemap.links())
        response.headers["Vary"] = VARY
        return response

    def _memento(self, iri: str, version: Version, past: Callable[[Backend, Past], Response]) -> Response:
        states = states_of(self.versions, self.backend, iri)
        if not states.is_there(version.number):  # its data need not be made again to say so
            timemap, said = _timemap(request.path, states), f"Version {version.number}"
            error = _absent(iri, states, version.number, said, timemap)
            if "Link" in error.headers:  # that nothing was there is what it was then (RFC 7089, 4.5.5)
                when = {"Memento-Datetime": version.http_date} if version.time else {}
                error.headers = {"Link": timemap.links(version.number), **when}
            raise error
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


def _absent(iri: str, states: States, number: int, said: str, timemap: TimeMap) -> NotFound:
    """Return why nothing is said, with the links that what is there has (RFC 7089, 4.5.2)."""
    error = absent(iri, states, number, said, timemap)
    error.headers["Vary"] = VARY
    if timemap.mementos or timemap.removals:
        error.headers["Link"] = timemap.links()
    return error


def _timemap(path: str, states: States | None = None) -> TimeMap:
    """Return the states as they are found at ``path``, for who asks with what else was asked."""
    others = [(name, value) for name, value in request.args.items(multi=True) if name in ("lang", "format")]
    if request.endpoint == "past.timemap":
        others = []
    path = quote(path)
    timemap = TimeMap(f"{path}?{urlencode(others)}" if others else path, f"/timemap{path}")
    if states is None:
        return timemap
    mementos, removals = (
        [Memento(v.number, timemap.state(v.number), v.time) for v in versions if v.time]
        for versions in (states.mementos, states.removals)
    )
    return replace(timemap, mementos=mementos, removals=removals)


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
