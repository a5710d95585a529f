"""Our claims about a thing beside Wikidata's statements about it, claim by claim.

Each of our claims is in one comparison, and so is each statement there that no claim was compared with. The
rules: the value decides, cut to the coarser precision; where there may be several values, another one is no
conflict; deprecated statements agree with nothing, and are shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Final

from zanryu.wikidata.comparison.agreement import Ground, Relation, relate
from zanryu.wikidata.comparison.circumstances import (
    Circumstances,
    circumstances,
    is_outside_bounds,
    says_bounds,
)
from zanryu.wikidata.comparison.kinds import Kind, Why
from zanryu.wikidata.comparison.sourcing import are_one_source, is_sourced, names_a_source
from zanryu.wikidata.expression.expressing import Expressed, Reason
from zanryu.wikidata.model import Nothing, Rank, Statement, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from zanryu.wikidata.model import Entity

# Of these there is one: sex, birth, death, grave, father, cause of death, founding, dissolution, coordinates.
SINGLE_VALUED: Final = frozenset(
    ("P21", "P569", "P570", "P19", "P20", "P119", "P22", "P509", "P571", "P576", "P625")
)
# Denied by its sources, or cited only from those that dispute it.
_DISPUTED: Final = frozenset((Reason.DENIED, Reason.NO_SUPPORT))
_SET_ASIDE: Final = frozenset((Reason.DEPRECATED, Reason.OVERRULED, Reason.REFUTED))
_AGREEING: Final = (Relation.SAME, Relation.COARSER, Relation.FINER)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A claim beside statements. ``ours`` is ``None`` for what is only there; ``theirs`` may be empty.

    ``property`` is Wikidata's, empty where there is none for the claim.
    """

    kind: Kind
    why: Why
    property: str
    ours: Expressed | None
    theirs: tuple[Statement, ...] = ()

    def adds(self) -> bool:
        """Whether our statement, handed over, adds to Wikidata without contradicting it."""
        if self.ours is None or self.ours.statement is None:
            return False
        return self.kind in (Kind.MISSING, Kind.REFERENCE_MISSING) or self.why == Why.SAME_UNSOURCED


@dataclass(frozen=True, slots=True)
class Rules:
    """What is compared: the ``properties`` of Wikidata that claims can have, on the ``ground`` that is known.

    ``own`` are addresses of this graph beside its base, which are no sources for it.
    """

    properties: Collection[str]
    ground: Ground = field(default_factory=Ground)
    own: tuple[str, ...] = ()


def compare(ours: Sequence[Expressed], theirs: Entity, rules: Rules) -> list[Comparison]:
    """Return how claims stand to an entity: by property, ours in their order, then what is only there."""
    found = []
    for one in ours:
        if one.property or one.statement:
            found.append(_Comparer(one, theirs.of(_property(one)), rules).comparison())
        else:
            found.append(Comparison(Kind.NOT_COMPARED, Why.UNSAYABLE, "", one))
    met = {id(statement) for comparison in found for statement in comparison.theirs}
    rest = [s for s in theirs.statements if s.property in rules.properties and id(s) not in met]
    return _by_property([*found, *(_only_there(statement, rules) for statement in rest)])


def _by_property(comparisons: Sequence[Comparison]) -> list[Comparison]:
    """Return comparisons by property, as the properties first came; what has none is at the end."""
    order = dict.fromkeys(comparison.property for comparison in comparisons)
    rank = {name: (not name, place) for place, name in enumerate(order)}
    return sorted(comparisons, key=lambda comparison: rank[comparison.property])


def by_kind(comparisons: Iterable[Comparison]) -> dict[Kind, list[Comparison]]:
    """Return comparisons by kind, in the order of the kinds."""
    order = list(Kind)
    ranked = sorted(comparisons, key=lambda comparison: order.index(comparison.kind))
    return {kind: list(found) for kind, found in groupby(ranked, key=lambda comparison: comparison.kind)}


def _property(one: Expressed) -> str:
    return one.statement.property if one.statement else one.property


def _only_there(statement: Statement, rules: Rules) -> Comparison:
    if statement.rank == Rank.DEPRECATED:
        kind, why = Kind.NOT_COMPARED, Why.DEPRECATED
    elif isinstance(statement.value, Unknown) and not says_bounds(statement):
        kind, why = Kind.NOT_COMPARED, Why.UNKNOWN_THERE
    elif is_sourced(statement, rules.own):
        kind, why = Kind.ONLY_THERE, Why.THEIRS_ALONE
    else:
        kind, why = Kind.WITHOUT_SOURCE, Why.THEIRS_ALONE_UNSOURCED
    return Comparison(kind, why, statement.property, None, (statement,))


class _Comparer:
    """Compares one claim with the statements of its property."""

    def __init__(self, ours: Expressed, theirs: Sequence[Statement], rules: Rules) -> None:
        self._ours = ours
        self._rules = rules
        self._live = [statement for statement in theirs if statement.rank != Rank.DEPRECATED]
        self._deprecated = [statement for statement in theirs if statement.rank == Rank.DEPRECATED]

    def comparison(self) -> Comparison:
        """Return how the claim stands to them."""
        reasons = set(self._ours.withheld)
        if Reason.ONLY_WIKIMEDIA in reasons:
            return self._of(Kind.NOT_COMPARED, Why.ONLY_WIKIMEDIA)
        if reasons & _DISPUTED:
            return self._against(Why.DENIED_HERE, Why.DENIAL)
        if reasons & _SET_ASIDE:
            return self._against(Why.SET_ASIDE_HERE, Why.SET_ASIDE)
        if self._ours.statement is None:
            return self._of(Kind.NOT_COMPARED, Why.UNSAYABLE)
        return self._held(self._ours.statement)

    def _of(self, kind: Kind, why: Why, *theirs: Statement) -> Comparison:
        return Comparison(kind, why, _property(self._ours), self._ours, theirs)

    def _related(self, value: Value, statements: Iterable[Statement], *wanted: Relation) -> list[Statement]:
        return [s for s in statements if relate(value, s.value, self._rules.ground) in wanted]

    def _against(self, held_there: Why, not_there: Why) -> Comparison:
        """Compare what we do not hold: a conflict, if Wikidata does."""
        value = self._ours.statement.value if self._ours.statement else self._ours.value
        # What is denied of a whole year is denied of its days, and not the other way round.
        held = self._related(value, self._live, Relation.SAME, Relation.COARSER) if value else []
        return self._of(Kind.CONFLICT, held_there, *held) if held else self._of(Kind.NOT_COMPARED, not_there)

    def _held(self, own: Statement) -> Comparison:
        if isinstance(own.value, Unknown):
            return self._unknown(own)
        by_relation = {relation: self._related(own.value, self._live, relation) for relation in _AGREEING}
        if same := by_relation[Relation.SAME]:
            return self._same(own, same)
        if finer := by_relation[Relation.COARSER]:
            return self._finer_there(finer)
        if coarser := by_relation[Relation.FINER]:
            return self._of(Kind.MORE_PRECISE, Why.FINER_HERE, *coarser)
        return self._without_agreement(own)

    def _same(self, own: Statement, same: Sequence[Statement]) -> Comparison:
        """Compare with statements of the same value, of which the circumstances choose."""
        ranked = [(circumstances(own, statement, self._rules.ground), statement) for statement in same]
        best = max(degree for degree, _ in ranked)
        chosen = [statement for degree, statement in ranked if degree == best]
        if best == Circumstances.OTHER:
            return self._of(Kind.BY_HAND, Why.OTHER_DATES, *chosen)
        if best == Circumstances.MORE:
            return self._of(Kind.MORE_PRECISE, Why.MORE_HERE, *chosen)
        if not any(is_sourced(statement, self._rules.own) for statement in chosen):
            return self._of(Kind.WITHOUT_SOURCE, Why.SAME_UNSOURCED, *chosen)
        return self._of(*self._sourced(own, chosen), *chosen)

    def _sourced(self, own: Statement, same: Sequence[Statement]) -> tuple[Kind, Why]:
        named = [reference for reference in own.references if names_a_source(reference)]
        if not named:
            return Kind.AGREES, Why.SOURCE_NOT_NAMED
        there = [reference for statement in same for reference in statement.references]
        ground = self._rules.ground
        if all(any(are_one_source(reference, other, ground) for other in there) for reference in named):
            return Kind.AGREES, Why.SAME_AND_SOURCE
        return Kind.REFERENCE_MISSING, Why.SAME

    def _finer_there(self, finer: Sequence[Statement]) -> Comparison:
        if any(is_sourced(statement, self._rules.own) for statement in finer):
            return self._of(Kind.AGREES, Why.FINER_THERE, *finer)
        return self._of(Kind.WITHOUT_SOURCE, Why.FINER_THERE_UNSOURCED, *finer)

    def _without_agreement(self, own: Statement) -> Comparison:
        if rejected := self._related(own.value, self._deprecated, Relation.SAME, Relation.COARSER):
            others = self._live if own.property in SINGLE_VALUED else []
            return self._of(Kind.CONFLICT, Why.DEPRECATED_THERE, *rejected, *others)
        outside = [s for s in self._live if is_outside_bounds(own, s)]
        if outside:
            return self._of(Kind.BY_HAND, Why.OUTSIDE_BOUNDS, *outside)
        if unclear := self._related(own.value, self._live, Relation.UNCLEAR):
            return self._of(Kind.BY_HAND, Why.UNCLEAR, *unclear)
        different = self._related(own.value, self._live, Relation.DIFFERENT)
        none = [s for s in different if isinstance(s.value, Nothing)]
        if none or (different and isinstance(own.value, Nothing)):
            return self._of(Kind.CONFLICT, Why.NONE_THERE, *(none or different))
        if different and own.property in SINGLE_VALUED:
            return self._of(Kind.CONFLICT, Why.OTHER_VALUE, *different)
        return self._missing(different)

    def _missing(self, others: Sequence[Statement]) -> Comparison:
        unknown = [s for s in self._live if isinstance(s.value, Unknown)]
        if unknown:
            return self._of(Kind.MISSING, Why.UNKNOWN_THERE, *unknown)
        return self._of(Kind.MISSING, Why.OTHER_VALUES_TOO if others else Why.NOT_THERE)

    def _unknown(self, own: Statement) -> Comparison:
        """Compare a claim that there is a value, which may have an earliest and a latest date."""
        if not says_bounds(own):
            return self._of(Kind.NOT_COMPARED, Why.UNKNOWN_HERE)
        told = [s for s in self._live if not isinstance(s.value, Unknown)]
        outside = [s for s in told if is_outside_bounds(own, s)]
        if inside := [s for s in told if s not in outside]:
            return self._finer_there(inside)
        if bounded := [s for s in self._live if isinstance(s.value, Unknown) and says_bounds(s)]:
            return self._same(own, bounded)
        return self._of(Kind.BY_HAND, Why.OUTSIDE_BOUNDS, *outside) if outside else self._missing(outside)
