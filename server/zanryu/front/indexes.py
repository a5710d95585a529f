"""The indexes of the pages, made when a server begins to serve and not when somebody asks.

One after the other, so that a start takes one processor of the readers', and no more. Each is made by a
process that ends with the server.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from zanryu.store.index_keeping import INDEXES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Flask

    from zanryu.store.index_keeping import Beginning


class Indexes:
    """Has the indexes of the pages at hand made in advance."""

    def __init__(self) -> None:
        self._is_over = threading.Event()

    def begin(self, pages: Flask) -> None:
        """Begin those of an application; of the one before it none is begun any more."""
        self._is_over.set()
        self._is_over = threading.Event()
        arguments = (pages.extensions.get(INDEXES, ()), self._is_over)
        threading.Thread(target=_make, args=arguments, name="zanryu indexes", daemon=True).start()


def _make(keepers: Sequence[Beginning], is_over: threading.Event) -> None:
    for keeper in keepers:
        if is_over.is_set():
            return
        keeper.begin().join()
