"""Why a claim is not handed over to Wikidata by default, or cannot be said there at all."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zanryu.web.words import Words


class Reason(StrEnum):
    """One reason; its value is stable and may stand in a file or an address."""

    # Said by the claim itself. What is refuted is uncertain too.
    UNCERTAIN = "uncertain"
    REFUTED = "refuted"
    DENIED = "denied"
    DEPRECATED = "deprecated"
    OVERRULED = "overruled"
    HEDGE_NOT_SAID = "hedge-not-said"
    # Said by its sources.
    SINGLE_TERTIARY_SOURCE = "single-tertiary-source"
    ONLY_WIKIMEDIA = "only-wikimedia"
    NO_SUPPORT = "no-support"
    SOURCE_WITHOUT_ITEM_OR_ADDRESS = "source-without-item-or-address"
    # Said by the mapping.
    NO_PROPERTY = "no-property"
    VALUE_NOT_LINKED = "value-not-linked"
    VALUE_NOT_SAID = "value-not-said"
    SUBJECT_NOT_LINKED = "subject-not-linked"


def sentence(reason: Reason, words: Words) -> str:
    """Return the reason as one sentence for an editor."""
    return {
        Reason.UNCERTAIN: words.gettext("We hold it for possible at most."),
        Reason.REFUTED: words.gettext("We hold it to be refuted."),
        Reason.DENIED: words.gettext("The claim is a denial, which Wikidata cannot say."),
        Reason.DEPRECATED: words.gettext("We keep it on record as an error or as superseded."),
        Reason.OVERRULED: words.gettext("It contradicts a claim that we prefer."),
        Reason.HEDGE_NOT_SAID: words.gettext("No value of Wikidata says how the source hedges it."),
        Reason.SINGLE_TERTIARY_SOURCE: words.gettext("Its only independent source is a tertiary one."),
        Reason.ONLY_WIKIMEDIA: words.gettext("Its only sources are pages of Wikimedia, or copies of them."),
        Reason.NO_SUPPORT: words.gettext("No cited source supports it."),
        Reason.SOURCE_WITHOUT_ITEM_OR_ADDRESS: words.gettext(
            "None of its sources has an item on Wikidata or an address on the web."
        ),
        Reason.NO_PROPERTY: words.gettext("No checked property of Wikidata says this."),
        Reason.VALUE_NOT_LINKED: words.gettext("The value is not linked to an item of Wikidata."),
        Reason.VALUE_NOT_SAID: words.gettext("The value cannot be written in the property's datatype."),
        Reason.SUBJECT_NOT_LINKED: words.gettext("The subject is not linked to an item of Wikidata."),
    }[reason]
