"""Reading items of Wikidata into the cache: which revision is the current one, and then that revision.

An item that is kept is asked for by If-Modified-Since, and costs a 304. What is new is read from the pinned
address of its revision, which is publicly cacheable, and which claims about the item are cited to.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from threading import Event
from typing import TYPE_CHECKING

from zanryu.errors import InvalidSetting, UnreadableEntity
from zanryu.wikidata.entities.cache import require_id
from zanryu.wikidata.entities.client import QUESTIONS_AT_ONCE, GaveUp, WikidataFailed
from zanryu.wikidata.entities.entity_json import read_entity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from zanryu.wikidata.entities.cache import Cache
    from zanryu.wikidata.entities.client import Wikidata
    from zanryu.wikidata.model import Entity


class Happened(StrEnum):
    """What came of asking for an item."""

    NEW = "new"
    NEWER = "newer"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    NOT_ASKED = "not asked"


@dataclass(frozen=True, slots=True)
class Wanted:
    """An item, at a revision, or at the current one where that is 0."""

    id: str
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of one item. ``id`` is another where the item was merged; ``detail`` says why it failed."""

    asked: str
    happened: Happened
    id: str = ""
    revision: int = 0
    detail: str = ""

    def __str__(self) -> str:
        if self.detail:
            return f"{self.asked}: {self.happened}: {self.detail}"
        merged = f"merged into {self.id}, " if self.id != self.asked else ""
        return f"{self.asked}: {merged}{self.happened}, revision {self.revision}"


def fetch(wanted: Sequence[Wanted], cache: Cache, wikidata: Wikidata) -> Iterator[Fetched]:
    """Read items, a few at once, and yield what came of each, in order.

    One that fails does not keep the others from being read, unless they would fail for the same reason.
    """
    ended = Event()

    def one(item: Wanted) -> Fetched:
        if ended.is_set():
            return Fetched(item.id, Happened.NOT_ASKED, detail="see why the one before failed.")
        try:
            return _fetch(item, cache, wikidata)
        except (WikidataFailed, UnreadableEntity, InvalidSetting) as error:
            if isinstance(error, GaveUp):
                ended.set()
            return Fetched(item.id, Happened.FAILED, detail=error.detail)

    with ThreadPoolExecutor(QUESTIONS_AT_ONCE) as threads, ExitStack() as stopping:
        # Who stops listening, by Ctrl-C say, has nothing more asked, and waits for no pause.
        stopping.callback(wikidata.pauses.end)
        stopping.callback(ended.set)
        yield from threads.map(one, wanted)
        stopping.pop_all()


def _fetch(item: Wanted, cache: Cache, wikidata: Wikidata) -> Fetched:
    if item.revision:
        return _at(item, cache, wikidata)
    known = cache.newest(item.id)
    answer = wikidata.current(item.id, _time(known))
    if answer is None:
        if known is None:
            raise WikidataFailed("Wikidata said 304 to a question without a condition.")
        return Fetched(item.id, Happened.UNCHANGED, known.id, known.revision)
    current = read_entity(answer, item.id)
    target = require_id(current.id)
    if not current.revision:
        raise UnreadableEntity(
            "The answer does not say its revision (“lastrevid”), so nothing is kept of it."
        )
    kept = cache.revisions(target)
    if current.revision not in kept:
        _keep(Wanted(target, current.revision), cache, wikidata)
    cache.remember(item.id, target)
    happened = Happened.UNCHANGED if current.revision in kept else Happened.NEWER if kept else Happened.NEW
    return Fetched(item.id, happened, target, current.revision)


def _at(item: Wanted, cache: Cache, wikidata: Wikidata) -> Fetched:
    if item.revision in cache.revisions(item.id):
        return Fetched(item.id, Happened.UNCHANGED, item.id, item.revision)
    _keep(item, cache, wikidata)
    return Fetched(item.id, Happened.NEW, item.id, item.revision)


def _keep(item: Wanted, cache: Cache, wikidata: Wikidata) -> None:
    data = wikidata.at(item.id, item.revision)
    found = read_entity(data, item.id)
    if (found.id, found.revision) != (item.id, item.revision):
        raise UnreadableEntity(
            f"Asked for revision {item.revision} of {item.id}, Wikidata sent revision {found.revision} of "
            f"{found.id}; nothing is kept of it."
        )
    cache.keep(item.id, data)


def _time(known: Entity | None) -> datetime | None:
    """Return when the revision that is kept was made."""
    try:
        return datetime.fromisoformat(known.modified) if known and known.modified else None
    except ValueError:
        return None  # asked without a condition, it is read anew
