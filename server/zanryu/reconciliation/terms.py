"""What types and properties are called, for readers of one language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zanryu.reconciliation.matching import Matcher
    from zanryu.reconciliation.questions import Suggestion


@dataclass
class Terms:
    """The types and properties of a matcher; each list is asked for once, if it is needed."""

    matcher: Matcher
    language: str

    def types(self, names: Iterable[str]) -> list[dict[str, str]]:
        """Return types as both versions of the API have them; one that is not known is called by its name."""
        return [{"id": name, "name": self._called(self._types, name)} for name in names]

    def types_of(self, names: Iterable[str]) -> list[dict[str, str]]:
        """Return the types of a thing, the rarest first: that is the one that says most."""
        listed = list(self._types)
        return self.types(sorted(names, key=lambda name: -listed.index(name) if name in self._types else 1))

    def listed_types(self) -> list[dict[str, str]]:
        """Return all types, the most frequent first."""
        return self.types(self._types)

    def property_name(self, name: str) -> str:
        """Return what a property, or a group of them, is called."""
        return self._called(self._properties, name)

    def value_type(self, name: str) -> dict[str, str] | None:
        """Return the type of a property's values, if they are things of one."""
        known = self._properties.get(name)
        return next(filter(None, map(self.known_type, known.types if known else ())), None)

    def known_type(self, name: str) -> dict[str, str] | None:
        """Return a type, if anything has it."""
        return self.types([name])[0] if name in self._types else None

    def properties(self, types: Iterable[str] = ("",)) -> list[str]:
        """Return the groups and properties that things of any of the types have; ``""`` is any type."""
        names = (s.id for t in types for s in self.matcher.properties(t, self.language))
        return list(dict.fromkeys(names))

    @cached_property
    def _types(self) -> dict[str, Suggestion]:
        return {s.id: s for s in self.matcher.types(self.language)}

    @cached_property
    def _properties(self) -> dict[str, Suggestion]:
        return {s.id: s for s in self.matcher.properties("", self.language)}

    def _called(self, known: dict[str, Suggestion], name: str) -> str:
        return known[name].name if name in known else name
