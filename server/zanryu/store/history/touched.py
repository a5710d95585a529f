"""Which versions changed what: from the IRI of an entity or claim to the numbers of versions.

Only the first words of each row are looked at, so that a long history is indexed without being parsed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from zanryu.graph.namespaces import BASE, RDF_SUBJECT

if TYPE_CHECKING:
    from collections.abc import Iterable

_ROW: Final = re.compile(rb"^[AD] <([^>]*)> <([^>]*)> (?:<([^>]*)>)?", re.MULTILINE)
_CLAIM: Final = re.compile(rf"{re.escape(BASE)}id/claim/[^/]+")
_ABOUT: Final = RDF_SUBJECT.value.encode()


def owner(iri: str) -> str:
    """Return the claim for what hangs from one, its citations among them; any other IRI as it is."""
    claim = _CLAIM.match(iri)
    return claim.group() if claim else iri


def is_claim(iri: str) -> bool:
    """Return whether an IRI names a claim, not what hangs from one."""
    return _CLAIM.fullmatch(iri) is not None


def touched(file: bytes) -> tuple[set[str], set[tuple[str, str]]]:
    """Return what a version changed, and the claims that it added or removed with what each is about."""
    rows = set(_ROW.findall(file))
    subjects = {owner(subject.decode()) for subject in {row[0] for row in rows}}
    claims = {(subject.decode(), about.decode()) for subject, predicate, about in rows if predicate == _ABOUT}
    return subjects, claims


@dataclass(slots=True)
class Touched:
    """The index, which grows with the history. A claim that is gone is still one about its entity."""

    size: int = 0
    _versions: dict[str, list[int]] = field(default_factory=dict)
    _claims: dict[str, set[str]] = field(default_factory=dict)

    def take_up(self, file: bytes) -> None:
        """Add the next version."""
        self.size += 1
        subjects, claims = touched(file)
        for subject in subjects:
            self._versions.setdefault(subject, []).append(self.size)
        for claim, about in claims:
            self._claims.setdefault(about, set()).add(claim)

    def by(self, iri: str, claims: Iterable[str] = ()) -> list[int]:
        """Return the versions that changed a thing or a claim about it, ascending.

        ``claims`` are those about it that the graph has now: a claim that was there from the start and only
        corrected does not say in its patch what it is about.
        """
        things = {owner(iri), *claims, *self._claims.get(iri, ())}
        return sorted({number for thing in things for number in self._versions.get(thing, ())})
