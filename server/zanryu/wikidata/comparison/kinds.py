"""The kinds of gaps between our claims and Wikidata's statements, and why something is of a kind."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zanryu.web.words import Words


class Kind(StrEnum):
    """How a claim and what Wikidata has stand to each other; in the order in which they are worth a look."""

    CONFLICT = "conflict"
    MISSING = "missing"
    MORE_PRECISE = "more-precise"
    REFERENCE_MISSING = "reference-missing"
    WITHOUT_SOURCE = "without-source"
    ONLY_THERE = "only-there"
    BY_HAND = "by-hand"
    AGREES = "agrees"
    NOT_COMPARED = "not-compared"


class Why(StrEnum):
    """Why a comparison is of its kind."""

    OTHER_VALUE = "other-value"
    NONE_THERE = "none-there"
    DEPRECATED_THERE = "deprecated-there"
    DENIED_HERE = "denied-here"
    SET_ASIDE_HERE = "set-aside-here"
    NOT_THERE = "not-there"
    OTHER_VALUES_TOO = "other-values-too"
    UNKNOWN_THERE = "unknown-there"
    FINER_HERE = "finer-here"
    MORE_HERE = "more-here"
    SAME = "same"
    SAME_UNSOURCED = "same-unsourced"
    FINER_THERE_UNSOURCED = "finer-there-unsourced"
    THEIRS_ALONE = "theirs-alone"
    THEIRS_ALONE_UNSOURCED = "theirs-alone-unsourced"
    UNCLEAR = "unclear"
    OTHER_DATES = "other-dates"
    OUTSIDE_BOUNDS = "outside-bounds"
    SAME_AND_SOURCE = "same-and-source"
    SOURCE_NOT_NAMED = "source-not-named"
    FINER_THERE = "finer-there"
    UNSAYABLE = "unsayable"
    UNKNOWN_HERE = "unknown-here"
    SET_ASIDE = "set-aside"
    DENIAL = "denial"
    ONLY_WIKIMEDIA = "only-wikimedia"
    DEPRECATED = "deprecated"


# What is worth an editor's time: the rest is in order, or cannot be compared.
GAPS = tuple(kind for kind in Kind if kind not in (Kind.AGREES, Kind.NOT_COMPARED))


def name(kind: Kind, words: Words) -> str:
    """Return the name of a kind, as a heading."""
    return {
        Kind.CONFLICT: words.gettext("Conflict"),
        Kind.MISSING: words.gettext("Missing there"),
        Kind.MORE_PRECISE: words.gettext("Ours is more precise"),
        Kind.REFERENCE_MISSING: words.gettext("Agrees, our reference is missing"),
        Kind.WITHOUT_SOURCE: words.gettext("There without a real source"),
        Kind.ONLY_THERE: words.gettext("Only there"),
        # translators: a program cannot decide it
        Kind.BY_HAND: words.gettext("To be checked by hand"),
        Kind.AGREES: words.gettext("Agrees"),
        Kind.NOT_COMPARED: words.gettext("Not compared"),
    }[kind]


def meaning(kind: Kind, words: Words) -> str:
    """Return in a sentence what is of a kind."""
    return {
        Kind.CONFLICT: words.gettext("Both cannot be right, or one side rejects what the other holds."),
        Kind.MISSING: words.gettext("We have a claim, and Wikidata has no statement of it."),
        Kind.MORE_PRECISE: words.gettext("Both agree as far as Wikidata goes, and our claim says more."),
        Kind.REFERENCE_MISSING: words.gettext("Wikidata says the same from other sources."),
        Kind.WITHOUT_SOURCE: words.gettext("Wikidata names nobody who says so, or a Wikipedia alone."),
        Kind.ONLY_THERE: words.gettext("Wikidata has a sourced statement, and we have no claim of it."),
        Kind.BY_HAND: words.gettext("No rule decides whether the two are the same."),
        Kind.AGREES: words.gettext("Nothing is to be done."),
        Kind.NOT_COMPARED: words.gettext(
            "These tell nothing of a gap, and are shown so that none is left out."
        ),
    }[kind]


def reason(why: Why, words: Words) -> str:
    """Return in a sentence why a comparison is of its kind."""
    return {
        Why.OTHER_VALUE: words.gettext("Each side has another value, and there can be only one."),
        Why.NONE_THERE: words.gettext("One side says that there is none."),
        Why.DEPRECATED_THERE: words.gettext("Wikidata keeps our value as deprecated."),
        Why.DENIED_HERE: words.gettext("Our sources deny what Wikidata says."),
        Why.SET_ASIDE_HERE: words.gettext("Wikidata says what our editors have set aside."),
        Why.NOT_THERE: words.gettext("Wikidata says nothing of this."),
        Why.OTHER_VALUES_TOO: words.gettext("Wikidata has other values, and there may be several."),
        Why.UNKNOWN_THERE: words.gettext("Wikidata says that the value is unknown, which is no information."),
        Why.FINER_HERE: words.gettext("Our value is more exact."),
        Why.MORE_HERE: words.gettext("The value is the same, and our claim says more about when or where."),
        Why.SAME: words.gettext("The value is the same."),
        Why.SAME_UNSOURCED: words.gettext("The value is the same, and our source would be its first."),
        Why.FINER_THERE_UNSOURCED: words.gettext("Wikidata is more exact, and names no real source."),
        Why.THEIRS_ALONE: words.gettext("No claim of ours says so."),
        Why.THEIRS_ALONE_UNSOURCED: words.gettext("No claim of ours says so, and Wikidata names no source."),
        Why.UNCLEAR: words.gettext("Two calendars, units or kinds of value, of which neither is converted."),
        Why.OTHER_DATES: words.gettext("The value is the same, and its circumstances are others."),
        Why.OUTSIDE_BOUNDS: words.gettext(
            "One side has a date, and the other an earliest and latest without it."
        ),
        Why.SAME_AND_SOURCE: words.gettext("The value is the same, and our source is there."),
        Why.SOURCE_NOT_NAMED: words.gettext("The value is the same. Our source has no item and no address."),
        Why.FINER_THERE: words.gettext("Wikidata is more exact than our source."),
        Why.UNSAYABLE: words.gettext("Wikidata cannot say it so far."),
        Why.UNKNOWN_HERE: words.gettext("Our source says only that there is a value."),
        Why.SET_ASIDE: words.gettext("Our editors have set it aside, and Wikidata does not say it."),
        Why.DENIAL: words.gettext("A denial, and Wikidata does not say what is denied."),
        Why.ONLY_WIKIMEDIA: words.gettext(
            "We have it from Wikidata or a Wikipedia, which would confirm itself."
        ),
        Why.DEPRECATED: words.gettext("Wikidata keeps it as deprecated."),
    }[why]
