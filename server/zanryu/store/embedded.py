"""The embedded engine: an Oxigraph database on disk, read in this process.

It cannot stop a query: pyoxigraph offers neither a deadline nor a cancellation, so ``timeout_seconds`` is
accepted and *not* enforced here. Enforcing it is the part of worker processes, which can be killed.
"""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox

from zanryu.errors import InputNotFound, MalformedQuery
from zanryu.store.backend import UPDATE_SYNTAX, Health, QueryDataset, Statement, Term
from zanryu.store.remembered import Remembered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_Node: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Serialise: TypeAlias = "Callable[[ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, str], bytes]"

_PLACE = re.compile(r"^error at (?P<line>\d+):(?P<column>\d+): (?P<reason>.*)", re.DOTALL)
# Of what the parser would have taken, only keywords and quoted marks tell a reader something.
_EXPECTED = re.compile(r'"(?:[^"\\]|\\.)+"|\b[A-Z]{2,}\b')
_MAX_EXPECTED = 6
_AROUND = 25
_UNKNOWN_FUNCTION = "custom function"  # as pyoxigraph says it, only when it evaluates
_READ_ONLY = "only possible on read-write"
_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
_COUNTS = "SELECT ?graph (COUNT(*) AS ?count) { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph"


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
        except (OSError, RuntimeError) as error:  # RuntimeError: files are missing or damaged
            raise InputNotFound(f"{folder} cannot be opened ({error}); run `zanryu build`.") from None
        self._version = version
        self._serialise = serialise
        # Nobody writes what is opened read-only.
        self._described, self._referring = Remembered(), Remembered()

    def query(
        self,
        text: str,
        dataset: QueryDataset,
        media_type: str,
        *,
        timeout_seconds: float | None = None,  # noqa: ARG002 - the seam of the workers, see the module
    ) -> Iterable[bytes]:
        """Evaluate a query in this process; see :meth:`zanryu.store.backend.Backend.query`."""
        if media_type == UPDATE_SYNTAX:
            return self._parse_update(text, dataset.base_iri)
        default, named = _graphs_of(dataset)
        try:
            result = self._store.query(
                text,
                base_iri=dataset.base_iri or None,
                use_default_graph_as_union=dataset.is_union,
                default_graph=default,
                named_graphs=named,
            )
        except SyntaxError as error:
            raise malformed(str(error.msg), text) from None
        except RuntimeError as error:
            if _UNKNOWN_FUNCTION not in str(error):
                raise
            raise MalformedQuery(f"The query cannot be evaluated: {error}.") from None
        return [self._serialise(result, media_type)]

    def _parse_update(self, text: str, base_iri: str) -> list[bytes]:
        """Parse an update. The store is read-only: the engine gives up after parsing, before all else."""
        try:
            self._store.update(text, base_iri=base_iri or None)
        except SyntaxError as error:
            raise malformed(str(error.msg), text, "update") from None
        except RuntimeError as error:
            if _READ_ONLY not in str(error):
                raise
        return []

    def graphs(self) -> Mapping[str, int]:
        """Return the IRI of each named graph with its number of triples."""
        return self._counts

    @cached_property
    def _counts(self) -> dict[str, int]:
        found = {g.value: 0 for g in self._store.named_graphs() if isinstance(g, ox.NamedNode)}
        for row in self._rows(_COUNTS):
            found[row["graph"].value] = int(row["count"].value)
        return dict(sorted(found.items()))

    def _rows(self, text: str) -> ox.QuerySolutions:
        result = self._store.query(text)
        if not isinstance(result, ox.QuerySolutions):
            raise TypeError(f"not a SELECT query: {text}")
        return result

    def describe(self, *iris: str) -> list[Statement]:
        """Return every triple whose subject is one of ``iris``; each once, sorted within a subject."""
        return [s for iri in dict.fromkeys(iris) for s in self._described.of(self._describe, iri)]

    def _describe(self, iri: str) -> list[Statement]:
        node = _iri(iri)
        return self._match(node, None, None) if node else []

    def referring(self, iri: str, *predicates: str) -> list[Statement]:
        """Return every triple whose object is ``iri``; each once, sorted within a predicate."""
        return list(self._referring.of(self._refer, iri, *predicates))

    def _refer(self, iri: str, *predicates: str) -> list[Statement]:
        node = _iri(iri)
        if node is None:
            return []
        wanted: list[ox.NamedNode | None] = [ox.NamedNode(p) for p in predicates]
        return [s for predicate in wanted or [None] for s in self._match(None, predicate, node)]

    def _match(
        self, subject: ox.NamedNode | None, predicate: ox.NamedNode | None, value: ox.NamedNode | None
    ) -> list[Statement]:
        quads = self._store.quads_for_pattern(subject, predicate, value, None)
        triples = {str(triple := quad.triple): triple for quad in quads}
        return [
            Statement(plain_term(t.subject), t.predicate.value, plain_term(t.object))
            for _, t in sorted(triples.items())
        ]

    @property
    def version(self) -> str:
        """The data version."""
        return self._version

    def health(self) -> Health:
        """Return the data version and the number of triples in all graphs; touches the database."""
        next(iter(self._store.named_graphs()), None)
        return Health(self._version, self._total)

    @cached_property
    def _total(self) -> int:
        unnamed = self._store.quads_for_pattern(None, None, None, ox.DefaultGraph())
        return sum(self._counts.values()) + sum(1 for _ in unnamed)


def malformed(message: str, text: str, kind: str = "query") -> MalformedQuery:
    """Return pyoxigraph's syntax error (``error at LINE:COLUMN: …``, both from 1) as one with a place."""
    place = _PLACE.match(message)
    if place is None:
        return MalformedQuery(f"The {kind} is not valid: {message}.")
    line, column = int(place["line"]), int(place["column"])
    lines = text.split("\n")
    # The parser's place is where it got to, which can be a token after the mistake: so both sides are shown.
    around = (
        lines[line - 1][max(0, column - _AROUND) : column + _AROUND].strip() if line <= len(lines) else ""
    )
    where = f"near `{around}`" if around else "in an empty line"
    expected = list(dict.fromkeys(_EXPECTED.findall(place["reason"])))
    said_words = 0 < len(expected) <= _MAX_EXPECTED
    hint = f" Expected: {', '.join(expected)}." if said_words else _reason(place["reason"])
    detail = f"The {kind} cannot be read at line {line}, column {column}, {where}.{hint}"
    return MalformedQuery(detail, line=line, column=column)


def _reason(said: str) -> str:
    """Return what the parser says in words of its own, where it says more than what it expected."""
    return "" if said.startswith("expected") else f" {said.strip().rstrip('.')}."


def _graphs_of(dataset: QueryDataset) -> tuple[list[_Graph] | None, list[_Named] | None]:
    """Return the protocol's dataset; naming only one kind leaves the other kind empty (Protocol, 2.1.4)."""
    if not dataset.is_stated_in_request:
        return None, None
    return [ox.NamedNode(i) for i in dataset.default_graphs], [ox.NamedNode(i) for i in dataset.named_graphs]


_Graph: TypeAlias = ox.NamedNode | ox.BlankNode | ox.DefaultGraph
_Named: TypeAlias = ox.NamedNode | ox.BlankNode


def _iri(text: str) -> ox.NamedNode | None:
    """Return the IRI, or ``None`` for text that is none: nothing is said about it."""
    try:
        return ox.NamedNode(text)
    except ValueError:
        return None


def plain_term(node: _Node) -> Term:
    """Return a term of the engine's as a value that crosses the protocol."""
    if isinstance(node, ox.NamedNode):
        return Term("iri", node.value)
    if isinstance(node, ox.BlankNode):
        return Term("blank", node.value)
    if isinstance(node, ox.Triple):
        return Term("triple", f"<<( {node} )>>")
    datatype = "" if node.language or node.datatype.value == _XSD_STRING else node.datatype.value
    return Term("literal", node.value, node.language or "", datatype)
