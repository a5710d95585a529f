"""The chain of command around a unit, by accepted claims."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from zanryu.portal.entity.knowledge import name
from zanryu.portal.entity.persons import chains
from zanryu.store.backend import iri

if TYPE_CHECKING:
    from zanryu.naming.labels import Shown
    from zanryu.portal.entity.context import Reading

_SUB_UNIT_OF: Final = name("zr:subUnitOf")
_LEVELS: Final = 3
_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Node:
    """A unit and those below it."""

    unit: Shown
    below: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Chain:
    """The ways upwards, and what is below; ``is_cut`` where it goes on."""

    above: list[list[Shown]]
    below: list[Node]
    is_cut: bool


def chain_of_command(unit: str, reading: Reading) -> Chain:
    """Return what a unit stood under and what stood under it."""
    above = reading.knowledge.closure([unit], "zr:subUnitOf")
    children: dict[str, list[str]] = {}
    level, seen, is_cut = [unit], {unit}, False
    for depth in range(_LEVELS + 1):
        found = {u: _below(u, reading) for u in level}
        level = list(dict.fromkeys(c for below in found.values() for c in below if c not in seen))
        if depth == _LEVELS or len(seen) + len(level) > _MOST:
            is_cut = bool(level)
            break
        children |= found
        seen.update(level)
    return Chain(chains(unit, above, reading), _tree(unit, children, reading, {unit}), is_cut)


def _below(unit: str, reading: Reading) -> list[str]:
    return sorted({s.subject.value for s in reading.knowledge.backend.referring(unit, _SUB_UNIT_OF)})


def _tree(unit: str, children: dict[str, list[str]], reading: Reading, way: set[str]) -> list[Node]:
    below = [c for c in children.get(unit, ()) if c not in way]
    nodes = [Node(reading.show(iri(c)), _tree(c, children, reading, way | {c})) for c in below]
    return sorted(nodes, key=lambda node: node.unit.text)
