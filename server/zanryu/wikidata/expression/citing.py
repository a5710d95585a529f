"""The citations of a claim as references, and what they are worth together.

A reference names the work that was read: its item (P248), or else its page (P854). Wikimedia's own pages and
their copies are no sources there (Help:Sources), and neither is this graph.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zanryu.graph.namespaces import BASE
from zanryu.wikidata.expression.languages import wikimedia_language
from zanryu.wikidata.expression.reading import name
from zanryu.wikidata.expression.reasons import Reason
from zanryu.wikidata.model import Item, Monolingual, Reference, Snak, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from zanryu.wikidata.expression.alignment import Alignment
    from zanryu.wikidata.expression.reading import Reading
    from zanryu.wikidata.model import Value

_WIKIMEDIA: Final = re.compile(
    r"wiki(?:pedia|data|media|source|quote|books|news|voyage|versity)|wiktionary", re.IGNORECASE
)
# "page 67 (69 of print)": where both are given, a reader looks for the printed number.
_PAGES: Final = re.compile(
    r"(?:pages?|pp?\.)\s+(?P<pages>\d+(?:\s*[-–—,]\s*\d+)*)(?:\s+\((?P<printed>\d+) of print\))?(?:[,;].*)?\Z"
)


@dataclass(frozen=True, slots=True)
class Citation:
    """A passage that is cited for a claim: its IRI, the work, and what the passage itself relies on."""

    iri: str
    work: str
    via: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Support:
    """What supports a claim: citations that count, their references, and why they are not enough."""

    citations: tuple[Citation, ...]
    references: tuple[Reference, ...]
    reasons: tuple[Reason, ...]


def load_works(claims: Iterable[str], reading: Reading) -> None:
    """Read the works that the citations of claims name; the citations have been read."""
    citations = [one for claim in claims for one in reading.iris(claim, "zr:citation")]
    reading.load_origins(work for one in citations for work in reading.iris(one, "zr:work", "zr:via"))


def support(claim: str, reading: Reading, alignment: Alignment) -> Support:
    """Return what supports a claim, each citation as a reference of its own."""
    supporting = [one for one in _citations(claim, reading) if _supports(one, reading)]
    usable = [one for one in supporting if not _is_circular(one, reading)]
    references = tuple(dict.fromkeys(_reference(one, reading, alignment) for one in usable))
    references = tuple(one for one in references if one.snaks)
    reasons = []
    if not usable:
        reasons = [Reason.ONLY_WIKIMEDIA if supporting else Reason.NO_SUPPORT]
    elif _is_single_tertiary(usable, reading):
        reasons = [Reason.SINGLE_TERTIARY_SOURCE]
    if usable and not references:
        reasons.append(Reason.SOURCE_WITHOUT_ITEM_OR_ADDRESS)
    return Support(tuple(usable), references, tuple(reasons))


def _citations(claim: str, reading: Reading) -> list[Citation]:
    cited = sorted(reading.iris(claim, "zr:citation"))
    return [Citation(one, reading.first(one, "zr:work"), tuple(reading.iris(one, "zr:via"))) for one in cited]


def _supports(citation: Citation, reading: Reading) -> bool:
    stances = reading.iris(citation.iri, "zr:stance")
    return bool(citation.work) and (not stances or name("zv:supports") in stances)


def _is_circular(citation: Citation, reading: Reading) -> bool:
    """Whether a passage stands on a page of Wikimedia, or of this graph, or repeats one."""
    works = reading.origins(citation.work, *citation.via)
    pages = [page for work in works for page in reading.iris(work, "foaf:page")]
    told = [
        value.value
        for work in works
        for curie in ("dcterms:isPartOf", "dcterms:creator")
        for value in reading.all(work, curie)
        if value.kind == "literal"
    ]
    return any(page.startswith(BASE) for page in pages) or any(map(_WIKIMEDIA.search, (*pages, *told)))


def _is_single_tertiary(citations: Sequence[Citation], reading: Reading) -> bool:
    """Whether all that was read are tertiary works of one origin: one that relates what others found."""
    if not all(reading.has(one.work, "zr:tier", "zv:tertiary") for one in citations):
        return False
    witnesses: list[set[str]] = []
    for one in citations:
        merged = set(reading.origins(one.work, *one.via))
        apart = [witness for witness in witnesses if not witness & merged]
        merged.update(*(witness for witness in witnesses if witness & merged))
        witnesses = [*apart, merged]
    return len(witnesses) == 1


def _reference(citation: Citation, reading: Reading, alignment: Alignment) -> Reference:
    item, page = reading.item(citation.work), min(reading.iris(citation.work, "foaf:page"), default="")
    values: list[tuple[str, Value | None]] = (
        [("zr:work", Item(item))]
        if item
        else [("foaf:page", Text(page)), ("dcterms:title", _title(citation.work, reading))]
        if page
        else []
    )
    if values:
        values.append(("zr:locator", _pages(citation, reading)))
    numbered = [(alignment.reference(name(curie)), value) for curie, value in values]
    return Reference(tuple(Snak(number, value) for number, value in numbered if number and value))


def _title(work: str, reading: Reading) -> Monolingual | None:
    """Return the title in the language of the work; one in another describes a work without a title."""
    languages = {wikimedia_language(value.value) for value in reading.all(work, "dcterms:language")} - {""}
    for title in reading.all(work, "dcterms:title"):
        if (language := wikimedia_language(title.language)) in languages and title.value.strip():
            return Monolingual(plain(title.value), language)
    return None


def _pages(citation: Citation, reading: Reading) -> Text | None:
    match = _PAGES.match(reading.first(citation.iri, "zr:locator").strip())
    if match is None:
        return None
    return Text(match["printed"] or re.sub(r"\s*[-–—]\s*", "–", match["pages"]))


def plain(text: str) -> str:
    """Return a text as Wikibase keeps it: in NFC, in one line, without space around it."""
    return unicodedata.normalize("NFC", " ".join(text.split()))
