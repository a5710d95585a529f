"""What the hand-edited files say, read back from what the store holds: the inverse of ``materialise``.

For every graph *A* of the files, ``materialise(asserted(materialise(A).plain))`` is ``materialise(A)``.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pyoxigraph as ox
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from zanryu.graph.materialise import is_date, local_name, rename, symmetric_properties, with_bounds
from zanryu.graph.namespaces import CITATION, DATASET_IRI, GRAPHS, RDF_TYPE, term
from zanryu.graph.writable import WRITABLE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from zanryu.graph.materialise import Node

_CITED_BY = term("zr:citation")
_WHEN = term("zr:when")
_THRESHOLD = term("zr:acceptanceThreshold")
_PLAIN_DATATYPES = (term("xsd:string"), term("rdf:langString"))


def asserted(quads: Iterable[Quad], written: Collection[Quad] = frozenset()) -> list[Quad]:
    """Return materialised quads without what was derived, citations as blank nodes again.

    Of a symmetric pair one direction stays: what ``written`` (the quads of the present files) holds; else
    the one of a subject that ``written`` does not know, so that a new claim says it and the old one is left
    alone; else the first by name.
    """
    kept = [q for q in quads if q.graph_name not in (GRAPHS["accepted"], GRAPHS["reifiers"])]
    stated = [q for q in kept if not _is_threshold(q)]
    one_way = _one_direction(stated, written, symmetric_properties(stated))
    return with_plain_dates(with_blank_citations(one_way))


def about(store: ox.Store, subjects: Iterable[Node]) -> Iterator[Quad]:
    """Yield what the writable graphs say of the subjects and of the citations below them."""
    ahead, seen = list(subjects), set()
    while ahead:
        subject = ahead.pop()
        if subject in seen:
            continue
        seen.add(subject)
        for graph in WRITABLE:
            for quad in store.quads_for_pattern(subject, None, None, graph):
                yield quad
                if _is_below(quad) and isinstance(quad.object, NamedNode):
                    ahead.append(quad.object)


def stored_form(quads: Iterable[Quad]) -> list[Quad]:
    """Return the quads as the engine gives them back: it writes numbers and times canonically, 01 as 1."""
    quads = list(quads)
    typed = {q.object for q in quads if isinstance(q.object, Literal)}
    odd = [literal for literal in typed if literal.datatype not in _PLAIN_DATATYPES]
    if not odd:
        return quads
    store, same = ox.Store(), NamedNode("urn:x-zanryu:s")
    places = {NamedNode(f"urn:x-zanryu:{number}"): literal for number, literal in enumerate(odd)}
    store.extend(Quad(same, place, literal) for place, literal in places.items())
    forms = {places[q.predicate]: q.object for q in store}
    return [
        Quad(q.subject, q.predicate, forms[q.object], q.graph_name)
        if isinstance(q.object, Literal) and q.object in forms
        else q
        for q in quads
    ]


def plain_date(quad: Quad) -> Quad:
    """Return the quad; a date as the files write it, without a datatype."""
    if not is_date(quad) or not isinstance(quad.object, Literal):
        return quad
    return Quad(quad.subject, _WHEN, Literal(quad.object.value), quad.graph_name)


def with_plain_dates(quads: Iterable[Quad]) -> list[Quad]:
    """Return the quads with plain dates and without the bounds that follow from them."""
    quads = list(quads)
    derived = {b for q in quads if q.predicate == _WHEN for b in with_bounds(q) if b.predicate != _WHEN}
    return [plain_date(q) for q in quads if q not in derived]


def with_blank_citations(quads: Iterable[Quad]) -> list[Quad]:
    """Return the quads with blank nodes for the names that a build gave, and citations without their type."""
    quads = list(quads)
    names = blank_citations(quads)
    cited = {q.object for q in quads if q.predicate == _CITED_BY and isinstance(q.subject, NamedNode)}
    return [rename(q, names) for q in quads if not (is_citation_type(q) and q.subject in cited)]


def blank_citations(quads: Iterable[Quad]) -> dict[Node, Node]:
    """Return a blank node for each node that bears the name of a citation, or of what hangs from one."""
    below: dict[Node, list[Quad]] = defaultdict(list)
    ahead: list[Node] = []
    for quad in quads:
        if is_citation_link(quad):
            ahead.append(_node(quad))
        elif _is_below(quad):
            below[quad.subject].append(quad)
    names: dict[Node, Node] = {}
    while ahead:
        node = ahead.pop()
        if node not in names:
            names[node] = BlankNode()
            ahead.extend(_node(q) for q in below[node] if has_derived_name(q, local_name(q.predicate)))
    return names


def is_citation_link(quad: Quad) -> bool:
    """Return whether the quad leads from a claim to a citation that is named after it."""
    return quad.predicate == _CITED_BY and has_derived_name(quad, "c")


def is_citation_type(quad: Quad) -> bool:
    """Return whether the quad says that its subject is a citation, as the build says it."""
    return quad.predicate == RDF_TYPE and quad.object == CITATION and quad.graph_name == GRAPHS["claims"]


def has_derived_name(quad: Quad, stem: str) -> bool:
    """Return whether the object is named after the subject: its IRI, a slash, ``stem``, a number."""
    if not _is_below(quad):
        return False
    last = _node(quad).value[len(str(quad.subject)) - 1 :]
    return last.startswith(stem) and last[len(stem) :].isdecimal() and last.isascii()


def _is_below(quad: Quad) -> bool:
    subject, value = quad.subject, quad.object
    return (
        isinstance(subject, NamedNode)
        and isinstance(value, NamedNode)
        and value.value.startswith(f"{subject.value}/")
    )


def _node(quad: Quad) -> NamedNode:
    if not isinstance(quad.object, NamedNode):
        raise TypeError(f"the object of {quad} has no name")
    return quad.object


def _is_threshold(quad: Quad) -> bool:
    return quad.predicate == _THRESHOLD and quad.subject == NamedNode(DATASET_IRI)


def _one_direction(quads: list[Quad], written: Collection[Quad], properties: set[Node]) -> list[Quad]:
    present = {q for q in quads if q.predicate in properties}
    chosen = {q for q in written if q.predicate in properties}
    known = {q.subject for q in written}

    def stays(quad: Quad) -> bool:
        if quad not in present or not isinstance(quad.object, NamedNode | BlankNode):
            return True
        other = Quad(quad.object, quad.predicate, quad.subject, quad.graph_name)
        if other not in present or other == quad:
            return True
        if quad in chosen or other in chosen:
            return quad in chosen
        return (quad.subject in known, str(quad.subject)) < (other.subject in known, str(other.subject))

    return [q for q in quads if stays(q)]
