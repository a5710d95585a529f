"""From the engine's results to bytes: the branch for each media type.

SPARQL 1.1 Query Results JSON, XML, CSV and TSV for SELECT and ASK; RDF syntaxes for CONSTRUCT and DESCRIBE.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final, TypeAlias

import pyoxigraph as ox

from zanryu.errors import NotAcceptable
from zanryu.graph.json_ld import Context, write_json_ld
from zanryu.graph.namespaces import PREFIXES, RDF_TYPE
from zanryu.graph.sources import find_dataset
from zanryu.store.build import read_context

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zanryu.store.backend import Statement, Term

_Result: TypeAlias = "ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples"

_RESULTS: Final = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
_GRAPHS: Final = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/n-quads": ox.RdfFormat.N_QUADS,
    "application/trig": ox.RdfFormat.TRIG,
}
# What XML 1.0 has no way to write (2.2 Characters), as UTF-8: the engine would write it as it is.
_NOT_XML: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
# Of what the server says of itself: the graph has none of it.
_OWN_PREFIXES: Final = {
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "ldes": "https://w3id.org/ldes#",
    "tree": "https://w3id.org/tree#",
}


def serialise(result: _Result, media_type: str) -> bytes:
    """Return a query's whole answer in a media type.

    :raises NotAcceptable: for the wrong kind of answer, or what the media type cannot say: triple terms in
        JSON-LD, control characters in XML.
    """
    if isinstance(result, ox.QueryTriples):
        return serialise_triples(result, media_type)
    if media_type not in _RESULTS:
        raise NotAcceptable(f"SELECT and ASK have no answer in {media_type}.", available=list(_RESULTS))
    return _written(_bytes(result.serialize(format=_RESULTS[media_type])), media_type, _RESULTS)


def serialise_triples(triples: Iterable[ox.Triple], media_type: str) -> bytes:
    """Return triples in an RDF syntax, each once and sorted, so that equal graphs give equal bytes.

    :raises NotAcceptable: see :func:`serialise`.
    """
    if media_type not in _GRAPHS:
        raise NotAcceptable(
            f"CONSTRUCT and DESCRIBE have no answer in {media_type}.", available=list(_GRAPHS)
        )
    syntax = _GRAPHS[media_type]
    each_once = sorted(set(triples), key=_order)
    if syntax == ox.RdfFormat.JSON_LD:
        return _json_ld(each_once)
    used = _used_prefixes(each_once)
    return _written(_bytes(ox.serialize(each_once, format=syntax, prefixes=used)), media_type, _GRAPHS)


def rewrite_graph(n_triples: bytes, media_type: str) -> bytes:
    """Return a graph in N-Triples in another RDF syntax; see :func:`serialise_triples`."""
    quads = ox.parse(n_triples, ox.RdfFormat.N_TRIPLES)
    return serialise_triples((quad.triple for quad in quads), media_type)


def _json_ld(triples: list[ox.Triple]) -> bytes:
    if any(isinstance(triple.object, ox.Triple) for triple in triples):
        able = [name for name, syntax in _GRAPHS.items() if syntax != ox.RdfFormat.JSON_LD]
        raise NotAcceptable(
            "The answer has triple terms (RDF 1.2), which JSON-LD cannot write. "
            f"Leave rdf:reifies out of the query, or ask for one of: {', '.join(able)}.",
            available=able,
        )
    return write_json_ld(triples, _context()).encode()


@cache
def _context() -> Context:
    """Return the context of the dataset that comes with the program: workers know no other."""
    return Context(read_context(find_dataset()))


def _order(triple: ox.Triple) -> tuple[str, bool, str, str]:
    return str(triple.subject), triple.predicate != RDF_TYPE, str(triple.predicate), str(triple.object)


def serialise_statements(statements: Iterable[Statement], media_type: str) -> bytes:
    """Return plain statements in an RDF syntax; see :func:`serialise_triples`."""
    return serialise_triples((_triple(statement) for statement in statements), media_type)


def _used_prefixes(triples: list[ox.Triple]) -> dict[str, str]:
    """Return the prefixes that the triples need: a short answer should not begin with thirty lines."""
    iris = {
        node.value
        for t in triples
        for node in (t.subject, t.predicate, t.object)
        if isinstance(node, ox.NamedNode)
    }
    iris |= {t.object.datatype.value for t in triples if isinstance(t.object, ox.Literal)}
    every = {**PREFIXES, **_OWN_PREFIXES}
    return {prefix: name for prefix, name in every.items() if any(iri.startswith(name) for iri in iris)}


def _triple(statement: Statement) -> ox.Triple:
    subject = _node(statement.subject)
    if isinstance(subject, ox.Literal):
        raise TypeError(f"a literal as subject: {subject}")
    return ox.Triple(subject, ox.NamedNode(statement.predicate), _node(statement.object))


def _node(term: Term) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    if term.kind == "iri":
        return ox.NamedNode(term.value)
    if term.kind == "blank":
        return ox.BlankNode(term.value)
    if term.language:
        return ox.Literal(term.value, language=term.language)
    return (
        ox.Literal(term.value, datatype=ox.NamedNode(term.datatype))
        if term.datatype
        else ox.Literal(term.value)
    )


def _written(answer: bytes, media_type: str, offers: Iterable[str]) -> bytes:
    """Return an answer, if a reader of its media type can read it."""
    if media_type.endswith("+xml") and (found := _NOT_XML.search(answer)):
        able = [name for name in offers if not name.endswith("+xml")]
        raise NotAcceptable(
            f"The answer has the character U+{ord(found[0].decode()):04X}, which XML cannot write. "
            f"Ask for one of: {', '.join(able)}.",
            available=able,
        )
    return answer


def _bytes(written: bytes | None) -> bytes:
    if written is None:
        raise TypeError("the serialiser wrote to a file")
    return written
