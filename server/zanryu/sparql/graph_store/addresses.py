"""Which graph a request is about (Graph Store HTTP Protocol, 4): by address, ``?graph=`` or ``?default``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote
from uuid import uuid4

from zanryu.errors import MalformedRequest
from zanryu.sparql.protocol import is_absolute_iri, read_parameters

if TYPE_CHECKING:
    from zanryu.sparql.policy import Policy

_PARAMETERS: Final = ("default", "graph")
# What may stand in the path of an IRI as it is; a path comes here decoded.
_IN_PATHS: Final = "/:@!$&'()*+,;=~-._"


@dataclass(frozen=True, slots=True)
class Graph:
    """A graph of the store; ``None`` is the default graph."""

    iri: str | None

    def __str__(self) -> str:
        return "the default graph" if self.iri is None else f"<{self.iri}>"


def identify(query_string: bytes, below: str, policy: Policy) -> Graph | None:
    """Return the graph, or ``None`` for the store itself; ``below`` is the decoded path after ``/graphs/``.

    :raises MalformedRequest: for both parameters, one of them twice, or in addition to the path, and for a
        version, which the graph store has not; it names the parameter.
    """
    parameters = read_parameters(query_string, "URL")
    if any(name == "version" for name, _ in parameters):
        sentence = "The graph store has the newest data only. Ask /sparql?version=N for what was before."
        raise MalformedRequest(sentence, parameter="version")
    given = [(name, value) for name, value in parameters if name in _PARAMETERS]
    if len(given) > 1 or (given and below):
        name = given[-1][0]
        raise MalformedRequest(f"`{name}` names a graph, and the request names one already.", parameter=name)
    if below:
        return Graph(policy.graph_names + quote(below, safe=_IN_PATHS))
    if not given:
        return None
    name, value = given[0]
    return _default(value) if name == "default" else _named(value)


def _default(value: str) -> Graph:
    if value:
        raise MalformedRequest("`default` has no value. Write `?default`.", parameter="default")
    return Graph(None)


def _named(iri: str) -> Graph:
    if not is_absolute_iri(iri):
        raise MalformedRequest(f"`graph` is {iri!r}, which is not an absolute IRI.", parameter="graph")
    return Graph(iri)


def new_graph(policy: Policy) -> Graph:
    """Return a graph that nobody has named yet (4.6 of the protocol: POST to the store itself)."""
    return Graph(f"{policy.graph_names}{uuid4()}")


def base_of(graph: Graph, policy: Policy) -> str:
    """Return what relative IRIs in a document for a graph are resolved against (4.1 and 4.2)."""
    return f"{policy.address}graphs?default" if graph.iri is None else graph.iri
