"""The quads of a version as plain values, for pages and documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zanryu.graph.namespaces import GRAPHS
from zanryu.store.backend import Statement
from zanryu.store.embedded import plain_term

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyoxigraph as ox

    from zanryu.graph.delta import Delta

_DERIVED = {GRAPHS["accepted"], GRAPHS["reifiers"]}


@dataclass(frozen=True, slots=True)
class Row:
    """A triple that a version added or removed; ``is_derived`` where it follows from others."""

    is_added: bool
    is_derived: bool
    statement: Statement


def rows_of(delta: Delta) -> list[Row]:
    """Return the rows of a change by subject and property, what was removed before what was added."""
    quads = [*((quad, False) for quad in delta.removed), *((quad, True) for quad in delta.added)]
    ordered = sorted(
        quads, key=lambda pair: (str(pair[0].subject), str(pair[0].predicate), pair[1], str(pair[0]))
    )
    return [
        Row(
            is_added,
            quad.graph_name in _DERIVED,
            Statement(plain_term(quad.subject), quad.predicate.value, plain_term(quad.object)),
        )
        for quad, is_added in ordered
    ]


def n_quads(quads: Iterable[ox.Quad]) -> list[str]:
    """Return quads as lines of N-Quads 1.2, sorted."""
    return sorted(f"{quad} ." for quad in quads)
