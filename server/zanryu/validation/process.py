"""The process that validates: it confines itself as a query worker does, then judges document after document.

Started as ``python -m zanryu.validation.process DESCRIPTOR SERVER``; see :mod:`zanryu.store.worker_process`.
"""

from __future__ import annotations

import sys

from zanryu.store.worker_process import confine


def main(descriptor: int, server: int) -> None:
    """Serve the process ``server``, which holds the other end of the socket ``descriptor``."""
    isolation = confine(server)
    # Only now: pyoxigraph starts threads, and a process with threads cannot leave its network namespace.
    from zanryu.store.worker_loop import serve
    from zanryu.validation.work import Validations

    serve(descriptor, isolation, Validations)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
