"""Memento (RFC 7089): asking for a thing as it was at a time, and the list of its earlier states.

Pattern 1.1 (4.1.1): a page is its own TimeGate, and each earlier state has an address of its own. All
addresses are relative to this server: the Host header has no part in them.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final

from zanryu.errors import MalformedRequest, NotFound
from zanryu.web.media_types import LINK_FORMAT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

VARY: Final = "accept-datetime"
_RFC_1123: Final = "%a, %d %b %Y %H:%M:%S GMT"
_MAX_DIGITS: Final = 12


@dataclass(frozen=True, slots=True)
class Memento:
    """An earlier state: the number of its version, its address, and since when it was the present."""

    number: int
    address: str
    since: datetime

    @property
    def http_date(self) -> str:
        """The time as HTTP writes it."""
        return format_datetime(self.since, usegmt=True)


@dataclass(frozen=True, slots=True)
class TimeMap:
    """The states of ``original``, ascending, listed at ``address``.

    ``removals`` are its absences: since when there was nothing, until the next state, should there be one.
    """

    original: str
    address: str
    mementos: Sequence[Memento] = ()
    removals: Sequence[Memento] = ()

    def at(self, moment: datetime) -> Memento | None:
        """Return the state, or absence, at the end of a second; the first for a time before all (4.5.3)."""
        past = sorted((*self.mementos, *self.removals), key=lambda memento: memento.number)
        # Whole seconds: what a state says of its time leads back to it.
        times = [memento.since.replace(microsecond=0) for memento in past]
        return past[max(0, bisect_right(times, moment) - 1)] if times else None

    def state(self, number: int) -> str:
        """Return the address of what it was in a version; what else was asked goes with it."""
        path, _, others = self.original.partition("?")
        return f"{path}?version={number}{'&' if others else ''}{others}"

    def links(self, number: int | None = None) -> str:
        """Return the Link header of the original, or of its state in the version ``number``."""
        links = [
            f'<{self.original}>; rel="original timegate"',
            f'<{self.address}>; rel="timemap"; type="{LINK_FORMAT.name}"',
        ]
        if self.mementos:
            links += self._neighbours(number)
        return ", ".join(links)

    def _neighbours(self, number: int | None) -> Iterable[str]:
        """Yield the first, the last, and those before, of and after a version (2.2.4)."""
        relations = {0: ["first"]}
        relations.setdefault(len(self.mementos) - 1, []).append("last")
        if number is not None:
            numbers = [memento.number for memento in self.mementos]
            before, after = bisect_left(numbers, number), bisect_right(numbers, number)
            for index, relation in ((before - 1, "prev"), (after, "next")):
                if 0 <= index < len(numbers):
                    relations.setdefault(index, []).append(relation)
            if before < after:
                relations.setdefault(before, [])
        for index in sorted(relations):
            yield _link(self.mementos[index], " ".join([*relations[index], "memento"]))

    def as_links(self) -> bytes:
        """Return the list as ``application/link-format`` (section 5)."""
        span = ""
        if self.mementos:
            span = f'; from="{self.mementos[0].http_date}"; until="{self.mementos[-1].http_date}"'
        lines = [
            f'<{self.original}>; rel="original timegate"',
            f'<{self.address}>; rel="self"; type="{LINK_FORMAT.name}"{span}',
            *map(_link, self.mementos, self._ends()),
        ]
        return (",\n".join(lines) + "\n").encode()

    def _ends(self) -> list[str]:
        last = len(self.mementos) - 1
        return [
            " ".join([*["first"] * (index == 0), *["last"] * (index == last), "memento"])
            for index in range(last + 1)
        ]

    def as_json(self) -> bytes:
        """Return the list in the JSON that web archives write."""
        listed = [{"uri": memento.address, **_when(memento)} for memento in self.mementos]
        forms = {f"{name}_format": f"{self.address}?format={name}" for name in ("link", "json")}
        mementos = {"first": listed[0], "last": listed[-1], "list": listed} if listed else {"list": []}
        document: dict[str, object] = {
            "original_uri": self.original,
            "timegate_uri": self.original,
            "timemap_uri": forms,
            "mementos": mementos,
        }
        if self.removals:
            document["removals"] = [_when(removal) for removal in self.removals]
        return json.dumps(document, ensure_ascii=False).encode()


def _when(memento: Memento) -> dict[str, object]:
    return {"datetime": memento.since.strftime("%Y-%m-%dT%H:%M:%SZ"), "version": memento.number}


def _link(memento: Memento, relation: str) -> str:
    return f'<{memento.address}>; rel="{relation}"; datetime="{memento.http_date}"'


def read_moment(text: str) -> datetime:
    """Return the time that ``Accept-Datetime`` names (2.1.1).

    :raises MalformedRequest: if it is not one.
    """
    try:
        return datetime.strptime(text.strip(), _RFC_1123).replace(tzinfo=UTC)
    except ValueError:
        raise MalformedRequest(
            f"`Accept-Datetime: {text[:60]}` is no date of HTTP. Write one such as "
            "`Sat, 21 Nov 2026 09:14:00 GMT`.",
            parameter="Accept-Datetime",
        ) from None


def read_version(texts: Sequence[str]) -> int | None:
    """Return the number of the version that the values of ``version`` name, ``None`` where there is none.

    :raises MalformedRequest: for several, or for what is no number.
    """
    if not texts:
        return None
    if len(texts) > 1:
        raise MalformedRequest(f"`version` is given {len(texts)} times. Send it once.", parameter="version")
    text = texts[0]
    if not (text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS):
        raise MalformedRequest(
            f"`version` is {text[:40]!r}. Give the number of a version, as /history lists them.",
            parameter="version",
        )
    return int(text)


def no_versions() -> NotFound:
    """Return why a version cannot be asked here."""
    return NotFound(
        "No version can be asked here: `zanryu serve` answers that, for requests without a content coding. "
        "Ask without `version`.",
        parameter="version",
    )
