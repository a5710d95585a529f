"""Typed links for machines that find a page: what it is, how it is cited, where its data are.

Specification: https://signposting.org/FAIR/ (level 1), RFC 8574 (`cite-as`)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from zanryu.graph.namespaces import DATASET_IRI
from zanryu.naming.iris import data_path, link, page_path
from zanryu.portal.citing.facts import facts_of
from zanryu.portal.citing.formats import FILES
from zanryu.portal.citing.schema_org import type_name
from zanryu.portal.citing.works import work_reference

if TYPE_CHECKING:
    from zanryu.store.backend import Backend

_SCHEMA: Final = "https://schema.org/"
_WORK: Final = "/page/work/"
_DATA: Final = (("ttl", "text/turtle"), ("jsonld", "application/ld+json"), ("nt", "application/n-triples"))


def signposts(backend: Backend, iri: str, kind: str) -> list[str]:
    """Return the Link values of a `page` or of `data` about an own IRI."""
    return page_links(backend, iri) if kind == "page" else data_links(backend, iri)


def page_links(backend: Backend, iri: str) -> list[str]:
    """Return the Link values of a page about an own IRI, but for its licence."""
    facts = facts_of(backend, iri)
    path = page_path(iri) or ""
    item = work_reference(backend, iri, facts).item if path.startswith(_WORK) else None
    kind = type_name(facts, item)
    links = [_link(iri, "cite-as"), _link(f"{_SCHEMA}AboutPage", "type")]
    links += [_link(f"{_SCHEMA}{kind}", "type")] if kind else []
    links += [_link(author, "author") for author in _authors(backend)]
    data = data_path(iri) or ""
    if data.startswith("/data/"):
        links += [_link(f"{data}.{ending}", "item", media) for ending, media in _DATA]
        links += [_link(f"{data}.{ending}", "describedby", media) for ending, media in _DATA]
    target = quote(iri, safe=":/")
    links += [_link(f"/cite?iri={target}&format={f.format}", "describedby", f.name) for f in FILES]
    return links


def data_links(backend: Backend, iri: str) -> list[str]:
    """Return the Link values of the data about an own IRI, but for its licence and what it describes."""
    path = page_path(iri)
    links = [_link(iri, "cite-as"), _link(f"{_SCHEMA}Dataset", "type")]
    links += [_link(path, "collection", "text/html")] if path else []
    return links + [_link(author, "author") for author in _authors(backend)]


def _authors(backend: Backend) -> list[str]:
    """Return who answers for the data, as the dataset says."""
    return [iri for iri in facts_of(backend, DATASET_IRI).things("dcterms:creator") if link(iri)]


def _link(target: str, relation: str, media_type: str = "") -> str:
    kind = f'; type="{media_type}"' if media_type else ""
    return f'<{quote(target, safe=_SAFE)}>; rel="{relation}"{kind}'


_SAFE: Final = ":/?#[]@!$&'()*+,;=%~"  # what an IRI may have as it is; all else would break the header
