"""`/health`: whether the server lives and can work, on which data, and how well queries are shut in."""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from zanryu.web.media_types import JSON
from zanryu.web.plain import PlainResponse

if TYPE_CHECKING:
    from zanryu.front.writes import WatchedGate
    from zanryu.store.isolation import Isolation
    from zanryu.store.workers import WorkerPool
    from zanryu.validation.evaluation import Validator

_IN_WORDS: Final = {
    "network_namespace": "a network namespace",
    "system_call_filter": "a system call filter",
    "no_new_privileges": "the ban on new privileges",
    "dies_with_server": "the end with the server's",
    "memory_limit": "a memory limit by the kernel",
    "file_limits": "limits on files",
}


async def answer_health(
    pool: WorkerPool, gate: WatchedGate | None = None, validator: Validator | None = None
) -> PlainResponse:
    """Return the answer: 200 if queries can be answered, 503 if not. It is never kept.

    ``gate`` and ``validation`` are told of where the server has them.
    """
    statistics, isolation = pool.statistics(), pool.isolation_status()
    load = statistics.load
    document: dict[str, object] = {
        "status": "ok",
        "live": True,
        "ready": load.workers > 0,
        "version": pool.version,
        "workers": {"count": load.workers, "busy": load.busy, "spare": load.spares},
        "queue": {"length": load.waiting, "limit": pool.limits.queue_length},
        "isolation": {
            "network_namespace": isolation.network_namespace,
            "no_network": isolation.has_no_network,
            "missing": isolation.missing(),
        },
    }
    if gate:
        document["gate"] = gate.as_json()
    if validator:
        document["validation"] = _validation(validator)
    try:
        # In a thread: the first time, the triples are counted.
        document["triples"] = (await asyncio.to_thread(pool.health)).triples
    except OSError as error:
        document |= {"ready": False, "reason": type(error).__name__}
    if not document["ready"]:
        document["status"] = "failing"
    status = HTTPStatus.OK if document["ready"] else HTTPStatus.SERVICE_UNAVAILABLE
    headers = (("Content-Type", JSON.content_type()), ("Cache-Control", "no-store"))
    return PlainResponse(status, headers, json.dumps(document).encode())


def _validation(validator: Validator) -> dict[str, object]:
    load = validator.statistics().load
    return {
        "alive": load.workers > 0,
        "workers": {"count": load.workers, "busy": load.busy},
        "queue": {"length": load.waiting, "limit": validator.limits.queue_length},
    }


def isolation_warning(isolation: Isolation) -> str | None:
    """Return one line on the layers that do not hold, or ``None`` if all do."""
    missing = isolation.missing()
    if not missing:
        return None
    if not isolation.has_no_network:
        consequence = "the refusal of SERVICE alone keeps queries from the network: deny outgoing traffic"
    elif not isolation.network_namespace:
        consequence = "the system call filter alone keeps queries from the network"
    else:
        consequence = "queries have no network all the same"
    names = ", ".join(_IN_WORDS[name] for name in missing)
    return f"warning: this system denies the query workers {names}; {consequence} (SECURITY.md)"
