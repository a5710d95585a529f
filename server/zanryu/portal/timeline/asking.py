"""What is asked of the timeline, and the query that answers it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zanryu.portal.drawn.parameters import TimeSpan, read_span, read_things
from zanryu.portal.drawn.queries import HELD, STANDING, values, within, write_query

if TYPE_CHECKING:
    from zanryu.portal.drawn.parameters import ValuesOf

MAX_PERSONS: Final = 100
MAX_CHOSEN: Final = 12
MAX_ROWS: Final = 600

# Best documented are those about whom there are most claims: they come first, and the limit of rows cuts off
# the others. Counted is before it is asked who is a person: the other way round a large graph takes minutes.
_EVERYONE: Final = f"""{{
    SELECT ?row ?claims WHERE {{
      {{
        SELECT ?row (COUNT(?any) AS ?claims) WHERE {{ ?any rdf:subject ?row }}
        GROUP BY ?row ORDER BY DESC(?claims) LIMIT {10 * MAX_PERSONS}
      }}
      FILTER EXISTS {{ ?row a ?kind FILTER(?kind IN (zr:Person, zr:Officer)) }}
    }}
    ORDER BY DESC(?claims) ?row LIMIT {MAX_PERSONS}
  }}
  ?claim rdf:subject ?row ."""
_CHOSEN: Final = """{ ?claim rdf:subject ?row } UNION { ?claim rdf:object ?row }"""
_BODY: Final = """SELECT ?row ?subject ?what ?value ?when ?earliest ?latest ?certainty
       ?accepted ?disputed ?claim
WHERE {{
  {whose}
  ?claim rdf:subject ?subject ;
         rdf:predicate ?what ;
         rdf:object ?value ;
         zr:certainty ?certainty .
  OPTIONAL {{ ?claim zr:when ?when }}
  OPTIONAL {{ ?claim zr:earliest ?earliest }}
  OPTIONAL {{ ?claim zr:latest ?latest }}
  FILTER(BOUND(?earliest) || BOUND(?latest))
  {held}
  {within}
  {standing}
}}
ORDER BY {order} COALESCE(?earliest, ?latest) ?latest ?claim
LIMIT {limit}
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose time is asked for (nobody: everyone's), and within which span."""

    persons: list[str]
    academies: list[str]
    span: TimeSpan

    @property
    def chosen(self) -> list[str]:
        """The things that are asked for."""
        return [*self.persons, *self.academies]

    def query(self) -> str:
        """Return the query of the view."""
        if self.chosen:
            whose, order = f"{values('row', self.chosen)}\n  {_CHOSEN}", "?row"
            words = "What happened when, to whom or what was chosen?"
        else:
            whose, order = _EVERYONE, "DESC(?claims) ?row"
            words = f"What happened when, to the {MAX_PERSONS} best documented persons?"
        inside = within(self.span.first, self.span.last)
        body = _BODY.format(
            whose=whose, held=HELD, standing=STANDING, within=inside, order=order, limit=MAX_ROWS
        )
        return write_query(words, body)


def read_asked(values_of: ValuesOf) -> Asked:
    """Read the parameters of `/timeline`.

    :raises MalformedRequest: for one that cannot be.
    """
    persons = read_things(values_of, "person", MAX_CHOSEN)
    academies = read_things(values_of, "academy", MAX_CHOSEN)
    return Asked(persons, academies, read_span(values_of))
