"""What Wikidata says, and what is handed over to it: the Wikibase data model as plain values.

Source: Wikibase/DataModel on mediawiki.org. Both the JSON and the RDF of an entity are read into these
values, and what we have to say is put into the same, so that either side can be compared with the other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

GREGORIAN = "Q1985727"
JULIAN = "Q1985786"
DECADE, YEAR, MONTH, DAY = 8, 9, 10, 11


class Rank(StrEnum):
    """The rank of a statement."""

    PREFERRED = "preferred"
    NORMAL = "normal"
    DEPRECATED = "deprecated"


@dataclass(frozen=True, slots=True)
class Item:
    """A reference to another entity, by its number: ``Q42``, ``P31``."""

    id: str


@dataclass(frozen=True, slots=True)
class Time:
    """A point in time: ``text`` as Wikibase writes it (``+1919-03-00T00:00:00Z``), in its own calendar.

    ``precision`` is Wikibase's: 11 day, 10 month, 9 year, 8 decade, 7 century. What is more exact in ``text``
    than the precision means nothing. ``calendar`` is :data:`GREGORIAN` or :data:`JULIAN`.
    """

    text: str
    precision: int
    calendar: str = GREGORIAN


@dataclass(frozen=True, slots=True)
class Text:
    """A string without a language: string, URL, external identifier, file on Commons."""

    text: str


@dataclass(frozen=True, slots=True)
class Monolingual:
    """A text in one language, by Wikimedia's code."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in decimal notation; bounds are empty where it has none; ``unit`` is ``Q11573`` or ``1``."""

    amount: str
    unit: str = "1"
    lower: str = ""
    upper: str = ""


@dataclass(frozen=True, slots=True)
class Coordinates:
    """A point on a globe in degrees; ``precision`` in degrees, ``None`` where it is not said."""

    latitude: float
    longitude: float
    precision: float | None = None
    globe: str = "Q2"


@dataclass(frozen=True, slots=True)
class Unknown:
    """``somevalue``: there is a value, and it is not known."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """``novalue``: it is known that there is none."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """A value of a ``datatype`` that is not read here, for instance a mathematical expression."""

    datatype: str


Value = Item | Time | Text | Monolingual | Quantity | Coordinates | Unknown | Nothing | Foreign


@dataclass(frozen=True, slots=True)
class Snak:
    """A property with a value: a qualifier, or a part of a reference."""

    property: str
    value: Value


@dataclass(frozen=True, slots=True)
class Reference:
    """One reference, its parts in order; ``digest`` is Wikibase's hash, empty for what is handed over."""

    snaks: tuple[Snak, ...]
    digest: str = ""

    def of(self, *properties: str) -> list[Value]:
        """Return the values of some properties."""
        return [snak.value for snak in self.snaks if snak.property in properties]


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement about an entity; ``id`` is its GUID (``Q42$…``), empty for what is handed over."""

    property: str
    value: Value
    rank: Rank = Rank.NORMAL
    qualifiers: tuple[Snak, ...] = ()
    references: tuple[Reference, ...] = ()
    id: str = ""

    def qualified(self, *properties: str) -> list[Value]:
        """Return the values of the qualifiers with some properties."""
        return [snak.value for snak in self.qualifiers if snak.property in properties]


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity at one revision. ``id`` is the target's where what was asked for is a redirect.

    ``asked`` is the number that was asked for. ``modified`` is ISO 8601, empty where it is not said, and
    ``revision`` then 0. Labels and descriptions are by language.
    """

    id: str
    revision: int = 0
    modified: str = ""
    asked: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    descriptions: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    statements: tuple[Statement, ...] = ()

    def of(self, property_id: str) -> list[Statement]:
        """Return the statements with a property."""
        return [statement for statement in self.statements if statement.property == property_id]
