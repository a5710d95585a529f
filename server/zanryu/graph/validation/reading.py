"""Which triples a Core shape looks at, and from where each leads back to the focus node."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
from rdflib import RDF, SH, URIRef
from rdflib.collection import Collection
from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath

from zanryu.graph.namespaces import RDF_TYPE, term
from zanryu.graph.validation.patterns import (
    THIS,
    Conjunction,
    Fresh,
    NotLocal,
    Pattern,
    Patterns,
    along,
    expanded,
)
from zanryu.graph.validation.shapes import TARGETS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rdflib import Graph
    from rdflib.paths import Path
    from rdflib.term import Node

    from zanryu.graph.validation.patterns import Slot

SUBCLASS_OF = term("rdfs:subClassOf")

# What only looks at the value nodes themselves, or steers or describes the shape.
_ABOUT_VALUES = frozenset(
    {
        *(SH.minCount, SH.maxCount, SH.qualifiedMinCount, SH.qualifiedMaxCount),
        *(SH.datatype, SH.nodeKind, SH["in"], SH.hasValue, SH.languageIn, SH.uniqueLang),
        *(SH.pattern, SH.flags, SH.minLength, SH.maxLength),
        *(SH.minInclusive, SH.maxInclusive, SH.minExclusive, SH.maxExclusive),
        *(SH.path, SH.ignoredProperties, SH.severity, SH.deactivated),
        *(SH.message, SH.name, SH.description, SH.order, SH.group, SH.defaultValue),
        *TARGETS,
    }
)
_PAIRS = frozenset(SH[name] for name in ("equals", "disjoint", "lessThan", "lessThanOrEquals"))
_READING = frozenset({SH["class"], SH.closed})
_NESTED = frozenset(SH[name] for name in ("node", "property", "not", "qualifiedValueShape"))
_NESTED_LISTS = frozenset(SH[name] for name in ("and", "or", "xone"))
_REPEATED = {SH.zeroOrMorePath: "*", SH.oneOrMorePath: "+", SH.zeroOrOnePath: "?"}


def core_conjunctions(core: Graph, shape: Node) -> list[Conjunction]:
    """Return what a shape and all shapes nested in it read, from the focus node on.

    :raises NotLocal: for a parameter that is not of SHACL Core, and for a shape that contains itself.
    """
    reader = _Reader(core)
    found = [c for whole in reader.read(shape, THIS, (), ()) for c in expanded(whole, reader.fresh)]
    return list(dict.fromkeys(found))


class _Reader:
    def __init__(self, core: Graph) -> None:
        self._core = core
        self.fresh = Fresh()

    def read(
        self, shape: Node, focus: Slot, before: Patterns, above: tuple[Node, ...]
    ) -> Iterator[Conjunction]:
        """Yield the reads of one shape at ``focus``, which is reached by way of ``before``."""
        if shape in above:
            raise NotLocal(f"{shape} contains itself")
        above = (*above, shape)
        for value, context in self._values(self._core.value(shape, SH.path), focus, before):
            if context != before:
                yield Conjunction(context, context[len(before) :])
            for parameter, wanted in self._core.predicate_objects(shape):
                if parameter in _PAIRS:
                    yield _watching(Pattern(focus, _only(wanted), self.fresh()), before)
                else:
                    yield from self._of_value(parameter, value, context)
                for nested in self._nested(parameter, wanted):
                    yield from self.read(nested, value, context, above)

    def _of_value(self, parameter: Node, value: Slot, context: Patterns) -> Iterator[Conjunction]:
        if parameter == SH["class"]:
            yield is_instance(value, self.fresh(), self.fresh()).within(context)
        elif parameter == SH.closed:
            yield _watching(Pattern(value, self.fresh(), self.fresh()), context)

    def _values(self, path: Node | None, focus: Slot, before: Patterns) -> Iterator[tuple[Slot, Patterns]]:
        if path is None:
            yield focus, before
            return
        for steps in along(focus, _path(self._core, path), value := self.fresh(), self.fresh):
            yield value, (*before, *steps)

    def _nested(self, parameter: Node, wanted: Node) -> Iterator[Node]:
        if parameter in _NESTED:
            yield wanted
        elif parameter in _NESTED_LISTS:
            yield from Collection(self._core, wanted)
        elif str(parameter).startswith(str(SH)) and parameter not in _ABOUT_VALUES | _PAIRS | _READING:
            raise NotLocal(f"the parameter {parameter}")


def is_instance(node: Slot, own: str, cls: Slot) -> Conjunction:
    """Return what makes ``node`` a SHACL instance of ``cls`` (SHACL, section 1.1)."""
    patterns = (
        Pattern(node, frozenset([RDF_TYPE]), own),
        Pattern(own, frozenset([SUBCLASS_OF]), cls, closure=True),
    )
    return Conjunction(patterns, patterns)


def _only(predicate: Node) -> frozenset[ox.NamedNode]:
    return frozenset([ox.NamedNode(str(predicate))])


def _watching(pattern: Pattern, before: Patterns) -> Conjunction:
    return Conjunction((*before, pattern), (pattern,))


def _path(core: Graph, node: Node) -> Node | Path:
    """Return a SHACL path (section 2.3.1) as a property path of rdflib."""
    if isinstance(node, URIRef):
        return node
    if (core.value(node, RDF.first)) is not None:
        return SequencePath(*_paths(core, node))
    if (inverse := core.value(node, SH.inversePath)) is not None:
        return InvPath(_path(core, inverse))  # type: ignore[arg-type]
    if (alternatives := core.value(node, SH.alternativePath)) is not None:
        return AlternativePath(*_paths(core, alternatives))
    for predicate, mark in _REPEATED.items():
        if (repeated := core.value(node, predicate)) is not None:
            return MulPath(_path(core, repeated), mark)  # type: ignore[arg-type]
    raise NotLocal(f"the path {node!r}")


def _paths(core: Graph, head: Node) -> list[Path | URIRef]:
    return [_path(core, item) for item in Collection(core, head)]  # type: ignore[misc]
