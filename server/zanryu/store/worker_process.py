"""The process of one query worker: it confines itself, then answers queries.

Started by :mod:`zanryu.store.worker` as ``python -m zanryu.store.worker_process DESCRIPTOR SERVER``, in a
fresh interpreter. It ends when the server closes the connection, and is killed to stop a query.
"""

from __future__ import annotations

import os
import signal
import sys

from zanryu.store.isolation import Isolation, isolate


def confine(server: int) -> Isolation:
    """Shut this process in, whose parent is ``server``, before it has a thread or reads a request."""
    # A terminal or a service manager signals every process of the group; the server alone decides when a
    # query ends. Its own signal cannot be ignored, and its death ends this process.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    isolation = isolate(server)
    os.chdir("/")
    return isolation


def main(descriptor: int, server: int) -> None:
    """Serve the process ``server``, which holds the other end of the socket ``descriptor``."""
    isolation = confine(server)
    # Only now: pyoxigraph starts threads, and a process with threads cannot leave its network namespace.
    from zanryu.store.query_loop import Queries
    from zanryu.store.worker_loop import serve

    serve(descriptor, isolation, Queries)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
