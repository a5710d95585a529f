"""What columns there are to extend a table by: what they are called, and which are proposed for a type."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from zanryu.graph.namespaces import term
from zanryu.reconciliation.extending import CONTENTS, EDITORS, QUALIFIERS, Column, column_of
from zanryu.reconciliation.names import DATE, SOURCE
from zanryu.store.backend import iri as iri_term

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zanryu.naming.labels import Labels
    from zanryu.reconciliation.terms import Terms
    from zanryu.web.words import Words

# Of what a claim may have, these are proposed with each property; the others can be written out.
_PROPOSED: Final = ("when", "source")

# Of what type the things of a group are; without it, clients take them for text.
_GROUPED: Final = {"unit": "MilitaryUnit", "academy": "Academy", "place": "Place", SOURCE: "Work"}


@dataclass
class Columns:
    """The columns, in the language of ``words``."""

    terms: Terms
    labels: Labels
    words: Words

    def proposed(self, type_name: str, limit: int | None) -> list[dict[str, Any]]:
        """Return what is proposed for things of a type: names, links, properties and their qualifiers."""
        properties = [name for name in self.terms.properties([type_name]) if name != DATE]
        qualified = [f"{name}.{qualifier}" for name in properties for qualifier in _PROPOSED]
        return [self._named(column_of(name)) for name in (*EDITORS, *properties, *qualified)[:limit]]

    def described(self, columns: Iterable[Column]) -> list[dict[str, Any]]:
        """Return the ``meta`` of an extension: names of columns, and the type of things in them."""
        return [{**self._named(column), **self._type(column)} for column in columns]

    def name(self, column: Column) -> str:
        """Return what a column is called; one that is not known, as it was asked for."""
        if not column.qualifier:
            return self._editors.get(column.base) or self.terms.property_name(column.base)
        return f"{self.terms.property_name(column.base)}: {self._qualifier(column.qualifier)}"

    def _named(self, column: Column) -> dict[str, Any]:
        return {"id": column.identifier, "name": self.name(column)}

    def _type(self, column: Column) -> dict[str, Any]:
        found = self.terms.value_type(column.base) or self.terms.known_type(_GROUPED.get(column.base, ""))
        has_things = not column.qualifier and column.content == CONTENTS[0]
        return {"type": found} if found and has_things else {}

    def _qualifier(self, name: str) -> str:
        curie = "zr:Assertion" if name == "claim" else QUALIFIERS.get(name)
        return self.labels.show(iri_term(term(curie).value), self.words.language).text if curie else name

    @cached_property
    def _editors(self) -> dict[str, str]:
        gettext = self.words.gettext
        return {
            "name-en": gettext("name in English"),
            "name-ja": gettext("name in Japanese"),
            "name-vi": gettext("name in Vietnamese"),
            "wikidata": gettext("Wikidata item"),
            "geonames": gettext("GeoNames number"),
        }
