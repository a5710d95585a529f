"""The features of the application, each made of what it needs."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from zanryu.naming.labels import Labels
from zanryu.portal.citing.editions import Editions
from zanryu.portal.citing.signposting import signposts
from zanryu.portal.citing.views import CitingViews
from zanryu.portal.compare.views import CompareViews
from zanryu.portal.drawn.rows import RowKeeper
from zanryu.portal.drawn.views import Drawing
from zanryu.portal.entity.dates import date_in_words
from zanryu.portal.entity.display import read_display
from zanryu.portal.history.views import HistoryViews, count_versions
from zanryu.portal.label_views import LabelViews
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
from zanryu.reconciliation.draft_views import DraftViews
from zanryu.reconciliation.exchange_views import Exchange
from zanryu.reconciliation.keeping import MatchKeeper
from zanryu.reconciliation.views import ReconciliationViews
from zanryu.sparql.graph_store.store import GraphStore
from zanryu.sparql.graph_store.views import GraphStoreViews
from zanryu.sparql.page.views import QueryPageViews
from zanryu.sparql.results import serialise, serialise_statements
from zanryu.sparql.reverting import RevertingViews
from zanryu.sparql.views import SparqlViews
from zanryu.sparql.why.explaining import Explainer
from zanryu.store.build import DISPLAY, current_folder
from zanryu.store.edition import Edition, LiveEdition
from zanryu.store.embedded import EmbeddedStore
from zanryu.store.history.reader import History
from zanryu.store.history.tally import Tally
from zanryu.wikidata.handover.batch_views import BatchViews
from zanryu.wikidata.handover.handover_in_words import Tools
from zanryu.wikidata.handover.kits.keeping import KitKeeper
from zanryu.wikidata.handover.kits.views import KitViews
from zanryu.wikidata.report.beside import BesidePages
from zanryu.wikidata.report.gap_keeping import GapKeeper
from zanryu.wikidata.report.gaps import Gaps
from zanryu.wikidata.report.views import GapViews

if TYPE_CHECKING:
    from flask import Flask

    from zanryu.config import Settings
    from zanryu.graph.questions import Question
    from zanryu.portal.entity.display import Display
    from zanryu.sparql.editing import Editing
    from zanryu.sparql.page.library import Library
    from zanryu.sparql.policy import Policy
    from zanryu.store.backend import Backend
    from zanryu.store.build import Build
    from zanryu.store.versions import Versions


def add_endpoint(
    app: Flask,
    settings: Settings,
    backend: Backend,
    policy: Policy,
    editing: Editing | None,
    library: Library,
) -> None:
    """Add the endpoint, its page, the graph store, and where changes are allowed what undoes them."""
    versions = versions_of(backend)
    views = SparqlViews(backend, settings, policy, editing=editing, versions=versions, library=library)
    app.register_blueprint(views.blueprint())
    explainer = Explainer(backend, policy, settings.query_timeout_seconds)
    page = QueryPageViews(backend, library, explainer, settings.max_body_bytes)
    app.register_blueprint(page.blueprint())
    graphs = GraphStore(backend, policy, None, settings.query_timeout_seconds)
    app.register_blueprint(GraphStoreViews(graphs, settings.max_body_bytes, editing).blueprint())
    if editing:
        app.register_blueprint(RevertingViews(editing).blueprint())


def add_portal(
    app: Flask,
    settings: Settings,
    backend: Backend,
    built: Build,
    questions: list[Question],
) -> None:
    """Add the pages of things, the lists of them, the views on them, and what is released."""
    versions = versions_of(backend)
    labels, history = Labels(backend), versions.history if versions else History(settings.history)
    past = PastViews(versions, backend, partial(EmbeddedStore, serialise=serialise)) if versions else None
    count = partial(count_versions, history, backend)
    counts = Tally(settings.store, built.version, built.counts, history).at
    display = read_display(current_folder(settings) / DISPLAY)
    beside = _add_wikidata(app, settings, backend, labels)
    portal = PortalViews(backend, labels, serialise_statements, count, past, signposts, display, beside)
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
    exchange = Exchange(backend, Labels(backend), MatchKeeper(settings, backend), settings)
    app.register_blueprint(ReconciliationViews(exchange).blueprint())
    app.register_blueprint(DraftViews(exchange).blueprint())
    app.register_blueprint(problems.blueprint())
    app.register_blueprint(
        HistoryViews(history, backend, labels, serialise_statements, settings.public_address).blueprint()
    )
    app.register_blueprint(ReleaseViews(backend, settings.dist.resolve(), built.version).blueprint())


def _add_wikidata(app: Flask, settings: Settings, backend: Backend, labels: Labels) -> BesidePages:
    """Add the gap report, and return what the pages of things show of it."""
    beside = BesidePages(Gaps.over(backend, settings), labels, date_in_words)
    keeper = GapKeeper(settings, beside.gaps)
    app.register_blueprint(GapViews(beside, keeper).blueprint())
    tools = Tools(settings.quickstatements_origin, settings.quickstatements3_origin)
    app.register_blueprint(BatchViews(beside, keeper, tools).blueprint())
    app.register_blueprint(KitViews(beside.gaps, keeper, KitKeeper(settings, backend)).blueprint())
    return beside


def _add_drawings(app: Flask, backend: Backend, labels: Labels, display: Display) -> None:
    drawing = Drawing(backend, labels, RowKeeper(backend), serialise_statements, date_in_words)
    app.register_blueprint(TimelineViews(drawing).blueprint())
    app.register_blueprint(NetworkViews(drawing).blueprint())
    app.register_blueprint(CompareViews(drawing, display.rank).blueprint())
    app.register_blueprint(MapViews(drawing, Path(app.static_folder or "", "built", MAP_BASE)).blueprint())


def versions_of(backend: Backend) -> Versions | None:
    """Return the versions that can be asked, where there are any before the one at hand."""
    return backend.versions if isinstance(backend, (Edition, LiveEdition)) else None
