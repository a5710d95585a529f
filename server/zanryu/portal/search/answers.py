"""Answers for programs: JSON, OpenSearch suggestions, and the OpenSearch description of the server."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

from zanryu.web.media_types import HTML, JSON, MediaType

if TYPE_CHECKING:
    from zanryu.portal.search.marking import Piece
    from zanryu.portal.search.presenting import Hit, MarkedName, Presenter
    from zanryu.portal.search.requests import Asked
    from zanryu.portal.search.searching import Found
    from zanryu.web.words import Words

# https://github.com/dewitt/opensearch
SUGGESTIONS: Final = MediaType("application/x-suggestions+json", "suggestions", "OpenSearch suggestions")
OPENSEARCH: Final = MediaType("application/opensearchdescription+xml", "xml", "OpenSearch description")
_NAMESPACE: Final = "http://a9.com/-/spec/opensearch/1.1/"


def results(asked: Asked, found: Found, hits: list[Hit], presenter: Presenter) -> bytes:
    """Return a page of what was found as JSON."""
    document: dict[str, object] = {
        "query": asked.question.text,
        "answered": found.question.text,
        "version": found.version,
        "total": found.total,
        "page": asked.page,
        "kinds": found.kinds,
        "tiers": found.tiers,
        "hits": [_hit(hit, presenter) for hit in hits],
    }
    return _json(document)


def suggestions(text: str, found: Found | None, hits: list[Hit], presenter: Presenter) -> bytes:
    """Return what somebody may be typing as JSON."""
    version = found.version if found else ""
    found_things = [_hit(hit, presenter) for hit in hits]
    ngettext = presenter.words.ngettext
    # translators: told to those who listen to the page, while they type in the search box
    announced = ngettext("%(num)s suggestion", "%(num)s suggestions", len(hits))
    return _json({"query": text, "version": version, "announcement": announced, "suggestions": found_things})


def opensearch_suggestions(text: str, hits: list[Hit], presenter: Presenter) -> bytes:
    """Return the same as browsers want it: what to complete to, and a line about each."""
    return _json(
        [
            text,
            [hit.name for hit in hits],
            [_line(hit, presenter) for hit in hits],
        ]
    )


def opensearch_description(address: str, words: Words) -> bytes:
    """Return how browsers ask this server, which is at ``address``."""
    root = ET.Element("OpenSearchDescription", {"xmlns": _NAMESPACE})
    ET.SubElement(root, "ShortName").text = "Zanryū"
    ET.SubElement(root, "Description").text = words.gettext(
        "Japanese officers who stayed in Indochina: persons, units, academies, places, sources, claims"
    )
    ET.SubElement(root, "InputEncoding").text = "UTF-8"
    image = {"type": "image/svg+xml", "width": "16", "height": "16"}
    ET.SubElement(root, "Image", image).text = f"{address}/static/icon.svg"
    for media_type, template in (
        (HTML, "/search?q={searchTerms}"),
        (JSON, "/search?q={searchTerms}&format=json"),
        (SUGGESTIONS, "/search/suggest?q={searchTerms}&format=suggestions"),
    ):
        ET.SubElement(root, "Url", {"type": media_type.name, "template": f"{address}{template}"})
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _hit(hit: Hit, presenter: Presenter) -> dict[str, object]:
    document: dict[str, object] = {
        "iri": hit.iri,
        "href": hit.href,
        "kind": hit.kind,
        "kindLabel": presenter.kind(hit.kind),
        "name": hit.name,
        "title": [_name(part) for part in hit.title],
        "description": [{"text": part.text, "language": part.language} for part in hit.description],
        "claims": hit.claims,
    }
    for name, part in (("also", hit.also), ("note", hit.note)):
        if part:
            document[name] = _name(part)
    return document


def _name(name: MarkedName) -> dict[str, object]:
    document: dict[str, Any] = {
        "pieces": [_piece(piece) for piece in name.pieces],
        "language": name.language,
    }
    if name.kind:
        document["kind"] = name.kind.text
    return document


def _piece(piece: Piece) -> dict[str, object]:
    return {"text": piece.text, "match": True} if piece.is_match else {"text": piece.text}


def _line(hit: Hit, presenter: Presenter) -> str:
    return " · ".join([presenter.kind(hit.kind), *(part.text for part in hit.description)])


def _json(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
