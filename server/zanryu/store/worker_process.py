"""The process of one query worker: it confines itself, then answers queries.

Started by :mod:`zanryu.store.worker` as ``python -m zanryu.store.worker_process DESCRIPTOR SERVER``, in a
fresh interpreter. It ends when the server closes the connection, and is killed to stop a query.
"""

from __future__ import annotations

import os
import signal
import sys

from zanryu.store.isolation import isolate


def main(descriptor: int, server: int) -> None:
    """Serve the process ``server``, which holds the other end of the socket ``descriptor``."""
    # A terminal or a service manager signals every process of the group; the server alone decides when a
    # query ends. Its own signal cannot be ignored, and its death ends this process.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    isolation = isolate(server)
    os.chdir("/")
    # Only now: pyoxigraph starts threads, and a process with threads cannot leave its network namespace.
    from zanryu.store.query_loop import serve_queries

    serve_queries(descriptor, isolation)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
