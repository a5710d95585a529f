"""What the editors hold of a claim, as reasons not to hand it over, and as the rank of its statement.

A claim that the build would not accept (:func:`zanryu.graph.materialise.accepts`) is held back. Low certainty
is never a deprecated rank: there, that rank means an error somebody made (Help:Deprecation).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zanryu.graph.materialise import DEFAULT_THRESHOLD
from zanryu.graph.namespaces import DATASET_IRI
from zanryu.wikidata.expression.reading import name
from zanryu.wikidata.expression.reasons import Reason
from zanryu.wikidata.model import Item, Rank, Snak

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zanryu.wikidata.expression.alignment import Alignment
    from zanryu.wikidata.expression.reading import Reading


def objections(claim: str, reading: Reading) -> set[Reason]:
    """Return what the claim itself, its certainty and its rivals say against handing it over."""
    return set(_objections(claim, reading))


def rank_of(claim: str, reading: Reading, alignment: Alignment) -> tuple[Rank | None, tuple[Snak, ...]]:
    """Return the rank with its reason; no rank where one is needed that Wikidata can say, and there is none.

    Preferred goes without a reason where the mapping has none; deprecated does not.
    """
    status = reading.first(claim, "zr:status")
    rank = alignment.ranks.get(status, Rank.NORMAL)
    if rank is Rank.DEPRECATED:
        reasons = _reasons(claim, reading, alignment)
        return (rank, reasons) if reasons else (None, ())
    item, qualifier = alignment.item(status), alignment.qualifier(name("zr:status"), status)
    return rank, (Snak(qualifier, Item(item)),) if item and qualifier else ()


def _reasons(claim: str, reading: Reading, alignment: Alignment) -> tuple[Snak, ...]:
    qualifier = alignment.qualifier(name("zr:deprecationKind"))
    items = [alignment.item(kind) for kind in reading.iris(claim, "zr:deprecationKind")]
    return tuple(Snak(qualifier, Item(item)) for item in items if item and qualifier)


def _objections(claim: str, reading: Reading) -> Iterator[Reason]:
    degrees = reading.iris(claim, "zr:certainty")
    if not degrees or any(is_doubt(degree, reading) for degree in degrees):
        yield Reason.UNCERTAIN
    if any(_level(degree, reading) == 0 for degree in degrees):
        yield Reason.REFUTED
    if reading.has(claim, "zr:polarity", "zv:negative"):
        yield Reason.DENIED
    if reading.has(claim, "zr:status", "zv:deprecated"):
        yield Reason.DEPRECATED
    if not reading.has(claim, "zr:status", "zv:preferred") and _has_preferred_rival(claim, reading):
        yield Reason.OVERRULED


def is_doubt(degree: str, reading: Reading) -> bool:
    """Whether a degree of certainty lies below what the build accepts."""
    threshold = _integer(reading.first(DATASET_IRI, "zr:acceptanceThreshold"), DEFAULT_THRESHOLD)
    return _level(degree, reading) < threshold


def _has_preferred_rival(claim: str, reading: Reading) -> bool:
    return any(
        reading.has(rival, "zr:status", "zv:preferred")
        and reading.iris(rival, "rdf:predicate") == reading.iris(claim, "rdf:predicate")
        for rival in reading.iris(claim, "zr:conflictsWith")
    )


def _level(degree: str, reading: Reading) -> int:
    return _integer(reading.first(degree, "zr:level"), -1)


def _integer(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() else otherwise
