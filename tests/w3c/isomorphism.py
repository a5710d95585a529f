"""Equality of tables of RDF terms up to the names of blank nodes.

A table is a bag of rows of equal width: the solutions of a query, the triples of a graph, the quads of a
dataset. Two tables are equal when a bijection of their blank nodes makes them the same bag.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

from pyoxigraph import BlankNode

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

Row: TypeAlias = "tuple[Hashable, ...]"
Colours: TypeAlias = "dict[BlankNode, int]"


def are_isomorphic(left: Sequence[Row], right: Sequence[Row]) -> bool:
    """Whether two tables are equal up to the names of blank nodes."""
    if len(left) != len(right):
        return False
    return _match(left, _uncoloured(left), right, _uncoloured(right), depth=0)


def _match(left: Sequence[Row], ours: Colours, right: Sequence[Row], theirs: Colours, depth: int) -> bool:
    """Refine the colours; where several nodes share one, try each node of the other side for the first."""
    ours, theirs = _refined(left, ours), _refined(right, theirs)
    if _painted(left, ours) != _painted(right, theirs):
        return False
    shared = _first_shared(ours)
    if shared is None:
        return True
    chosen = hash(("chosen", depth))
    return any(
        _match(left, {**ours, shared: chosen}, right, {**theirs, node: chosen}, depth + 1)
        for node, colour in theirs.items()
        if colour == ours[shared]
    )


def _uncoloured(table: Sequence[Row]) -> Colours:
    return {term: 0 for row in table for term in row if isinstance(term, BlankNode)}


def _refined(table: Sequence[Row], colours: Colours) -> Colours:
    """Colour every blank node by the rows it is in, until that tells no more of them apart."""
    while True:
        places: dict[BlankNode, list[int]] = {node: [] for node in colours}
        for row in table:
            painted = _paint(row, colours)
            for position, term in enumerate(row):
                if isinstance(term, BlankNode):
                    places[term].append(hash((position, painted)))
        refined = {node: hash((colours[node], *sorted(found))) for node, found in places.items()}
        if len(set(refined.values())) == len(set(colours.values())):
            return refined
        colours = refined


def _paint(row: Row, colours: Colours) -> Row:
    return tuple(("blank", colours[term]) if isinstance(term, BlankNode) else term for term in row)


def _painted(table: Sequence[Row], colours: Colours) -> Counter[Row]:
    return Counter(_paint(row, colours) for row in table)


def _first_shared(colours: Colours) -> BlankNode | None:
    count = Counter(colours.values())
    return next((node for node, colour in colours.items() if count[colour] > 1), None)
