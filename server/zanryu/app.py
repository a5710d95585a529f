"""The application: settings in, a WSGI application out, in named steps. Nothing happens on import."""

from __future__ import annotations

from email.utils import formatdate
from typing import TYPE_CHECKING

from flask import Flask

from zanryu.config import read_settings
from zanryu.errors import InputNotFound
from zanryu.features import add_endpoint, add_portal, versions_of
from zanryu.graph.questions import Question, read_questions
from zanryu.graph.sources import find_dataset
from zanryu.presentation import add_presentation
from zanryu.sparql.page.library import Library
from zanryu.sparql.policy import PUBLISHED, Policy
from zanryu.sparql.results import serialise
from zanryu.store.build import current_build
from zanryu.store.edition import LiveEdition
from zanryu.store.embedded import EmbeddedStore
from zanryu.validation.views import ValidationViews
from zanryu.web.error_pages import add_error_pages
from zanryu.web.headers import Freshness, add_headers

if TYPE_CHECKING:
    from pathlib import Path

    from zanryu.config import Settings
    from zanryu.sparql.editing import Editing
    from zanryu.store.backend import Backend
    from zanryu.store.build import Build
    from zanryu.validation.evaluation import Validator


def create_app(
    settings: Settings | None = None,
    dataset_root: Path | None = None,
    backend: Backend | None = None,
    policy: Policy = PUBLISHED,
    validator: Validator | None = None,
    editing: Editing | None = None,
) -> Flask:
    """Return the application over the built store, read by ``backend`` or else in this process.

    ``policy`` is that of the server in front, should it answer SERVICE; the application itself never does.
    Without a ``validator``, which has a process of its own, there is no `/validate`; without ``editing``,
    which has one too, nothing can be changed.

    :raises InputNotFound: if nothing is built.
    """
    settings = settings or read_settings()
    built = require_build(settings)
    backend = backend or EmbeddedStore(settings.store, built.version, serialise)
    app = Flask(__name__)
    configure(app, settings)
    if isinstance(backend, LiveEdition):
        app.before_request(backend.pin)
    questions = _questions(dataset_root)
    library = Library(questions, backend, settings.query_timeout_seconds)
    add_endpoint(app, settings, backend, policy, editing, library)
    add_portal(app, settings, backend, built, questions)
    if validator:
        app.register_blueprint(ValidationViews(validator, settings.max_body_bytes).blueprint())
    add_presentation(app)
    app.jinja_env.globals.update(
        offers_validation=validator is not None, offers_versions=versions_of(backend) is not None
    )
    app.jinja_env.globals.update(data_version=lambda: backend.version)
    # Live data changes without a date that a file could tell; its entity tags are enough.
    add_headers(app, Freshness(settings.max_age_seconds) if editing else freshness_of(settings))
    add_error_pages(app)
    return app


def require_build(settings: Settings) -> Build:
    """Return the record of what is built.

    :raises InputNotFound: if nothing is.
    """
    built = current_build(settings)
    if built is None:
        raise InputNotFound(f"{settings.store} holds no built store; run `zanryu build`.")
    return built


def freshness_of(settings: Settings) -> Freshness:
    """Return how long answers may be used, and when the build they come from was put in place."""
    # The link, not what it points to: an old build that is put back is a change of today.
    moment = (settings.store.parent / "current").lstat().st_mtime
    return Freshness(settings.max_age_seconds, formatdate(moment, usegmt=True))


def configure(app: Flask, settings: Settings) -> None:
    """Bound what is read, and take paths as they are."""
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    app.url_map.strict_slashes = False
    # A double slash is another path, not a redirect to one: a redirect would name the Host that was sent.
    app.url_map.merge_slashes = False


def _questions(dataset_root: Path | None) -> list[Question]:
    try:
        return read_questions(find_dataset(dataset_root).query_files())
    except InputNotFound:
        if dataset_root is not None:
            raise
        return []  # a server that has only the built store
