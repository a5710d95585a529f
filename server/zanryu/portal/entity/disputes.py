"""Claims that cannot all be true, side by side, with what the editors say of the conflict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zanryu.graph.namespaces import PREFIXES
from zanryu.naming.labels import NAMING, Shown
from zanryu.portal.entity.knowledge import TYPE, name
from zanryu.store.backend import iri

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zanryu.portal.entity.cards import Card, CardMaker
    from zanryu.portal.entity.context import Reading
    from zanryu.portal.entity.knowledge import Facts

_PLACED = {TYPE, *NAMING, *(name(f"zr:{local}") for local in ("concerns", "kind", "resolution", "rationale"))}
_OPEN = name("zv:open")
_FIRST_FACTS = 20  # headings below are about names and the form of statements


@dataclass(frozen=True, slots=True)
class Dispute:
    """Claims in conflict. Without a conflict on record (``href`` is none) nobody has discussed it yet."""

    anchor: str
    href: str | None
    about: list[Shown]
    properties: list[Shown]
    kind: list[Shown]
    state: list[Shown]
    is_open: bool
    rationale: list[Shown]
    others: list[tuple[Shown, list[Shown]]]
    sides: list[Card]

    @property
    def members(self) -> set[str]:
        """The claims in it."""
        return {card.iri for card in self.sides}


def find_conflicts(reading: Reading, claims: Iterable[str]) -> list[Facts]:
    """Return the conflicts that concern claims."""
    concerns, referring = name("zr:concerns"), reading.knowledge.backend.referring
    found = {statement.subject.value for claim in claims for statement in referring(claim, concerns)}
    return reading.knowledge.load(sorted(found))


def members(conflicts: Iterable[Facts], claims: Iterable[Facts]) -> list[str]:
    """Return every claim that takes part: those concerned, and the rivals of claims."""
    concerned = [c for conflict in conflicts for c in conflict.iris("zr:concerns")]
    return list(dict.fromkeys([*concerned, *(r for claim in claims for r in claim.iris("zr:conflictsWith"))]))


def disputes(
    reading: Reading, maker: CardMaker, conflicts: list[Facts], claims: list[Facts]
) -> list[Dispute]:
    """Return the disputes, open ones first: one for each conflict, and one for rivals that none concerns."""
    found = [_recorded(reading, maker, conflict) for conflict in conflicts]
    covered = [dispute.members for dispute in found]
    for group in _unrecorded(claims, covered):
        sides = maker.cards(group)
        found.append(_dispute(sides, f"dispute-{sides[0].anchor}" if sides else ""))
    return sorted((d for d in found if d.sides), key=lambda d: _rank(d, reading))


def _rank(dispute: Dispute, reading: Reading) -> tuple[bool, bool, str]:
    """Return what orders disputes: open ones first, those about mere names last among their like."""
    heading, _, _ = reading.display.rank(dispute.sides[0].predicate)
    return not dispute.is_open, heading < _FIRST_FACTS, dispute.anchor


def _recorded(reading: Reading, maker: CardMaker, conflict: Facts) -> Dispute:
    shown = reading.show(iri(conflict.iri))
    return _dispute(
        maker.cards(conflict.iris("zr:concerns")),
        f"dispute-{conflict.iri.removeprefix(PREFIXES['cf'])}",
        href=shown.href,
        kind=reading.shown(conflict.all("zr:kind")),
        state=reading.shown(conflict.all("zr:resolution")),
        is_open=_OPEN in conflict.iris("zr:resolution") or not conflict.iris("zr:resolution"),
        rationale=reading.shown(conflict.all("zr:rationale")),
        others=reading.pairs(conflict, _PLACED),
    )


def _dispute(sides: list[Card], anchor: str, **said: object) -> Dispute:
    subjects = {card.subject.iri or card.subject.text: card.subject for card in sides}
    properties = {card.predicate: card.verb for card in sides}
    blank: dict[str, object] = {
        "href": None,
        "kind": [],
        "state": [],
        "is_open": True,
        "rationale": [],
        "others": [],
    }
    return Dispute(
        anchor=anchor,
        about=list(subjects.values()),
        properties=list(properties.values()),
        sides=sides,
        **{**blank, **said},  # type: ignore[arg-type]
    )


def _unrecorded(claims: list[Facts], covered: list[set[str]]) -> list[list[str]]:
    """Return groups of rivals joined by conflicts that no recorded one holds both sides of."""
    groups: list[set[str]] = []
    for claim in claims:
        for rival in claim.iris("zr:conflictsWith"):
            pair = {claim.iri, rival}
            if any(pair <= known for known in covered):
                continue
            merged = pair.union(*(group for group in groups if group & pair))
            groups = [*(group for group in groups if not group & pair), merged]
    return [sorted(group) for group in groups]
