"""Starts rdflib-endpoint over a store on disk: ``rdflib_server.py STORE PORT WORKERS``.

Run by the Python of the peers' environment, never imported by the project. It gives the peer more than its
own command does (``rdflib-endpoint serve`` parses files into memory, in one process, and logs each request):
several processes, the store as it lies on disk, no access log.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

STORE_VARIABLE = "BENCHMARK_RDFLIB_STORE"


def create() -> Any:  # noqa: ANN401 - an ASGI application of a package that the project does not have
    """Return the application over the store named in the environment."""
    pyoxigraph, rdflib, oxrdflib, endpoint = (
        importlib.import_module(name) for name in ("pyoxigraph", "rdflib", "oxrdflib", "rdflib_endpoint")
    )
    store = oxrdflib.OxigraphStore(store=pyoxigraph.Store.read_only(os.environ[STORE_VARIABLE]))
    return endpoint.SparqlEndpoint(graph=rdflib.Dataset(store=store, default_union=True), path="/sparql")


def main() -> None:
    """Serve until told to stop."""
    store, port, workers = sys.argv[1:]
    os.environ[STORE_VARIABLE] = store
    importlib.import_module("uvicorn").run(
        "rdflib_server:create",
        factory=True,
        port=int(port),
        workers=int(workers),
        access_log=False,
        log_level="warning",
    )


if __name__ == "__main__":
    main()
