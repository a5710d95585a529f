"""What a page of batches is asked for, in the parameters of its address."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from zanryu.errors import MalformedRequest
from zanryu.graph.namespaces import BASE
from zanryu.wikidata.handover.asked_things import thing_iri, wanted
from zanryu.wikidata.handover.entries import Wanted
from zanryu.wikidata.handover.hindrances import Hindrance

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from zanryu.wikidata.report.gaps import Tally

    ValuesOf = Callable[[str], list[str]]

MAX_THINGS: Final = 20
ALL: Final = "all"
KINDS: Final = (ALL, "person", "unit", "academy", "organization", "group", "place", "event")
_PATH: Final = "/wikidata/batch"


@dataclass(frozen=True, slots=True)
class Asked:
    """Some ``things``, or those of a ``kind`` on a ``page``; ``wanted`` of what is said of them."""

    things: tuple[str, ...] = ()
    kind: str = ""
    page: int = 1
    wanted: Wanted = field(default_factory=Wanted)

    @property
    def named(self) -> str:
        """The only thing as it may be typed: ``person/ho-chi-minh``."""
        return self.things[0].removeprefix(f"{BASE}id/") if len(self.things) == 1 else ""

    def path(self, extension: str = "", **changes: object) -> str:
        """Return the path that asks for the same, but for what changes."""
        asked: list[tuple[str, object]] = [("thing", iri) for iri in self.things]
        asked += [("kind", self.kind)] if self.kind else []
        asked += [("include", reason) for reason in sorted(self.wanted.include)]
        asked += [(name, 1) for name in ("create", "v3") if self._has(name)]
        asked += [("retrieved", self.wanted.retrieved)] if self.wanted.retrieved else []
        asked += [("page", changes.pop("page", self.page))] if self.kind else []
        asked += list(changes.items())
        return f"{_PATH}{extension}?{urlencode(asked)}"

    def _has(self, name: str) -> bool:
        return self.wanted.creates if name == "create" else self.wanted.v3

    def chosen(self, listed: Sequence[Tally]) -> list[Tally]:
        """Return which of all linked things are asked for: those that were read, unless others go too."""
        is_any = Hindrance.NOT_READ in self.wanted.include
        part = f"/id/{self.kind}/"
        return [one for one in listed if (self.kind == ALL or part in one.iri) and (is_any or one.is_read)]


def read_asked(values_of: ValuesOf) -> Asked:
    """Read the parameters.

    :raises MalformedRequest: for one that cannot be, or too many things.
    """
    things = tuple(dict.fromkeys(thing_iri(text) for text in values_of("thing") if text.strip()))
    if len(things) > MAX_THINGS:
        raise MalformedRequest(f"`thing` is given {len(things)} times. Ask for {MAX_THINGS} at most.")
    kind = _one(values_of, "kind")
    if kind and kind not in KINDS:
        raise MalformedRequest(f"`kind` has to be one of {', '.join(KINDS)}.", parameter="kind")
    creates, v3 = (bool(_one(values_of, name)) for name in ("create", "v3"))
    day = _one(values_of, "retrieved")
    asked = wanted(values_of("include"), creates=creates, v3=v3, retrieved=day)
    return Asked(things, "" if things else kind, read_number(values_of, "page"), asked)


def read_number(values_of: ValuesOf, name: str) -> int:
    """Return a number from 1 that may be left out.

    :raises MalformedRequest: for anything else.
    """
    text = _one(values_of, name) or "1"
    if not (text.isascii() and text.isdecimal() and int(text[:9]) >= 1 and len(text) < 9):
        raise MalformedRequest(f"`{name}` has to be a number from 1.", parameter=name)
    return int(text)


def _one(values_of: ValuesOf, name: str) -> str:
    found = values_of(name)
    if len(found) > 1:
        raise MalformedRequest(f"`{name}` is given {len(found)} times. Give it once.", parameter=name)
    return found[0].strip() if found else ""
