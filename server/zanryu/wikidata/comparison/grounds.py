"""What is known of items when they are compared: where they were merged to, and which places are in which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zanryu.errors import UnreadableEntity
from zanryu.graph.namespaces import PREFIXES, term
from zanryu.wikidata.comparison.agreement import Ground

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zanryu.store.backend import Backend, Statement
    from zanryu.wikidata.entities.cache import Cache

_EXACT_MATCH: Final = term("skos:exactMatch").value
_IN_PLACE: Final = term("zr:inPlace").value
_MAX_DEPTH: Final = 12


class GraphGround(Ground):
    """Knows redirects from the cache, and from the graph what our linked places are in. It asks once."""

    def __init__(self, backend: Backend, cache: Cache) -> None:
        super().__init__()
        self._backend = backend
        self._cache = cache

    def target(self, item: str) -> str:
        """Return the number that an item has today, by what was read."""
        if item not in self.targets:
            try:
                self.targets[item] = self._cache.target(item)
            except UnreadableEntity:
                return item  # whoever reads the item itself is told
        return self.targets[item]

    def wholes_of(self, place: str) -> frozenset[str]:
        """Return the items of the places that a place of ours is in; it and they have to be linked."""
        if place not in self.wholes:
            self.wholes[place] = frozenset(self._above(place)) - {place}
        return self.wholes[place]

    def _above(self, place: str) -> Iterator[str]:
        level = {found.subject.value for found in self._backend.referring(entity_iri(place), _EXACT_MATCH)}
        seen: set[str] = set()
        for _ in range(_MAX_DEPTH):
            level -= seen
            if not level:
                return
            seen |= level
            statements = self._backend.describe(*sorted(level))
            yield from (self.target(item) for item in items_among(statements))
            level = {s.object.value for s in statements if s.predicate == _IN_PLACE}


def entity_iri(item: str) -> str:
    """Return the IRI that Wikidata gives an entity."""
    return f"{PREFIXES['wd']}{item}"


def items_among(statements: list[Statement]) -> list[str]:
    """Return the numbers of the items of Wikidata that statements call an exact match."""
    prefix = entity_iri("Q")
    return [
        number
        for s in statements
        if s.predicate == _EXACT_MATCH and s.object.value.startswith(prefix)
        for number in [s.object.value.removeprefix(prefix[:-1])]
        if number[1:].isascii() and number[1:].isdecimal() and number[1] != "0"
    ]
