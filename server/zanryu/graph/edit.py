"""A change as an editor means it: in terms of the asserted form, with the subjects that it touches.

Citations are told by the names that the store shows (``<claim>/c1``) or are blank nodes; dates count by
their text; one direction of a symmetric triple stands for both.
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, NamedNode, Quad

from zanryu.graph.asserted import (
    blank_citations,
    has_derived_name,
    is_citation_link,
    is_citation_type,
    plain_date,
    stored_form,
    with_plain_dates,
)
from zanryu.graph.materialise import (
    SYMMETRIC_PROPERTY,
    local_name,
    name_citations,
    rename,
    symmetric,
    symmetric_properties,
    with_bounds,
)
from zanryu.graph.namespaces import GRAPHS, RDF_TYPE, term
from zanryu.graph.writable import refused

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyoxigraph as ox

    from zanryu.graph.delta import Delta
    from zanryu.graph.materialise import Node, Term

_NUMBERED = re.compile(r"/c[0-9]+(?=/|$)")
_CITED_BY = term("zr:citation")
_BOUNDS: Final = (term("zr:earliest"), term("zr:latest"))
_LOOSE = "is part of no citation: cite it with zr:citation from its claim, or say it of the claim."


class Edit:
    """What an editor adds and removes; ``roots`` are the claims and entities that are touched."""

    def __init__(self, store: ox.Store, delta: Delta) -> None:
        self._store = store
        self._delta = delta
        declared = store.quads_for_pattern(None, RDF_TYPE, SYMMETRIC_PROPERTY, None)
        self._symmetric = symmetric_properties(declared)
        self._added = self._normal(delta.added)
        self._removed = self._normal(delta.removed)
        self._links = {q for q in self._added | self._removed if is_citation_link(q)}
        self._above = {q.object: q.subject for q in self._added if isinstance(q.object, BlankNode)}
        self._known_roots: dict[Node, Node] = {}
        self.roots: set[Node] = {self._root(q.subject) for q in self._added | self._removed}
        for quad in self._added:
            self._refuse_reference(quad)
            self._refuse_misplaced(quad)

    def _normal(self, quads: Iterable[Quad]) -> set[Quad]:
        found = {plain_date(q) for q in stored_form(quads)}
        return found | set(symmetric(found, self._symmetric))

    def _root(self, node: Node) -> Node:
        """Return the claim that a citation, or what hangs from one, belongs to; other nodes themselves."""
        if node not in self._known_roots:
            self._known_roots[node] = self._find_root(node)
        return self._known_roots[node]

    def _find_root(self, node: Node) -> Node:
        while isinstance(node, BlankNode) and node in self._above:
            node = self._above[node]
        if isinstance(node, NamedNode):
            for found in _NUMBERED.finditer(node.value):
                claim, citation = NamedNode(node.value[: found.start()]), NamedNode(node.value[: found.end()])
                if self._is_cited(claim, citation):
                    return claim
        return node

    def _is_cited(self, claim: NamedNode, citation: NamedNode) -> bool:
        link = Quad(claim, _CITED_BY, citation, GRAPHS["claims"])
        return link in self._links or link in self._store

    def _is_in_citation(self, node: Term) -> bool:
        return isinstance(node, NamedNode | BlankNode) and self._root(node) != node

    def _refuse_reference(self, quad: Quad) -> None:
        """The number of a citation changes with its neighbours, so nothing but its claim refers to it."""
        leads = is_citation_link(quad) or (
            self._is_in_citation(quad.subject) and has_derived_name(quad, local_name(quad.predicate))
        )
        if isinstance(quad.object, NamedNode) and self._is_in_citation(quad.object) and not leads:
            raise refused(quad, "refers to a citation, whose number may change: refer to the claim.")
        if quad.predicate in self._symmetric and self._is_in_citation(quad.subject):
            raise refused(quad, "links a citation both ways: say it of the claim.")

    def _refuse_misplaced(self, quad: Quad) -> None:
        inside = self._is_in_citation(quad.subject)
        if isinstance(quad.subject, BlankNode) and quad.subject not in self._above:
            raise refused(quad, "is about a blank node that no claim cites: give it an IRI.")
        if isinstance(quad.object, BlankNode) and quad.predicate != _CITED_BY and not inside:
            raise refused(quad, "leads to a blank node that is no citation: give it an IRI.")
        if inside and quad.predicate == _CITED_BY:
            raise refused(quad, "cites for a citation: cite for the claim.")
        if inside and quad.graph_name != GRAPHS["claims"]:
            raise refused(quad, "is part of a citation: it belongs to the graph of the claims.")

    # ------------------------------------------------------------ the touched subjects

    def apply(self, before: set[Quad]) -> set[Quad]:
        """Return what the touched subjects say after the change, derived anew but for acceptance.

        :raises Refused: where the change contradicts what is derived.
        """
        names = blank_citations(chain(before, self._added))
        held = {rename(q, names) for q in before if not is_citation_type(q)}
        added, removed = (
            {rename(q, names) for q in quads if not is_citation_type(q)}
            for quads in (self._added, self._removed)
        )
        bounds = {q for q in added if q.predicate in _BOUNDS}
        stated = (set(with_plain_dates(held)) - removed) | (added - bounds)
        own = {*names.values(), *self._above}
        kept = _reachable(stated, own)
        shown = {name: original for original, name in names.items()}
        for quad in added - bounds - kept:
            raise refused(rename(quad, shown), _LOOSE)
        after = {q for quad in kept for q in with_bounds(quad)}
        for quad in bounds - after:
            raise refused(rename(quad, shown), "is derived from zr:when: write the date there.")
        for quad in (q for q in removed & after if q.predicate in _BOUNDS):
            raise refused(rename(quad, shown), "is derived from zr:when: change or remove the date there.")
        self._refuse_types(names, kept)
        return {q for quad in name_citations(kept) for q in with_bounds(quad)}

    def _refuse_types(self, names: dict[Node, Node], kept: set[Quad]) -> None:
        """Refuse a type for what is no citation after the change, and the loss of a type for what is one."""
        cited = {q.object for q in kept}
        for quad in filter(is_citation_type, self._added):
            if self._is_in_citation(quad.subject) and names.get(quad.subject, quad.subject) not in cited:
                raise refused(quad, _LOOSE)
        for quad in filter(self.insists_on_removing, self._removed):
            if is_citation_type(quad) and names.get(quad.subject) in cited:
                raise refused(quad, "is derived while its claim cites it: remove the zr:citation.")

    # ------------------------------------------------------------ citations with an IRI of their own

    def foreign_typed(self) -> set[Node]:
        """Return what the editor types, or no longer types, as a citation, other than a claim's own."""
        types = filter(is_citation_type, self._added | self._removed)
        return {q.subject for q in types if not self._is_in_citation(q.subject)}

    def keeps_stated(self, quad: Quad, *, stated: bool) -> bool:
        """Return whether a quad is stated after the change that was or was not ``stated`` before."""
        return quad in self._added or (stated and quad not in self._removed)

    def insists_on_removing(self, quad: Quad) -> bool:
        """Return whether the editor removes the quad and does not add it again."""
        return quad in self._removed and quad not in self._added


def _reachable(quads: set[Quad], own: set[Node]) -> set[Quad]:
    """Return the quads without those of citations (``own``: they and what hangs from them) left uncited."""
    below: dict[Node, list[Quad]] = defaultdict(list)
    for quad in quads:
        below[quad.subject].append(quad)
    kept: set[Quad] = set()
    ahead: list[Node] = [subject for subject in below if subject not in own]
    while ahead:
        for quad in below.pop(ahead.pop(), ()):
            kept.add(quad)
            if isinstance(quad.object, BlankNode) and quad.object in own:
                ahead.append(quad.object)
    return kept
