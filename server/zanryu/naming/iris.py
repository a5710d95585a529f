"""Between the IRIs of the dataset and the paths of this server.

The base is a constant of the data: ``https://w3id.org/zanryu/id/person/x`` is served as ``/id/person/x``
wherever the server stands. Only own IRIs are mapped, so a redirect never leaves this server.
"""

from __future__ import annotations

import re
from typing import Final

from zanryu.graph.namespaces import BASE, ENTITY_KINDS

KINDS: Final = frozenset(ENTITY_KINDS.values())
# A slug, and what the build derives below one (`claim/x-1/c1`); no dot segments, no empty segments.
_SLUG: Final = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*(?:/[A-Za-z0-9][A-Za-z0-9_-]*)*\Z")
_OWN: Final = re.compile(rf"^{re.escape(BASE)}(?P<part>id|ontology|vocab)/(?P<rest>.+)\Z")
_SAFE_EXTERNAL: Final = re.compile(r"^https?://[^\s<>\"']+\Z", re.IGNORECASE)


def entity_iri(kind: str, slug: str) -> str | None:
    """Return the IRI of an entity, or ``None`` where the path can be none."""
    if kind not in KINDS or not _SLUG.match(slug):
        return None
    return f"{BASE}id/{kind}/{slug}"


def term_iri(part: str, name: str) -> str | None:
    """Return the IRI of a term (``part`` is ``ontology`` or ``vocab``), or ``None``."""
    return f"{BASE}{part}/{name}" if _SLUG.match(name) else None


def page_path(iri: str) -> str | None:
    """Return the path of the page about an own IRI, ``None`` for any other."""
    if iri == BASE:
        return "/"
    own = _OWN.match(iri)
    if own is None:
        return "/ontology" if iri == f"{BASE}ontology" else None
    if own["part"] != "id":
        return f"/{own['part']}/{own['rest']}" if _SLUG.match(own["rest"]) else None
    kind, _, slug = own["rest"].partition("/")
    return f"/page/{kind}/{slug}" if entity_iri(kind, slug) else None


def data_path(iri: str) -> str | None:
    """Return the path of the data about an own IRI."""
    page = page_path(iri)
    return "/data" + page.removeprefix("/page") if page and page.startswith("/page/") else page


def link(iri: str) -> str | None:
    """Return what a page may link to: an own path, an ``http`` or ``https`` address, or nothing."""
    return page_path(iri) or (iri if _SAFE_EXTERNAL.match(iri) else None)
