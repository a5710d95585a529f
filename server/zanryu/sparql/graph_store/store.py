"""The operations of the protocol on the graphs of an engine: read, replace, merge, remove."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zanryu.errors import NotFound, Refused
from zanryu.sparql.graph_store.addresses import base_of
from zanryu.sparql.graph_store.bodies import read_graph
from zanryu.sparql.update import NO_WRITER
from zanryu.store.backend import QueryDataset
from zanryu.store.documents import N_TRIPLES

if TYPE_CHECKING:
    from zanryu.sparql.graph_store.addresses import Graph
    from zanryu.sparql.graph_store.bodies import Body
    from zanryu.sparql.policy import Policy
    from zanryu.store.backend import Backend
    from zanryu.store.writer import Writer

# The graph is named by the dataset, never by the text.
_WHOLE_GRAPH: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


@dataclass(frozen=True, slots=True)
class GraphStore:
    """The graphs of ``backend``, changed by ``writer`` where ``policy`` allows it."""

    backend: Backend
    policy: Policy
    writer: Writer | None
    timeout_seconds: float

    @property
    def is_writable(self) -> bool:
        """Whether anything can be changed."""
        return self.writer is not None and self.policy.writes

    def require_writer(self) -> Writer:
        """Return what makes changes.

        :raises Refused: if there is none.
        """
        if self.writer is None or not self.policy.writes:
            raise Refused(NO_WRITER)
        return self.writer

    def require(self, graph: Graph) -> None:
        """Do nothing if a graph is there; the default graph always is, and a named one may be empty.

        :raises NotFound: if it is not.
        """
        if not self.has(graph):
            raise NotFound(f"There is no graph {graph}.", graph=graph.iri)

    def has(self, graph: Graph) -> bool:
        """Return whether a graph is there; see :meth:`require`."""
        return graph.iri is None or graph.iri in self.backend.graphs()

    def read(self, graph: Graph, media_type: str) -> bytes:
        """Return a graph.

        :raises NotFound: if there is none.
        :raises NotAcceptable: if the media type cannot say something that is in it.
        """
        self.require(graph)
        named = QueryDataset() if graph.iri is None else QueryDataset(default_graphs=(graph.iri,))
        chunks = self.backend.query(
            _WHOLE_GRAPH, self.policy.dataset(named), media_type, timeout_seconds=self.timeout_seconds
        )
        return b"".join(chunks)

    def put(self, graph: Graph, body: Body, if_version: str | None = None) -> bool:
        """Replace a graph by that of a document; return whether it is new.

        :raises PreconditionFailed: if the data is no longer of ``if_version``.
        """
        writer = self.require_writer()
        triples = read_graph(body, base_of(graph, self.policy), is_form_allowed=False)
        return writer.put_graph(graph.iri, triples, N_TRIPLES, if_version).created

    def post(self, graph: Graph, body: Body, if_version: str | None = None) -> bool:
        """Merge a document, or the files of a form, into a graph; return whether it is new.

        :raises PreconditionFailed: see :meth:`put`.
        """
        writer = self.require_writer()
        triples = read_graph(body, base_of(graph, self.policy), is_form_allowed=True)
        return writer.post_graph(graph.iri, triples, N_TRIPLES, if_version).created

    def delete(self, graph: Graph, if_version: str | None = None) -> None:
        """Remove a graph; the default graph is emptied. See :meth:`put`.

        :raises NotFound: if there is none.
        """
        self.require_writer().delete_graph(graph.iri, if_version)
