"""SHACL validation of the materialised graph, in two engines and one report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from zanryu.errors import InvalidShapes
from zanryu.graph.namespaces import ASSERTION, RDF_TYPE
from zanryu.graph.validation.canary import BARE_CLAIM, CANARY, EMPTY_CLAIM
from zanryu.graph.validation.engines import run_core, run_sparql, to_graph, to_rdflib
from zanryu.graph.validation.findings import Finding, report_graph
from zanryu.graph.validation.shapes import Shapes, focus_nodes, read_shapes, refuse_vacuous

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rdflib.term import Node

__all__ = ["CANARY", "Finding", "Shapes", "read_shapes", "report_graph", "validate", "validate_reifiers"]


def validate(quads: Iterable[ox.Quad], shapes: Shapes) -> list[Finding]:
    """Validate materialised RDF 1.1 quads (all graphs together) and return the findings in a stable order.

    :raises InvalidShapes: if the shapes cannot have looked at the data: see
        :func:`~zanryu.graph.validation.shapes.refuse_vacuous`, and the canary claim that must fail.
    """
    watched = [*quads, *EMPTY_CLAIM]
    data = to_graph(watched)
    store = ox.Store()
    store.bulk_extend(watched)
    foci = focus_nodes(shapes.graph, data)
    refuse_vacuous(shapes.graph, data, foci)
    by_engine = {"Core": run_core(data, shapes.core), "sh:sparql": run_sparql(store, shapes.sparql, foci)}
    for engine, found in by_engine.items():
        _refuse_silence(engine, found)
    return _without_canary(f for found in by_engine.values() for f in found)


def validate_reifiers(quads: Iterable[ox.Quad], shapes: Shapes) -> list[Finding]:
    """Validate RDF 1.2 quads with SPARQL 1.2 constraints, which neither rdflib nor pySHACL can read.

    :raises InvalidShapes: if the shapes find no fault with a claim that reifies nothing.
    """
    store = ox.Store()
    store.bulk_extend([*quads, *BARE_CLAIM])
    typed = store.quads_for_pattern(None, RDF_TYPE, ASSERTION, None)
    claims: set[Node] = {to_rdflib(quad.subject) for quad in typed}
    found = run_sparql(store, shapes.sparql, {c.shape: claims for c in shapes.sparql})
    _refuse_silence("SPARQL 1.2", found)
    return _without_canary(found)


def _refuse_silence(engine: str, found: list[Finding]) -> None:
    if not any(str(f.focus) == CANARY.value for f in found):
        raise InvalidShapes(f"The {engine} constraints found no fault with a claim that says nothing.")


def _without_canary(found: Iterable[Finding]) -> list[Finding]:
    return sorted((f for f in found if str(f.focus) != CANARY.value), key=Finding.sort_key)
