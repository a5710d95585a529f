"""The qualifiers of a claim: when, where, in which role, and with which reservations.

A hedge belongs to one citation here and to the whole statement there. It is said where every supporting
citation has one; where a source says it plainly, the statement is plain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zanryu.graph.edtf import InvalidEDTF
from zanryu.wikidata.expression.claimed_values import linked_item
from zanryu.wikidata.expression.judgement import is_doubt
from zanryu.wikidata.expression.reading import name
from zanryu.wikidata.expression.reasons import Reason
from zanryu.wikidata.expression.times import read_when
from zanryu.wikidata.model import Item, Snak

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from zanryu.wikidata.expression.alignment import Alignment, Property
    from zanryu.wikidata.expression.citing import Citation
    from zanryu.wikidata.expression.reading import Reading

_THINGS: Final = ("zr:role", "zr:place", "zr:postIn", "zr:opponent", "zr:companion")


@dataclass(frozen=True, slots=True)
class Qualified:
    """Qualifiers, with what could not be said: prefixed names, and reasons to hold the claim back."""

    snaks: tuple[Snak, ...]
    unsaid: tuple[str, ...]
    reasons: tuple[Reason, ...]


def qualify(
    claim: str, said: Property, citations: Sequence[Citation], reading: Reading, alignment: Alignment
) -> Qualified:
    """Return the qualifiers of a claim that ``said`` says; ``citations`` are those that support it."""
    snaks: list[Snak] = []
    unsaid: dict[str, None] = {}
    for curie in _THINGS:
        for value in reading.all(claim, curie):
            number, item = alignment.qualifier(name(curie)), linked_item(value, reading, alignment)
            if number and item:
                snaks.append(Snak(number, Item(item)))
            else:
                unsaid[curie] = None
    if said.datatype != "time":  # the date of a birth is its value
        snaks += _dates(claim, reading, alignment, unsaid)
    hedges = _hedges(citations, reading)
    found = {"zr:certainty": reading.iris(claim, "zr:certainty"), "zr:hedge": hedges}
    for curie, terms in found.items():
        snaks += _reservations(curie, terms, alignment)
    unsaid |= {curie: None for curie, terms in found.items() if _is_unsaid(curie, terms, reading, alignment)}
    stances = [s for one in reading.iris(claim, "zr:citation") for s in reading.iris(one, "zr:stance")]
    snaks += _reservations("zr:stance", stances, alignment)
    return Qualified(tuple(snaks), tuple(unsaid), (Reason.HEDGE_NOT_SAID,) if "zr:hedge" in unsaid else ())


def _dates(claim: str, reading: Reading, alignment: Alignment, unsaid: dict[str, None]) -> list[Snak]:
    moment = alignment.dates.get(reading.first(claim, "rdf:predicate"), "")
    found: list[Snak] = []
    for when in reading.all(claim, "zr:when"):
        try:
            found += read_when(when.value, moment) if alignment.qualifier(name("zr:when")) else ()
        except InvalidEDTF:
            unsaid["zr:when"] = None
    if not found and reading.all(claim, "zr:when"):
        unsaid["zr:when"] = None
    return found


def _hedges(citations: Sequence[Citation], reading: Reading) -> list[str]:
    """Return the hedges of the citations, each once, if none of them is plain."""
    each = [reading.iris(one.iri, "zr:hedge") for one in citations]
    return list(dict.fromkeys(hedge for hedges in each for hedge in hedges)) if all(each) else []


def _is_unsaid(curie: str, terms: Iterable[str], reading: Reading, alignment: Alignment) -> bool:
    """Whether a reservation has no form there. To be certain or to find it probable is none."""
    silent = [term for term in terms if not alignment.item(term)]
    return bool(silent) if curie == "zr:hedge" else any(is_doubt(term, reading) for term in silent)


def _reservations(curie: str, terms: Iterable[str], alignment: Alignment) -> list[Snak]:
    return [
        Snak(number, Item(item))
        for term in terms
        if (item := alignment.item(term)) and (number := alignment.qualifier(name(curie), term))
    ]
