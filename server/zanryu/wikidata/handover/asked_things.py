"""Which things of ours, and which of what is held back, an editor asks for."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from zanryu.errors import MalformedRequest
from zanryu.graph.namespaces import BASE, PREFIXES
from zanryu.naming.iris import entity_iri
from zanryu.wikidata.handover.entries import Wanted
from zanryu.wikidata.handover.hindrances import INCLUDABLE

if TYPE_CHECKING:
    from collections.abc import Iterable


def thing_iri(text: str) -> str:
    """Return the IRI of a thing by it, its page, ``p:slug``, ``KIND/slug``, or a person's slug.

    :raises MalformedRequest: for what can be no thing.
    """
    name = re.sub(r"\A(?:https?://[^/]+)?/(?:page|id)/", "", text.strip().partition("?")[0])
    prefix, colon, local = name.partition(":")
    if colon and PREFIXES.get(prefix, "").startswith(f"{BASE}id/"):
        name = PREFIXES[prefix] + local
    name = name.removeprefix(f"{BASE}id/")
    kind, slash, slug = name.partition("/")
    iri = entity_iri(kind, slug) if slash else entity_iri("person", name)
    if iri is None:
        raise MalformedRequest(f"{text[:80]!r} is no thing of the graph; give one like person/ishii-takuo.")
    return iri


def wanted(include: Iterable[str], *, creates: bool, v3: bool, retrieved: str = "") -> Wanted:
    """Return what is asked for; ``retrieved`` is a day in ISO 8601, or nothing.

    :raises MalformedRequest: if something is to be included that cannot be, or for another day.
    """
    if retrieved and not _is_past_day(retrieved):
        raise MalformedRequest(f"{retrieved[:40]!r} is no day of the past; write it as 2026-11-21.")
    known = [reason.value for reason in INCLUDABLE]
    asked = [one.strip() for one in include if one.strip()]
    for one in asked:
        if one not in known:
            raise MalformedRequest(f"{one[:40]!r} cannot be included. Use some of: {', '.join(known)}.")
    return Wanted(frozenset(asked), creates=creates, v3=v3, retrieved=retrieved)


def _is_past_day(text: str) -> bool:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return False
    # Somewhere it is tomorrow already.
    return len(text) == 10 and day <= datetime.now(UTC).date() + timedelta(days=1)
