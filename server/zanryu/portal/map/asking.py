"""What is asked of the map, and the queries that answer it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zanryu.errors import MalformedRequest
from zanryu.graph.namespaces import ONTOLOGY_IRI
from zanryu.naming.iris import term_iri
from zanryu.portal.drawn.parameters import TimeSpan, read_choice, read_one, read_span, read_things
from zanryu.portal.drawn.queries import HELD, STANDING, values, within, write_query

if TYPE_CHECKING:
    from collections.abc import Collection

    from zanryu.portal.drawn.parameters import ValuesOf

MAX_ROWS: Final = 2000
MAX_CLAIMS: Final = 400

# zr:seatCoordinates: the place is wider, and its seat or chief town stands for it.
_PLACES: Final = """SELECT ?place ?point ?pointOf ?what (COUNT(DISTINCT ?claim) AS ?claims)
WHERE {{
  VALUES ?pointOf {{ zr:coordinates zr:seatCoordinates }}
  GRAPH zg:accepted {{ ?place ?pointOf ?point }}
  {{ ?claim rdf:object ?place }} UNION {{ ?claim zr:place ?place }}
  {filters}
}}
GROUP BY ?place ?point ?pointOf ?what
ORDER BY ?place ?pointOf ?point ?what
LIMIT {limit}
"""
_AT: Final = """SELECT DISTINCT ?subject ?what ?value ?when ?earliest ?latest ?certainty
       ?accepted ?disputed ?claim
WHERE {{
  {place}
  {{ ?claim rdf:object ?place }} UNION {{ ?claim zr:place ?place }}
  ?claim rdf:subject ?subject ;
         rdf:object ?value ;
         zr:certainty ?certainty .
  OPTIONAL {{ ?claim zr:when ?when }}
  {filters}
  {standing}
}}
ORDER BY ?earliest ?latest ?claim
LIMIT {limit}
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: what kind of claims (``what``: a property), of which time, on the map of which area.

    ``place`` is the place whose claims are listed, if one is chosen.
    """

    area: str
    what: str
    span: TimeSpan
    place: str = ""

    @property
    def kind(self) -> str:
        """The name of the property, as the parameter has it."""
        return self.what.removeprefix(f"{ONTOLOGY_IRI}/")

    def places(self) -> str:
        """Return the query of the drawing: the places, with the number of claims of each kind."""
        words = "Which places can be shown on a map, and how many claims of each kind are about them?"
        return write_query(words, _PLACES.format(filters=self._filters(), limit=MAX_ROWS))

    def claims(self) -> str:
        """Return the query for what happened at the place that is chosen."""
        body = _AT.format(
            place=values("place", [self.place]),
            filters=self._filters(),
            standing=STANDING,
            limit=MAX_CLAIMS,
        )
        return write_query("What happened at this place?", body)

    def _filters(self) -> str:
        lines = [
            values("what", [self.what]) if self.what else "",
            "?claim rdf:predicate ?what .",
            "OPTIONAL { ?claim zr:earliest ?earliest }",
            "OPTIONAL { ?claim zr:latest ?latest }",
            HELD,
            within(self.span.first, self.span.last),
        ]
        return "\n  ".join(line for line in lines if line)


def read_asked(values_of: ValuesOf, areas: Collection[str]) -> Asked:
    """Read the parameters of `/map`; the first of the areas is taken if none is named.

    :raises MalformedRequest: for one that cannot be.
    """
    area = read_choice(values_of, "area", areas, next(iter(areas)))
    places = read_things(values_of, "place", 1)
    kind = read_one(values_of, "what")
    what = term_iri("ontology", kind) if kind else ""
    if what is None:
        raise MalformedRequest(
            f"`what={kind[:40]}` is not the name of a property, like `presentAt`.", parameter="what"
        )
    return Asked(area, what, read_span(values_of), next(iter(places), ""))
