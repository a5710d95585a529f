"""Between the IRIs of things and their identifiers in the service.

An identifier is what follows :data:`IDENTIFIER_SPACE`: ``person/ishii-takuo``. So space and identifier
together are the IRI, which is what clients make of them; and a slug has none of ``# ? %``, which OpenRefine
puts into an address as they are (it replaces ``{{id}}`` and applies ``encodeURI``, which leaves ``/`` alone).
"""

from __future__ import annotations

from typing import Final

from zanryu.graph.namespaces import BASE
from zanryu.naming.iris import entity_iri

IDENTIFIER_SPACE: Final = f"{BASE}id/"
SCHEMA_SPACE: Final = f"{BASE}ontology/"


def identifier_of(iri: str) -> str:
    """Return the identifier of a thing; that of what is not ours is its IRI."""
    return iri.removeprefix(IDENTIFIER_SPACE)


def iri_of(identifier: str) -> str | None:
    """Return the IRI that an identifier names, or ``None`` if it can be none of ours; an IRI will do."""
    kind, _, slug = identifier.strip().removeprefix(IDENTIFIER_SPACE).partition("/")
    return entity_iri(kind, slug)
