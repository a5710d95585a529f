"""Triple patterns and conjunctions of them: what a constraint reads, to hold a changed triple against.

A variable is a ``str`` without its ``?``; ``this`` is the focus node. Everything else is an Oxigraph term.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count, product
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox
from rdflib import BNode, Literal, URIRef
from rdflib.paths import AlternativePath, InvPath, MulPath, NegatedPath, Path, SequencePath
from rdflib.term import Variable

from zanryu.graph.namespaces import compact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rdflib.term import Node

THIS = "this"

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Slot: TypeAlias = str | Term
Patterns: TypeAlias = "tuple[Pattern, ...]"


class NotLocal(Exception):
    """A part of a shape whose changes cannot be traced to focus nodes."""


@dataclass(frozen=True)
class Pattern:
    """One edge: ``predicates`` are alternatives, or a variable. A closure is a path of any length."""

    subject: Slot
    predicates: frozenset[ox.NamedNode] | str
    object: Slot
    closure: bool = False

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:  # walks are looked up by their patterns, again and again
        return hash((self.subject, self.predicates, self.object, self.closure))

    @cached_property
    def variables(self) -> frozenset[str]:
        """The names of its variables."""
        slots = (self.subject, self.predicates, self.object)
        return frozenset(slot for slot in slots if isinstance(slot, str))

    def renamed(self, names: Mapping[str, str]) -> Pattern:
        """Return the pattern with other variables."""
        subject, value, predicates = self.subject, self.object, self.predicates
        return replace(
            self,
            subject=names.get(subject, subject) if isinstance(subject, str) else subject,
            predicates=names.get(predicates, predicates) if isinstance(predicates, str) else predicates,
            object=names.get(value, value) if isinstance(value, str) else value,
        )

    def __str__(self) -> str:
        verbs = (
            [f"?{self.predicates}"]
            if isinstance(self.predicates, str)
            else sorted(compact(p.value) for p in self.predicates)
        )
        ends = [
            f"?{s}" if isinstance(s, str) else compact(s.value) if isinstance(s, ox.NamedNode) else str(s)
            for s in (self.subject, self.object)
        ]
        return f"{ends[0]} {'|'.join(verbs)}{'*' if self.closure else ''} {ends[1]}"


@dataclass(frozen=True, slots=True)
class Conjunction:
    """Patterns that must all match for a change of a ``watched`` one to be felt at ``$this``."""

    patterns: Patterns
    watched: Patterns

    def within(self, context: Patterns) -> Conjunction:
        """Return the conjunction with further patterns that must match."""
        return Conjunction((*self.patterns, *context), self.watched)


def variables(patterns: Iterable[Pattern]) -> set[str]:
    """Return the names of all variables."""
    return {name for pattern in patterns for name in pattern.variables}


class Fresh:
    """Names of variables that no query has."""

    def __init__(self) -> None:
        self._numbers = count()

    def __call__(self) -> str:
        """Return the next one."""
        return f"~{next(self._numbers)}"


def expanded(conjunction: Conjunction, fresh: Fresh) -> Iterator[Conjunction]:
    """Yield conjunctions that watch single triples: one within a closure lies between two closures."""
    plain = tuple(p for p in conjunction.watched if not p.closure)
    if plain:
        yield Conjunction(conjunction.patterns, plain)
    for closure in conjunction.watched:
        if closure.closure:
            before, after = fresh(), fresh()
            step = Pattern(before, closure.predicates, after)
            others = tuple(p for p in conjunction.patterns if p != closure)
            ends = (
                Pattern(closure.subject, closure.predicates, before, closure=True),
                Pattern(after, closure.predicates, closure.object, closure=True),
            )
            yield Conjunction((*others, *ends, step), (step,))


def slot(node: Node) -> Slot:
    """Return an rdflib term or variable; in a query a blank node is one (SPARQL 1.1, section 4.1.4)."""
    if isinstance(node, Variable):
        return str(node)
    if isinstance(node, BNode):
        return f"_:{node}"
    return to_oxigraph(node)


def to_oxigraph(node: Node) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """Return an rdflib term as an Oxigraph term."""
    if isinstance(node, URIRef):
        return ox.NamedNode(str(node))
    if isinstance(node, BNode):
        return ox.BlankNode(str(node))
    if not isinstance(node, Literal):
        raise NotLocal(f"{node!r} is no term")
    if node.language:
        return ox.Literal(str(node), language=node.language)
    return ox.Literal(str(node), datatype=ox.NamedNode(str(node.datatype)) if node.datatype else None)


def along(start: Slot, path: Node | Path, end: Slot, fresh: Fresh) -> list[Patterns]:
    """Return a property path between two slots as alternatives, each a conjunction of patterns.

    :raises NotLocal: for a repetition of anything but predicates and alternatives of them.
    """
    match path:
        case Variable():
            return [(Pattern(start, str(path), end),)]
        case URIRef():
            return [(Pattern(start, frozenset([ox.NamedNode(str(path))]), end),)]
        case InvPath():
            return along(end, path.arg, start, fresh)
        case SequencePath():
            return _sequence(start, path, end, fresh)
        case AlternativePath():
            return _alternatives(start, path, end, fresh)
        case MulPath():
            return [(_closure(start, path.path, end),)]
        case NegatedPath():
            return [(Pattern(start, fresh(), end),), (Pattern(end, fresh(), start),)]
    raise NotLocal(f"the path {path!r}")


def _alternatives(start: Slot, path: AlternativePath, end: Slot, fresh: Fresh) -> list[Patterns]:
    if all(isinstance(arg, URIRef) for arg in path.args):
        return [(Pattern(start, _predicates(path), end),)]
    return [found for arg in path.args for found in along(start, arg, end, fresh)]


def _sequence(start: Slot, path: SequencePath, end: Slot, fresh: Fresh) -> list[Patterns]:
    stops = [start, *(fresh() for _ in path.args[1:]), end]
    steps = [along(a, arg, b, fresh) for a, arg, b in zip(stops, path.args, stops[1:], strict=False)]
    return [tuple(p for part in parts for p in part) for parts in product(*steps)]


def _closure(start: Slot, inner: Node | Path, end: Slot) -> Pattern:
    """``*``, ``+`` and ``?`` alike: any length is more than each of them."""
    if isinstance(inner, InvPath):
        return _closure(end, inner.arg, start)
    return Pattern(start, _predicates(inner), end, closure=True)


def _predicates(path: Node | Path) -> frozenset[ox.NamedNode]:
    parts = path.args if isinstance(path, AlternativePath) else [path]
    if not all(isinstance(part, URIRef) for part in parts):
        raise NotLocal(f"the path {path!r} within a repetition")
    return frozenset(ox.NamedNode(str(part)) for part in parts)
