"""The application: settings in, a WSGI application out, in named steps. Nothing happens on import."""

from __future__ import annotations

from email.utils import formatdate
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Flask, g, request
from flask_babel import Babel

from zanryu.config import read_settings
from zanryu.errors import InputNotFound
from zanryu.graph.namespaces import compact
from zanryu.graph.questions import Question, read_questions
from zanryu.graph.sources import find_dataset
from zanryu.portal.citing.editions import Editions
from zanryu.portal.citing.signposting import signposts
from zanryu.portal.citing.views import CitingViews
from zanryu.portal.compare.views import CompareViews
from zanryu.portal.drawn.rows import RowKeeper
from zanryu.portal.drawn.views import Drawing
from zanryu.portal.entity.dates import date_in_words
from zanryu.portal.entity.display import read_display
from zanryu.portal.history.views import HistoryViews, count_versions
from zanryu.portal.iris import link
from zanryu.portal.label_views import LabelViews
from zanryu.portal.labels import Labels
from zanryu.portal.map.views import MAP_BASE, MapViews
from zanryu.portal.network.views import NetworkViews
from zanryu.portal.overviews.home_views import HomeViews
from zanryu.portal.overviews.keeping import Keeper
from zanryu.portal.overviews.views import OverviewViews
from zanryu.portal.past_views import PastViews
from zanryu.portal.problems import views as problems
from zanryu.portal.release.dumps import list_files
from zanryu.portal.release.views import ReleaseViews
from zanryu.portal.search.upkeep import Upkeep
from zanryu.portal.search.views import SearchViews
from zanryu.portal.timeline.views import TimelineViews
from zanryu.portal.views import PortalViews
from zanryu.sparql.graph_store.store import GraphStore
from zanryu.sparql.graph_store.views import GraphStoreViews
from zanryu.sparql.page.library import Library
from zanryu.sparql.page.views import QueryPageViews
from zanryu.sparql.policy import PUBLISHED, Policy
from zanryu.sparql.results import serialise, serialise_statements
from zanryu.sparql.reverting import RevertingViews
from zanryu.sparql.views import SparqlViews
from zanryu.sparql.why.explaining import Explainer
from zanryu.store.build import DISPLAY, current_build, current_folder
from zanryu.store.edition import Edition, LiveEdition
from zanryu.store.embedded import EmbeddedStore
from zanryu.store.history.reader import History
from zanryu.store.history.tally import Tally
from zanryu.validation.views import ValidationViews
from zanryu.web.assets import Assets
from zanryu.web.error_pages import add_error_pages
from zanryu.web.headers import Freshness, add_headers
from zanryu.web.languages import LANGUAGES, choose_language
from zanryu.web.words import translations

if TYPE_CHECKING:
    from babel.support import NullTranslations

    from zanryu.config import Settings
    from zanryu.portal.entity.display import Display
    from zanryu.sparql.editing import Editing
    from zanryu.store.backend import Backend
    from zanryu.store.build import Build
    from zanryu.store.versions import Versions
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
    _add_endpoint(app, settings, backend, policy, editing, library)
    _add_portal(app, settings, backend, built, questions)
    if validator:
        app.register_blueprint(ValidationViews(validator, settings.max_body_bytes).blueprint())
    add_presentation(app)
    app.jinja_env.globals.update(
        offers_validation=validator is not None, offers_versions=_versions_of(backend) is not None
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


def _add_endpoint(
    app: Flask,
    settings: Settings,
    backend: Backend,
    policy: Policy,
    editing: Editing | None,
    library: Library,
) -> None:
    versions = _versions_of(backend)
    views = SparqlViews(backend, settings, policy, editing=editing, versions=versions, library=library)
    app.register_blueprint(views.blueprint())
    explainer = Explainer(backend, policy, settings.query_timeout_seconds)
    page = QueryPageViews(backend, library, explainer, settings.max_body_bytes)
    app.register_blueprint(page.blueprint())
    graphs = GraphStore(backend, policy, None, settings.query_timeout_seconds)
    app.register_blueprint(GraphStoreViews(graphs, settings.max_body_bytes, editing).blueprint())
    if editing:
        app.register_blueprint(RevertingViews(editing).blueprint())


def _add_portal(
    app: Flask,
    settings: Settings,
    backend: Backend,
    built: Build,
    questions: list[Question],
) -> None:
    versions = _versions_of(backend)
    labels, history = Labels(backend), versions.history if versions else History(settings.history)
    past = PastViews(versions, backend, partial(EmbeddedStore, serialise=serialise)) if versions else None
    count = partial(count_versions, history, backend)
    counts = Tally(settings.store, built.version, built.counts, history).at
    display = read_display(current_folder(settings) / DISPLAY)
    portal = PortalViews(backend, labels, serialise_statements, count, past, signposts, display)
    app.register_blueprint(portal.blueprint())
    app.register_blueprint(HomeViews(backend, counts, questions, history).blueprint())
    overviews = OverviewViews(backend, labels, Keeper(settings, backend), date_in_words)
    app.register_blueprint(overviews.blueprint())
    app.register_blueprint(LabelViews(backend, Labels(backend)).blueprint())  # strangers fill its memory
    if past:
        app.register_blueprint(past.blueprint())
    editions = Editions(settings.store.parent / "current", versions)
    files = partial(list_files, settings.dist.resolve())
    app.register_blueprint(CitingViews(backend, labels, editions, files, past).blueprint())
    app.register_blueprint(SearchViews(backend, labels, Upkeep(settings, backend, history)).blueprint())
    _add_drawings(app, backend, labels, display)
    app.register_blueprint(problems.blueprint())
    app.register_blueprint(HistoryViews(history, backend, labels, serialise_statements).blueprint())
    app.register_blueprint(ReleaseViews(backend, settings.dist.resolve(), built.version).blueprint())


def _add_drawings(app: Flask, backend: Backend, labels: Labels, display: Display) -> None:
    drawing = Drawing(backend, labels, RowKeeper(backend), serialise_statements, date_in_words)
    app.register_blueprint(TimelineViews(drawing).blueprint())
    app.register_blueprint(NetworkViews(drawing).blueprint())
    app.register_blueprint(CompareViews(drawing, display.rank).blueprint())
    app.register_blueprint(MapViews(drawing, Path(app.static_folder or "", "built", MAP_BASE)).blueprint())


def _versions_of(backend: Backend) -> Versions | None:
    return backend.versions if isinstance(backend, (Edition, LiveEdition)) else None


def _questions(dataset_root: Path | None) -> list[Question]:
    try:
        return read_questions(find_dataset(dataset_root).query_files())
    except InputNotFound:
        if dataset_root is not None:
            raise
        return []  # a server that has only the built store


def add_presentation(app: Flask) -> None:
    """Give templates the words, names and links of the pages."""
    Babel(app, locale_selector=_language)
    # The same catalogues without a search for them at each of a page's thousand words.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda message: _words().gettext(message),
        lambda *forms: _words().ngettext(*forms),
        newstyle=True,
        pgettext=lambda context, message: _words().pgettext(context, message),
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(link=link, compact=compact)
    bundled = Assets(Path(app.static_folder or "", "built"))
    app.jinja_env.globals.update(asset=bundled.asset, script=bundled.script, stylesheet=bundled.stylesheet)
    app.jinja_env.globals.update(languages=LANGUAGES, in_language=_in_language)


def _words() -> NullTranslations:
    found: NullTranslations = g.setdefault("words", None) or translations(_language())
    g.words = found
    return found


def _language() -> str:
    return choose_language(request.args.get("lang"), request.headers.get("Accept-Language"))


def _in_language(language: str) -> str:
    """Return the query string of this page in another language, with everything else it was asked."""
    others = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return "?" + urlencode([*others, ("lang", language)])
