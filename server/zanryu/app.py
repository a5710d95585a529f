"""The application: settings in, a WSGI application out, in named steps. Nothing happens on import."""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from flask import Flask, request

from zanryu.config import Settings, read_settings
from zanryu.errors import InputNotFound
from zanryu.graph.namespaces import compact
from zanryu.graph.sources import find_dataset
from zanryu.portal.iris import link
from zanryu.portal.labels import Labels
from zanryu.portal.questions import Question, read_questions
from zanryu.portal.release.views import ReleaseViews
from zanryu.portal.views import PortalViews
from zanryu.sparql.results import serialise, serialise_statements
from zanryu.sparql.views import SparqlViews
from zanryu.store.build import current_build
from zanryu.store.embedded import EmbeddedStore
from zanryu.web.error_pages import add_error_pages
from zanryu.web.headers import add_headers
from zanryu.web.languages import LANGUAGES, message

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from zanryu.store.backend import Backend


def create_app(settings: Settings | None = None, dataset_root: Path | None = None) -> Flask:
    """Return the application over the built store.

    :raises InputNotFound: if nothing is built.
    """
    settings = settings or read_settings()
    backend, counts = _open_store(settings)
    app = Flask(__name__)
    _configure(app, settings)
    _add_features(app, settings, backend, counts, dataset_root)
    _add_presentation(app)
    add_error_pages(app)
    add_headers(app)
    return app


def _open_store(settings: Settings) -> tuple[Backend, Mapping[str, int]]:
    built = current_build(settings)
    if built is None:
        raise InputNotFound(f"{settings.store} holds no built store; run `zanryu build`.")
    return EmbeddedStore(settings.store, built.version, serialise), built.counts


def _configure(app: Flask, settings: Settings) -> None:
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    app.url_map.strict_slashes = False
    # A double slash is another path, not a redirect to one: a redirect would name the Host that was sent.
    app.url_map.merge_slashes = False


def _add_features(
    app: Flask, settings: Settings, backend: Backend, counts: Mapping[str, int], dataset_root: Path | None
) -> None:
    questions = _questions(dataset_root)
    portal = PortalViews(backend, Labels(backend), counts, questions, serialise_statements)
    app.register_blueprint(SparqlViews(backend, settings).blueprint())
    app.register_blueprint(portal.blueprint())
    app.register_blueprint(ReleaseViews(backend, settings.dist).blueprint())


def _questions(dataset_root: Path | None) -> list[Question]:
    try:
        return read_questions(find_dataset(dataset_root).query_files())
    except InputNotFound:
        if dataset_root is not None:
            raise
        return []  # a server that has only the built store


def _add_presentation(app: Flask) -> None:
    """Give templates the words, names and links of the pages."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(link=link, compact=compact)
    app.jinja_env.globals.update(say=message, languages=LANGUAGES, in_language=_in_language)


def _in_language(language: str) -> str:
    """Return the query string of this page in another language, with everything else it was asked."""
    from urllib.parse import urlencode

    others = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return "?" + urlencode([*others, ("lang", language)])


def serve(settings: Settings, dataset_root: Path | None = None) -> None:
    """Serve until interrupted, with granian: one process, as many threads as cores.

    The process is replaced should it die: Oxigraph's parser can exhaust the stack, which nothing can catch.

    :raises InputNotFound: if nothing is built, before anything listens.
    """
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    create_app(settings, dataset_root)  # fails here, in the operator's terminal, rather than in the child
    server = Granian(
        "zanryu",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=os.cpu_count() or 1,
        log_level=LogLevels.warning,
        log_dictconfig=_log_configuration(),
        respawn_failed_workers=True,
    )
    sys.stderr.write(f"zanryu: http://{settings.host}:{settings.port}/ (Ctrl+C stops it)\n")
    server.serve(target_loader=partial(_load, settings, dataset_root), wrap_loader=False)


def _load(settings: Settings, dataset_root: Path | None) -> Flask:
    """Make the application in granian's own process, to which this function is sent by name."""
    return create_app(settings, dataset_root)


def _log_configuration() -> dict[str, Any]:
    """Return what granian's process logs: warnings and errors, to stderr."""
    quiet = {"level": "WARNING", "handlers": ["stderr"], "propagate": False}
    return {
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "loggers": {"_granian": dict(quiet), "zanryu": dict(quiet)},
    }
