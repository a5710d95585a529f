"""Which accepted triples and reifiers a change of some claims adds and removes.

Besides the claims themselves, their rivals are judged again, and every other claim of the same triples: a
triple stays accepted while one of its claims yields it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad, Triple

from zanryu.graph.delta import Delta
from zanryu.graph.materialise import DEFAULT_THRESHOLD, accepts, claimed_triple, describe
from zanryu.graph.namespaces import (
    ASSERTION,
    DATASET_IRI,
    GRAPHS,
    RDF_OBJECT,
    RDF_REIFIES,
    RDF_TYPE,
    REIFIERS,
    term,
)
from zanryu.graph.writable import WRITABLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pyoxigraph as ox

    from zanryu.graph.materialise import Description, Node

_CONFLICTS = term("zr:conflictsWith")


def judge_again(store: ox.Store, roots: set[Node], before: set[Quad], after: set[Quad]) -> Delta:
    """Return the change of accepted triples and reifiers; ``roots`` and their citations are told twice."""
    touched = roots | {q.subject for q in before | after}
    told = describe(after)
    old, new = _claimed(describe(before)), _claimed(told)
    rivals = _claimed(describe(_said(store, _rivals(store, roots) - touched)))
    claimants: dict[Triple, set[Node]] = defaultdict(set)
    for triple in {*old.values(), *new.values(), *rivals.values()}:
        reified = store.quads_for_pattern(None, RDF_REIFIES, triple, REIFIERS)
        claimants[triple] = {q.subject for q in reified} - touched
    for claim, triple in new.items():
        claimants[triple].add(claim)
    others = {claim for claims in claimants.values() for claim in claims} - touched
    index = _index(store, told, set(_said(store, others)))
    threshold = _threshold(store)
    accepted = {_accepted(t): any(accepts(c, index, threshold) for c in claimants[t]) for t in claimants}
    changed = {quad for quad, yes in accepted.items() if yes != (quad in store)}
    reifiers = [{Quad(c, RDF_REIFIES, t, REIFIERS) for c, t in claims.items()} for claims in (old, new)]
    return Delta(
        frozenset(reifiers[1] - reifiers[0]) | {quad for quad in changed if accepted[quad]},
        frozenset(reifiers[0] - reifiers[1]) | {quad for quad in changed if not accepted[quad]},
    )


def _accepted(triple: Triple) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object, GRAPHS["accepted"])


def _claimed(index: dict[Node, Description]) -> dict[Node, Triple]:
    """Return the triple of each claim of the index that states one."""
    claims = [c for c in index if ASSERTION in index[c].get(RDF_TYPE, ())]
    return {claim: triple for claim in claims if (triple := claimed_triple(index[claim]))}


def _said(store: ox.Store, subjects: Iterable[Node]) -> Iterator[Quad]:
    for subject in subjects:
        for graph in WRITABLE:
            yield from store.quads_for_pattern(subject, None, None, graph)


def _rivals(store: ox.Store, roots: set[Node]) -> set[Node]:
    """Return the claims whose acceptance may hang on one of the roots."""
    return {q.subject for node in roots for q in store.quads_for_pattern(None, _CONFLICTS, node, None)}


def _index(store: ox.Store, touched: dict[Node, Description], others: set[Quad]) -> dict[Node, Description]:
    """Describe the claims as they are after the change, with what their acceptance hangs on."""
    index = {**describe(others), **touched}
    rivals = _values(index, _CONFLICTS) - index.keys()
    index |= describe(_said(store, rivals))
    for node, facts in describe(_vocabulary(store, index)).items():
        # Acceptance asks of a value no other type, and of a certainty nothing else.
        index[node] = {**index.get(node, {}), **facts}
    return index


def _values(index: dict[Node, Description], predicate: NamedNode) -> set[Node]:
    return {o for said in index.values() for o in said.get(predicate, ()) if isinstance(o, NamedNode)}


def _vocabulary(store: ox.Store, index: dict[Node, Description]) -> Iterator[Quad]:
    """Yield which values are none in truth, and the levels of certainties; no write changes these."""
    for value in _values(index, RDF_OBJECT):
        yield from _built(store.quads_for_pattern(value, RDF_TYPE, term("zr:SentinelValue"), None))
    for certainty in _values(index, term("zr:certainty")):
        yield from _built(store.quads_for_pattern(certainty, term("zr:level"), None, None))


def _built(quads: Iterable[Quad]) -> Iterator[Quad]:
    yield from (q for q in quads if q.graph_name != GRAPHS["accepted"])


def _threshold(store: ox.Store) -> int:
    said = store.quads_for_pattern(
        NamedNode(DATASET_IRI), term("zr:acceptanceThreshold"), None, GRAPHS["entities"]
    )
    levels = [int(q.object.value) for q in said if isinstance(q.object, Literal)]
    return min(levels, default=DEFAULT_THRESHOLD)
