"""`zanryu serve`: the front in granian, in one process that is replaced should it die."""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from zanryu.app import create_app, freshness_of, require_build
from zanryu.front.access_log import AccessLog
from zanryu.front.answering import Services
from zanryu.front.evaluator import WorkerEvaluator
from zanryu.front.rsgi import Front
from zanryu.front.wsgi_bridge import WsgiBridge
from zanryu.store.workers import Limits, WorkerPool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from zanryu.config import Settings

_STANDARD_OUTPUT: Final = 1


def serve(settings: Settings, dataset_root: Path | None = None) -> None:
    """Serve until interrupted. A signal to stop lets the answers under way be finished.

    :raises InputNotFound: if nothing is built, before anything listens.
    """
    create_app(settings, dataset_root)  # fails here, in the operator's terminal, rather than in the child
    sys.stderr.write(f"zanryu: http://{settings.host}:{settings.port}/ (Ctrl+C stops it)\n")
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
    )
    target: Any = loader  # granian's type is that of its other interfaces
    server.serve(target_loader=target, wrap_loader=False)


def load(settings: Settings, dataset_root: Path | None = None) -> Front:
    """Return the front over the built store."""
    pool = open_pool(settings)
    services = services_of(settings, pool, create_app(settings, dataset_root, pool))
    return Front(services, open_access_log(settings.access_log))


def open_pool(settings: Settings) -> WorkerPool:
    """Start the workers that evaluate queries."""
    limits = Limits(timeout_seconds=settings.query_timeout_seconds)
    return WorkerPool(settings.store, require_build(settings).version, "zanryu.sparql.results", limits)


def services_of(settings: Settings, pool: WorkerPool, pages: Callable[..., Iterable[bytes]]) -> Services:
    """Return what answers are made by; ``pages`` is the WSGI application for all but queries."""
    return Services(
        bridge=WsgiBridge(pages, settings.page_threads),
        evaluator=WorkerEvaluator(pool, settings.query_timeout_seconds),
        version=lambda: pool.version,
        freshness=freshness_of(settings),
        cache_bytes=settings.cache_bytes,
        max_body_bytes=settings.max_body_bytes,
        close_engine=pool.close,
    )


def open_access_log(path: Path) -> AccessLog | None:
    """Return the access log: `-` is standard output, `none` is nothing, anything else a file to append to."""
    if str(path) == "none":
        return None
    if str(path) == "-":
        return AccessLog(os.dup(_STANDARD_OUTPUT))
    return AccessLog(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640))


def _log_configuration() -> dict[str, Any]:
    """Return what granian's process logs: warnings and errors, to stderr."""
    quiet = {"level": "WARNING", "handlers": ["stderr"], "propagate": False}
    return {
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "loggers": {"_granian": dict(quiet), "zanryu": dict(quiet)},
    }
