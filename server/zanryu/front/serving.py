"""`zanryu serve`: the front in granian, in one process that is replaced should it die."""

from __future__ import annotations

import multiprocessing
import os
import sys
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from zanryu.app import create_app, freshness_of, require_build
from zanryu.errors import InputNotFound
from zanryu.front import operation
from zanryu.front.access_log import AccessLog
from zanryu.front.builds import Builds
from zanryu.front.federation import FederatedEvaluator
from zanryu.front.health import isolation_warning
from zanryu.front.live import Live
from zanryu.front.metrics import templates_of
from zanryu.front.operation import Operation, Watched
from zanryu.front.presence import presence, require_free
from zanryu.front.reload import Data, Reloader
from zanryu.front.rsgi import Front
from zanryu.front.services import Services
from zanryu.front.signals import ends_with_terminal, pass_on_reloads
from zanryu.front.wsgi_bridge import WsgiBridge
from zanryu.graph.sources import find_dataset
from zanryu.reconciliation.draft_views import POSTED
from zanryu.sparql.page.views import WHY
from zanryu.sparql.policy import published_policy
from zanryu.store.gate.lock import sole_server
from zanryu.store.isolation import die_with
from zanryu.store.replacement import finish as finish_restore
from zanryu.store.workers import Limits, WorkerPool
from zanryu.validation.evaluation import Validator
from zanryu.validation.views import TEMPLATES, VALIDATE
from zanryu.wikidata.entities.cache import Cache

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask

    from zanryu.config import Settings

_STANDARD_OUTPUT: Final = 1
_TOLD_THREADS: Final = 4
_TEMPLATE_THREADS: Final = 2
_WHY_THREADS: Final = 4
_MATCHING_THREADS: Final = 2
_WITH_WIKIDATA: Final = ("/wikidata", "/page/")


def serve(settings: Settings, dataset_root: Path | None = None) -> None:
    """Serve until interrupted. A signal to stop lets the answers under way be finished; SIGHUP reloads.

    :raises InputNotFound: if nothing is built, or another server writes it, before anything listens.
    :raises InvalidSetting: if the address is taken, or an origin for SERVICE is none.
    """
    require_free(settings.host, settings.port)
    published_policy(settings)
    with ExitStack() as held:
        if settings.writes:
            held.enter_context(sole_server(settings.live))
            finish_restore(settings)
        create_app(settings, dataset_root)  # fails here, in the operator's terminal, rather than in the child
        sys.stderr.write(f"zanryu: http://{settings.host}:{settings.port}/ (Ctrl+C stops it)\n")
        held.enter_context(presence(settings))
        listen(settings, partial(load, settings, dataset_root))


def listen(settings: Settings, loader: Callable[[], Front]) -> None:
    """Have granian serve what ``loader`` makes; it is sent by name to granian's own process."""
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels

    server = Granian(
        "zanryu",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=1,
        log_level=LogLevels.warning,
        log_dictconfig=_log_configuration(),
        respawn_failed_workers=True,
        workers_kill_timeout=settings.stop_grace_seconds,
    )
    # In place of what granian does at SIGHUP.
    server.on_startup(partial(pass_on_reloads, has_terminal=ends_with_terminal()))
    target: Any = loader  # granian's type is that of its other interfaces
    server.serve(target_loader=target, wrap_loader=False)


def load(settings: Settings, dataset_root: Path | None = None) -> Front:
    """Return the front over the built store."""
    if (server := multiprocessing.parent_process()) and server.pid:
        die_with(server.pid)  # killed or out of memory, it cannot end this process, which has the port
    pool = open_pool(settings)
    if warning := isolation_warning(pool.isolation_status()):
        sys.stderr.write(f"zanryu: {warning}\n")
    validator = open_validator(settings, dataset_root, pool)
    opened = Live if settings.writes else Builds
    data: Data = opened(settings, dataset_root, pool, validator)
    reloader = Reloader(settings, data)
    watched = Watched(pool, reloader.outcomes, data.gate, validator)
    services = replace(
        services_of(settings, watched, data.first.pages),
        close_engine=partial(_close_all, data, pool, validator),
        freshness=data.first.freshness,
        versions=data.versions,
    )
    front = Front(services, open_access_log(settings.access_log))
    front.on_start(partial(reloader.listen, front))
    return front


def open_pool(settings: Settings) -> WorkerPool:
    """Start the workers that evaluate queries."""
    limits = Limits(
        workers=settings.query_workers or os.cpu_count() or 1,
        queue_length=settings.query_queue_length,
        timeout_seconds=settings.query_timeout_seconds,
        memory_bytes=settings.query_memory_bytes,
        result_bytes=settings.result_bytes,
        result_rows=settings.result_rows,
    )
    return WorkerPool(settings.store, require_build(settings).version, "zanryu.sparql.results", limits)


def open_validator(settings: Settings, dataset_root: Path | None, pool: WorkerPool) -> Validator | None:
    """Start what answers `/validate`; ``None`` if it is switched off, or the server has no shapes."""
    try:
        dataset = find_dataset(dataset_root)
    except InputNotFound:
        return None  # a server that has only the built store
    if not (settings.validation_workers and dataset.shape_files()):
        return None
    return Validator(settings, dataset, pool.snapshot)


def _close_all(data: Data, pool: WorkerPool, validator: Validator | None) -> None:
    data.close()
    pool.close()
    if validator:
        validator.close()


def services_of(settings: Settings, watched: Watched, pages: Flask) -> Services:
    """Return what answers are made by; ``pages`` is the application for all but queries."""
    # For those that may be under way or wait, and a few that are told so and go.
    validation_threads = settings.validation_workers + settings.validation_queue_length + _TOLD_THREADS
    waiting = {("GET", path): _TEMPLATE_THREADS for path in TEMPLATES}
    waiting["POST", VALIDATE] = validation_threads
    waiting |= {(method, WHY): _WHY_THREADS for method in ("GET", "POST")}
    waiting |= {("POST", path): _MATCHING_THREADS for path in POSTED}
    template_of = templates_of(pages.url_map, operation.HEALTH, operation.METRICS)
    pool = watched.pool
    return Services(
        bridge=WsgiBridge(pages, settings.page_threads, waiting),
        evaluator=FederatedEvaluator(pool, settings),
        version=lambda: pool.version,
        freshness=freshness_of(settings),
        cache_bytes=settings.cache_bytes,
        max_body_bytes=settings.max_body_bytes,
        close_engine=pool.close,
        policy=published_policy(settings),
        operation=Operation(settings, watched, template_of),
        beside=partial(_state_beside, Cache(settings.wikidata)),
    )


def _state_beside(read_of_wikidata: Cache, path: str) -> str:
    """Return the state of what was read of Wikidata, for the pages that show it."""
    return read_of_wikidata.state if path.startswith(_WITH_WIKIDATA) else ""


def open_access_log(path: Path) -> AccessLog | None:
    """Return the access log: `-` is standard output, `none` is nothing, anything else a file to append to."""
    if str(path) == "none":
        return None
    if str(path) == "-":
        return AccessLog(os.dup(_STANDARD_OUTPUT))
    return AccessLog(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640))


def _log_configuration() -> dict[str, Any]:
    """Return what granian's process logs, to stderr: its own warnings, and what happens to the server."""
    granian = {"level": "WARNING", "handlers": ["stderr"], "propagate": False}
    return {
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "loggers": {"_granian": granian, "zanryu": {**granian, "level": "INFO"}},
    }
