"""Officers as the tables have them: names, and when they were born and died, by what may be handed over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zanryu.graph.namespaces import BASE, PREFIXES
from zanryu.store.index_building import rows
from zanryu.wikidata.expression.expressing import Reason, express, termbox
from zanryu.wikidata.model import Item, Rank, Time

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zanryu.store.backend import Backend
    from zanryu.wikidata.expression.alignment import Alignment
    from zanryu.wikidata.expression.expressing import Expressed, Termbox
    from zanryu.wikidata.model import Reference, Statement

BORN: Final = "P569"
DIED: Final = "P570"
PERSON: Final = f"{BASE}id/person/"
CIRCUMSTANCES: Final = "P1480"
OFFICERS: Final = (
    f"SELECT DISTINCT (STR(?officer) AS ?iri) WHERE {{ ?officer a <{PREFIXES['zr']}Officer> }} ORDER BY ?iri"
)


@dataclass(frozen=True, slots=True)
class Officer:
    """An officer; ``item`` is empty where he is not linked. ``born`` and ``died`` are the only such claim."""

    iri: str
    item: str
    terms: Termbox
    born: Statement | None = None
    died: Statement | None = None

    @property
    def id(self) -> str:
        """The identifier: the last part of the IRI."""
        return self.iri.removeprefix(PERSON)


def officers(backend: Backend, alignment: Alignment) -> Iterator[Officer]:
    """Yield all officers by IRI; each costs what its claims cost. The engine has to answer in CSV."""
    for (iri,) in rows(backend, OFFICERS):
        if iri.startswith(PERSON):
            expressed = express(backend, alignment, iri)
            yield Officer(
                iri,
                next((one.item for one in expressed if one.item), ""),
                termbox(backend, iri),
                only(expressed, BORN),
                only(expressed, DIED),
            )


def date(statement: Statement | None) -> str:
    """Return a date as far as it is known: ``1913``, ``1913-03``, ``1913-03-07``; else nothing."""
    value = statement.value if statement else None
    if not isinstance(value, Time) or value.precision < 9 or not value.text.startswith("+"):
        return ""
    return value.text[1 : {9: 5, 10: 8}.get(value.precision, 11)]


def hedge(statement: Statement | None) -> str:
    """Return the item of how a source holds back (P1480), if it does."""
    found = statement.qualified(CIRCUMSTANCES) if statement else []
    return found[0].id if found and isinstance(found[0], Item) else ""


def first_reference(statement: Statement | None) -> Reference | None:
    """Return the reference that a table has room for."""
    return statement.references[0] if statement and statement.references else None


def only(expressed: Iterable[Expressed], property_id: str) -> Statement | None:
    """Return the one statement of a property that may be handed over; of two values none is told."""
    found = [
        one.statement
        for one in expressed
        if one.statement and one.statement.property == property_id and not _is_held(one)
    ]
    values = {repr(statement.value) for statement in found}
    return found[0] if len(values) == 1 and found[0].rank is not Rank.DEPRECATED else None


def _is_held(one: Expressed) -> bool:
    return bool(set(one.withheld) - {Reason.SUBJECT_NOT_LINKED})
