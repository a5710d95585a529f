"""``/graphs`` in Flask."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, request

from zanryu import __version__
from zanryu.errors import MalformedRequest, MethodNotAllowed, PreconditionFailed, Refused
from zanryu.graph.writable import WRITABLE
from zanryu.sparql.conditions import versions_of_graph
from zanryu.sparql.graph_store.addresses import Graph, identify, new_graph
from zanryu.sparql.graph_store.bodies import ACCEPT_PATCH, Body, read_change
from zanryu.store.gate.changes import GraphChange
from zanryu.web.conditional import entity_tag, is_fresh
from zanryu.web.content_coding import decode
from zanryu.web.media_types import GRAPHS
from zanryu.web.negotiation import choose
from zanryu.web.request_body import read_bounded_body, refuse_cross_site

if TYPE_CHECKING:
    from zanryu.sparql.editing import Editing
    from zanryu.sparql.graph_store.store import GraphStore

_READING: Final = ("GET", "HEAD", "OPTIONS")
_WRITING: Final = ("PUT", "POST", "DELETE")
_METHODS: Final = (*_READING, *_WRITING, "PATCH")


@dataclass(frozen=True, slots=True)
class GraphStoreViews:
    """The graph store at ``/graphs``."""

    store: GraphStore
    max_body_bytes: int
    editing: Editing | None = None

    def blueprint(self) -> Blueprint:
        """Return the routes."""
        blueprint = Blueprint("graphs", __name__)
        for endpoint, rule in (
            ("store", "/graphs"),
            ("slash", "/graphs/"),
            ("graph", "/graphs/<path:below>"),
        ):
            blueprint.add_url_rule(
                rule, endpoint, self.answer, methods=_METHODS, provide_automatic_options=False
            )
        return blueprint

    def answer(self, below: str = "") -> Response:
        """Answer a request about a graph, or about the store."""
        if request.method == "OPTIONS":
            return self._options()
        graph = identify(request.query_string, below, self.store.policy)
        if request.method in ("GET", "HEAD"):
            return self._read(self._require(graph))
        if self.editing:
            return self._edit(self.editing, graph)
        self.store.require_writer()
        refuse_cross_site()
        if request.method == "DELETE":
            named = self._require(graph)
            self.store.delete(named, self._condition(named))
            return _changed(HTTPStatus.NO_CONTENT)
        if request.method == "PUT":
            named = self._require(graph)
            created = self.store.put(named, self._body(), self._condition(named))
            return _changed(HTTPStatus.CREATED if created else HTTPStatus.NO_CONTENT)
        if request.method == "POST":
            return self._post(graph)
        raise self._no_patch()

    def _options(self) -> Response:
        headers = {"Allow": self._allowed()}
        if self.editing:
            headers["Accept-Patch"] = ACCEPT_PATCH
        return Response(status=HTTPStatus.NO_CONTENT, headers=headers)

    def _edit(self, editing: Editing, graph: Graph | None) -> Response:
        """Have a graph changed through the gate."""
        refuse_cross_site()
        wanted = editing.admit(
            request.headers, request.query_string, lambda _, version: self._versions(graph, version)
        )
        iri = self._require_named(graph)
        body = Body("", b"") if request.method == "DELETE" else self._body()
        change = GraphChange(request.method, iri, read_change(body, request.method, iri))
        plain = editing.change_graph(wanted, change, body.data, request.headers.get("Accept"))
        return Response(plain.body, plain.status, dict(plain.headers))

    def _post(self, graph: Graph | None) -> Response:
        target = graph or new_graph(self.store.policy)
        created = self.store.post(target, self._body(), self._condition(target))
        response = _changed(HTTPStatus.CREATED if created else HTTPStatus.NO_CONTENT)
        if created and target.iri:
            response.headers["Location"] = target.iri
        return response

    def _read(self, graph: Graph) -> Response:
        choice = choose(request.headers.get("Accept"), GRAPHS, request.args.get("format"))
        version = self.store.backend.version
        tag = _tag(graph, version, choice.content_type)
        self.store.require(graph)
        if is_fresh(request.headers.get("If-None-Match"), tag):
            return Response(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": tag})
        response = Response(self.store.read(graph, choice.media_type.name), content_type=choice.content_type)
        if self.store.backend.version == version:  # else nobody knows of which one it is
            response.headers["ETag"] = tag
        return response

    def _condition(self, graph: Graph) -> str | None:
        """Return the data version that a change depends on (RFC 9110, 13.1.1, 13.1.2); ``None`` if on none.

        :raises PreconditionFailed: if the client has seen another one, or there is no such graph; with
            If-None-Match, if there is one, or it is as the client has seen it.
        """
        version = self.store.backend.version
        versions = self._versions(graph, version)
        if versions is None:
            return None
        if version not in versions:
            raise PreconditionFailed(
                f"{graph} is not, or no longer, what If-Match says. Get it, and try again with its ETag.",
                graph=graph.iri,
            )
        return version

    def _versions(self, graph: Graph | None, version: str) -> tuple[str, ...] | None:
        if graph is None:
            return None
        headers = request.headers
        if "If-Match" not in headers and "If-None-Match" not in headers:
            return None
        return versions_of_graph(headers, version, self._tags(graph, version), str(graph))

    def _tags(self, graph: Graph, version: str) -> set[str]:
        """Return the entity tags of a graph's representations; none where it is not there."""
        if not self.store.has(graph):
            return set()
        types = {media_type.content_type(name) for media_type in GRAPHS for name in media_type.names}
        return {_tag(graph, version, name) for name in types}

    def _require(self, graph: Graph | None) -> Graph:
        if graph is None:
            further = ", or POST to create one" if self.store.is_writable else ""
            raise MalformedRequest(
                f"The request names no graph. Add ?graph=IRI or ?default{further}.",
                parameter="graph",
                graphs=list(self.store.backend.graphs()),
            )
        return graph

    def _require_named(self, graph: Graph | None) -> str:
        """Return the IRI of the graph that an editor wants to change. Whether that may be, the gate says."""
        if graph is None:
            raise MalformedRequest(
                "The request names no graph, and none is created here. Add ?graph=IRI of one that can be "
                "written.",
                parameter="graph",
                graphs=[name.value for name in WRITABLE],
            )
        if graph.iri is None:
            raise Refused("The default graph is the union of the others. Name the graph that is to change.")
        return graph.iri

    def _body(self) -> Body:
        data = decode(
            read_bounded_body(self.max_body_bytes),
            request.headers.get("Content-Encoding", ""),
            self.max_body_bytes,
        )
        return Body(request.headers.get("Content-Type", ""), data)

    def _allowed(self) -> str:
        if self.editing:
            return ", ".join(_METHODS)
        return ", ".join((*_READING, *_WRITING) if self.store.is_writable else _READING)

    def _no_patch(self) -> MethodNotAllowed:
        error = MethodNotAllowed("PATCH is not offered. Send an update to /sparql.")
        error.headers["Allow"] = self._allowed()
        return error


def _tag(graph: Graph, version: str, content_type: str) -> str:
    return entity_tag(f"{__version__} {version}", "graph", graph.iri or "", content_type)


def _changed(status: HTTPStatus) -> Response:
    return Response(status=status, headers={"Cache-Control": "no-store"})
