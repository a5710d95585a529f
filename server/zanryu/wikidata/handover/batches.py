"""Batches of commands that a person can look through, and the list of what is in none of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from zanryu.wikidata.expression.expressing import Termbox
from zanryu.wikidata.handover.entries import Held
from zanryu.wikidata.handover.hindrances import Hindrance
from zanryu.wikidata.handover.quickstatements import LAST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zanryu.wikidata.handover.choosing import Chooser
    from zanryu.wikidata.handover.entries import Entry, Thing

# No tool limits it; more than this nobody looks through.
MAX_COMMANDS: Final = 200


@dataclass(frozen=True, slots=True)
class Batch:
    """Some commands; the lines of a subject are together, and those of a new item in one batch."""

    entries: tuple[Entry, ...]

    @property
    def lines(self) -> list[str]:
        """The commands."""
        return [line for entry in self.entries for line in entry.lines]

    @property
    def text(self) -> str:
        """The file: each command in a line that LF ends."""
        return "".join(f"{line}\n" for line in self.lines)

    @property
    def makes_items(self) -> bool:
        """Whether it has new items."""
        return any(entry.subject == LAST for entry in self.entries)


@dataclass(frozen=True, slots=True)
class Handover:
    """Everything about some things, of one data version: what goes, and what does not with the reasons."""

    version: str
    batches: tuple[Batch, ...]
    held: tuple[Held, ...]
    things: tuple[Thing, ...] = ()

    @property
    def commands(self) -> int:
        """How many commands there are."""
        return sum(len(batch.lines) for batch in self.batches)


def in_batches(things: Iterable[Thing], chooser: Chooser, version: str) -> Handover:
    """Return the batches for some things; the same for the same data, in whatever order they come."""
    groups: list[list[Entry]] = []
    held: list[Held] = []
    ordered = _joined(things)
    for thing in ordered:
        entries, kept = chooser.choose(thing)
        held += kept
        groups += _parts(thing, entries, held)
    return Handover(version, tuple(_packed(groups)), tuple(held), tuple(ordered))


def _joined(things: Iterable[Thing]) -> list[Thing]:
    """Return things by number of their item, new ones last; those with one item are one."""
    by_item: dict[str, list[Thing]] = defaultdict(list)
    for thing in things:
        by_item[thing.subject or thing.iri].append(thing)
    joined = [_one(sorted(group, key=lambda thing: thing.iri)) for group in by_item.values()]
    return sorted(joined, key=lambda thing: (not thing.subject, int(thing.subject[1:] or 0), thing.iri))


def _one(group: list[Thing]) -> Thing:
    first, *others = group
    if not others:
        return first
    expressed = tuple(one for thing in group for one in thing.expressed)
    names = {code: (text,) for thing in others for code, text in thing.terms.labels.items()}
    aliases = {code: (*first.terms.aliases.get(code, ()), *more) for code, more in names.items()}
    terms = Termbox(first.terms.labels, first.terms.aliases | aliases, first.terms.descriptions)
    return replace(first, expressed=expressed, terms=terms)


def _parts(thing: Thing, entries: list[Entry], held: list[Held]) -> Iterator[list[Entry]]:
    """Yield the entries of a thing in parts that fit a batch; a new item has one, since LAST ends with it."""
    part: list[Entry] = []
    for entry in entries:
        if _count(part) + len(entry.lines) > MAX_COMMANDS and part:
            if entry.subject == LAST:
                reasons, said = (Hindrance.TOO_MANY,), "\n".join(entry.lines)
                held.append(Held(thing.iri, "", reasons, entry.statement, entry.claims, said))
                continue
            yield part
            part = []
        part.append(entry)
    if part:
        yield part


def _packed(groups: Iterable[list[Entry]]) -> Iterator[Batch]:
    room: list[Entry] = []
    for group in groups:
        if room and _count(room) + _count(group) > MAX_COMMANDS:
            yield Batch(tuple(room))
            room = []
        room += group
    if room:
        yield Batch(tuple(room))


def _count(entries: Iterable[Entry]) -> int:
    return sum(len(entry.lines) for entry in entries)
