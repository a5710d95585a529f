"""What each trap is, and what to do, in the words of the interface."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zanryu.wikidata.handover.line_values import MAX_TERM, MAX_TEXT, Trap

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zanryu.web.words import Words


def sentences(words: Words) -> Mapping[Trap, str]:
    """Return for each trap what happens, and what to do about it."""
    return {**_of_texts(words), **_of_values(words), **_of_references(words), **_of_order(words)}


def _of_texts(words: Words) -> dict[Trap, str]:
    _ = words.gettext
    return {
        Trap.SEPARATOR: _("A | would be taken for the end of a field. Write the text without it."),
        Trap.CONTROL: _("It has a control character or a line break. Take it out."),
        Trap.COMMENT: _("What is between /* and */ would become the edit summary. Write it otherwise."),
        Trap.CURLY_QUOTES: _("Curly quotation marks would become straight ones. Write 「」 or « »."),
        Trap.INNER_QUOTE: _(
            "It has a quotation mark inside, which may end the text early. Write 「」 or « »."
        ),
        Trap.UNCLOSED: _("The text does not end with a quotation mark. Take TABs and line breaks out of it."),
        Trap.EMPTY: _("The text is empty. Leave the line out."),
        Trap.SPACES: _("The text begins or ends with a space. Take it away."),
        Trap.NOT_NFC: _("The characters are not composed (Unicode NFC). Compose them."),
        Trap.TOO_LONG: _(
            "The text is too long: %(text)s characters at most, a label or description %(term)s. Shorten it.",
            text=MAX_TEXT,
            term=MAX_TERM,
        ),
        Trap.LANGUAGE: _("This is no language code that Wikidata knows, like ja or zh-hant. Give one."),
        Trap.MUL: _(
            "mul is for names that are the same in all languages of Latin script. Give the language."
        ),
        Trap.SAME_AS_LABEL: _("Label and description are the same. Describe it in other words."),
    }


def _of_values(words: Words) -> dict[Trap, str]:
    _ = words.gettext
    return {
        Trap.BARE_DATE: _("A bare year would become a number. Write +1919-00-00T00:00:00Z/9."),
        Trap.NO_PRECISION: _("Without a precision the date would become a year. Write it after a slash."),
        Trap.PRECISION: _("The precision of a date is 7 (century), 8, 9, 10 or 11 (day). Choose one."),
        Trap.ZERO_DAY: _(
            "Month and day do not fit the precision. Write 00 for the unknown, of a decade its first year."
        ),
        Trap.NO_SUCH_DAY: _("There is no such day. Correct the date."),
        Trap.TIME_OF_DAY: _("Wikidata knows no time of day. Write T00:00:00Z."),
        Trap.WRONG_TYPE: _("The value is not of the kind that the property takes. Give another value."),
        Trap.UNKNOWN_DATATYPE: _(
            "It is not known here which kind of value the property takes. Add it to the mapping."
        ),
        Trap.NOT_AN_ADDRESS: _("This is no web address with http or https. Correct it."),
        Trap.OUT_OF_RANGE: _("The point is not on the globe. Correct it."),
    }


def _of_references(words: Words) -> dict[Trap, str]:
    _ = words.gettext
    return {
        Trap.NO_REFERENCE: _("The statement has no reference. Give one with S248 or S854."),
        Trap.NOT_A_SOURCE: _("The reference names neither an item (S248) nor an address (S854). Add one."),
        Trap.OWN_PAGE: _("A page of this site is no source of its own. Cite the publication."),
        Trap.NOT_RETRIEVED: _(
            "An address needs the day on which it was opened (S813). Open it and give that."
        ),
    }


def _of_order(words: Words) -> dict[Trap, str]:
    _ = words.gettext
    return {
        Trap.NOT_A_COMMAND: _("This is no command. Separate subject, property and value by TABs."),
        Trap.REMOVES: _("This would take something away. Do it by hand, on the item's own page."),
        Trap.ODD_FIELDS: _("The fields do not come in pairs of a property and a value. Complete the line."),
        Trap.NEEDS_V3: _("Only QuickStatements 3 reads this. Write the batch for version 3."),
        Trap.NO_CREATE: _("LAST has no CREATE before it. Add one."),
        Trap.UNKNOWN_IN_NEW: _("An unknown value fails in a new item. Add it when the item is there."),
        Trap.LINK_TO_NEW: _("A new item cannot be linked before it is there. Add it in a second batch."),
        Trap.LABEL_FIRST: _("The description has to come before the label. Put it there."),
        Trap.TWICE: _("The line is there twice. Leave one out."),
        Trap.SCATTERED: _("The lines of one item are not together. Put them together."),
    }
