"""What was read of the graph to express claims: each thing once, many in one look-up."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final

from zanryu.graph.namespaces import PREFIXES, RDF_SUBJECT, term

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zanryu.store.backend import Backend, Term

_ITEM: Final = re.compile(rf"{re.escape(PREFIXES['wd'])}(?P<id>Q[1-9][0-9]*)\Z")
_MAX_COPIES: Final = 8


@cache
def name(curie: str) -> str:
    """Return the IRI of a prefixed name."""
    return term(curie).value


@dataclass(slots=True)
class Reading:
    """The facts that were read, by subject; properties are asked for as prefixed names."""

    backend: Backend
    _facts: dict[str, dict[str, list[Term]]] = field(default_factory=dict)

    def load(self, iris: Iterable[str]) -> None:
        """Read what is said about some things; one look-up for all that were not read yet."""
        missing = [iri for iri in dict.fromkeys(iris) if iri not in self._facts]
        if not missing:
            return
        self._facts |= {iri: {} for iri in missing}
        for statement in self.backend.describe(*missing):
            values = self._facts[statement.subject.value].setdefault(statement.predicate, [])
            if statement.object.kind != "triple" and statement.object not in values:
                values.append(statement.object)

    def claims_about(self, iri: str) -> list[str]:
        """Return the claims with a thing as their subject, in the order of their IRIs, and read them."""
        claims = sorted({s.subject.value for s in self.backend.referring(iri, RDF_SUBJECT.value)})
        self.load([iri, *claims])
        return claims

    def all(self, iri: str, curie: str) -> list[Term]:
        """Return the values of a property of a thing that was read."""
        return self._facts.get(iri, {}).get(name(curie), [])

    def first(self, iri: str, curie: str) -> str:
        """Return the first value as text, or nothing."""
        return next((value.value for value in self.all(iri, curie)), "")

    def iris(self, iri: str, *curies: str) -> list[str]:
        """Return the values that are IRIs, each once."""
        found = (value for curie in curies for value in self.all(iri, curie))
        return list(dict.fromkeys(value.value for value in found if value.kind == "iri"))

    def has(self, iri: str, curie: str, value: str) -> bool:
        """Whether a property of a thing has the value with this prefixed name."""
        return name(value) in self.iris(iri, curie)

    def item(self, iri: str) -> str:
        """Return the item of Wikidata that a thing is linked to as the same, or nothing."""
        matches = (_ITEM.match(link) for link in self.iris(iri, "skos:exactMatch"))
        return next((match["id"] for match in matches if match), "")

    def origins(self, *works: str) -> list[str]:
        """Return works and everything that they are copies of, the nearest first."""
        found = list(dict.fromkeys(works))
        for work in found:  # grows while it is read
            found.extend(up for up in self.iris(work, "zr:mirrorOf") if up not in found)
        return found

    def load_origins(self, works: Iterable[str]) -> None:
        """Read works and everything that they are copies of, level by level."""
        level = list(works)
        for _ in range(_MAX_COPIES):
            self.load(level)
            level = [up for work in level for up in self.iris(work, "zr:mirrorOf") if up not in self._facts]
            if not level:
                return
