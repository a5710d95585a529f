"""Why something that may be handed over is not, for the tool's or for the item's sake."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from zanryu.wikidata.comparison.kinds import Kind, Why
from zanryu.wikidata.comparison.kinds import reason as told
from zanryu.wikidata.expression.reasons import Reason, sentence
from zanryu.wikidata.handover.line_values import Trap
from zanryu.wikidata.handover.trap_words import sentences
from zanryu.wikidata.handover.written_values import Obstacle

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zanryu.web.words import Words


class Hindrance(StrEnum):
    """What stands against one statement or term; the value is stable."""

    NOT_READ = "not-read"
    OTHER_QUALIFIERS_THERE = "other-qualifiers-there"
    OTHER_SPELLING_THERE = "other-spelling-there"
    SAME_VALUE_TWICE = "same-value-twice"
    OTHER_TERM_THERE = "other-term-there"
    KIND_NOT_MAPPED = "kind-not-mapped"
    NOTHING_SOURCED = "nothing-sourced"
    FURTHER_REFERENCE = "further-reference"
    TOO_MANY = "too-many"


Withholding = Reason | Obstacle | Hindrance | Trap | Why
# What an editor may decide to hand over all the same.
INCLUDABLE: Final[tuple[Reason | Hindrance | Kind, ...]] = (
    Reason.UNCERTAIN,
    Reason.DEPRECATED,
    Reason.OVERRULED,
    Reason.HEDGE_NOT_SAID,
    Reason.SINGLE_TERTIARY_SOURCE,
    Hindrance.NOT_READ,
    Kind.MORE_PRECISE,
    Kind.CONFLICT,
    Kind.BY_HAND,
)


def why(reason: Withholding, words: Words) -> str:
    """Return a reason as a sentence for an editor."""
    match reason:
        case Reason():
            return sentence(reason, words)
        case Why():
            return told(reason, words)
        case Trap():
            return sentences(words)[reason]
        case Obstacle():
            return _obstacles(words)[reason]
        case Hindrance():
            return _hindrances(words)[reason]


def name_of(reason: Reason | Hindrance | Kind, words: Words) -> str:
    """Return what an editor may include, in words."""
    _ = words.gettext
    return {
        Reason.UNCERTAIN: _("what is possible at most"),
        Reason.DEPRECATED: _("what our editors deprecated"),
        Reason.OVERRULED: _("what a preferred claim contradicts"),
        Reason.HEDGE_NOT_SAID: _("hedges that Wikidata cannot say"),
        Reason.SINGLE_TERTIARY_SOURCE: _("what a single tertiary source says"),
        Hindrance.NOT_READ: _("items that were not read yet"),
        Kind.MORE_PRECISE: _("what is more precise than theirs"),
        Kind.CONFLICT: _("what contradicts theirs"),
        Kind.BY_HAND: _("what no rule could compare"),
    }[reason]


def _obstacles(words: Words) -> Mapping[Obstacle, str]:
    _ = words.gettext
    return {
        Obstacle.RANK_NEEDS_V3: _("Only QuickStatements 3 can say a rank. Write the batch for version 3."),
        Obstacle.CALENDAR: _("QuickStatements knows the Gregorian and the Julian calendar alone."),
        Obstacle.PRECISION: _("QuickStatements knows dates from the century to the day alone."),
        Obstacle.TIME: _("This is no date as Wikibase writes it."),
        Obstacle.DATATYPE: _("QuickStatements cannot say values of this kind."),
        Obstacle.COORDINATES: _("QuickStatements cannot say how exact a point is, nor on which globe."),
        Obstacle.BOUNDS: _("A number has both bounds or none."),
    }


def _hindrances(words: Words) -> Mapping[Hindrance, str]:
    _ = words.gettext
    return {
        Hindrance.NOT_READ: _("The item was not read yet, so that it is not known what it has."),
        Hindrance.OTHER_QUALIFIERS_THERE: _(
            "The value stands there with other qualifiers, and ours would be put on it. Do it by hand."
        ),
        Hindrance.OTHER_SPELLING_THERE: _(
            "The same value is written otherwise there, and ours would be a second statement. Do it by hand."
        ),
        Hindrance.SAME_VALUE_TWICE: _(
            "The same value is said with other qualifiers, and QuickStatements 2 would make one of both."
        ),
        Hindrance.OTHER_TERM_THERE: _("The item has another text in this language."),
        Hindrance.KIND_NOT_MAPPED: _("The mapping does not say of which class a new item would be."),
        Hindrance.NOTHING_SOURCED: _("No sourced statement is left to say about a new item."),
        Hindrance.FURTHER_REFERENCE: _(
            "A further reference of a new item: hand it over when the item is there and linked."
        ),
        Hindrance.TOO_MANY: _("There are too many lines for one batch. Hand it over in the next."),
    }
