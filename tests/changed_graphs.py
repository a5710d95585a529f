"""States of a small graph made of the examples of all constraints, and what a full validation finds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

import pyoxigraph as ox

from graph.test_examples import BY_HAND, DATASET, INVALID, VALID, shapes, spoken_of
from zanryu.graph.delta import Delta
from zanryu.graph.materialise import materialise
from zanryu.graph.namespaces import GRAPHS
from zanryu.graph.sources import SourceFile, read
from zanryu.graph.validation import read_shapes, validate, validate_reifiers
from zanryu.graph.validation.incremental import IncrementalValidator
from zanryu.graph.validation.source_checks import check_sources

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from rdflib.term import Node

    from zanryu.graph.validation import Finding, Shapes


@dataclass(frozen=True, eq=False)
class State:
    """A materialised graph."""

    quads: frozenset[ox.Quad]

    def with_change(self, added: Iterable[ox.Quad] = (), removed: Iterable[ox.Quad] = ()) -> State:
        """Return the state after a change of single quads, which derives nothing."""
        return State((self.quads - frozenset(removed)) | frozenset(added))

    def to(self, later: State) -> Delta:
        """Return the change that leads to a later state."""
        return Delta(later.quads - self.quads, self.quads - later.quads)

    def store(self) -> ox.Store:
        """Return the quads in a store."""
        store = ox.Store()
        store.bulk_extend(self.quads)
        return store

    @cached_property
    def findings(self) -> list[Finding]:
        """What a full validation finds."""
        plain = sorted((q for q in self.quads if q.graph_name != GRAPHS["reifiers"]), key=str)
        return [
            *validate(plain, shapes()),
            *validate_reifiers(self.quads, reifier_shapes()),
            *check_sources(plain, DATASET, shapes().graph),
        ]


@cache
def reifier_shapes() -> Shapes:
    return read_shapes(DATASET.rdf12_shape_files())


@cache
def validator() -> IncrementalValidator:
    """The validator of all shapes; it keeps nothing of the graphs that it sees."""
    return IncrementalValidator(shapes(), reifier_shapes(), DATASET)


@cache
def example_quads(path: Path) -> tuple[ox.Quad, ...]:
    if path.suffix == ".nq":
        return tuple(ox.parse(path=path, format=ox.RdfFormat.N_QUADS))
    return tuple(read([SourceFile(path, GRAPHS["claims"])]))


@cache
def background() -> tuple[ox.Quad, ...]:
    """What the examples speak of: the part of the ontology and vocabularies that matters to them."""
    return tuple(spoken_of([q for p in (*INVALID, *VALID) if p.suffix == ".ttl" for q in example_quads(p)]))


def state_of(asserted: Iterable[ox.Quad]) -> State:
    """Return the state that a build makes of asserted quads and the background."""
    made = materialise([*background(), *asserted])
    return State(frozenset((*made.plain, *made.reifiers)))


@cache
def nothing() -> State:
    """The state without any data."""
    return state_of(())


@cache
def state_of_example(path: Path) -> State:
    """The state with one example; one that is derived by hand is taken as it stands."""
    if path.suffix == ".nq" or BY_HAND in path.read_text(encoding="utf-8"):
        return nothing().with_change(added=example_quads(path))
    return state_of(example_quads(path))


def assert_incremental_equals_full(before: State, after: State) -> set[Finding]:
    """Assert both halves of the promise, and return what is found of the change.

    What is found is what a full validation finds at the affected focus nodes of each rule; and nothing
    that is new is left out.
    """
    change, store = before.to(after), after.store()
    found = validator().findings(store, change)
    affected = validator().affected(store, change)
    full = after.findings
    alone = Counter(found) - Counter(full)
    assert not alone, f"found by the incremental validation alone, or more often: {alone}"
    missed = set(full) - set(before.findings) - set(found)
    assert not missed, f"new and not found: {missed}"
    at_affected = {f for f in full if f.focus in affected.get(rule_of(f), ())}
    assert at_affected <= set(found), f"at affected focus nodes and not found: {at_affected - set(found)}"
    return set(found)


def rule_of(finding: Finding) -> Node:
    return finding.shape if finding.constraint is None else finding.constraint
