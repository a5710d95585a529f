"""Works as items of CSL-JSON: what the graph says of them, and nothing that it does not say.

Specification: https://docs.citationstyles.org/en/stable/specification.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from zanryu.graph.namespaces import term
from zanryu.naming.iris import link
from zanryu.portal.citing.dates import csl_date
from zanryu.portal.citing.facts import Facts, facts_of, one_line
from zanryu.portal.citing.names import names_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zanryu.store.backend import Backend

Item = dict[str, Any]
_TYPES: Final = {
    term(f"zv:{concept}").value: kind
    for concept, kind in {
        "journal-article": "article-journal", "newspaper-article": "article-newspaper",
        "news-agency-report": "article-newspaper", "magazine-article": "article-magazine",
        "review": "review", "book": "book", "memoir": "book", "unit-history": "book",
        "book-chapter": "chapter", "conference-paper": "paper-conference",
        "research-report": "report", "thesis": "thesis",
        "blog-post": "post-weblog", "forum-post": "post", "qa-answer": "post", "podcast-post": "post-weblog",
        "web-page": "webpage", "encyclopedia-mirror": "webpage", "archives-glossary": "webpage",
        "encyclopedia-article": "entry-encyclopedia", "dictionary-entry": "entry-dictionary",
        "dataset-file": "dataset", "parliamentary-record": "hearing",
    }.items()
}  # fmt: skip
_CLASSES: Final = {
    term(f"zr:{name}").value: kind
    for name, kind in {
        "Book": "book", "Chapter": "chapter", "Article": "article", "Thesis": "thesis", "Report": "report",
        "WebSource": "webpage", "ParliamentaryRecord": "hearing",
    }.items()
}  # fmt: skip
_WHOLE: Final = ("book", "thesis", "report")
# Roles by the MARC relators, https://id.loc.gov/vocabulary/relators.html
_RELATORS: Final = {
    "translator": "http://id.loc.gov/vocabulary/relators/trl",
    "editor": "http://id.loc.gov/vocabulary/relators/edt",
}
# `Title 34(3)`, `Title, 3(1)`, `Titre 2001/2, n° 202-203`
_ISSUE: Final = re.compile(r"(?P<title>.*?),? (?P<volume>\d+)\((?P<issue>[\d–-]+)\)\Z")
_FRENCH_ISSUE: Final = re.compile(r"(?P<title>.*?)(?: \d{4}/\d+)?, n° ?(?P<issue>[\d–-]+)\Z")
_PAGES: Final = re.compile(r"\d+(?:[-–]\d+)?\Z")
_FROM_PAGE: Final = re.compile(r"from (\d+)\Z")
_EXACT: Final = {"doi": "DOI", "isbn": "ISBN", "issn": "ISSN"}
_UNSEEN: Final = " (title not seen)"


@dataclass(frozen=True, slots=True)
class Reference:
    """An item of CSL-JSON, and what a style for readers needs beside it.

    ``originals`` are names in their own script by the romanised form; ``is_supplied`` says that the title is
    our description, which no style puts in quotation marks; ``locator`` is a place in the work.
    """

    iri: str
    item: Item
    originals: Mapping[str, str] = field(default_factory=dict)
    is_supplied: bool = False
    locator: str = ""


def work_reference(backend: Backend, iri: str, facts: Facts | None = None) -> Reference:
    """Return a work as a reference."""
    facts = facts or facts_of(backend, iri)
    kind = type_of(facts)
    authors, originals = names_of(backend, facts.all("dcterms:creator"))
    title, is_supplied = _title(facts)
    item: Item = {
        "id": iri.rpartition("/")[2],
        "type": kind,
        "title": title,
        "author": authors,
        **{role: names_of(backend, facts.terms.get(name, []))[0] for role, name in _RELATORS.items()},
        "issued": csl_date(facts.text("dcterms:issued")),
        "publisher": facts.text("dcterms:publisher"),
        "genre": "Thesis" if kind == "thesis" else "",
        "language": facts.text("dcterms:language"),
        "URL": next((page for page in facts.things("foaf:page") if link(page)), ""),
        **_pages(facts, kind),
        **_identifiers(facts),
    }
    item |= _container(backend, facts, item)
    return Reference(iri, {key: value for key, value in item.items() if value}, originals, is_supplied)


def type_of(facts: Facts) -> str:
    """Return the CSL type of a work: by its kind, else by its class; ``document`` fits all."""
    by_kind = (_TYPES.get(concept) for concept in facts.things("dcterms:type"))
    by_class = (_CLASSES.get(name) for name in facts.things("rdf:type"))
    return next(filter(None, (*by_kind, *by_class)), "document")


def _title(facts: Facts) -> tuple[str, bool]:
    """Return the title, and whether it is ours: English, where the work is not, in the brackets of ISBD."""
    languages = {language.partition("-")[0] for language in facts.texts("dcterms:language")}
    titles = [(t.language.partition("-")[0], one_line(t.value)) for t in facts.all("dcterms:title")]
    # A work of unknown language and address was not seen: what stands for its title is a description.
    is_seen = bool(facts.things("foaf:page"))
    own = [title for tag, title in titles if tag != "en" or (tag in languages if languages else is_seen)]
    if not own and titles:
        return f"[{titles[0][1].removesuffix(_UNSEEN)}]", True
    title = own[0] if own else ""
    romanised = facts.tagged("dcterms:alternative", "ja-latn")
    translated = facts.tagged("dcterms:alternative", "en")
    # The Chicago Manual of Style: romanised, then as printed, then translated in brackets.
    return " ".join(filter(None, (romanised, title, translated and f"[{translated}]"))), False


def _pages(facts: Facts, kind: str) -> Item:
    """Return the extent of a whole work, the pages of a part; words that CSL could not count are left out."""
    pages = facts.text("zr:pages")
    if kind in _WHOLE:
        return {"number-of-pages": pages}
    if _PAGES.match(pages):
        return {"page": pages}
    first = _FROM_PAGE.match(pages)
    return {"page-first": first[1]} if first else {}


def _identifiers(facts: Facts) -> Item:
    found: Item = {}
    for text in facts.texts("dcterms:identifier"):
        scheme, _, value = text.partition(":")
        if (name := _EXACT.get(scheme)) and value:
            found.setdefault(name, value)
    return found


def _container(backend: Backend, facts: Facts, item: Item) -> Item:
    """Return what a work is part of. The publisher and year of a book are those of its chapters."""
    wholes = facts.things("dcterms:isPartOf")
    if wholes:
        whole = work_reference_of_whole(backend, wholes[0])
        inherited = {key: item.get(key) or whole.get(key) for key in ("publisher", "issued", "ISBN")}
        return {"container-title": whole.get("title", ""), "editor": whole.get("editor"), **inherited}
    return _split_container(facts.text("dcterms:isPartOf"), facts, str(item["type"]))


def work_reference_of_whole(backend: Backend, iri: str) -> Item:
    """Return a work that others are part of, without what it is itself part of."""
    facts = facts_of(backend, iri)
    editors, _ = names_of(backend, facts.terms.get(_RELATORS["editor"], []))
    return {
        "title": _title(facts)[0],
        "issued": csl_date(facts.text("dcterms:issued")),
        "publisher": facts.text("dcterms:publisher"),
        "editor": editors,
        **_identifiers(facts),
    }


def _split_container(text: str, facts: Facts, kind: str) -> Item:
    for identifier in facts.texts("dcterms:identifier"):
        number = identifier.partition(":")[2]
        if number and text.endswith(f" {number}"):  # where it was found, not what it is part of
            return {"archive": text.removesuffix(f" {number}"), "archive_location": number}
    if kind in ("book", "report", "thesis"):
        return {"collection-title": text}
    match = _ISSUE.match(text) or _FRENCH_ISSUE.match(text)
    if match is None:
        return {"container-title": text}
    found = match.groupdict()
    return {"container-title": found["title"], "volume": found.get("volume"), "issue": found["issue"]}
