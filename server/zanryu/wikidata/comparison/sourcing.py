"""Which references of Wikidata are sources, so that nobody confirms himself.

"Imported from Wikimedia project" (P143, P4656) says from which Wikipedia somebody copied, not who says so
(Help:Sources). A page of ours or of a Wikimedia project is no witness for what it was itself told.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from zanryu.graph.namespaces import BASE
from zanryu.wikidata.model import Item, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zanryu.config import Settings
    from zanryu.wikidata.comparison.agreement import Ground
    from zanryu.wikidata.model import Reference, Snak, Statement

STATED_IN: Final = "P248"
ADDRESS: Final = "P854"
IMPORTED: Final = frozenset(("P143", "P4656"))
# When somebody looked (retrieved, archived) and how it was inferred: about a source, and none alone.
_ABOUT: Final = frozenset(("P813", "P2960", "P887"))
_WIKIMEDIA: Final = re.compile(r"(?:^|\.)(?:wikipedia|wikidata|wikimedia|wiktionary|wikiquote)\.org\Z")


def own_addresses(settings: Settings) -> tuple[str, ...]:
    """Return where this graph is published, beside its base: what is said there is no source of it."""
    return (settings.public_address,) if settings.public_address else ()


def is_source(reference: Reference, own: Iterable[str] = ()) -> bool:
    """Whether a reference names somebody who says so.

    ``own`` are :func:`own_addresses`.
    """
    if reference.of(STATED_IN):
        return True  # a page of ours beside the work it cites takes nothing away
    sites = (BASE, *own)
    telling = [snak for snak in reference.snaks if snak.property not in IMPORTED | _ABOUT]
    return bool(telling) and not any(_is_circular(snak, sites) for snak in telling)


def is_sourced(statement: Statement, own: Iterable[str] = ()) -> bool:
    """Whether a statement has a reference that is a source."""
    return any(is_source(reference, own) for reference in statement.references)


def are_one_source(first: Reference, second: Reference, ground: Ground) -> bool:
    """Whether two references name the same work, by item or by address."""
    return bool(_names(first, ground) & _names(second, ground))


def names_a_source(reference: Reference) -> bool:
    """Whether a reference can be found again elsewhere: it names an item or an address."""
    return any(snak.property in (STATED_IN, ADDRESS) for snak in reference.snaks)


def _is_circular(snak: Snak, sites: tuple[str, ...]) -> bool:
    if snak.property != ADDRESS or not isinstance(snak.value, Text):
        return False
    try:
        host = urlsplit(snak.value.text).hostname or ""
    except ValueError:
        return False
    return snak.value.text.startswith(sites) or bool(_WIKIMEDIA.search(host))


def _names(reference: Reference, ground: Ground) -> set[str]:
    items = {ground.target(value.id) for value in reference.of(STATED_IN) if isinstance(value, Item)}
    return items | {
        _address(value.text) for value in reference.of(ADDRESS) if isinstance(value, Text) and value.text
    }


def _address(text: str) -> str:
    """Return an address without what tells no two pages apart: scheme, last slash, fragment."""
    return text.partition("#")[0].partition("://")[2].rstrip("/") or text
