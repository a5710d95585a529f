"""What a batch is made of: our things with their claims, beside what was read of their items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zanryu.errors import NotFound
from zanryu.graph.namespaces import PREFIXES
from zanryu.wikidata.expression.expressing import express, termbox
from zanryu.wikidata.handover.batches import in_batches
from zanryu.wikidata.handover.choosing import Chooser
from zanryu.wikidata.handover.entries import Thing
from zanryu.wikidata.handover.traps import Validator

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zanryu.wikidata.handover.batches import Handover
    from zanryu.wikidata.handover.entries import Wanted
    from zanryu.wikidata.report.gaps import Gaps

_TYPE: Final = f"{PREFIXES['rdf']}type"


def gather(gaps: Gaps, iri: str) -> Thing:
    """Return a thing as it can be handed over; the cost is that of its claims.

    An item whose file cannot be read counts as not read; the page of the thing says why.

    :raises NotFound: if nothing is known of it.
    """
    described = gaps.backend.describe(iri)
    if not described:
        raise NotFound(f"Nothing is known of {iri}.")
    item = gaps.item_of(iri)
    types = {statement.object.value for statement in described if statement.predicate == _TYPE}
    above = (gaps.alignment.broader.get(one, ()) for one in types)
    classes = types.union(*above)
    return Thing(
        iri,
        item,
        tuple(express(gaps.backend, gaps.alignment, iri)),
        termbox(gaps.backend, iri),
        gaps.cache.readable(item) if item else None,
        next((found for one in sorted(classes) if (found := gaps.alignment.item(one))), ""),
    )


def handover_of(gaps: Gaps, iris: Iterable[str], wanted: Wanted) -> Handover:
    """Return the batches for some things; see :func:`gather`."""
    version = gaps.backend.version
    datatypes = {number: one.datatype for number, one in gaps.alignment.properties.items()}
    chooser = Chooser(wanted, gaps.rules(), Validator(datatypes, v3=wanted.v3))
    things = [gather(gaps, iri) for iri in dict.fromkeys(iris)]
    return in_batches(things, chooser, version)
