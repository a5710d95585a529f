"""Why the graph says nothing about a thing: it never did, not yet, or not any more."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from zanryu.errors import NotFound

if TYPE_CHECKING:
    from zanryu.portal.history.states import States
    from zanryu.web.memento import TimeMap


class Removed(NotFound):
    """Something was in the graph and is not any more; ``members`` say since when, and what it was.

    404, not 410: a revert may bring it back at any time, and where nobody knows whether it is gone for good
    404 "ought to be used instead" (RFC 9110, 15.5.11).
    """

    title = "Removed"
    slug = "removed"


def absent(iri: str, states: States, number: int, said: str, timemap: TimeMap) -> NotFound:
    """Return why version ``number``, which ``said`` names, says nothing about a thing."""
    removal = states.removal(number)
    if removal:
        time = f"{removal.time:%Y-%m-%dT%H:%M:%SZ}" if removal.time else ""
        last, history = timemap.state(removal.number - 1), f"/history?{urlencode({'about': iri})}"
        return Removed(
            f"{said} says nothing about <{iri}>: it was removed in version {removal.number} ({time}). "
            f"{last} is what it was at last, {history} says who removed it, and why.",
            iri=iri,
            removed_in=removal.number,
            removed_at=time,
            last=last,
            history=history,
            timemap=timemap.address,
        )
    coming = next((v.number for v in states.mementos if v.number > number), None)
    if coming is None:
        return NotFound(f"The graph never said anything about <{iri}>.", iri=iri)
    return NotFound(
        f"{said} says nothing about <{iri}> yet: it came with version {coming}, {timemap.state(coming)}.",
        iri=iri,
        first=timemap.state(coming),
        timemap=timemap.address,
    )
