"""What is compared, and the query that answers it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zanryu.errors import MalformedRequest
from zanryu.graph.namespaces import BASE
from zanryu.portal.drawn.parameters import read_address
from zanryu.portal.drawn.queries import STANDING, values, write_query

if TYPE_CHECKING:
    from zanryu.portal.drawn.parameters import ValuesOf

MAX_COLUMNS: Final = 6
MAX_ROWS: Final = 1500
KINDS: Final = ("person", "work", "unit", "academy", "organization", "group", "place", "event")
_WORK: Final = f"{BASE}id/work/"
_TOLD: Final = f"""OPTIONAL {{ ?claim zr:when ?when }}
  OPTIONAL {{ ?claim zr:polarity ?polarity }}
  OPTIONAL {{ ?claim zr:status ?status }}
  OPTIONAL {{ ?citation zr:locator ?locator }}
  OPTIONAL {{ ?citation zr:stance ?stance }}
  {STANDING}"""
_BODY: Final = """SELECT ?subject ?what ?value ?when ?certainty ?accepted ?disputed ?polarity ?status
       ?claim ?work ?locator ?stance
WHERE {{
  {chosen}
  ?citation zr:work ?work .
  ?claim zr:citation ?citation ;
         rdf:subject ?subject ;
         rdf:predicate ?what ;
         rdf:object ?value ;
         zr:certainty ?certainty .
  {told}
}}
ORDER BY {order} ?claim ?work ?locator
LIMIT {limit}
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is compared: IRIs of sources, or of things that are none."""

    iris: list[str]

    @property
    def are_works(self) -> bool:
        """Whether sources are compared, by what they say."""
        return bool(self.iris) and self.iris[0].startswith(_WORK)

    def query(self) -> str:
        """Return the query of the view."""
        if self.are_works:
            words, chosen, order = "What do these sources say about the same?", "work", "?subject ?what"
        else:
            words, chosen, order = "What is claimed of each of these?", "subject", "?what ?subject"
        body = _BODY.format(chosen=values(chosen, self.iris), told=_TOLD, order=order, limit=MAX_ROWS)
        return write_query(words, body)


def read_asked(values_of: ValuesOf) -> Asked:
    """Read the parameters of `/compare`.

    :raises MalformedRequest: for one that cannot be, too many, or sources together with other things.
    """
    given = [text for text in values_of("iri") if text.strip()]
    iris = list(dict.fromkeys(read_address(text, "iri", KINDS) for text in given))
    if len(iris) > MAX_COLUMNS:
        raise MalformedRequest(
            f"`iri` is given {len(iris)} times. Compare {MAX_COLUMNS} at most.", parameter="iri"
        )
    if len({iri.startswith(_WORK) for iri in iris}) > 1:
        raise MalformedRequest(
            "A source cannot be compared with what is none. Compare sources with sources.", parameter="iri"
        )
    return Asked(iris)
