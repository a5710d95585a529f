"""The history for programs: in JSON, and as an Atom feed (RFC 4287)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

from zanryu.portal.history.listing import Span
from zanryu.store.history.provenance import HISTORY_IRI, version_iri
from zanryu.store.history.record import timestamp
from zanryu.store.history.rows import n_quads
from zanryu.web.media_types import ATOM, HTML, RDF_PATCH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zanryu.graph.delta import Delta
    from zanryu.store.history.record import Heading

_NAMESPACE: Final = "http://www.w3.org/2005/Atom"
# What XML 1.0 has no way to write (2.2); a message may hold it.
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NEVER: Final = "1970-01-01T00:00:00.000Z"  # a feed has to say when it was last changed (RFC 4287, 4.1.1)


def heading_document(heading: Heading) -> dict[str, Any]:
    """Return what is known of a version without its quads."""
    return {
        "number": heading.number,
        "iri": version_iri(heading.number),
        "digest": heading.digest,
        "previous": heading.previous or None,
        "time": timestamp(heading.time),
        "editor": heading.editor,
        "message": heading.message,
        "base": heading.base,
        "kind": heading.kind.value,
        "reverts": heading.reverts,
        "addedCount": heading.added,
        "removedCount": heading.removed,
    }


def version_document(heading: Heading, delta: Delta) -> dict[str, Any]:
    """Return a version with its quads, each a line of N-Quads 1.2."""
    return {**heading_document(heading), "added": n_quads(delta.added), "removed": n_quads(delta.removed)}


def list_document(
    headings: Sequence[Heading], head: Heading | None, span: Span, following: Span | None
) -> dict[str, Any]:
    """Return a page of the history; ``next`` is the path of the following page."""
    return {
        "head": head.number if head else 0,
        "about": span.about or None,
        "versions": [heading_document(heading) for heading in headings],
        "next": following.path("json") if following else None,
    }


def feed(headings: Sequence[Heading], span: Span, following: Span | None, title: str) -> bytes:
    """Return a page of the history as a feed. Its links are relative to where it was got from."""
    root = ET.Element("feed", xmlns=_NAMESPACE)
    _add(root, "id", HISTORY_IRI + Span(about=span.about).path().removeprefix("/history"))
    _add(root, "title", title)
    _add(root, "updated", timestamp(max(h.time for h in headings)) if headings else _NEVER)
    _link(root, "self", span.path("atom"), ATOM.name)
    _link(root, "alternate", span.path(), HTML.name)
    if following:
        _link(root, "next", following.path("atom"), ATOM.name)
    for heading in headings:
        _add_entry(root, heading)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _add_entry(root: ET.Element, heading: Heading) -> None:
    entry = ET.SubElement(root, "entry")
    first_line = heading.message.strip().partition("\n")[0].strip()
    _add(entry, "id", version_iri(heading.number))
    _add(entry, "title", f"{heading.number}: {first_line or heading.kind.value}")
    _add(entry, "updated", timestamp(heading.time))
    _add(ET.SubElement(entry, "author"), "name", heading.editor)
    _link(entry, "alternate", f"/history/{heading.number}", HTML.name)
    _link(entry, "related", f"/history/{heading.number}?format={RDF_PATCH.format}", RDF_PATCH.name)
    _add(entry, "summary", f"{heading.message}\n\n+{heading.added} −{heading.removed}".strip())


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def _link(parent: ET.Element, relation: str, path: str, media_type: str) -> None:
    ET.SubElement(parent, "link", rel=relation, href=path, type=media_type)
