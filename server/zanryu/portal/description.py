"""What the graph says about one thing: its own triples, the claims about it, and their proofs.

Every query here is a constant; the IRI enters as a typed term (SEP-0007 substitution), never as text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zanryu.errors import NotFound
from zanryu.graph.namespaces import PREFIXES, RDF_REIFIES
from zanryu.store.backend import Statement, iri, select

if TYPE_CHECKING:
    from zanryu.store.backend import Backend, Term

_HEAD: Final = (
    f"PREFIX rdf: <{PREFIXES['rdf']}> PREFIX zr: <{PREFIXES['zr']}> "
    f"PREFIX skos: <{PREFIXES['skos']}> PREFIX rdfs: <{PREFIXES['rdfs']}> "
)
_CLAIMS: Final = _HEAD + "SELECT ?this ?s ?p ?o { ?s rdf:subject ?this ; ?p ?o }"
_PROOFS: Final = _HEAD + "SELECT ?this ?s ?p ?o { ?claim rdf:subject ?this ; zr:citation ?s . ?s ?p ?o }"
_OWN_PROOFS: Final = _HEAD + "SELECT ?this ?s ?p ?o { ?this zr:citation ?s . ?s ?p ?o }"
_CONFLICTS: Final = (
    _HEAD + "SELECT DISTINCT ?this ?s ?p ?o { ?claim rdf:subject ?this . ?s zr:concerns ?claim ; ?p ?o }"
)
_OWN_CONFLICTS: Final = _HEAD + "SELECT ?this ?s ?p ?o { ?s zr:concerns ?this ; ?p ?o }"
_RIVALS: Final = _HEAD + "SELECT ?this ?s ?p ?o { ?this zr:conflictsWith|zr:concerns ?s . ?s ?p ?o }"
_MENTIONS: Final = (
    _HEAD
    + """SELECT DISTINCT ?this ?claim ?subject ?predicate ?object {
      { ?claim ?place ?this FILTER(?place NOT IN (rdf:subject, rdf:predicate)) }
      UNION { ?citation zr:work|zr:via ?this . ?claim zr:citation ?citation }
      ?claim rdf:subject ?subject ; rdf:predicate ?predicate ; rdf:object ?object
    } ORDER BY ?subject ?predicate ?claim LIMIT 501"""
)
MAX_MENTIONS: Final = 500


@dataclass(frozen=True, slots=True)
class Mention:
    """A claim about something else, in which the thing is the value, a circumstance or the source."""

    claim: Term
    subject: Term
    predicate: Term
    object: Term


@dataclass(frozen=True, slots=True)
class Description:
    """Everything about ``iri``: ``own`` triples; ``claims`` (with citations); ``conflicts`` and rival claims."""

    iri: str
    own: list[Statement]
    claims: list[Statement]
    conflicts: list[Statement]

    @property
    def data(self) -> list[Statement]:
        """What a data document holds: RDF 1.1, so without triple terms, which several syntaxes lack."""
        return [*self.own, *self.claims]


def describe(backend: Backend, thing: str, *, conflicts: bool = False) -> Description:
    """Return the description of an IRI; ``conflicts`` adds what only a page needs.

    :raises NotFound: if the graph says nothing about it.
    """
    own = _plain(backend.describe(thing))
    if not own:
        raise NotFound(f"The graph says nothing about <{thing}>.", iri=thing)
    this = {"this": iri(thing)}
    claims = [_statement(row) for text in (_CLAIMS, _PROOFS, _OWN_PROOFS) for row in select(backend, text, this)]
    disputes = (_CONFLICTS, _OWN_CONFLICTS, _RIVALS) if conflicts else ()
    found = [_statement(row) for text in disputes for row in select(backend, text, this)]
    return Description(thing, own, _plain(claims), _plain(found))


def mentions(backend: Backend, thing: str) -> list[Mention]:
    """Return the claims that mention an IRI, at most ``MAX_MENTIONS`` + 1 (one more says that there are more)."""
    rows = select(backend, _MENTIONS, {"this": iri(thing)})
    return [Mention(row["claim"], row["subject"], row["predicate"], row["object"]) for row in rows]


def _statement(row: dict[str, Term]) -> Statement:
    return Statement(row["s"], row["p"].value, row["o"])


def _plain(statements: list[Statement]) -> list[Statement]:
    return [s for s in dict.fromkeys(statements) if s.predicate != RDF_REIFIES.value and s.object.kind != "triple"]
