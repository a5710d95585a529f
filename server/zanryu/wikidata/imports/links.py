"""Which items of Wikidata the hand-edited files link to (skos:exactMatch)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from zanryu.graph.namespaces import PREFIXES, term

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Quad

_ITEM: Final = f"{PREFIXES['wd']}Q"


def linked_items(quads: Iterable[Quad]) -> list[str]:
    """Return every item that something is linked to, as ``Q36014``, in the order of the numbers."""
    links = {q.object for q in quads if q.predicate == term("skos:exactMatch")}
    numbers = {
        link.value.removeprefix(_ITEM)
        for link in links
        if isinstance(link, NamedNode) and link.value.startswith(_ITEM)
    }
    return [f"Q{number}" for number in sorted(numbers, key=lambda number: (len(number), number))]
