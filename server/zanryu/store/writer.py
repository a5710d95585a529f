"""The one writer: a writable Oxigraph database behind one lock, and a snapshot after every change.

A change is acknowledged when a snapshot that has it is on disk and the readers have gone over to it. Changes
that arrive while a snapshot is being made share the next one.

It evaluates an update in this process and cannot stop it. Refusing LOAD and SERVICE, writing the protocol's
``using-graph-uri`` into the text and bounding what is sent are the parts of the floor above.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import pyoxigraph as ox

from zanryu.errors import (
    InputNotFound,
    MalformedRequest,
    NotFound,
    PreconditionFailed,
    Refused,
    UnsupportedMediaType,
)
from zanryu.store.backend import UNION, QueryDataset
from zanryu.store.embedded import malformed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zanryu.store.snapshots import Snapshots
    from zanryu.store.worker import Snapshot

_FORMATS: Final = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}


class Readers(Protocol):
    """Who is told of a snapshot, and may still read an older one: the pool of workers."""

    def publish(self, folder: Path, version: str) -> None:
        """Change to a snapshot."""

    def folders_in_use(self) -> set[Path]:
        """Return the folders that may not be removed."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change on disk. ``version`` names a snapshot that has it; ``created`` says that the graph is new."""

    version: str
    created: bool = False


class Writer:
    """Opens the database in ``folder`` for writing; only one process can.

    ``snapshot`` is the last one published.

    :raises InputNotFound: if another process writes it, or it cannot be opened.
    """

    def __init__(self, folder: Path, snapshots: Snapshots) -> None:
        try:
            self._store = ox.Store(folder)
        except OSError as error:
            raise InputNotFound(f"{folder} cannot be opened for writing ({error}).") from None
        self._snapshots = snapshots
        self._readers: Readers | None = None
        self._writing = threading.Lock()
        self._publishing = threading.Lock()
        self._applied = self._published = 0
        # A change may have reached the database and no snapshot before the last end.
        self.snapshot: Snapshot = snapshots.publish(self._store)

    def attach(self, readers: Readers) -> None:
        """Tell ``readers`` of every snapshot from now on."""
        self._readers = readers

    def update(self, text: str, dataset: QueryDataset = UNION) -> Change:
        """Carry an update request out, all of its operations in one transaction.

        :raises MalformedQuery: with ``line`` and ``column``.
        :raises Refused: if an operation cannot be carried out (the graph is there already); nothing changes.
        """
        if dataset.is_stated_in_request:
            raise Refused("`using-graph-uri` has to be written into the update as USING.")
        return self._change(lambda: self._run(text, dataset.base_iri))

    def put_graph(
        self, graph: str | None, data: bytes, media_type: str, if_version: str | None = None
    ) -> Change:
        """Replace a graph (``None``: the default graph) by a document's, in one transaction.

        :raises PreconditionFailed: if the data is no longer of ``if_version``.
        :raises MalformedRequest: if it cannot be parsed, with ``line`` and ``column`` where they are known.
        :raises UnsupportedMediaType: if the media type is not one of a graph.
        """
        name = _name(graph)
        triples = _parse(data, media_type, graph)
        body = (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode()
        if isinstance(name, ox.DefaultGraph):
            return self._change(lambda: self._run(f"CLEAR DEFAULT; INSERT DATA {{ {body} }}"), if_version)

        def replace() -> bool:
            created = not self._store.contains_named_graph(name)
            self._run(
                f"DROP SILENT GRAPH {name}; CREATE GRAPH {name}; INSERT DATA {{ GRAPH {name} {{ {body} }} }}"
            )
            return created

        return self._change(replace, if_version)

    def post_graph(
        self, graph: str | None, data: bytes, media_type: str, if_version: str | None = None
    ) -> Change:
        """Add a document to a graph, in one transaction; see :meth:`put_graph`."""
        name = _name(graph)
        triples = _parse(data, media_type, graph)
        if isinstance(name, ox.DefaultGraph):
            return self._change(
                lambda: self._store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples),
                if_version,
            )

        def add() -> bool:
            created = not self._store.contains_named_graph(name)
            if created and not triples:
                self._store.add_graph(name)
            self._store.extend(ox.Quad(t.subject, t.predicate, t.object, name) for t in triples)
            return created

        return self._change(add, if_version)

    def delete_graph(self, graph: str | None, if_version: str | None = None) -> Change:
        """Remove a graph; the default graph is emptied.

        :raises PreconditionFailed: see :meth:`put_graph`.
        :raises NotFound: if there is none.
        """

        def delete() -> None:
            self._store.remove_graph(self._existing(graph))

        return self._change(delete, if_version)

    def close(self) -> None:
        """Give the database back once what is under way is on disk."""
        with self._publishing, self._writing:
            self._store.flush()
            del self._store

    def _existing(self, graph: str | None) -> ox.NamedNode | ox.DefaultGraph:
        name = _name(graph)
        if isinstance(name, ox.NamedNode) and not self._store.contains_named_graph(name):
            raise NotFound(f"There is no graph {name}.")
        return name

    def _run(self, text: str, base_iri: str = "") -> None:
        try:
            self._store.update(text, base_iri=base_iri or None)
        except SyntaxError as error:
            raise malformed(str(error.msg), text, "update") from None
        except RuntimeError as error:
            raise Refused(f"The update cannot be carried out: {error}. Nothing was changed.") from None

    def _change(self, apply: Callable[[], bool | None], if_version: str | None = None) -> Change:
        """Apply one change, and return when a snapshot has it: one made by this thread or by another."""
        with self._writing:
            if if_version and (self._applied != self._published or self.snapshot.version != if_version):
                raise PreconditionFailed("Something was changed meanwhile. Get the graph, and try again.")
            created = apply()
            self._applied += 1
            own = self._applied
        with self._publishing:
            if self._published < own:
                self._publish()
            return Change(self.snapshot.version, bool(created))

    def _publish(self) -> None:
        applied = self._applied  # read before the snapshot is made: it has at least these
        self.snapshot = self._snapshots.publish(self._store)
        if self._readers:
            self._readers.publish(self.snapshot.folder, self.snapshot.version)
            self._snapshots.prune(self._readers.folders_in_use())
        else:
            self._snapshots.prune()
        self._published = applied


def _name(graph: str | None) -> ox.NamedNode | ox.DefaultGraph:
    try:
        return ox.DefaultGraph() if graph is None else ox.NamedNode(graph)
    except ValueError:
        raise MalformedRequest(f"{graph!r} is not an absolute IRI.", parameter="graph") from None


def _parse(data: bytes, media_type: str, graph: str | None) -> list[ox.Triple]:
    """Return the triples of a document, read to its end before anything is changed."""
    if media_type not in _FORMATS:
        raise UnsupportedMediaType(f"A graph cannot be read from {media_type}.", accepted=list(_FORMATS))
    try:
        quads = ox.parse(data, _FORMATS[media_type], base_iri=graph, rename_blank_nodes=True)
        return [quad.triple for quad in quads]
    except SyntaxError as error:
        place = {"line": error.lineno, "column": error.offset} if error.lineno else {}
        raise MalformedRequest(f"The document cannot be read: {error.msg}.", **place) from None
    except ValueError as error:
        raise MalformedRequest(f"The document cannot be read: {error}.") from None
