"""Whatever changes, the incremental validation finds what a full one finds anew."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING

import pyoxigraph as ox
from hypothesis import given, settings
from hypothesis import strategies as st

from changed_graphs import State, assert_incremental_equals_full, example_quads, state_of
from graph.test_examples import BY_HAND, INVALID, VALID
from zanryu.graph.materialise import Term, describe
from zanryu.graph.namespaces import GRAPHS

if TYPE_CHECKING:
    from collections.abc import Iterable

Block = tuple[ox.Quad, ...]


@cache
def blocks() -> list[Block]:
    """What one edits: a claim with its citations, a work, an entity, a conflict; many share a name."""
    found: dict[Block, None] = {}
    for path in (*INVALID, *VALID):
        if path.suffix != ".ttl" or BY_HAND in path.read_text(encoding="utf-8"):
            continue
        quads = example_quads(path)
        index = describe(quads)
        for subject in index:
            if isinstance(subject, ox.NamedNode):
                below = _below(subject, {q.subject: [] for q in quads}, quads)
                found[tuple(q for q in quads if q.subject in below)] = None
    return list(found)


def _below(node: object, subjects: dict[object, list[object]], quads: Iterable[ox.Quad]) -> set[object]:
    """The node and the blank nodes that hang from it."""
    for quad in quads:
        if isinstance(quad.object, ox.BlankNode):
            subjects[quad.subject].append(quad.object)
    waiting, found = [node], set()
    while waiting:
        found.add(waiting.pop())
        waiting = [o for n in found for o in subjects.get(n, ()) if o not in found]
    return found


@cache
def values() -> dict[ox.NamedNode, list[Term]]:
    """By property, the values that some example gives it."""
    found: dict[ox.NamedNode, dict[Term, None]] = defaultdict(dict)
    for block in blocks():
        for quad in block:
            if not isinstance(quad.object, ox.BlankNode):
                found[quad.predicate][quad.object] = None
    return {predicate: list(terms) for predicate, terms in found.items()}


some_blocks = st.sets(st.integers(0, len(blocks()) - 1), max_size=8)
places = st.integers(0, 10_000)


def _asserted(numbers: Iterable[int]) -> list[ox.Quad]:
    return [quad for number in sorted(numbers) for quad in blocks()[number]]


def _edited(quads: list[ox.Quad], edits: list[tuple[str, int, int]]) -> list[ox.Quad]:
    """Remove single quads, or give them another value that the property has somewhere."""
    quads = list(dict.fromkeys(quads))
    for kind, place, choice in edits:
        if not quads:
            break
        quad = quads.pop(place % len(quads))
        terms = values().get(quad.predicate)
        if kind != "remove" and terms:
            quads.append(ox.Quad(quad.subject, quad.predicate, terms[choice % len(terms)], quad.graph_name))
        if kind == "add":
            quads.append(quad)
    return quads


edits = st.lists(st.tuples(st.sampled_from(["remove", "change", "add"]), places, places), max_size=4)


@settings(max_examples=25)
@given(some_blocks, some_blocks, some_blocks, edits)
def test_claims_works_and_entities_come_and_go_and_change(
    kept: set[int], added: set[int], removed: set[int], changes: list[tuple[str, int, int]]
) -> None:
    before = state_of(_asserted(kept | removed))
    after = state_of(_edited(_asserted(kept | added), changes))

    assert_incremental_equals_full(before, after)
    assert_incremental_equals_full(after, before)


@settings(max_examples=15)
@given(
    some_blocks,
    st.lists(st.tuples(st.sampled_from(["remove", "change", "add"]), places, places), min_size=1, max_size=3),
)
def test_derived_triples_that_a_wrong_derivation_changes_are_found(
    kept: set[int], changes: list[tuple[str, int, int]]
) -> None:
    before = state_of(_asserted(kept))
    data = sorted(
        (q for q in before.quads if q.graph_name not in (GRAPHS["ontology"], GRAPHS["vocabularies"])), key=str
    )
    after = State(before.quads.difference(data).union(_edited(data, changes)))

    assert_incremental_equals_full(before, after)
