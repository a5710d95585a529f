"""How a statement of ours may be put beside those that an item has.

QuickStatements looks for a statement with the property and the value, and puts qualifiers and references on
the first that it finds. Nothing may come to say more there than the sources say that it stands on: our
qualifiers are not put on statements of others, and our references not on what says more than our source.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from zanryu.wikidata.comparison.comparing import Comparison, compare
from zanryu.wikidata.comparison.kinds import Kind, Why
from zanryu.wikidata.comparison.sourcing import are_one_source
from zanryu.wikidata.expression.expressing import Expressed
from zanryu.wikidata.handover.hindrances import Hindrance
from zanryu.wikidata.handover.quickstatements import normal

if TYPE_CHECKING:
    from collections.abc import Collection

    from zanryu.wikidata.comparison.comparing import Rules
    from zanryu.wikidata.handover.entries import Merged, Wanted
    from zanryu.wikidata.handover.hindrances import Withholding
    from zanryu.wikidata.model import Entity, Statement


def put_beside(one: Merged, there: Entity, rules: Rules, wanted: Wanted) -> Merged | Withholding:
    """Return the statement as it can be handed over beside what an item has, or what stands against it."""
    ours = Expressed(one.claims[0], "", there.id, one.statement, property=one.statement.property)
    found = next(c for c in compare([ours], there, rules) if c.ours is ours)
    if found.adds() and found.kind != Kind.MISSING:
        return _on(one, found, there, rules)
    if not found.adds() and found.kind not in wanted.include:
        return found.why
    if found.why != Why.MORE_HERE and _with_value(one.statement, there.of(one.statement.property)):
        return replace(one, is_apart=True) if wanted.v3 else Hindrance.OTHER_QUALIFIERS_THERE
    return one


def without_twins(merged: Collection[Merged], *, v3: bool) -> tuple[list[Merged], list[Merged]]:
    """Part statements into those that can be said, and those whose value is said with other qualifiers.

    Of several the one with most references is said; version 3 can say all.
    """
    ranked = sorted(merged, key=lambda one: (-len(one.statement.references), one.claims))
    said: dict[tuple[str, str], Merged] = {}
    twins = []
    for one in ranked:
        key = (one.statement.property, repr(one.statement.value))
        if key not in said:
            said[key] = one
        else:
            twins.append(one)
    if v3:
        return [*said.values(), *(replace(one, is_apart=True) for one in twins)], []
    return list(said.values()), twins


def _on(one: Merged, found: Comparison, there: Entity, rules: Rules) -> Merged | Withholding:
    """Return what our references are on the statement that says the same."""
    same = _with_value(one.statement, there.of(one.statement.property))
    if not same:
        return Hindrance.OTHER_SPELLING_THERE
    is_alone = len(same) == 1 and same[0] in found.theirs
    if not is_alone or set(one.statement.qualifiers) != set(normal(same[0]).qualifiers):
        return Hindrance.OTHER_QUALIFIERS_THERE
    new = tuple(
        reference
        for reference in one.statement.references
        if not any(are_one_source(reference, other, rules.ground) for other in same[0].references)
    )
    return replace(one, statement=replace(one.statement, references=new)) if new else Why.SAME_AND_SOURCE


def _with_value(statement: Statement, others: Collection[Statement]) -> list[Statement]:
    return [other for other in others if other.value == statement.value]
