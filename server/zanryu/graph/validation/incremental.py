"""Validation of a change: only of the focus nodes that it can affect, and only by the rules concerned.

What a full validation finds now and did not find before is always found. How that is known:
:mod:`~zanryu.graph.validation.relaxation` (``sh:sparql``), :mod:`~zanryu.graph.validation.reading` (Core) and
:mod:`~zanryu.graph.validation.affected` (from triples to focus nodes).
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox
from rdflib import SH

from zanryu.errors import InvalidShapes
from zanryu.graph.delta import Delta
from zanryu.graph.namespaces import compact
from zanryu.graph.validation.affected import Watch
from zanryu.graph.validation.canary import BARE_CLAIM, CANARY, EMPTY_CLAIM
from zanryu.graph.validation.engines import run_sparql_at, to_rdflib
from zanryu.graph.validation.findings import Finding
from zanryu.graph.validation.joining import View
from zanryu.graph.validation.lookups import CoreConstraints
from zanryu.graph.validation.reading import core_conjunctions
from zanryu.graph.validation.relaxation import Relaxed
from zanryu.graph.validation.rules import Rule, make_rule
from zanryu.graph.validation.shapes import TARGETS
from zanryu.graph.validation.source_changes import SourceChecks
from zanryu.graph.validation.targets import target_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future

    from rdflib import Graph
    from rdflib.term import Node

    from zanryu.graph.sources import Dataset
    from zanryu.graph.validation.patterns import Conjunction, Patterns, Term
    from zanryu.graph.validation.shapes import Shapes, SPARQLConstraint

# The selects of a change of some claims are evaluated in turn: readers have the other cores.
_FEW: Final = 100
# One core goes on with what is Python: threads that take it away from it make everybody wait for it.
_THREADS: Final = max(1, min(4, (os.cpu_count() or 2) - 1))
# Parsing is what takes the time: a dataset's selects are read once in a process.
_relaxed = lru_cache(maxsize=256)(Relaxed)


class IncrementalValidator:
    """Made once for a dataset's shapes; then asked for each change. Keeps nothing of the graph."""

    def __init__(self, shapes: Shapes, reifier_shapes: Shapes | None, dataset: Dataset) -> None:
        """Work out what each constraint reads.

        :raises InvalidShapes: if an engine finds no fault with a claim that says nothing.
        """
        self._beside = ThreadPoolExecutor(_THREADS, "zanryu-validation")
        self._core = CoreConstraints(shapes.core)
        self._selects = {_sparql_rule(c, shapes.graph): c for c in shapes.sparql}
        if reifier_shapes:
            graph = reifier_shapes.graph
            self._selects |= {_sparql_rule(c, graph, exact=True): c for c in reifier_shapes.sparql}
        self._watch = Watch([*_core_rules(shapes.core), *self._selects])
        self._sources = SourceChecks(dataset, shapes.graph)
        self._refuse_silence("Core", EMPTY_CLAIM, lambda f: f.component != SH.SPARQLConstraintComponent)
        self._refuse_silence("sh:sparql", EMPTY_CLAIM, lambda f: f.constraint is not None)
        if reifier_shapes:
            known = {c.constraint for c in reifier_shapes.sparql}
            self._refuse_silence("SPARQL 1.2", BARE_CLAIM, lambda f: f.constraint in known)

    def findings(self, store: ox.Store, delta: Delta) -> list[Finding]:
        """Return what is found at the nodes that ``delta`` affects, in a stable order.

        ``store`` is the state after, with everything derived.
        """
        view, is_small = View(store), len(delta.added) + len(delta.removed) <= _FEW
        core: dict[Node, set[Node]] = {}
        found: list[Finding] = []
        begun: list[tuple[Future[list[Finding]], SPARQLConstraint, set[Term]]] = []
        try:
            for rule, nodes in self._watch.affected(view, delta):
                if rule not in self._selects:
                    core.setdefault(rule.name, set()).update(map(to_rdflib, nodes))
                elif is_small:
                    found += run_sparql_at(store, self._selects[rule], nodes)
                else:
                    # The engine lets go of the interpreter while it evaluates, and the rest is Python.
                    asked = self._selects[rule], nodes
                    begun.append((self._beside.submit(run_sparql_at, store, *asked), *asked))
            found += self._core.findings(store, view, core)
            found += self._sources.findings(view, delta)
            for future, constraint, nodes in reversed(begun):
                if future.cancel():  # not begun yet: it is done here, while a thread does the others
                    found += run_sparql_at(store, constraint, nodes)
        finally:
            wait([future for future, _, _ in begun])  # nobody may change the store before
            view.close()
        found += (finding for future, _, _ in begun if not future.cancelled() for finding in future.result())
        return sorted(found, key=Finding.sort_key)

    def affected(self, store: ox.Store, delta: Delta) -> dict[Node, set[Node]]:
        """Return the focus nodes that are validated, by Core shape or ``sh:sparql`` constraint."""
        found: dict[Node, set[Node]] = {}
        with closing(View(store)) as view:
            for rule, nodes in self._watch.affected(view, delta):
                found.setdefault(rule.name, set()).update(map(to_rdflib, nodes))
        return found

    def unlocated(self) -> dict[str, list[str]]:
        """Return, by constraint, the triples whose change makes all its focus nodes be validated."""
        return {
            compact(str(rule.name)): [str(pattern) for pattern in rule.unlocated]
            for rule in self._watch.rules
            if rule.unlocated
        }

    def _refuse_silence(
        self, engine: str, claim: tuple[ox.Quad, ...], is_of_engine: Callable[[Finding], bool]
    ) -> None:
        store = ox.Store()
        store.extend(claim)
        found = self.findings(store, Delta(frozenset(claim)))
        if not any(str(f.focus) == CANARY.value and is_of_engine(f) for f in found):
            raise InvalidShapes(
                f"The {engine} constraints, asked of a change, found no fault with a claim that says nothing."
            )


def _core_rules(core: Graph) -> Iterator[Rule]:
    for shape in {s for target in TARGETS for s in core.subjects(target)}:

        def read(shape: Node = shape) -> tuple[Iterable[Conjunction], Iterable[Patterns]]:
            return core_conjunctions(core, shape), ((),)

        yield make_rule(shape, target_of(core, shape), read)


def _sparql_rule(constraint: SPARQLConstraint, shapes: Graph, *, exact: bool = False) -> Rule:
    def read() -> tuple[Iterable[Conjunction], Iterable[Patterns]]:
        relaxed = _relaxed(constraint.select)
        return relaxed.conjunctions, relaxed.positive

    return make_rule(constraint.constraint, target_of(shapes, constraint.shape, exact=exact), read)
