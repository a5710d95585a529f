"""What the worker of queries knows to do: evaluate one on the snapshot that is open."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from zanryu.store.csv_answers import AmbiguousCsv
from zanryu.store.embedded import EmbeddedStore
from zanryu.store.frames import read_query
from zanryu.store.turns import take_long_turns

if TYPE_CHECKING:
    import pyoxigraph as ox

    from zanryu.store.bounded_answers import BoundedAnswer, Serialisers


class Queries:
    """Evaluates queries; meets :class:`zanryu.store.worker_loop.Work`."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._serialisers = cast("Serialisers", import_module(options["serialisers"]))
        self._store: EmbeddedStore | None = None
        self._answer: BoundedAnswer | None = None
        # The engine opens a database with a dozen threads at once, often before anybody asks for it.
        self._opener = ThreadPoolExecutor(1, initializer=take_long_turns)

    def open(self, folder: str, version: str) -> None:
        """Change to a snapshot; see :meth:`zanryu.store.worker_loop.Work.open`."""
        self._store = None  # the old one goes first: two need twice the memory
        opening = self._opener.submit(EmbeddedStore, Path(folder), version, self._serialise)
        self._store = opening.result()

    def answer(self, payload: bytes, answer: BoundedAnswer) -> None:
        """Evaluate the query in a frame; see :func:`zanryu.store.frames.read_query`."""
        if self._store is None:
            raise RuntimeError("no snapshot is open")
        request = read_query(payload)
        self._answer = answer
        try:
            try:
                self._store.query(request.text, request.dataset, request.media_type)
            except AmbiguousCsv:
                answer.begin_again()
                self._store.query(request.text, request.dataset, request.media_type)
        finally:
            self._answer = None

    def _serialise(self, result: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, name: str) -> bytes:
        if self._answer is None:
            raise RuntimeError("there is no answer to write to")
        return self._answer.serialise(self._serialisers, result, name)
