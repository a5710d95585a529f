"""The score of a candidate, and when it may be taken without a look.

A name counts for what its kind counts; each condition about which something is known for two fifths of a
name, confirmed or contradicted. To be taken without a look a candidate needs all of these: a score of 95, a
lead of 10, no contradiction, and the same kanji or something that confirms it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

from zanryu.reconciliation.conditions import CONFIRMS, CONTRADICTS
from zanryu.reconciliation.names import DENIED, LABELS, short
from zanryu.reconciliation.questions import Feature
from zanryu.reconciliation.similarity import NOTHING, Likeness, compare
from zanryu.reconciliation.spelling import Script

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from zanryu.reconciliation.forms import Form
    from zanryu.reconciliation.spelling import Spelling

ENOUGH: Final = 95.0
LEAD: Final = 10.0
LEAST: Final = 40.0
_OF_A_CONDITION: Final = 0.4
_FULL_KANJI: Final = 3
_FULL_WORDS: Final = 2
_LABELS: Final = frozenset(short(iri) for iri in LABELS)
_OF_PROPERTY: Final = "property:"
_UNCONFIRMED: Final = 0.85


@dataclass(frozen=True)
class NameScore:
    """How well a name of a thing fits. ``counts_for`` is what its kind counts for, and how it was asked."""

    form: Form
    likeness: Likeness
    counts_for: float

    @cached_property
    def score(self) -> float:
        """0 to 100."""
        return self.likeness.score * self.counts_for

    @property
    def is_full(self) -> bool:
        """Whether it is more than a family name or a given name may be."""
        spelling = self.form.spelling
        if spelling.script is Script.KANJI:
            return len(spelling.words[0]) >= _FULL_KANJI
        return len(spelling.readings) >= _FULL_WORDS


@dataclass(frozen=True, slots=True)
class Scored:
    """A thing with its score; ``confirmed`` by property of a condition, where anything is known."""

    thing: int
    name: NameScore
    confirmed: Mapping[str, float]
    is_person: bool
    handicap: float = 1.0

    @property
    def score(self) -> float:
        """0 to 100, to two decimals: what is compared is what is seen."""
        known = self.confirmed.values()
        total = self.name.score + _OF_A_CONDITION * sum(known)
        return round(self.handicap * total / (1 + _OF_A_CONDITION * len(known)), 2)

    @property
    def may_be_taken(self) -> bool:
        """Whether what is known is enough, apart from what else may be meant."""
        confirming = sum(value == CONFIRMS for value in self.confirmed.values())
        needed = 2 if self.is_person and not self.name.is_full else 0 if self.name.likeness.is_kanji else 1
        is_doubtful = CONTRADICTS in self.confirmed.values() or not self.name.likeness.is_exact
        return self.score >= ENOUGH and confirming >= needed and not is_doubtful

    def features(self) -> tuple[Feature, ...]:
        """Return why it has its score."""
        likeness, form = self.name.likeness, self.name.form
        return (
            Feature("name_similarity", round(likeness.score, 2)),
            Feature("name_weight", round(100 * self.name.counts_for, 2)),
            Feature("name_exact", likeness.is_exact),
            Feature("kanji_exact", likeness.is_kanji),
            Feature("is_preferred_name", form.property in _LABELS),
            Feature("is_denied_name", form.weight == DENIED),
            *(Feature(_OF_PROPERTY + name, value) for name, value in self.confirmed.items()),
        )


def compared(scored: Iterable[Scored]) -> list[Scored]:
    """Return candidates, with those of whom nothing is known behind a namesake who is confirmed."""
    listed = list(scored)
    confirmed = max((one.name.score for one in listed if CONFIRMS in one.confirmed.values()), default=0.0)
    is_behind = [not one.confirmed and one.name.score <= confirmed for one in listed]
    return [
        replace(one, handicap=_UNCONFIRMED) if behind else one
        for one, behind in zip(listed, is_behind, strict=True)
    ]


def best_names(ways: Sequence[tuple[float, list[Spelling]]], forms: Sequence[Form]) -> dict[int, NameScore]:
    """Return for each thing among forms the name that fits best.

    Where a way to take the question has several names of one thing, all of them have to fit.
    """
    found: dict[int, NameScore] = {}
    for counts_for, spellings in ways:
        of_each = [_best_of_each(spelling, forms) for spelling in spellings]
        for thing in set().union(*of_each):
            together = _together([scores.get(thing) for scores in of_each])
            weighed = _weighed(together, counts_for)
            if thing not in found or weighed.score > found[thing].score:
                found[thing] = weighed
    return found


def _weighed(name: NameScore, counts_for: float) -> NameScore:
    return name if counts_for == 1 else replace(name, counts_for=name.counts_for * counts_for)


def _best_of_each(asked: Spelling, forms: Sequence[Form]) -> dict[int, NameScore]:
    found: dict[int, NameScore] = {}
    for form in forms:
        likeness = compare(asked, form.spelling)
        if likeness is NOTHING:
            continue
        score = NameScore(form, likeness, form.weight)
        if form.thing not in found or _rank(score) > _rank(found[form.thing]):
            found[form.thing] = score
    return found


def _rank(name: NameScore) -> tuple[float, bool, int]:
    return name.score, name.likeness.is_kanji, -name.form.number


def _together(names: list[NameScore | None]) -> NameScore:
    """Return several names as one: the mean of their scores, as sure as the least sure."""
    known = sorted((name for name in names if name), key=_rank, reverse=True)
    best = known[0]
    if len(names) == 1:
        return best
    mean = sum(name.score for name in known) / len(names) / best.counts_for
    are_exact = len(known) == len(names) and all(name.likeness.is_exact for name in known)
    is_kanji = are_exact and any(name.likeness.is_kanji for name in known)
    return replace(best, likeness=Likeness(mean, are_exact, is_kanji))
