"""`zanryu serve --scratch`: the playground in granian, over a store that is gone when the server is."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from uuid import uuid4

from zanryu.front.evaluator import WorkerEvaluator
from zanryu.front.rsgi import Front
from zanryu.front.services import Services
from zanryu.front.serving import listen, open_access_log
from zanryu.front.wsgi_bridge import WsgiBridge
from zanryu.playground import FRESHNESS, create_playground, policy_for
from zanryu.store.snapshots import Snapshots
from zanryu.store.workers import Limits, WorkerPool
from zanryu.store.writer import Writer

if TYPE_CHECKING:
    from zanryu.config import Settings


def serve_scratch(settings: Settings) -> None:
    """Serve until interrupted, then remove the store.

    :raises InvalidSetting: if the address could be reached from another machine.
    """
    policy = policy_for(settings)
    with TemporaryDirectory(prefix="zanryu-scratch-", ignore_cleanup_errors=True) as folder:
        sys.stderr.write(
            f"zanryu: playground at {policy.address}: query and update at /sparql, graphs at /graphs. "
            "Everything in it is gone at the end (Ctrl+C)\n"
        )
        listen(settings, partial(load_scratch, settings, Path(folder)))


def load_scratch(settings: Settings, folder: Path) -> Front:
    """Return the front over an empty store in ``folder``."""
    # A version of its own for each run: a browser may still have answers from the last one.
    snapshots = Snapshots(folder / "snapshots", f"scratch-{uuid4().hex[:8]}")
    writer = Writer(folder / "database", snapshots)
    # One person's server: a worker that is lost may take a moment to be replaced.
    limits = Limits(spares=0, timeout_seconds=settings.query_timeout_seconds)
    first = writer.snapshot
    pool = WorkerPool(first.folder, first.version, "zanryu.sparql.results", limits)
    writer.attach(pool)

    def close_engine() -> None:
        pool.close()
        writer.close()

    services = Services(
        bridge=WsgiBridge(create_playground(settings, pool, writer), settings.page_threads),
        evaluator=WorkerEvaluator(pool, settings.query_timeout_seconds),
        version=lambda: pool.version,
        freshness=FRESHNESS,
        cache_bytes=settings.cache_bytes,
        max_body_bytes=settings.max_body_bytes,
        close_engine=close_engine,
        policy=policy_for(settings),
    )
    return Front(services, open_access_log(settings.access_log))
