"""Which sources of a claim speak for themselves, and which repeat another.

A citation repeats what its passage relies on (``zr:via``) and what its work is a copy of (``zr:mirrorOf``),
to any depth. Two citations that share a work anywhere on these ways are one witness: the rule of the shapes
(S40). A work that merely lists another among its references may have used it or not; that is said, and
decides nothing. A revision of Wikidata is no witness at all: whoever wrote it down had it from elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Passage:
    """A cited passage: the work, and the works on which the passage itself relies."""

    work: str
    via: tuple[str, ...] = ()
    is_support: bool = True


@dataclass(frozen=True, slots=True)
class Testimony:
    """How a passage stands to the others of its claim, as works.

    ``repeats``: what it repeats directly, cited here or not; ``repeated_by``: others here that repeat
    it; ``same_as``: others here that repeat what it repeats; ``refers_to``: others here that its work lists.
    """

    repeats: tuple[str, ...]
    repeated_by: tuple[str, ...]
    same_as: tuple[str, ...]
    refers_to: tuple[str, ...]

    @property
    def is_independent(self) -> bool:
        """Whether it repeats nothing that is on record."""
        return not self.repeats


@dataclass(frozen=True, slots=True)
class Upstream:
    """What works are made from: ``mirrors`` and ``references`` lead from a work to others.

    ``compilations`` are works that witness nothing themselves.
    """

    mirrors: Mapping[str, Sequence[str]]
    references: Mapping[str, Sequence[str]]
    compilations: frozenset[str] = frozenset()

    def origins(self, *works: str) -> list[str]:
        """Return the works and everything that they are copies of, the nearest first."""
        found = list(dict.fromkeys(works))
        for work in found:  # grows while it is read
            found.extend(up for up in self.mirrors.get(work, ()) if up not in found)
        return found


def weigh(passages: Sequence[Passage], upstream: Upstream) -> list[Testimony]:
    """Return how each passage stands to the others."""
    origins = [upstream.origins(p.work, *p.via) for p in passages]
    return [
        _testimony(passage, origins[i], upstream, [(p, origins[j]) for j, p in enumerate(passages) if j != i])
        for i, passage in enumerate(passages)
    ]


def _testimony(
    passage: Passage, origins: list[str], upstream: Upstream, others: list[tuple[Passage, list[str]]]
) -> Testimony:
    kin = {p.work: o for p, o in others if p.work != passage.work and not set(origins).isdisjoint(o)}
    listed = upstream.references.get(passage.work, ())
    return Testimony(
        repeats=tuple(dict.fromkeys((*passage.via, *upstream.mirrors.get(passage.work, ())))),
        repeated_by=tuple(work for work, theirs in kin.items() if passage.work in theirs),
        same_as=tuple(w for w, theirs in kin.items() if passage.work not in theirs and w not in origins),
        refers_to=tuple(dict.fromkeys(p.work for p, _ in others if p.work in listed and p.work not in kin)),
    )


def count_witnesses(passages: Sequence[Passage], upstream: Upstream) -> int:
    """Return how many witnesses support a claim: passages that share an origin, by any chain, are one."""
    groups: list[set[str]] = []
    for passage in passages:
        if not passage.is_support or passage.work in upstream.compilations:
            continue
        merged = set(upstream.origins(passage.work, *passage.via))
        apart = [group for group in groups if not group & merged]
        merged.update(*(group for group in groups if group & merged))
        groups = [*apart, merged]
    return len(groups)
