"""Which triples a SPARQL select looks at, and from where each leads back to ``$this``.

The algebra of a query (SPARQL 1.1, section 18) is relaxed to conjunctions of triple patterns. Whatever only
restricts is dropped: filters, and what stands in OPTIONAL, MINUS or EXISTS, except where the changed triple
itself is matched there. So a conjunction that does not match around a changed triple proves that the triple
makes no difference to the rows; one that matches proves nothing, and the constraint is asked again.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import chain, product
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox
from rdflib import BNode, URIRef
from rdflib.plugins.sparql.algebra import translateQuery, traverse
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Variable

from zanryu.graph.validation.patterns import (
    Conjunction,
    Fresh,
    NotLocal,
    Patterns,
    along,
    expanded,
    slot,
    variables,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# SPARQL 1.2 functions that rdflib cannot parse; for what a query reads, any function of any arity will do.
_FUNCTIONS_OF_TRIPLES = re.compile(r"\b(?:TRIPLE|SUBJECT|PREDICATE|OBJECT|isTRIPLE)\s*\(", re.IGNORECASE)
_TRANSPARENT = ("Distinct", "Reduced", "Project", "OrderBy", "SelectQuery")
_EXISTS = ("Builtin_EXISTS", "Builtin_NOTEXISTS")

Names: TypeAlias = "frozenset[str]"


class Relaxed:
    """A select as ``conjunctions`` to hold changed triples against, and what each row must match."""

    def __init__(self, select: str) -> None:
        """Parse and relax.

        :raises NotLocal: for what does not work row by row: aggregates, slices, GRAPH, SERVICE, sub-selects
            that leave a variable out.
        """
        self._fresh = Fresh()
        try:
            query = translateQuery(parseQuery(_FUNCTIONS_OF_TRIPLES.sub("CONCAT(", select)))
        except Exception as error:  # noqa: BLE001 - pyparsing and rdflib raise what they like; Oxigraph has the last word
            raise NotLocal(f"a query that rdflib cannot parse: {error}") from error
        algebra = traverse(query.algebra, visitPost=_without_sub_select)
        self.positive: list[Patterns] = self._positive(algebra)
        found = [
            c for whole in self._conjunctions(algebra, frozenset()) for c in expanded(whole, self._fresh)
        ]
        self.conjunctions: list[Conjunction] = list(dict.fromkeys(found))

    def _positive(self, node: CompValue, needed: Names = frozenset()) -> list[Patterns]:
        """Return what every solution that binds ``needed`` matches, as alternatives."""
        match node.name:
            case "BGP":
                return self._basic(node)
            case "Union":
                return [*self._positive(node.p1, needed), *self._positive(node.p2, needed)]
            case "Join" | "LeftJoin" if node.name == "Join" or needed & _optional(node):
                return _products(self._positive(node.p1, needed), self._positive(node.p2, needed))
            case "LeftJoin" | "Minus":
                return self._positive(node.p1, needed)
            case "ToMultiSet" if node.p.name == "values":
                return [()]
            case "Filter":
                found = self._positive(node.p, needed | _strict(node.expr))
                return [_restricted(patterns, _listed_predicates(node.expr)) for patterns in found]
            case name if name in ("Extend", *_TRANSPARENT):
                return self._positive(node.p, needed)
        raise NotLocal(f"{node.name} in a query")

    def _conjunctions(self, node: CompValue, outer: Names) -> Iterator[Conjunction]:
        """Yield, for each place where a triple can make a difference, all that must match beside it.

        ``outer`` are the variables that EXISTS has replaced by values before (section 18.6, substitute).
        """
        match node.name:
            case "BGP":
                yield from (Conjunction(patterns, patterns) for patterns in self._basic(node))
            case "Join":
                yield from self._beside(node.p1, node.p2, outer)
                yield from self._beside(node.p2, node.p1, outer)
            case "Union":
                yield from chain(self._conjunctions(node.p1, outer), self._conjunctions(node.p2, outer))
            case "LeftJoin" | "Minus":
                yield from self._conjunctions(node.p1, outer)
                yield from self._beside(node.p2, node.p1, outer)
            case "Filter":
                listed = _listed_predicates(node.expr)
                within = chain(self._conjunctions(node.p, outer), self._in_expression(node, outer))
                yield from (
                    Conjunction(_restricted(c.patterns, listed), _restricted(c.watched, listed))
                    for c in within
                )
            case name if name in ("Extend", *_TRANSPARENT):
                yield from self._conjunctions(node.p, outer)
        if node.name in ("Extend", "LeftJoin"):
            yield from self._in_expression(node, outer)

    def _beside(self, changing: CompValue, steady: CompValue, outer: Names) -> Iterator[Conjunction]:
        for conjunction in self._conjunctions(changing, outer):
            for context in self._positive(steady):
                yield conjunction.within(context)

    def _in_expression(self, node: CompValue, outer: Names) -> Iterator[Conjunction]:
        """Yield those within EXISTS; a variable that is not bound outside is another one there."""
        outside = (
            _products(self._positive(node.p1), self._positive(node.p2))
            if node.name == "LeftJoin"
            else self._positive(node.p, _strict(node.expr))
        )
        scope = outer | _in_scope(node if node.name == "LeftJoin" else node.p)
        for group in _groups(node.expr):
            for inner in self._conjunctions(group, scope):
                local = {name: self._fresh() for name in variables(inner.patterns) - scope}
                patterns, watched = (
                    tuple(p.renamed(local) for p in part) for part in (inner.patterns, inner.watched)
                )
                for context in outside:
                    yield Conjunction(patterns, watched).within(context)

    def _basic(self, node: CompValue) -> list[Patterns]:
        alternatives: list[Patterns] = [()]
        for subject, predicate, value in node.triples:
            alternatives = _products(alternatives, along(slot(subject), predicate, slot(value), self._fresh))
        return alternatives


def _products(first: list[Patterns], second: list[Patterns]) -> list[Patterns]:
    return [(*a, *b) for a, b in product(first, second)]


def _groups(expression: object) -> Iterator[CompValue]:
    """Yield the graph patterns of EXISTS and NOT EXISTS, but not of those within them."""
    if isinstance(expression, CompValue):
        if expression.name in _EXISTS:
            yield expression.graph
            return
        for part in expression.values():
            yield from _groups(part)
    elif isinstance(expression, list):
        for part in expression:
            yield from _groups(part)


def _listed_predicates(expression: object) -> dict[str, frozenset[ox.NamedNode]]:
    """Return the variables that a filter wants to be one of some IRIs."""
    if not isinstance(expression, CompValue):
        return {}
    others = _listed(expression.other)
    match expression.name:
        case "ConditionalAndExpression":
            return {k: v for part in (expression.expr, *others) for k, v in _listed_predicates(part).items()}
        case "RelationalExpression" if expression.op == "IN" and isinstance(expression.expr, Variable):
            if all(isinstance(other, URIRef) for other in others):
                return {str(expression.expr): frozenset(ox.NamedNode(str(other)) for other in others)}
    return {}


def _restricted(patterns: Patterns, listed: Mapping[str, frozenset[ox.NamedNode]]) -> Patterns:
    """Replace predicate variables by the predicates that they can only be."""
    return tuple(
        replace(p, predicates=listed.get(p.predicates, p.predicates)) if isinstance(p.predicates, str) else p
        for p in patterns
    )


def _strict(expression: object) -> Names:
    """Return variables without which a filter cannot be true: to compare with an unbound one is an error."""
    if not isinstance(expression, CompValue):
        return frozenset()
    parts = [expression.expr, *_listed(expression.other)]
    match expression.name:
        case "ConditionalAndExpression":
            return frozenset().union(*map(_strict, parts))
        case "RelationalExpression" if expression.op in ("=", "!=", "<", ">", "<=", ">="):
            return frozenset(str(part) for part in parts if isinstance(part, Variable))
    return frozenset()


def _without_sub_select(node: object) -> CompValue | None:
    """Return the group in place of a sub-select that projects all its variables: it is no more than that."""
    if not isinstance(node, CompValue) or node.name != "ToMultiSet" or node.p.name == "values":
        return None
    group: CompValue = node.p.p
    if node.p.name != "Project" or not _in_scope(group) <= {str(variable) for variable in node.p.PV}:
        raise NotLocal("a sub-select that does more than to group patterns")
    return group


def _optional(node: CompValue) -> Names:
    return _in_scope(node.p2) - _in_scope(node.p1)


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _in_scope(node: CompValue) -> Names:
    """Return the variables that solutions of a node may bind (SPARQL 1.1, section 18.2.1)."""
    match node.name:
        case "BGP":
            named = (part for triple in node.triples for part in triple if isinstance(part, Variable | BNode))
            return frozenset(str(slot(part)) for part in named)
        case "Join" | "Union" | "LeftJoin":
            return _in_scope(node.p1) | _in_scope(node.p2)
        case "Minus":
            return _in_scope(node.p1)
        case "Extend":
            return _in_scope(node.p) | {str(node.var)}
        case "Filter":
            return _in_scope(node.p)
        case "ToMultiSet" if node.p.name == "values":
            return frozenset(str(variable) for row in node.p.res for variable in row)
    raise NotLocal(f"{node.name} in a query")
