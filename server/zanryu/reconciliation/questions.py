"""The values that go into matching and come out of it; both versions of the service put theirs into these.

Types and properties are named as in the ontology, by their local names (``Officer``, ``servedIn``); one of
another vocabulary by its whole IRI. Things are named by their IRIs.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Quantifier(StrEnum):
    """How many of a condition's values a thing has to have."""

    ANY = "any"
    ALL = "all"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Condition:
    """What else is known of what is looked for.

    ``property`` is a property of the ontology (``birthDate``, ``servedIn``), or a group of them: ``rank``,
    ``unit``, ``academy``, ``place``, ``source``, ``date`` (anything claimed of it at that time). ``values``
    are IRIs of ours, names in any spelling, or for dates EDTF (``1945-08/1946``, ``1913~``). A property that
    nothing is known of by this program is no reason for or against anybody. ``is_required`` leaves out what
    does not fit.
    """

    property: str
    values: tuple[str, ...]
    is_required: bool = False
    quantifier: Quantifier = Quantifier.ANY


@dataclass(frozen=True, slots=True)
class Query:
    """One name to be matched.

    ``text`` may be empty where ``iris`` names the candidates; without either there are none. It may itself
    be an IRI of ours or an identifier that we link (``Q179910``). ``types``: one of them is enough, unless
    ``needs_all_types``; empty means any. ``language`` is that of the candidates' names and descriptions.
    """

    text: str
    types: tuple[str, ...] = ()
    limit: int = 10
    conditions: tuple[Condition, ...] = ()
    language: str = "en"
    iris: tuple[str, ...] = ()
    needs_all_types: bool = False


@dataclass(frozen=True, slots=True)
class Feature:
    """Why a candidate has its score: a number of 0 to 100, or whether something is so.

    ``id`` is one of ``matching.FEATURES``, or ``property:`` with the property of a condition (100 confirms,
    0 contradicts, absent where nothing is known).
    """

    id: str
    value: bool | float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing that may be meant. ``language`` is that of ``name``; ``matched`` is the spelling that fitted.

    ``score`` is 0 to 100; ``match`` says that it can be taken without a look.
    """

    iri: str
    name: str
    name_language: str
    description: str
    types: tuple[str, ...]
    score: float
    match: bool
    matched: str
    features: tuple[Feature, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What may be meant by the beginning of a name. ``id``: an IRI, or the name of a type or property.

    ``types`` are those of a thing; of a property the one that its values have, if it is a type.
    """

    id: str
    name: str
    name_language: str
    description: str
    types: tuple[str, ...] = ()
