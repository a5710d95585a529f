"""``/dumps/``, ``/.well-known/void``, ``/health`` and ``/robots.txt`` in Flask."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, Response, render_template, request, send_from_directory
from werkzeug.exceptions import NotFound as FileNotServed

from zanryu.errors import NotFound
from zanryu.portal.release.dumps import list_dumps, media_type
from zanryu.portal.release.newest import ADDRESSES, describe_newest
from zanryu.web.languages import choose_language
from zanryu.web.media_types import HTML, JSON
from zanryu.web.negotiation import choose

if TYPE_CHECKING:
    from pathlib import Path

    from zanryu.store.backend import Backend

# Crawlers get the pages and the dumps; every query is work for a person who waits.
_ROBOTS = "User-agent: *\nDisallow: /sparql\nDisallow: /data/\nCrawl-delay: 2\n"
_VOID = "void.ttl"


@dataclass(frozen=True, slots=True)
class ReleaseViews:
    """The release in ``folder``, of the data version ``build``, and the state of the engine."""

    backend: Backend
    folder: Path
    build: str

    def blueprint(self) -> Blueprint:
        """Return the routes."""
        blueprint = Blueprint("release", __name__)
        for rule, view in (
            ("/dumps/", self.dumps),
            ("/dumps/<name>", self.dump),
            ("/.well-known/void", self.void),
            ("/health", self.health),
            ("/robots.txt", self.robots),
        ):
            blueprint.add_url_rule(rule, view.__name__, view)
        return blueprint

    def dumps(self) -> Response:
        """List the files, as a page or as JSON."""
        files = list_dumps(self.folder)
        choice = choose(request.headers.get("Accept"), (HTML, JSON), request.args.get("format"))
        if choice.media_type == JSON:
            listed = [{"name": f.name, "bytes": f.size_bytes, "sha256": f.sha256} for f in files]
            graphs = {"graphs": ADDRESSES} if self._newer else {}
            return _json(
                {"version": self.build, "data_version": self.backend.version, **graphs, "files": listed}
            )
        language = choose_language(request.args.get("lang"), request.headers.get("Accept-Language"))
        page = render_template(
            "dumps.html",
            language=language,
            dumps=files,
            build=self.build,
            newer=self._newer,
            graphs=ADDRESSES,
        )
        return Response(page, content_type=HTML.content_type())

    @property
    def _newer(self) -> str:
        """The data version that is served, if it is another than that of the files."""
        version = self.backend.version
        return "" if version == self.build else version

    def dump(self, name: str) -> Response:
        """Send a file of the release; ranges and conditional requests work."""
        if name.startswith("."):
            raise NotFound(f"There is no dump {name!r}.")
        try:
            response = send_from_directory(
                self.folder.resolve(), name, mimetype=media_type(name), conditional=True, as_attachment=False
            )
        except FileNotServed:
            raise NotFound(f"There is no dump {name!r}. /dumps/ lists them.") from None
        response.headers["Content-Type"] = media_type(name)
        return response

    def void(self) -> Response:
        """Answer the description of the dataset (VoID, 5.2), with where to get what is newer than it."""
        newer = self._newer
        if not newer:
            return self.dump(_VOID)
        body = describe_newest((self.folder / _VOID).read_bytes(), self.build, newer)
        return Response(body, content_type=media_type(_VOID))

    def health(self) -> Response:
        """Say whether the engine reads, and which data it has; the server in front of Flask says more."""
        try:
            health = self.backend.health()
        except OSError as error:
            failing = {"status": "failing", "live": True, "ready": False, "reason": type(error).__name__}
            return _json(failing, HTTPStatus.SERVICE_UNAVAILABLE)
        return _json(
            {
                "status": "ok",
                "live": True,
                "ready": True,
                "version": health.version,
                "triples": health.triples,
            }
        )

    def robots(self) -> Response:
        """Tell crawlers where not to go."""
        return Response(_ROBOTS, content_type="text/plain; charset=utf-8")


def _json(document: dict[str, object], status: HTTPStatus = HTTPStatus.OK) -> Response:
    return Response(json.dumps(document, ensure_ascii=False), status, content_type=JSON.content_type())
