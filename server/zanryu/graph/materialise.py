"""What follows from the hand-edited claims: derived by the build, never written by hand.

1. Citation IRIs: the citations of a claim, blank in the sources, become ``<claim>/c1``, ``/c2`` … in the
   order of their content, so that the names do not depend on the order of a file.
2. Bounds: ``zr:when`` is typed as EDTF and gives ``zr:earliest`` and ``zr:latest``.
3. Symmetry: the inverse of each triple whose property is an ``owl:SymmetricProperty``.
4. Accepted triples: the direct triple of each claim that is affirmative, has a real value, is not deprecated,
   is sure enough, and is not overruled (see :func:`accepts`).
5. Reifiers: ``<claim> rdf:reifies <<( s p o )>>`` for every claim, accepted or not (RDF 1.2).

Each step looks at single claims, so that a later change can derive for what it touched alone.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from zanryu.graph.edtf import InvalidEDTF, bounds
from zanryu.graph.namespaces import (
    ASSERTION,
    CITATION,
    DATASET_IRI,
    EDTF_LEVEL_1,
    GRAPHS,
    RDF_OBJECT,
    RDF_PREDICATE,
    RDF_REIFIES,
    RDF_SUBJECT,
    RDF_TYPE,
    REIFIERS,
    XSD_DATE,
    term,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Node: TypeAlias = NamedNode | BlankNode | Triple
Term: TypeAlias = NamedNode | BlankNode | Literal | Triple
Description: TypeAlias = dict[NamedNode, list[Term]]

DEFAULT_THRESHOLD = 3

_CITED_BY = term("zr:citation")
_WHEN = term("zr:when")
_DATES = (EDTF_LEVEL_1, term("xsd:string"))
_SENTINEL = term("zr:SentinelValue")
SYMMETRIC_PROPERTY = term("owl:SymmetricProperty")


@dataclass(frozen=True, slots=True)
class Materialised:
    """The whole dataset: ``plain`` is RDF 1.1, ``reifiers`` needs RDF 1.2. Sorted, without duplicates."""

    plain: list[Quad]
    reifiers: list[Quad]


def materialise(quads: Iterable[Quad], threshold: int = DEFAULT_THRESHOLD) -> Materialised:
    """Return the sources with everything derived; ``threshold`` is the lowest accepted ``zr:level``."""
    named = name_citations(quads)
    typed = [q for quad in named for q in with_bounds(quad)]
    plain = set(typed) | set(symmetric(typed, symmetric_properties(typed))) | {_stated_threshold(threshold)}
    index = describe(plain)
    claims = [s for s in index if ASSERTION in index[s].get(RDF_TYPE, ())]
    reifiers = [Quad(c, RDF_REIFIES, t, REIFIERS) for c in claims if (t := claimed_triple(index[c]))]
    accepted = {
        Quad(t.subject, t.predicate, t.object, GRAPHS["accepted"])
        for c in claims
        if (t := claimed_triple(index[c])) and accepts(c, index, threshold)
    }
    return Materialised(sorted(plain | accepted, key=str), sorted(reifiers, key=str))


def _stated_threshold(threshold: int) -> Quad:
    """Say in the data which certainty it was built with: a shape and a reader need it."""
    level = Literal(str(threshold), datatype=term("xsd:integer"))
    return Quad(NamedNode(DATASET_IRI), term("zr:acceptanceThreshold"), level, GRAPHS["entities"])


def describe(quads: Iterable[Quad]) -> dict[Node, Description]:
    """Index the triples by subject and predicate; objects in sorted order, each once."""
    index: dict[Node, dict[NamedNode, set[Term]]] = defaultdict(lambda: defaultdict(set))
    for quad in quads:
        index[quad.subject][quad.predicate].add(quad.object)
    return {
        s: {p: sorted(o, key=str) if len(o) > 1 else list(o) for p, o in properties.items()}
        for s, properties in index.items()
    }


def name_citations(quads: Iterable[Quad]) -> list[Quad]:
    """Give each blank citation (and what hangs from it) an IRI below its claim, and a type."""
    quads = list(quads)
    index = describe(quads)
    names: dict[Node, Node] = {}
    citations: set[Node] = set()
    claims = {q.subject for q in quads if q.predicate == _CITED_BY and isinstance(q.subject, NamedNode)}
    for claim in sorted(claims, key=str):
        cited = [c for c in index[claim][_CITED_BY] if isinstance(c, NamedNode | BlankNode)]
        citations.update(cited)
        blank = [c for c in cited if isinstance(c, BlankNode)]
        for number, citation in enumerate(sorted(blank, key=lambda c: content(c, index)), start=1):
            names.update(_names_below(citation, f"{claim.value}/c{number}", index))
    renamed = {rename(q, names) for q in quads}
    typed = {Quad(names.get(c, c), RDF_TYPE, CITATION, GRAPHS["claims"]) for c in citations}
    return list(renamed | typed)


def content(node: Term, index: dict[Node, Description]) -> str:
    """Serialise what a blank node says, independently of its label; other terms as they are.

    That it is a citation is derived, so it counts for nothing even where it is spelled out.
    """
    if not isinstance(node, BlankNode):
        return str(node)
    said = [(p, o) for p, os in index.get(node, {}).items() for o in os if (p, o) != (RDF_TYPE, CITATION)]
    return "[" + ";".join(sorted(f"{p} {content(o, index)}" for p, o in said)) + "]"


def _names_below(node: BlankNode, iri: str, index: dict[Node, Description]) -> dict[Node, Node]:
    names: dict[Node, Node] = {node: NamedNode(iri)}
    below = [(p, o) for p, os in index.get(node, {}).items() for o in os if isinstance(o, BlankNode)]
    ordered = sorted(below, key=lambda po: (str(po[0]), content(po[1], index)))
    for number, (predicate, child) in enumerate(ordered, start=1):
        names.update(_names_below(child, f"{iri}/{local_name(predicate)}{number}", index))
    return names


def local_name(predicate: NamedNode) -> str:
    """Return the last part of a property's IRI, of which the names below a citation are made."""
    return predicate.value.rsplit("/", 1)[-1].rsplit("#", 1)[-1]


def rename(quad: Quad, names: Mapping[Node, Node]) -> Quad:
    """Return the quad with other names for its nodes."""
    subject, value = names.get(quad.subject), quad.object
    named = None if isinstance(value, Literal) else names.get(value)
    if subject is None and named is None:
        return quad
    return Quad(subject or quad.subject, quad.predicate, named or value, quad.graph_name)


def with_bounds(quad: Quad) -> Iterator[Quad]:
    """Yield the quad; a ``zr:when`` typed as EDTF and with its bounds. Unreadable dates get none."""
    if not is_date(quad) or not isinstance(quad.object, Literal):
        yield quad
        return
    text = quad.object.value
    yield Quad(quad.subject, _WHEN, Literal(text, datatype=EDTF_LEVEL_1), quad.graph_name)
    try:
        envelope = bounds(text)
    except InvalidEDTF:
        return  # `zanryu check` reports it, with its place
    for name, day in (("zr:earliest", envelope.earliest), ("zr:latest", envelope.latest)):
        if day is not None:
            yield Quad(quad.subject, term(name), Literal(day.isoformat(), datatype=XSD_DATE), quad.graph_name)


def is_date(quad: Quad) -> bool:
    """Return whether the quad is a ``zr:when``, plain or of its datatype; of any other, S07 tells."""
    value = quad.object
    return quad.predicate == _WHEN and isinstance(value, Literal) and value.datatype in _DATES


def symmetric_properties(quads: Iterable[Quad]) -> set[Node]:
    """Return the properties that the quads declare symmetric."""
    return {q.subject for q in quads if q.predicate == RDF_TYPE and q.object == SYMMETRIC_PROPERTY}


def symmetric(quads: Iterable[Quad], properties: set[Node]) -> Iterator[Quad]:
    """Yield the inverses of the triples of symmetric properties."""
    for quad in quads:
        if quad.predicate in properties and isinstance(quad.object, NamedNode | BlankNode):
            yield Quad(quad.object, quad.predicate, quad.subject, quad.graph_name)


def claimed_triple(claim: Description) -> Triple | None:
    """Return the triple that a claim states, or ``None`` where it is incomplete or ambiguous."""
    subjects, predicates, values = (claim.get(p, []) for p in (RDF_SUBJECT, RDF_PREDICATE, RDF_OBJECT))
    match subjects, predicates, values:
        case [NamedNode() as subject], [NamedNode() as predicate], [NamedNode() | Literal() as value]:
            return Triple(subject, predicate, value)
    return None


def accepts(claim: Node, index: dict[Node, Description], threshold: int) -> bool:
    """Return whether a claim yields an accepted triple.

    It must be affirmative, have a real value, not be deprecated, have a certainty level of at least
    ``threshold``, and not conflict with a preferred claim of the same property unless it is preferred itself.
    Wikibase drops every normal statement beside a preferred one; here only those in conflict with it go, so
    that a rank in Vietnamese service stays beside a preferred Japanese rank.
    """
    properties = index[claim]
    triple = claimed_triple(properties)
    return (
        triple is not None
        and term("zv:negative") not in properties.get(term("zr:polarity"), ())
        and not _is_sentinel(triple.object, index)
        and term("zv:deprecated") not in properties.get(term("zr:status"), ())
        and _level(properties, index) >= threshold
        and not _overruled(properties, index)
    )


def _is_sentinel(value: Term, index: dict[Node, Description]) -> bool:
    return isinstance(value, NamedNode) and _SENTINEL in index.get(value, {}).get(RDF_TYPE, ())


def _level(properties: Description, index: dict[Node, Description]) -> int:
    degrees = properties.get(term("zr:certainty"), ())
    found = [
        v for d in degrees if isinstance(d, NamedNode) for v in index.get(d, {}).get(term("zr:level"), ())
    ]
    levels = [int(v.value) for v in found if isinstance(v, Literal)]
    return min(levels, default=-1)


def _overruled(properties: Description, index: dict[Node, Description]) -> bool:
    preferred, status = term("zv:preferred"), term("zr:status")
    if preferred in properties.get(status, ()):
        return False
    rivals = (
        index.get(r, {}) for r in properties.get(term("zr:conflictsWith"), ()) if isinstance(r, NamedNode)
    )
    return any(
        preferred in rival.get(status, ()) and rival.get(RDF_PREDICATE) == properties.get(RDF_PREDICATE)
        for rival in rivals
    )
