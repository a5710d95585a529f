"""What an editor may write: in which graphs, and which triples no write can change.

Four graphs are written by hand, in files or over HTTP. The others follow from them, or change with a build.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Triple

from zanryu.errors import Refused
from zanryu.graph.materialise import SYMMETRIC_PROPERTY
from zanryu.graph.namespaces import (
    BASE,
    DATASET_IRI,
    GRAPHS,
    PREFIXES,
    RDF_REIFIES,
    RDF_TYPE,
    compact,
    term,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from zanryu.graph.delta import Delta
    from zanryu.graph.materialise import Term

WRITABLE: Final = tuple(GRAPHS[name] for name in ("entities", "works", "claims", "links"))

_FOLLOWS = "follows from the claims: change the claim, and this graph changes with it"
_BUILT = "changes with a build, from the files in ontology/, and not by a write"
_WHY_NOT: Final = {
    GRAPHS["accepted"]: _FOLLOWS,
    GRAPHS["reifiers"]: _FOLLOWS,
    GRAPHS["ontology"]: _BUILT,
    GRAPHS["vocabularies"]: _BUILT,
}
_CITED_BY = term("zr:citation")
_LEVEL = term("zr:level")
_THRESHOLD = term("zr:acceptanceThreshold")
# What the acceptance of claims elsewhere hangs on: it belongs to the vocabularies, whose change is a build.
_VOCABULARY_TYPES = (SYMMETRIC_PROPERTY, term("zr:SentinelValue"))
_MAPPINGS = frozenset(
    term(name)
    for name in (
        "skos:exactMatch",
        "skos:closeMatch",
        "skos:broadMatch",
        "skos:narrowMatch",
        "skos:relatedMatch",
        "owl:sameAs",
    )
)


def graph_for(triple: Triple) -> NamedNode:
    """Return the writable graph of a triple that came without one, as the build sorts the files.

    Claims, conflicts and citations go to ``claims``, works to ``works``, what an entity is called elsewhere
    (a SKOS mapping or ``owl:sameAs`` to an IRI of another site) to ``links``, the rest to ``entities``.
    """
    subject, value = triple.subject, triple.object
    if not isinstance(subject, NamedNode) or subject.value.startswith((PREFIXES["cl"], PREFIXES["cf"])):
        return GRAPHS["claims"]
    if subject.value.startswith(PREFIXES["w"]):
        return GRAPHS["works"]
    elsewhere = isinstance(value, NamedNode) and not value.value.startswith(BASE)
    return GRAPHS["links" if triple.predicate in _MAPPINGS and elsewhere else "entities"]


def refuse_unwritable(delta: Delta) -> None:
    """Refuse what no state of the store could make right.

    :raises Refused: naming the triple and what to do instead.
    """
    for quad in (*delta.added, *delta.removed):
        _refuse_graph(quad)
        _refuse_vocabulary(quad)
    for quad in delta.added:
        _refuse_triple_terms(quad)
        _refuse_stray_citation(quad)
    _refuse_shared_blank_nodes(delta.added)


def refuse_graph(graph: NamedNode) -> None:
    """Refuse a change of a graph that is not written by hand, also where it would change nothing.

    :raises Refused: saying what to do instead.
    """
    if graph not in WRITABLE:
        why = _WHY_NOT.get(graph, f"cannot be written. The graphs that can are {_names()}")
        raise Refused(f"The graph {_spell(graph)} {why}.")


def refused(quad: Quad, why: str) -> Refused:
    """Return the refusal of a quad, which ``why`` says in a sentence that goes on from the triple."""
    return Refused(f"{spelled(quad)} {why}")


def spelled(quad: Quad) -> str:
    """Return the triple as people write it."""
    return " ".join(_spell(t) for t in (quad.subject, quad.predicate, quad.object))


def _spell(node: Term) -> str:
    return compact(node.value) if isinstance(node, NamedNode) else str(node)


def _refuse_graph(quad: Quad) -> None:
    graph = quad.graph_name
    if graph in WRITABLE:
        return
    if isinstance(graph, DefaultGraph):
        raise refused(quad, f"names no graph. The graphs that can be written are {_names()}.")
    if isinstance(graph, NamedNode) and graph in _WHY_NOT:
        raise refused(quad, f"cannot be written: the graph {compact(graph.value)} {_WHY_NOT[graph]}.")
    raise refused(quad, f"is in {graph}, which cannot be written. The graphs that can are {_names()}.")


def _names() -> str:
    return ", ".join(compact(graph.value) for graph in WRITABLE)


def _refuse_vocabulary(quad: Quad) -> None:
    if quad.predicate == _LEVEL or (quad.predicate == RDF_TYPE and quad.object in _VOCABULARY_TYPES):
        raise refused(quad, "belongs to the vocabularies, where it decides on every claim: edit ontology/.")
    if quad.predicate == _THRESHOLD and quad.subject == NamedNode(DATASET_IRI):
        raise refused(quad, "states a setting of the build: change the setting and build again.")


def _refuse_triple_terms(quad: Quad) -> None:
    if isinstance(quad.object, Triple) or quad.predicate == RDF_REIFIES:
        raise refused(
            quad, "is derived from a claim: state rdf:subject, rdf:predicate and rdf:object of the claim."
        )


def _refuse_stray_citation(quad: Quad) -> None:
    blank = isinstance(quad.subject, BlankNode)
    if blank and quad.predicate == _CITED_BY:
        raise refused(quad, "cites for something without a name: give the claim an IRI.")
    if (blank or quad.predicate == _CITED_BY) and quad.graph_name != GRAPHS["claims"]:
        raise refused(quad, f"is part of a citation: it belongs to {compact(GRAPHS['claims'].value)}.")


def _refuse_shared_blank_nodes(added: Iterable[Quad]) -> None:
    """A blank node is written inside of the one citation that it belongs to: no second use, no circle."""
    uses = [q for q in added if isinstance(q.object, BlankNode)]
    above: dict[Term, Term] = {q.object: q.subject for q in uses}
    often = Counter(q.object for q in uses)
    for quad in uses:
        if often[quad.object] > 1:
            raise refused(quad, "uses a blank node for the second time: give each citation its own.")
        if not _ends_in_a_name(quad.object, above):
            raise refused(quad, "leads back to itself: a citation is no circle.")


def _ends_in_a_name(node: Term, above: Mapping[Term, Term]) -> bool:
    seen: set[Term] = set()
    while isinstance(node, BlankNode) and node in above and node not in seen:
        seen.add(node)
        node = above[node]
    return node not in seen
