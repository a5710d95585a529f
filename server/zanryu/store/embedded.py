"""The embedded engine: an Oxigraph database on disk, read in this process.

It cannot stop a query: pyoxigraph offers neither a deadline nor a cancellation, so ``timeout_seconds`` is
accepted and *not* enforced here. Enforcing it is the part of worker processes, which are killed when it passes.
"""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox

from zanryu.errors import InputNotFound, MalformedQuery
from zanryu.store.backend import Health, QueryDataset, Statement, Term

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_Node: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Serialise: TypeAlias = "Callable[[ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, str], bytes]"

_PLACE = re.compile(r"^error at (?P<line>\d+):(?P<column>\d+): (?P<reason>.*)", re.DOTALL)
# The parser lists character classes it would have taken; they tell a reader nothing.
_CLASS = re.compile(r"\[(?:_|[^\]]*\.\.[^\]]*|'_')\],?\s*|<unreported>", re.DOTALL)
_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
_COUNTS = "SELECT ?graph (COUNT(*) AS ?count) { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph"
_SIZE = "SELECT (COUNT(*) AS ?count) { ?s ?p ?o }"


def create_store(folder: Path, nquads: Path) -> None:
    """Create a database in ``folder`` (which must not exist) and fill it with an N-Quads file."""
    store = ox.Store(folder)
    store.bulk_load(path=nquads, format=ox.RdfFormat.N_QUADS)
    store.optimize()
    store.flush()


class EmbeddedStore:
    """A database opened read-only; meets :class:`zanryu.store.backend.Backend`.

    ``serialise`` writes a result in a media type. It is given from above because the syntaxes of answers
    belong to the SPARQL floor.
    """

    def __init__(self, folder: Path, version: str, serialise: Serialise) -> None:
        # Resolved: `folder` is a link that the next build points elsewhere.
        resolved = Path(folder).resolve()
        if not resolved.is_dir():
            raise InputNotFound(f"{folder} is not there; run `zanryu build`.")
        try:
            self._store = ox.Store.read_only(str(resolved))
        except OSError as error:
            raise InputNotFound(f"{folder} cannot be opened ({error}); run `zanryu build`.") from None
        self._version = version
        self._serialise = serialise

    def query(
        self,
        text: str,
        dataset: QueryDataset,
        media_type: str,
        *,
        bindings: Mapping[str, Term] | None = None,
        timeout_seconds: float | None = None,  # noqa: ARG002 - the seam of the workers, see the module
    ) -> Iterable[bytes]:
        """Evaluate a query in this process; see :meth:`zanryu.store.backend.Backend.query`."""
        default, named = _graphs_of(dataset)
        union = not (dataset.is_stated_in_request or dataset.stated_in_query)
        try:
            result = self._store.query(
                text,
                use_default_graph_as_union=union,
                default_graph=default,
                named_graphs=named,
                substitutions={ox.Variable(n): _node(t) for n, t in (bindings or {}).items()} or None,
            )
        except SyntaxError as error:
            raise malformed(str(error.msg)) from None
        return [self._serialise(result, media_type)]

    def graphs(self) -> Mapping[str, int]:
        """Return the IRI of each named graph with its number of triples."""
        return self._counts

    @cached_property
    def _counts(self) -> dict[str, int]:
        found = {g.value: 0 for g in self._store.named_graphs() if isinstance(g, ox.NamedNode)}
        for row in self._rows(_COUNTS):
            found[row["graph"].value] = int(row["count"].value)
        return dict(sorted(found.items()))

    @cached_property
    def _triples(self) -> int:
        return int(next(iter(self._rows(_SIZE, union=True)))["count"].value)

    def _rows(self, text: str, *, union: bool = False) -> ox.QuerySolutions:
        result = self._store.query(text, use_default_graph_as_union=union)
        if not isinstance(result, ox.QuerySolutions):
            raise TypeError(f"not a SELECT query: {text}")
        return result

    def describe(self, iri: str) -> list[Statement]:
        """Return every triple whose subject is ``iri``, each once, in a stable order."""
        try:
            subject = ox.NamedNode(iri)
        except ValueError:
            return []
        triples = {quad.triple for quad in self._store.quads_for_pattern(subject, None, None, None)}
        return [Statement(_term(t.subject), t.predicate.value, _term(t.object)) for t in sorted(triples, key=str)]

    def health(self) -> Health:
        """Return the data version and the size of the union; touches the database."""
        next(iter(self._store.named_graphs()), None)
        return Health(self._version, self._triples)


def malformed(message: str) -> MalformedQuery:
    """Return pyoxigraph's syntax error (``error at LINE:COLUMN: …``, both from 1) as one with a place."""
    place = _PLACE.match(message)
    if place is None:
        return MalformedQuery(f"The query is not valid: {message}.")
    line, column = int(place["line"]), int(place["column"])
    expected = _CLASS.sub("", place["reason"]).strip(" ,\n").removesuffix("or").strip(" ,")
    hint = f": {expected}" if expected not in ("", "expected", "expected one of") else ""
    return MalformedQuery(
        f"The query cannot be read at line {line}, column {column}{hint}.", line=line, column=column
    )


def _graphs_of(dataset: QueryDataset) -> tuple[list[_Graph] | None, list[_Named] | None]:
    """Return the protocol's dataset; naming only one kind leaves the other kind empty (Protocol, 2.1.4)."""
    if not dataset.is_stated_in_request:
        return None, None
    return [ox.NamedNode(i) for i in dataset.default_graphs], [ox.NamedNode(i) for i in dataset.named_graphs]


_Graph: TypeAlias = ox.NamedNode | ox.BlankNode | ox.DefaultGraph
_Named: TypeAlias = ox.NamedNode | ox.BlankNode


def _node(term: Term) -> ox.NamedNode | ox.Literal:
    if term.kind == "iri":
        return ox.NamedNode(term.value)
    if term.language:
        return ox.Literal(term.value, language=term.language)
    return ox.Literal(term.value, datatype=ox.NamedNode(term.datatype or _XSD_STRING))


def _term(node: _Node) -> Term:
    if isinstance(node, ox.NamedNode):
        return Term("iri", node.value)
    if isinstance(node, ox.BlankNode):
        return Term("blank", node.value)
    if isinstance(node, ox.Triple):
        return Term("triple", f"<<( {node} )>>")
    datatype = "" if node.language or node.datatype.value == _XSD_STRING else node.datatype.value
    return Term("literal", node.value, node.language or "", datatype)
