"""``/graphs`` in Flask."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, request

from zanryu import __version__
from zanryu.errors import MalformedRequest, MethodNotAllowed, PreconditionFailed, Refused
from zanryu.sparql.graph_store.addresses import Graph, identify, new_graph
from zanryu.sparql.graph_store.bodies import Body, read_change
from zanryu.store.gate.changes import GraphChange
from zanryu.web.conditional import entity_tag, is_fresh, is_unchanged
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
            return Response(status=HTTPStatus.NO_CONTENT, headers={"Allow": self._allowed()})
        graph = identify(request.query_string, below, self.store.policy)
        if request.method in ("GET", "HEAD"):
            return self._read(self._require(graph))
        if self.editing:
            return self._edit(self.editing, graph)
        self.store.require_writer()
        refuse_cross_site()
        if request.method == "DELETE":
            named = self._require(graph)
            self.store.delete(named, self._condition(named, request.headers.get("If-Match")))
            return _changed(HTTPStatus.NO_CONTENT)
        if request.method == "PUT":
            named = self._require(graph)
            depends_on = self._condition(named, request.headers.get("If-Match"))
            created = self.store.put(named, self._body(), depends_on)
            return _changed(HTTPStatus.CREATED if created else HTTPStatus.NO_CONTENT)
        if request.method == "POST":
            return self._post(graph)
        raise self._no_patch()

    def _edit(self, editing: Editing, graph: Graph | None) -> Response:
        """Have a graph changed through the gate."""
        refuse_cross_site()
        wanted = editing.admit(request.headers, request.query_string)
        target = self._require(graph)
        if target.iri is None:
            raise Refused("The default graph is the union of the others. Name the graph that is to change.")
        body = Body("", b"") if request.method == "DELETE" else self._body()
        # What is no data version is a tag of the graph, or `*`.
        is_version = wanted.if_version == self.store.backend.version
        depends_on = self._condition(target, None if is_version else request.headers.get("If-Match"))
        wanted = replace(wanted, if_version=depends_on or wanted.if_version)
        change = GraphChange(request.method, target.iri, read_change(body, request.method, target.iri))
        plain = editing.change_graph(wanted, change, body.data, request.headers.get("Accept"))
        return Response(plain.body, plain.status, dict(plain.headers))

    def _post(self, graph: Graph | None) -> Response:
        target = graph or new_graph(self.store.policy)
        depends_on = self._condition(target, request.headers.get("If-Match"))
        created = self.store.post(target, self._body(), depends_on)
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

    def _condition(self, graph: Graph, if_match: str | None) -> str | None:
        """Return the data version that a change depends on (RFC 9110, 13.1.1, 13.1.2); ``None`` if on none.

        :raises PreconditionFailed: if the client has seen another one, or there is no such graph; with
            If-None-Match, if there is one, or it is as the client has seen it.
        """
        if_none_match = request.headers.get("If-None-Match")
        if if_match is None and if_none_match is None:
            return None
        version = self.store.backend.version
        tags = self._tags(graph, version)
        if if_match is not None and not is_unchanged(if_match, tags):
            raise PreconditionFailed(
                f"{graph} is not, or no longer, what If-Match says. Get it, and try again with its ETag.",
                graph=graph.iri,
            )
        if any(is_fresh(if_none_match, tag) for tag in tags):
            raise PreconditionFailed(
                f"{graph} is there, and If-None-Match says that it must not be. Get it, and decide again.",
                graph=graph.iri,
            )
        return version

    def _tags(self, graph: Graph, version: str) -> set[str]:
        """Return the entity tags of a graph's representations; none where it is not there."""
        if not self.store.has(graph):
            return set()
        types = {media_type.content_type(name) for media_type in GRAPHS for name in media_type.names}
        return {_tag(graph, version, name) for name in types}

    def _require(self, graph: Graph | None) -> Graph:
        if graph is None:
            raise MalformedRequest(
                "The request names no graph. Add ?graph=IRI or ?default, or POST to create one.",
                parameter="graph",
                graphs=list(self.store.backend.graphs()),
            )
        return graph

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
