"""Claims apart from any file: what each says, its citations, and both as quads and as Turtle."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Quad
from rdflib import BNode, Graph, URIRef
from rdflib import Literal as RdflibLiteral

from zanryu.graph.namespaces import ASSERTION, GRAPHS, RDF_SUBJECT, RDF_TYPE, term
from zanryu.graph.turtle import write_turtle
from zanryu.graph.validation.engines import to_rdflib
from zanryu.graph.wording import Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rdflib.term import Identifier

    from zanryu.graph.materialise import Node, Term

Said: TypeAlias = "frozenset[tuple[NamedNode, Term]]"

CITED_BY = term("zr:citation")


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim as it is asserted; ``citations`` are in the order of their content, equal ones repeated."""

    name: NamedNode
    said: Said
    citations: tuple[Said, ...] = field(default=())

    def values(self, predicate: NamedNode) -> list[Term]:
        """Return the values of a property of the claim itself, sorted."""
        return sorted((o for p, o in self.said if p == predicate), key=str)

    @property
    def subject(self) -> NamedNode | None:
        """What the claim is about."""
        return next((s for s in self.values(RDF_SUBJECT) if isinstance(s, NamedNode)), None)

    def quads(self) -> Iterator[Quad]:
        """Yield the asserted quads, with a new blank node for each citation."""
        graph = GRAPHS["claims"]
        yield from (Quad(self.name, p, o, graph) for p, o in self.said)
        for citation in self.citations:
            node = BlankNode()
            yield Quad(self.name, CITED_BY, node, graph)
            yield from (Quad(node, p, o, graph) for p, o in citation)


@dataclass(frozen=True, slots=True)
class Change:
    """A claim that a table adds, or changes from ``old``."""

    new: Claim
    old: Claim | None = None


def turtle_of(changes: Iterable[Change]) -> str:
    """Return the added and changed claims as Turtle in house style."""
    graph = Graph()
    for change in changes:
        put(change.new, graph)
    return write_turtle(graph, [])


def in_order(citations: Iterable[Said]) -> tuple[Said, ...]:
    """Return citations in the order of their content."""
    return tuple(sorted(citations, key=lambda citation: sorted(map(str, citation))))


def claims_of(quads: Iterable[Quad]) -> tuple[dict[NamedNode, Claim], dict[NamedNode, Message]]:
    """Return the asserted claims by name, and for each claim that is not of this form, why.

    A citation has to be a blank node of one claim, with nothing below it.
    """
    said: dict[Node, set[tuple[NamedNode, Term]]] = defaultdict(set)
    uses: dict[Term, int] = defaultdict(int)
    for quad in quads:
        said[quad.subject].add((quad.predicate, quad.object))
        uses[quad.object] += isinstance(quad.object, BlankNode)
    claims: dict[NamedNode, Claim] = {}
    odd: dict[NamedNode, Message] = {}
    for name in [s for s in said if (RDF_TYPE, ASSERTION) in said[s]]:
        if not isinstance(name, NamedNode):
            continue
        cited = [o for p, o in said[name] if p == CITED_BY]
        own = frozenset((p, o) for p, o in said[name] if p != CITED_BY)
        citations = [frozenset(said[c]) for c in cited if isinstance(c, BlankNode) and uses[c] == 1]
        if len(citations) < len(cited):
            odd[name] = Message("A citation has an IRI of its own, or belongs to several claims.")
        elif any(isinstance(o, BlankNode) for part in (own, *citations) for _, o in part):
            odd[name] = Message("Something nested hangs from it, such as a zr:selector.")
        else:
            claims[name] = Claim(name, own, in_order(citations))
    return claims, odd


def names_taken(claims: Mapping[NamedNode, Claim], odd: Iterable[NamedNode]) -> dict[NamedNode, Claim]:
    """Return the claims with empty ones for the odd: others may refer to them."""
    return {**claims, **{name: Claim(name, frozenset()) for name in odd}}


def language_tag(tag: str) -> str:
    """Return a language tag in its usual case, ``ja-Hani``: Oxigraph lowers it (RFC 5646, section 2.1.1)."""
    first, *rest = tag.split("-")
    cases = {2: str.upper, 4: str.title}
    return "-".join([first.lower(), *(cases.get(len(part), str.lower)(part) for part in rest)])


def put(claim: Claim, graph: Graph) -> None:
    """Write a claim into an rdflib graph, in the place of what stands there under its name."""
    name = URIRef(claim.name.value)
    for citation in list(graph.objects(name, URIRef(CITED_BY.value))):
        if isinstance(citation, BNode):
            graph.remove((citation, None, None))
    graph.remove((name, None, None))
    for quad in claim.quads():
        graph.add((as_rdflib(quad.subject), as_rdflib(quad.predicate), as_rdflib(quad.object)))


def as_rdflib(node: Term) -> Identifier:
    """Return a term for rdflib, with the language tag in its usual case."""
    if isinstance(node, Literal) and node.language:
        return RdflibLiteral(node.value, lang=language_tag(node.language))
    return to_rdflib(node)
