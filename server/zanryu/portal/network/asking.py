"""What is asked of the network, and the query that answers it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zanryu.errors import MalformedRequest
from zanryu.graph.namespaces import term
from zanryu.portal.drawn.parameters import read_address, read_choice, read_one
from zanryu.portal.drawn.queries import HELD, values, write_query

if TYPE_CHECKING:
    from zanryu.portal.drawn.parameters import ValuesOf

MAX_ROWS: Final = 400
# How many of the best connected are drawn where nobody is chosen: few enough to be read, or many.
FEW_HUBS: Final = 6
MANY_HUBS: Final = 50
MAX_NEIGHBOURS: Final = 100
KINDS: Final = ("person", "unit", "academy", "organization", "group")
# Which relations belong together; how each is drawn is in the template's words.
RELATIONS: Final[dict[str, tuple[str, ...]]] = {
    "command": tuple(
        term(f"zr:{name}").value
        for name in ("servedUnder", "commanded", "led", "ledInCombat", "headed", "servedIn", "subUnitOf")
    ),
    "company": tuple(
        term(f"zr:{name}").value
        for name in ("followed", "servedWith", "advised", "recruited", "met", "influencedBy", "alliedWith")
    ),
    "teaching": tuple(term(f"zr:{name}").value for name in ("instructedAt", "educatedAt", "trained")),
}

_BODY: Final = """SELECT {distinct}?one ?what ?other ?when ?certainty ?claim
WHERE {{
  {whose}
  {ends}
  {relations}
  FILTER EXISTS {{ GRAPH zg:accepted {{ ?one ?what ?other }} }}
  {held}
}}
ORDER BY {order}?one ?what ?other ?claim
LIMIT {limit}
"""
_DETAILS: Final = """?claim zr:certainty ?certainty .
  OPTIONAL { ?claim zr:when ?when }"""
_CLAIM: Final = f"?claim rdf:subject ?one ; rdf:predicate ?what ; rdf:object ?other .\n  {_DETAILS}"
# At their best connected, so that what is left out of a large graph is its rim.
_HUBS: Final = """{{
    SELECT ?one (COUNT(?another) AS ?ties) WHERE {{
      {relations}
      GRAPH zg:accepted {{ ?one ?what ?another }}
    }}
    GROUP BY ?one ORDER BY DESC(?ties) LIMIT {limit}
  }}"""
# Joined in this order, with a filter for the relations, a step costs what is known of the centre; with
# a list of values the engine goes through every claim.
_NEAR: Final = f"""{{ ?claim rdf:subject ?near ; rdf:predicate ?what ; rdf:object ?next }}
  UNION
  {{ ?claim rdf:object ?near ; rdf:predicate ?what ; rdf:subject ?previous }}
  {_DETAILS}
  BIND(COALESCE(?previous, ?near) AS ?one)
  BIND(COALESCE(?next, ?near) AS ?other)"""
_NEIGHBOURS: Final = """{{
    SELECT DISTINCT ?near WHERE {{
      {{ {itself} }}
      UNION {{ {centre} GRAPH zg:accepted {{ ?centre ?what ?near }} {relations} }}
      UNION {{ {centre} GRAPH zg:accepted {{ ?near ?what ?centre }} {relations} }}
    }}
    ORDER BY ?near LIMIT {limit}
  }}"""


@dataclass(frozen=True, slots=True)
class Asked:
    """Around whom, how many steps far, which relations; around nobody, those of the ``hubs`` with most."""

    around: str
    depth: int
    kinds: list[str]
    hubs: int = FEW_HUBS

    @property
    def relations(self) -> list[str]:
        """The properties that are asked for."""
        return [what for kind in self.kinds for what in RELATIONS[kind]]

    def query(self) -> str:
        """Return the query of the view."""
        around = values("near", [self.around])
        relations = f"FILTER(?what IN ({', '.join(f'<{what}>' for what in self.relations)}))"
        distinct, ends, order = "DISTINCT ", _NEAR, ""
        if not self.around:
            whose = _HUBS.format(relations=relations, limit=self.hubs)
            distinct, ends, order = "", _CLAIM, "DESC(?ties) "
            words = "Who was with whom, among the best connected?"
        elif self.depth == 1:
            whose, words = around, "With whom was it?"
        else:
            centre = values("centre", [self.around])
            whose = _NEIGHBOURS.format(
                centre=centre, itself=around, relations=relations, limit=MAX_NEIGHBOURS
            )
            words = "With whom was it, and with whom were these?"
        body = _BODY.format(
            distinct=distinct,
            relations=relations,
            whose=whose,
            ends=ends,
            held=HELD,
            order=order,
            limit=MAX_ROWS,
        )
        return write_query(words, body)


def read_asked(values_of: ValuesOf) -> Asked:
    """Read the parameters of `/network`: ``around`` is a person's slug, or a kind with a slug,
    ``most`` how many of the best connected are drawn where it is empty.

    :raises MalformedRequest: for one that cannot be.
    """
    kinds = [kind for kind in RELATIONS if kind in values_of("kind")] or list(RELATIONS)
    unknown = next((kind for kind in values_of("kind") if kind not in RELATIONS), None)
    if unknown is not None:
        raise MalformedRequest(
            f"`kind={unknown[:40]}` is not known. Use one of: {', '.join(RELATIONS)}.", parameter="kind"
        )
    depth = int(read_choice(values_of, "depth", ("1", "2"), "1"))
    around = read_one(values_of, "around")
    hubs = int(read_choice(values_of, "most", (str(FEW_HUBS), str(MANY_HUBS)), str(FEW_HUBS)))
    return Asked(read_address(around, "around", KINDS) if around else "", depth, kinds, hubs)
