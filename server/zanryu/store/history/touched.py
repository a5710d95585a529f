"""Which versions changed what: from the IRI of an entity or claim to the numbers of versions.

Only the first words of each row are looked at, so that a long history is indexed without being parsed.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from zanryu.graph.namespaces import BASE, RDF_SUBJECT

if TYPE_CHECKING:
    from collections.abc import Iterable

_ROW: Final = re.compile(rb"^([AD]) <([^>]*)> <([^>]*)> (?:<([^>]*)>)?", re.MULTILINE)
_CLAIM: Final = re.compile(rf"{re.escape(BASE)}id/claim/[^/]+")
_ABOUT: Final = RDF_SUBJECT.value.encode()


def owner(iri: str) -> str:
    """Return the claim for what hangs from one, its citations among them; any other IRI as it is."""
    claim = _CLAIM.match(iri)
    return claim.group() if claim else iri


def is_claim(iri: str) -> bool:
    """Return whether an IRI names a claim, not what hangs from one."""
    return _CLAIM.fullmatch(iri) is not None


def touched(file: bytes) -> set[str]:
    """Return what a version changed."""
    return {owner(subject) for subject in _growth(_ROW.findall(file))}


def _growth(rows: list[tuple[bytes, ...]]) -> Counter[str]:
    """Return each subject with how many more quads it has."""
    growth: Counter[str] = Counter()
    for sign, subject, *_ in rows:
        growth[subject.decode()] += 1 if sign == b"A" else -1
    return growth


@dataclass(slots=True)
class Touched:
    """The index, which grows with the history. A claim that is gone is still one about its entity."""

    size: int = 0
    _versions: dict[str, list[int]] = field(default_factory=dict)
    _growth: dict[str, dict[int, int]] = field(default_factory=dict)
    _claims: dict[str, set[str]] = field(default_factory=dict)

    def take_up(self, file: bytes) -> None:
        """Add the next version."""
        self.size += 1
        rows = _ROW.findall(file)
        growth = _growth(rows)
        for subject in {owner(subject) for subject in growth}:
            self._versions.setdefault(subject, []).append(self.size)
        for subject, more in growth.items():
            if more:
                self._growth.setdefault(subject, {})[self.size] = more
        for _, claim, predicate, about in rows:
            if predicate == _ABOUT:
                self._claims.setdefault(about.decode(), set()).add(claim.decode())

    def growth(self, iri: str) -> dict[int, int]:
        """Return the versions that gave a thing more quads as a subject, or fewer, and how many."""
        return dict(self._growth.get(iri, {}))

    def by(self, iri: str, claims: Iterable[str] = ()) -> list[int]:
        """Return the versions that changed a thing or a claim about it, ascending.

        ``claims`` are those about it that the graph has now: a claim that was there from the start and only
        corrected does not say in its patch what it is about.
        """
        things = {owner(iri), *claims, *self._claims.get(iri, ())}
        return sorted({number for thing in things for number in self._versions.get(thing, ())})
