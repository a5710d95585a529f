"""The built store for notebooks: an rdflib ``Dataset`` that reads it in place, without its RDF 1.2 part.

rdflib knows no triple terms. oxrdflib hands them over as plain tuples, and things fail later and elsewhere:
serialising raises an AttributeError, ``CONSTRUCT`` and copying an AssertionError. The graph of the reifiers,
the only one that holds triple terms, is therefore left out of everything. Nothing is copied: opening costs
the same for a thousand claims and for a million.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pyoxigraph as ox
from oxrdflib import OxigraphStore
from rdflib import BNode, Dataset, Graph, Literal, URIRef, Variable
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID
from rdflib.query import Result

from zanryu.config import read_settings
from zanryu.errors import InputNotFound, Refused
from zanryu.graph.namespaces import PREFIXES, REIFIERS
from zanryu.graph.validation.engines import to_graph, to_rdflib

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rdflib.term import Identifier, Node

# FROM is a keyword only outside strings, IRIs, comments, variables and prefixed names.
_QUERY_TOKENS = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"'
    r"|'''(?:[^'\\]|\\.|'(?!''))*'''|'(?:[^'\\\n]|\\.)*'"
    r"|#[^\n]*|<[^<>\s]*>|[?$]\w+|[\w.-]*:[\w.:%-]*|\w+"
)


def open_dataset(store: str | Path | None = None) -> Dataset:
    """Open the built store read-only; ``store`` is its folder (default: the setting, ``var/store``).

    The default graph is the union of the named graphs, as on the SPARQL endpoint;
    ``dataset.graph(URIRef(...))`` is one of them. The prefixes of the project are bound.

    :raises InputNotFound: if there is no built store.
    """
    folder = Path(store) if store is not None else read_settings().store
    # Resolved, because a new build moves the link while this store is still being read.
    files = folder.resolve()
    if not (files / "CURRENT").is_file():
        raise InputNotFound(f"{folder} is not a built store. Run `zanryu build`, or name another folder.")
    dataset = Dataset(store=_PlainStore(ox.Store.read_only(str(files))), default_union=True)
    for prefix, namespace in PREFIXES.items():
        dataset.bind(prefix, namespace, replace=True)
    return dataset


def _refuse(*_: object, **__: object) -> NoReturn:
    raise Refused(
        "The built store is read-only: what it holds follows from the files in data/. "
        "Copy what you want to change into a graph of your own: `mine = rdflib.Graph() + graph`."
    )


class _PlainView:
    """An Oxigraph store without its reifiers: what oxrdflib's store and serialisers ask of ``ox.Store``."""

    add = extend = remove = update = load = bulk_load = add_graph = remove_graph = clear = _refuse

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        named = [graph for graph in store.named_graphs() if graph != REIFIERS]
        # Most triples are those of the claims; the first graph in line needs no look for duplicates.
        self.graphs = sorted(named, key=lambda graph: (not graph.value.endswith("/claims"), graph.value))

    def named_graphs(self) -> Iterator[ox.NamedNode | ox.BlankNode]:
        return iter(self.graphs)

    def holds(self, quad: ox.Quad, graph: Any) -> bool:  # noqa: ANN401 - an Oxigraph graph name
        return ox.Quad(quad.subject, quad.predicate, quad.object, graph) in self._store

    def quads_for_pattern(self, s: Any, p: Any, o: Any, graph: Any = None) -> Iterator[ox.Quad]:  # noqa: ANN401
        if graph == REIFIERS:
            return
        for name in self.graphs if graph is None else [graph]:
            yield from self._store.quads_for_pattern(s, p, o, name)

    def query(self, query: str, **options: Any) -> Any:  # noqa: ANN401 - as ox.Store.query
        """Query the union, or the one graph asked for; a ``FROM`` in the query takes the place of both."""
        union = options.pop("use_default_graph_as_union", False)
        graph = options.pop("default_graph", None)
        if _names_its_dataset(query):
            return self._store.query(query, **options)
        one: list[Any] = [] if graph == REIFIERS else [graph or ox.DefaultGraph()]
        default: list[Any] = [*self.graphs] if union else one
        return self._store.query(query, default_graph=default, named_graphs=self.graphs, **options)

    def dump(
        self,
        output: Any,  # noqa: ANN401 - a path or a binary file
        format: ox.RdfFormat,
        *,
        from_graph: Any = None,  # noqa: ANN401 - an Oxigraph graph name
        **options: Any,  # noqa: ANN401 - prefixes, base_iri
    ) -> None:
        """Write the named graphs, or one, or (in a syntax without named graphs) their union."""
        quads = self.quads_for_pattern(None, None, None, from_graph)
        if from_graph is None and format.supports_datasets:
            ox.serialize(quads, output, format, **options)
        else:
            ox.serialize(dict.fromkeys(quad.triple for quad in quads), output, format, **options)


def _names_its_dataset(query: str) -> bool:
    """Return whether a query has a ``FROM``.

    :raises Refused: if it asks for the reifiers, whose objects rdflib has no words for.
    """
    tokens = [token for token in _QUERY_TOKENS.findall(query) if not token.startswith("#")]
    keywords = [number for number, token in enumerate(tokens) if token.upper() == "FROM"]
    for number in keywords:
        named = [token for token in tokens[number + 1 : number + 3] if token.upper() != "NAMED"]
        if named and named[0].rstrip(">").endswith("reifiers"):
            raise Refused("rdflib cannot read the graph of the reifiers (RDF 1.2); ask the SPARQL endpoint.")
    return bool(keywords)


class _PlainStore(OxigraphStore):
    """oxrdflib's store over a view: each triple once, literals as rdflib writes them, no writing."""

    def __init__(self, store: ox.Store) -> None:
        self._view = _PlainView(store)
        super().__init__(store=self._view)  # type: ignore[arg-type] # asks no more of a store than the view has

    add = addN = remove = update = remove_graph = destroy = _refuse  # noqa: N815 - rdflib's names

    def add_graph(self, graph: Graph) -> None:
        """Do nothing: rdflib calls this whenever a named graph is looked at."""

    def triples(
        self, triple_pattern: tuple[Node | None, Node | None, Node | None], context: Graph | None = None
    ) -> Iterator[tuple[Any, Iterator[Graph | None]]]:
        """Yield each matching triple once, with the graphs that hold it."""
        try:
            pattern = [_to_oxigraph(part) for part in (*triple_pattern, context)]
            quads = self._view.quads_for_pattern(*pattern)
            for quad in quads:
                if context is not None or quad.graph_name == next(self._graphs_with(quad)):
                    names = [quad.graph_name] if context is not None else self._graphs_with(quad)
                    yield _spo(quad), map(self._graph, names)
        except (TypeError, ValueError):
            return  # a literal as subject, a space in an IRI: nothing can match

    def _graphs_with(self, quad: ox.Quad) -> Iterator[Any]:
        return (name for name in self._view.graphs if name == quad.graph_name or self._view.holds(quad, name))

    def _graph(self, name: ox.NamedNode | ox.BlankNode | ox.DefaultGraph) -> Graph:
        identifier = DATASET_DEFAULT_GRAPH_ID if isinstance(name, ox.DefaultGraph) else to_rdflib(name)
        return Graph(store=self, identifier=identifier)

    def query(
        self,
        query: Any,  # noqa: ANN401 - text; rdflib's parsed queries are refused by oxrdflib and here
        initNs: Mapping[str, Any],  # noqa: N803
        initBindings: Mapping[str, Identifier],  # noqa: N803
        queryGraph: str,  # noqa: N803
        **kwargs: object,
    ) -> Result:
        """Answer from Oxigraph; the reifiers take no part."""
        if not isinstance(query, str) or kwargs:
            raise NotImplementedError("give the query as text and without further options")
        found = self._view.query(
            query,
            use_default_graph_as_union=queryGraph == "__UNION__",
            default_graph=_to_oxigraph(queryGraph) if isinstance(queryGraph, URIRef | BNode) else None,
            prefixes={name: str(space) for name, space in {**dict(self.namespaces()), **initNs}.items()},
            substitutions={ox.Variable(name): _to_oxigraph(value) for name, value in initBindings.items()},
        )
        return self._result(found)

    def _result(self, found: ox.QueryBoolean | ox.QuerySolutions | ox.QueryTriples) -> Result:
        if isinstance(found, ox.QueryBoolean):
            result = Result("ASK")
            result.askAnswer = bool(found)
        elif isinstance(found, ox.QuerySolutions):
            result = Result("SELECT")
            result.vars = [Variable(variable.value) for variable in found.variables]
            result.bindings = [
                {name: to_rdflib(value) for name in result.vars if (value := row[str(name)]) is not None}
                for row in found
            ]
        else:
            result = Result("CONSTRUCT")
            result.graph = to_graph(found)
            for prefix, namespace in self.namespaces():
                result.graph.bind(prefix, namespace, replace=True)
        return result


def _spo(quad: ox.Quad) -> tuple[Identifier, Identifier, Identifier]:
    return to_rdflib(quad.subject), to_rdflib(quad.predicate), to_rdflib(quad.object)


def _to_oxigraph(term: object) -> Any:  # noqa: ANN401 - the Oxigraph term; None matches everything
    if term is None or isinstance(term, Graph):
        return None if term is None else _to_oxigraph(term.identifier)
    if term == DATASET_DEFAULT_GRAPH_ID:
        return ox.DefaultGraph()
    if isinstance(term, Literal):
        kind = None if term.language or term.datatype is None else ox.NamedNode(term.datatype)
        return ox.Literal(term, language=term.language, datatype=kind)
    if isinstance(term, BNode):
        return ox.BlankNode(term)
    if isinstance(term, URIRef):
        return ox.NamedNode(term)
    raise TypeError(f"not an RDF 1.1 term: {term!r}")
