"""The playground: SPARQL and a graph store over an empty store, to learn, to try out, to test."""

from __future__ import annotations

import json
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, render_template, request

from zanryu.app import configure
from zanryu.errors import InvalidSetting, Refused
from zanryu.presentation import add_presentation
from zanryu.sparql.graph_store.store import GraphStore
from zanryu.sparql.graph_store.views import GraphStoreViews
from zanryu.sparql.policy import SCRATCH, Policy
from zanryu.sparql.views import SparqlViews
from zanryu.web.error_pages import add_error_pages
from zanryu.web.headers import Freshness, add_headers
from zanryu.web.languages import choose_language
from zanryu.web.media_types import HTML, JSON

if TYPE_CHECKING:
    from zanryu.config import Settings
    from zanryu.store.backend import Backend
    from zanryu.store.writer import Writer

# Whoever reaches it may write, so nothing else than this machine may.
FRESHNESS: Final = Freshness(max_age_seconds=0)
_LOCALHOST: Final = "localhost"


def policy_for(settings: Settings) -> Policy:
    """Return the policy of a playground at the address that the settings give.

    :raises InvalidSetting: if that could be reached from another machine.
    """
    host = settings.host
    if not is_loopback(host):
        raise InvalidSetting(
            f"The playground lets everybody write, so it listens to this machine alone: not on {host}. "
            "Leave --host out, or give 127.0.0.1, ::1 or localhost."
        )
    return SCRATCH.at(f"http://{f'[{host}]' if ':' in host else host}:{settings.port}/")


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine and nothing else, whatever a name server says."""
    try:
        return host == _LOCALHOST or ip_address(host).is_loopback
    except ValueError:
        return False


def create_playground(settings: Settings, backend: Backend, writer: Writer) -> Flask:
    """Return the application over an engine and its writer.

    :raises InvalidSetting: see :func:`policy_for`.
    """
    policy = policy_for(settings)
    app = Flask(__package__)
    configure(app, settings)
    store = GraphStore(backend, policy, writer, settings.query_timeout_seconds)
    app.register_blueprint(SparqlViews(backend, settings, policy, writer).blueprint())
    app.register_blueprint(GraphStoreViews(store, settings.max_body_bytes).blueprint())
    app.register_blueprint(PlaygroundViews(backend, policy).blueprint())
    add_presentation(app)
    app.jinja_env.globals.update(is_playground=True)
    app.before_request(refuse_other_host)
    add_headers(app, FRESHNESS)
    add_error_pages(app)
    return app


def refuse_other_host() -> None:
    """Refuse a request under another name: a page elsewhere can have its name resolved to this machine.

    :raises Refused: unless the Host header names this machine.
    """
    host = urlsplit(f"//{request.headers.get('Host', '')}").hostname
    if host is None or not is_loopback(host):
        raise Refused("The playground answers under the names of this machine alone.")


@dataclass(frozen=True, slots=True)
class PlaygroundViews:
    """The first page and the state of the engine."""

    backend: Backend
    policy: Policy

    def blueprint(self) -> Blueprint:
        """Return the routes."""
        blueprint = Blueprint("playground", __name__)
        blueprint.add_url_rule("/", "home", self.home)
        blueprint.add_url_rule("/health", "health", self.health)
        return blueprint

    def home(self) -> Response:
        """Say what this is, and how to begin."""
        language = choose_language(request.args.get("lang"), request.headers.get("Accept-Language"))
        page = render_template("playground.html", language=language, address=self.policy.address)
        return Response(page, content_type=HTML.content_type())

    def health(self) -> Response:
        """Say that the engine reads, and how much there is."""
        health = self.backend.health()
        document = {"status": "ok", "version": health.version, "triples": health.triples, "scratch": True}
        return Response(json.dumps(document), content_type=JSON.content_type())
