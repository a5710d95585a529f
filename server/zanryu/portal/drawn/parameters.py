"""The parameters that the views share, as values, or a refusal that names one."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from zanryu.errors import MalformedRequest
from zanryu.graph.namespaces import BASE
from zanryu.naming.iris import entity_iri

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    ValuesOf = Callable[[str], list[str]]

_DAY: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """A span of time as it was asked for (``first``, ``last``: ISO days), and as it was ``written``."""

    first: str = ""
    last: str = ""
    written: tuple[str, str] = ("", "")

    def __bool__(self) -> bool:
        return bool(self.first or self.last)


def read_one(values_of: ValuesOf, name: str) -> str:
    """Return the value of a parameter that may be given once.

    :raises MalformedRequest: if it is given more often.
    """
    found = values_of(name)
    if len(found) > 1:
        raise MalformedRequest(f"`{name}` is given {len(found)} times. Give it once.", parameter=name)
    return found[0].strip() if found else ""


def read_choice(values_of: ValuesOf, name: str, known: Collection[str], default: str) -> str:
    """Return one of the words that a parameter may have.

    :raises MalformedRequest: for another.
    """
    found = read_one(values_of, name) or default
    if found not in known:
        raise MalformedRequest(
            f"`{name}={found[:40]}` is not known. Use one of: {', '.join(known)}.", parameter=name
        )
    return found


def read_things(values_of: ValuesOf, kind: str, most: int, name: str = "") -> list[str]:
    """Return the IRIs of things that are given by their slugs, each once; ``name`` if not the kind's.

    :raises MalformedRequest: for one that can be none, or more than ``most``.
    """
    name = name or kind
    slugs = [slug.strip() for slug in values_of(name) if slug.strip()]
    found = []
    for slug in dict.fromkeys(slugs):
        iri = entity_iri(kind, slug)
        if iri is None:
            raise MalformedRequest(
                f"`{name}={slug[:40]}` is not the last part of an address of a {kind}, as in "
                f"`/page/{kind}/SLUG`.",
                parameter=name,
            )
        found.append(iri)
    if len(found) > most:
        raise MalformedRequest(
            f"`{name}` is given {len(found)} times. Ask for {most} at most.", parameter=name
        )
    return found


def read_address(text: str, name: str, kinds: Collection[str]) -> str:
    """Return the IRI of a thing by its IRI, the path of its page, its kind and slug, or a person's slug.

    :raises MalformedRequest: for text that is none of these, or a thing of another kind.
    """
    path = text.strip().removeprefix(f"{BASE}id/").removeprefix("/page/")
    kind, _, slug = path.rpartition("/") if path.count("/") < 2 else path.partition("/")
    iri = entity_iri(kind or "person", slug)
    if iri is None or (kind or "person") not in kinds:
        raise MalformedRequest(
            f"`{name}={text[:60]}` is not the address of a {', '.join(kinds)}. Give its IRI, the path of its "
            "page like `/page/person/ishii-takuo`, or the last part of a person's address.",
            parameter=name,
        )
    return iri


def read_span(values_of: ValuesOf) -> TimeSpan:
    """Read ``from`` and ``to``: a year, month or day each; a year means its first or its last day.

    :raises MalformedRequest: for what is none, or ends before it begins.
    """
    first, last = read_one(values_of, "from"), read_one(values_of, "to")
    span = TimeSpan(_day(first, "from", is_end=False), _day(last, "to", is_end=True), (first, last))
    if span.first and span.last and span.first > span.last:
        raise MalformedRequest(f"`from={first}` is after `to={last}`. Exchange them.", parameter="from")
    return span


def _day(text: str, name: str, *, is_end: bool) -> str:
    if not text:
        return ""
    match = _DAY.match(text)
    refusal = MalformedRequest(
        f"`{name}={text[:40]}` is not a date. Write 1945, 1945-08 or 1945-08-15.", parameter=name
    )
    if match is None:
        raise refusal
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        month = month or (12 if is_end else 1)
        day = day or (monthrange(year or 0, month)[1] if is_end else 1)
        return date(year or 0, month, day).isoformat()
    except ValueError:
        raise refusal from None
