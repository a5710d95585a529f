"""The forms a citation comes in: for programs as files, for readers as text in a style."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from zanryu.portal.citing.bibtex import to_bibtex
from zanryu.portal.citing.ris import to_ris
from zanryu.portal.citing.styles import AUTHOR_DATE, NOTES, Formatted, join, note, reference_list
from zanryu.web.media_types import HTML, MediaType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zanryu.portal.citing.references import Cited, Source
    from zanryu.portal.citing.works import Item, Reference

BIBTEX: Final = MediaType("application/x-bibtex", "bibtex", "BibTeX", extensions=("bib",),
                          aliases=("text/x-bibtex",))  # fmt: skip
RIS: Final = MediaType("application/x-research-info-systems", "ris", "RIS")
CSL_JSON: Final = MediaType("application/vnd.citationstyles.csl+json", "csl-json", "CSL-JSON",
                            extensions=("json",), aliases=("application/json",))  # fmt: skip
_TEXT: Final = "text/x-bibliography"
CHICAGO: Final = {
    style: MediaType(_TEXT, style, label)
    for style, label in ((AUTHOR_DATE, "Chicago, author-date"), (NOTES, "Chicago, notes"))
}
FILES: Final = (BIBTEX, RIS, CSL_JSON)
OFFERS: Final = (HTML, *FILES, *CHICAGO.values())
FILE_NAMES: Final = {BIBTEX: "bib", RIS: "ris", CSL_JSON: "json"}


def write(references: Sequence[Reference], media_type: MediaType) -> str:
    """Return references as a file."""
    items = [_item(reference) for reference in references]
    if media_type == BIBTEX:
        return to_bibtex(items)
    if media_type == RIS:
        return to_ris(items)
    return json.dumps(items, ensure_ascii=False, indent=2) + "\n"


def _item(reference: Reference) -> Item:
    """Return an item; the place in a work, which belongs to one citation of it, is a note on it."""
    if not reference.locator:
        return reference.item
    return {**reference.item, "note": f"Cited here: {reference.locator}"}


def in_text(cited: Cited, style: str) -> Formatted:
    """Return what stands in the text or the note: for a claim the sources with their places, and the claim.

    The claim is what the reader of the graph saw, the source what it says it has read: both are named.
    """
    if not cited.sources:
        return join([note(cited.main, style)], "", "." if style == NOTES else "")
    recorded = note(cited.main, style)
    if style == AUTHOR_DATE:
        inner = [_without_parentheses(_source(source, style)) for source in cited.sources]
        ours = _without_parentheses(recorded)
        joined = join([join(inner, "; "), ours], ", as recorded in ")
        return Formatted(f"({joined.text})", Markup("({})").format(joined.html))
    sources = join([_source(source, style) for source in cited.sources], "; ")
    return join([sources, recorded], "; as recorded in ", ".")


def as_text(cited: Cited, style: str) -> str:
    """Return the citation and its entries, each in a paragraph of its own, as plain text."""
    entries = reference_list(cited.references, style)
    return "\n\n".join(part.text for part in (in_text(cited, style), *entries)) + "\n"


def bibliography_as_text(references: Sequence[Reference], style: str) -> str:
    """Return a whole bibliography, an entry in a paragraph, as plain text."""
    return "".join(f"{entry.text}\n\n" for entry in reference_list(references, style)).rstrip("\n") + "\n"


def _source(source: Source, style: str) -> Formatted:
    """Return a source; behind it the works that it repeats, which the editors may not have seen."""
    cited = note(source.work, style)
    if not source.via:
        return cited
    if style == AUTHOR_DATE:
        parts = [_without_parentheses(part) for part in (cited, *(note(via, style) for via in source.via))]
        return join([parts[0], join(parts[1:], "; ")], ", citing ")
    return join([cited, join([note(via, style) for via in source.via], "; ")], ", citing ")


def _without_parentheses(formatted: Formatted) -> Formatted:
    if not (formatted.text.startswith("(") and formatted.text.endswith(")")):
        return formatted
    return Formatted(formatted.text[1:-1], formatted.html[1:-1])
