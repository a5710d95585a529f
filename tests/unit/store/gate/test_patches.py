"""A patch that a client sends, row by row."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from zanryu.graph.delta import Delta
from zanryu.store.gate.patches import read_patch

_GRAPH = ox.NamedNode("x:g")


@pytest.mark.parametrize("character", ["\u0085", "\u2028", "\u2029", "\x1c"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_only_the_ends_of_lines_end_a_row(character: str, end: str) -> None:
    rows = [f'A <x:s> <x:p> "a{character}b" .', "D <x:s> <x:p> <x:o> .", ""]
    added = ox.Quad(ox.NamedNode("x:s"), ox.NamedNode("x:p"), ox.Literal(f"a{character}b"), _GRAPH)
    removed = ox.Quad(ox.NamedNode("x:s"), ox.NamedNode("x:p"), ox.NamedNode("x:o"), _GRAPH)
    assert read_patch(end.join(rows), _GRAPH) == Delta(frozenset({added}), frozenset({removed}))
