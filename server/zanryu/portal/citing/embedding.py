"""What reference managers read in a page: ``citation_*`` (Highwire) meta tags and COinS.

Zotero takes the page's own item from the meta tags and a list to choose from out of the COinS.
Specifications: https://www.zotero.org/support/dev/exposing_metadata, ANSI/NISO Z39.88-2004 (OpenURL 1.0)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from zanryu.portal.citing.dates import iso_of
from zanryu.portal.citing.names import in_order, inverted

if TYPE_CHECKING:
    from zanryu.portal.citing.works import Item

# The types of Zotero: in the Dublin Core format of a COinS it reads them as they are.
_ZOTERO: Final = {
    "article-newspaper": "newspaperArticle", "article-magazine": "magazineArticle", "report": "report",
    "thesis": "thesis", "webpage": "webpage", "post": "forumPost", "post-weblog": "blogPost",
    "dataset": "dataset", "entry-encyclopedia": "encyclopediaArticle",
    "entry-dictionary": "dictionaryEntry", "hearing": "hearing", "paper-conference": "conferencePaper",
}  # fmt: skip
_GENRES: Final = {
    "article-journal": ("journal", "article"), "article": ("journal", "article"),
    "review": ("journal", "article"), "book": ("book", "book"), "chapter": ("book", "bookitem"),
}  # fmt: skip
_CONTAINER_TAGS: Final = {
    "article-journal": "citation_journal_title", "review": "citation_journal_title",
    "article": "citation_journal_title", "article-newspaper": "citation_journal_title",
    "article-magazine": "citation_journal_title", "chapter": "citation_inbook_title",
    "paper-conference": "citation_conference_title",
}  # fmt: skip


def meta_tags(item: Item) -> list[tuple[str, str]]:
    """Return names and contents of the meta elements for an item."""
    first, last = _pages(item)
    kind = item["type"]
    pairs: list[tuple[str, Any]] = [("citation_title", item.get("title"))]
    pairs += [("citation_author", inverted(name)) for name in item.get("author", [])]
    pairs += [("citation_editor", inverted(name)) for name in item.get("editor", [])]
    pairs += [
        ("citation_publication_date", iso_of(item.get("issued")).replace("-", "/")),
        (_CONTAINER_TAGS.get(kind, "citation_series_title"), item.get("container-title")),
        ("citation_volume", item.get("volume")),
        ("citation_issue", item.get("issue")),
        ("citation_firstpage", first),
        ("citation_lastpage", last),
        ("citation_dissertation_institution" if kind == "thesis" else "citation_publisher",
         item.get("publisher")),
        ("citation_doi", item.get("DOI")),
        ("citation_isbn", item.get("ISBN")),
        ("citation_issn", item.get("ISSN")),
        ("citation_language", item.get("language")),
        ("citation_public_url", item.get("URL")),
    ]  # fmt: skip
    return [(name, str(content)) for name, content in pairs if content]


def coins(item: Item) -> str:
    """Return an item as the `title` of a COinS, a ContextObject in one line."""
    kind = item["type"]
    if kind in _GENRES:
        own = _openurl(item, *_GENRES[kind])
    else:
        own = _dublin_core(item, _ZOTERO.get(kind, "document"))
    pairs = [("ctx_ver", "Z39.88-2004"), *own]
    if doi := item.get("DOI"):
        pairs.append(("rft_id", f"info:doi/{doi}"))
    return urlencode([(name, str(value)) for name, value in pairs if value])


def _openurl(item: Item, form: str, genre: str) -> list[tuple[str, Any]]:
    first, last = _pages(item)
    whole = f"rft.{form[0]}title"  # btitle, jtitle
    place = [("rft.atitle", item.get("title")), (whole, item.get("container-title"))]
    if genre == "book":
        place = [(whole, item.get("title"))]
    return [
        ("rft_val_fmt", f"info:ofi/fmt:kev:mtx:{form}"),
        ("rft.genre", genre),
        *place,
        *_authors(item, "rft.au"),
        ("rft.date", iso_of(item.get("issued"))),
        ("rft.volume", item.get("volume")),
        ("rft.issue", item.get("issue")),
        ("rft.spage", first),
        ("rft.epage", last),
        ("rft.pub", item.get("publisher")),
        ("rft.isbn", item.get("ISBN")),
        ("rft.issn", item.get("ISSN")),
        ("rft.language", item.get("language")),
        ("rft_id", item.get("URL")),
    ]


def _dublin_core(item: Item, kind: str) -> list[tuple[str, Any]]:
    return [
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:dc"),
        ("rft.type", kind),
        ("rft.title", item.get("title")),
        *_authors(item, "rft.creator"),
        ("rft.source", item.get("container-title")),
        ("rft.publisher", item.get("publisher")),
        ("rft.date", iso_of(item.get("issued"))),
        ("rft.language", item.get("language")),
        ("rft.identifier", item.get("URL")),
    ]


def _authors(item: Item, key: str) -> list[tuple[str, Any]]:
    """Return the authors; a name that must not be turned round goes without a comma."""
    return [
        (key, in_order(name) if name.get("static-ordering") else inverted(name))
        for name in item.get("author", [])
    ]


def _pages(item: Item) -> tuple[str, str]:
    page = str(item.get("page") or item.get("page-first") or "").replace("–", "-")
    first, _, last = page.partition("-")
    return first, last
