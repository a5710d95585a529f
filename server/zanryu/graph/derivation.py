"""What follows from a change: the build's derivation, for the subjects that the change touches alone.

The touched claims are brought into their asserted form, changed, and derived again with the functions of
``materialise``, so the store holds after every change what a build of the same claims would hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Quad

from zanryu.graph.acceptance import judge_again
from zanryu.graph.asserted import about, is_citation_link, is_citation_type
from zanryu.graph.delta import Delta
from zanryu.graph.edit import Edit
from zanryu.graph.namespaces import CITATION, GRAPHS, RDF_TYPE, term
from zanryu.graph.writable import refuse_unwritable, refused

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyoxigraph as ox

    from zanryu.graph.materialise import Node

_CITED_BY = term("zr:citation")


class Deriver:
    """Extends changes of the writable graphs by everything that follows from them.

    It keeps nothing: symmetric properties, certainties and the threshold of acceptance are those that the
    store states.
    """

    def consequences(self, store: ox.Store, asserted: Delta) -> Delta:
        """Return the whole change, asserted and derived, exact for a store that ``asserted`` is yet to meet.

        As in an update, what is removed goes before what is added comes. New citations may be blank nodes;
        they, and their neighbours, are numbered by content as in a build. A citation that its claim no longer
        cites goes. Derived triples may be named where the change brings them about anyway, so that a whole
        claim can be removed as the store shows it.

        :raises Refused: for a triple that no editor writes, naming it and saying what to do.
        """
        refuse_unwritable(asserted)
        edit = Edit(store, asserted)
        held = set(about(store, edit.roots))
        before, after = _without_foreign_types(held), _without_foreign_types(edit.apply(held))
        types = _types_of_foreign_citations(store, edit, before, after)
        judged = judge_again(store, edit.roots, before, after)
        return Delta(
            frozenset(after - before) | types.added | judged.added,
            frozenset(before - after) | types.removed | judged.removed,
        )


def _types_of_foreign_citations(store: ox.Store, edit: Edit, before: set[Quad], after: set[Quad]) -> Delta:
    """Type what has an IRI of its own and is cited by any claim; untype what none cites any more."""
    old, new = _foreign_links(before), _foreign_links(after)
    doubtful = {q.object for q in old ^ new} | edit.foreign_typed()
    added: set[Quad] = set()
    removed: set[Quad] = set()
    for citation in (c for c in doubtful if isinstance(c, NamedNode)):
        quad = Quad(citation, RDF_TYPE, CITATION, GRAPHS["claims"])
        elsewhere = _is_cited_elsewhere(store, citation, edit.roots)
        was_cited, is_cited = (elsewhere or any(q.object == citation for q in links) for links in (old, new))
        present = quad in store
        stays = edit.keeps_stated(quad, stated=present and not was_cited)
        if edit.insists_on_removing(quad) and is_cited:
            raise refused(quad, "is derived while a claim cites it: remove the citation from the claim.")
        if (is_cited or stays) != present:
            (removed if present else added).add(quad)
    return Delta(frozenset(added), frozenset(removed))


def _without_foreign_types(quads: set[Quad]) -> set[Quad]:
    numbered = {q.object for q in quads if is_citation_link(q)}
    return {q for q in quads if not is_citation_type(q) or q.subject in numbered}


def _foreign_links(quads: Iterable[Quad]) -> set[Quad]:
    return {
        q
        for q in quads
        if q.predicate == _CITED_BY and isinstance(q.subject, NamedNode) and not is_citation_link(q)
    }


def _is_cited_elsewhere(store: ox.Store, citation: NamedNode, roots: set[Node]) -> bool:
    found = store.quads_for_pattern(None, _CITED_BY, citation, None)
    return any(isinstance(q.subject, NamedNode) and q.subject not in roots for q in found)
