"""What is listed, and by what it is counted and narrowed down: each a pattern in SPARQL.

The index is made by these patterns, and the query behind a page has them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_HELD: Final = """FILTER NOT EXISTS { ?claim zr:status zv:deprecated }
    FILTER NOT EXISTS { ?claim zr:polarity zv:negative }"""
_IN_CONFLICT: Final = "?claim zr:conflictsWith ?rival"


@dataclass(frozen=True, slots=True)
class Dimension:
    """Something that is said of things. ``pattern`` binds ``?value`` for ``?item``; ``name`` is a parameter.

    ``kind`` is how a value is shown: ``thing`` (an IRI), ``pair`` (two IRIs with a space between: a property
    and its value), ``language`` (a tag), ``date`` (EDTF), ``text``, or ``word``, one of the interface.
    """

    name: str
    pattern: str
    kind: str = "thing"
    is_facet: bool = True


@dataclass(frozen=True, slots=True)
class Number:
    """Something that is counted: the different ``?counted`` of ``?item``."""

    name: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of things. ``members`` binds ``?item``, ``naming`` binds ``?name`` for it, one or more.

    ``sorts`` are the orders that a reader may have, the first unless another is asked for; ``name``, or a
    number, the largest first. ``usual`` is the value of a dimension that is wanted unless another is.
    """

    name: str
    words: str
    members: str
    naming: str
    numbers: Sequence[Number] = ()
    dimensions: Sequence[Dimension] = ()
    sorts: Sequence[str] = ("name",)
    usual: tuple[str, str] | None = None

    def dimension(self, name: str) -> Dimension | None:
        """Return a dimension by its name."""
        return next((found for found in self.dimensions if found.name == name), None)

    @property
    def facets(self) -> list[Dimension]:
        """The dimensions by which a reader narrows down."""
        return [found for found in self.dimensions if found.is_facet]


_PERSON: Final = "VALUES ?person { zr:Person zr:Officer }"
_CALLED: Final = "?item skos:prefLabel ?name"
_SAID: Final = Number("claims", "?counted rdf:subject ?item")
_SAYING: Final = Number("sources", "?claim rdf:subject ?item ; zr:citation/zr:work ?counted .")
_TIES: Final = "zr:instructedAt zr:headed zr:founded zr:conceived zr:educatedAt"
_AFTERWARDS: Final = (
    "zr:aided zr:joined zr:advised zr:trained zr:heldOutAt zr:capturedBy zr:imprisonedAt zr:prosecutedIn "
    "zr:repatriatedTo zr:causeOfDeath"
)

OFFICERS: Final = Listing(
    "officers",
    "Which persons are in the graph, and how much is said of them?",
    f"{_PERSON} ?item a ?person .",
    _CALLED,
    (_SAID, _SAYING),
    (
        Dimension("who", '?item a zr:Officer . BIND("officers" AS ?value)', "word"),
        Dimension(
            "rank",
            """GRAPH zg:accepted { ?item zr:heldRank|zr:promotedTo ?value }
  ?value skos:inScheme ?force ; zr:seniority ?seniority .
  FILTER NOT EXISTS {
    GRAPH zg:accepted { ?item zr:heldRank|zr:promotedTo ?higher }
    ?higher skos:inScheme ?force ; zr:seniority ?above .
    FILTER(?above > ?seniority)
  }""",
        ),
        Dimension(
            "unit", "GRAPH zg:accepted { ?item zr:servedIn|zr:commanded ?value } ?value a zr:MilitaryUnit ."
        ),
        Dimension(
            "academy",
            f"VALUES ?tie {{ {_TIES} }} GRAPH zg:accepted {{ ?item ?tie ?value }} ?value a zr:Academy .",
        ),
        Dimension(
            "fate",
            f"""VALUES ?after {{ {_AFTERWARDS} }}
  GRAPH zg:accepted {{ ?item ?after ?what }}
  FILTER NOT EXISTS {{ ?what a zr:MilitaryUnit }}
  BIND(CONCAT(STR(?after), " ", STR(?what)) AS ?value)""",
            "pair",
        ),
        Dimension(
            "role",
            f"""{{ GRAPH zg:accepted {{ ?item zr:heldPosition ?value }} }}
  UNION {{ ?claim rdf:subject ?item ; zr:role ?value . {_HELD} }}
  FILTER(ISIRI(?value))""",
        ),
        Dimension(
            "disputed",
            f'?claim rdf:subject ?item . {_IN_CONFLICT} . BIND("yes" AS ?value)',
            "word",
        ),
        Dimension(
            "kanji",
            """{ ?item skos:prefLabel ?value FILTER(LANG(?value) = "ja") }
  UNION { GRAPH zg:accepted { ?item zr:nativeName ?value } FILTER(LCASE(LANG(?value)) = "ja-hani") }""",
            "text",
            is_facet=False,
        ),
    ),
    ("name", "claims", "sources"),
    ("who", "officers"),
)

UNITS: Final = Listing(
    "units",
    "To which unit does each unit belong, and how many persons served in it?",
    "?item a zr:MilitaryUnit .",
    _CALLED,
    (
        _SAID,
        Number(
            "members",
            f"{_PERSON} ?counted a ?person . GRAPH zg:accepted {{ ?counted zr:servedIn|zr:commanded ?item }}",
        ),
    ),
    (
        Dimension("above", "GRAPH zg:accepted { ?item zr:subUnitOf ?value }", is_facet=False),
        Dimension("echelon", "?item zr:echelon ?value", is_facet=False),
    ),
)

_TEACHING: Final = f"{_PERSON} ?counted a ?person ."
_ABOUT_SCHOOL: Final = "?claim rdf:subject|rdf:object ?item"
ACADEMIES: Final = Listing(
    "academies",
    "Where and when were the academies, and who taught there?",
    "?item a zr:Academy .",
    _CALLED,
    (
        Number("claims", "?counted rdf:subject|rdf:object ?item"),
        Number("sources", f"{_ABOUT_SCHOOL} ; zr:citation/zr:work ?counted ."),
        Number(
            "teachers",
            f"{_TEACHING} GRAPH zg:accepted {{ ?counted zr:instructedAt|zr:headed ?item }}",
        ),
    ),
    (
        Dimension("place", "GRAPH zg:accepted { ?item zr:basedAt|zr:locatedAt ?value }", is_facet=False),
        Dimension("since", "GRAPH zg:accepted { ?item zr:foundingDate ?value }", "date", is_facet=False),
        Dimension("until", "GRAPH zg:accepted { ?item zr:dissolutionDate ?value }", "date", is_facet=False),
        Dimension(
            "teacher",
            f"{_PERSON} ?value a ?person . GRAPH zg:accepted {{ ?value zr:instructedAt|zr:headed ?item }}",
            is_facet=False,
        ),
        Dimension(
            "dissent",
            f"{_ABOUT_SCHOOL} ; zr:citation/zr:work ?value . {_IN_CONFLICT} .",
            is_facet=False,
        ),
        Dimension("disputed", f'{_ABOUT_SCHOOL} . {_IN_CONFLICT} . BIND("yes" AS ?value)', "word"),
    ),
    ("sources", "teachers", "name"),
)

_CITES: Final = "zr:citation/zr:work"
# Grouped, because to look for another work of each claim takes a look at all of them.
_ALONE: Final = f"""{{ SELECT ?counted (SAMPLE(?work) AS ?item) WHERE {{ ?counted {_CITES} ?work }}
    GROUP BY ?counted HAVING(COUNT(DISTINCT ?work) = 1) }}"""
SOURCES: Final = Listing(
    "sources",
    "How much rests on each source, and on it alone?",
    "?item zr:tier ?tierOfItem .",
    "?item dcterms:title ?name",
    (Number("claims", f"?counted {_CITES} ?item ."), Number("alone", _ALONE)),
    (
        Dimension("tier", "?item zr:tier ?value"),
        Dimension("language", "?item dcterms:language ?value", "language"),
        Dimension("type", "?item dcterms:type ?value FILTER(ISIRI(?value))"),
        Dimension(
            "standing",
            f"""{{ {_ALONE} BIND("alone" AS ?value) }}
  UNION {{ ?item zr:mirrorOf ?original . BIND("repeats" AS ?value) }}
  UNION {{ ?citation zr:work ?item ; zr:via ?original . BIND("repeats" AS ?value) }}
  UNION {{
    ?item zr:tier ?anyTier . FILTER NOT EXISTS {{ ?citation zr:work ?item }} BIND("unused" AS ?value)
  }}""",
            "word",
        ),
        Dimension(
            "repeats",
            "{ ?item zr:mirrorOf ?value } UNION { ?citation zr:work ?item ; zr:via ?value }",
            is_facet=False,
        ),
        Dimension("issued", "?item dcterms:issued ?value", "text", is_facet=False),
    ),
    ("claims", "alone", "name"),
)

CONFLICTS: Final = Listing(
    "conflicts",
    "Which claims cannot all be true, and is that settled?",
    "?item a zr:Conflict .",
    "?item zr:concerns/rdf:subject/skos:prefLabel ?name",
    (
        Number("open", "?item zr:resolution ?counted FILTER(?counted = zv:open)"),
        Number("claims", "?item zr:concerns ?counted"),
        Number("sources", f"?item zr:concerns/{_CITES} ?counted"),
    ),
    (
        Dimension("state", "?item zr:resolution ?value"),
        Dimension("kind", "?item zr:kind ?value"),
        Dimension("property", "?item zr:concerns/rdf:predicate ?value"),
        Dimension("about", "?item zr:concerns/(rdf:subject|rdf:object) ?value FILTER(ISIRI(?value))"),
    ),
    ("open", "name", "claims", "sources"),
)

COUNTS: Final = Listing(
    "counts",
    "How many were they, according to whom?",
    "?item a zr:CountClaim .",
    "?item rdf:subject/skos:prefLabel ?name",
    (),
    (Dimension("population", "?item rdf:subject ?value", is_facet=False),),
)

LISTINGS: Final = {found.name: found for found in (OFFICERS, UNITS, ACADEMIES, SOURCES, CONFLICTS, COUNTS)}
