"""What of one thing is handed over, in which lines, and what is held back.

Claims that say the same become one statement with the references of all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from zanryu.wikidata.expression.expressing import Reason
from zanryu.wikidata.handover.entries import Entry, Held, Merged
from zanryu.wikidata.handover.hindrances import Hindrance
from zanryu.wikidata.handover.quickstatements import CREATE, LAST, normal, statement_lines
from zanryu.wikidata.handover.standing import put_beside, without_twins
from zanryu.wikidata.handover.termed import new_terms
from zanryu.wikidata.handover.written_values import CannotSay
from zanryu.wikidata.model import DAY, Item, Reference, Snak, Statement, Time

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zanryu.wikidata.comparison.comparing import Rules
    from zanryu.wikidata.handover.entries import Thing, Wanted
    from zanryu.wikidata.handover.hindrances import Withholding
    from zanryu.wikidata.handover.traps import Validator

_INSTANCE_OF: Final = "P31"
_ADDRESS: Final = "P854"
_RETRIEVED: Final = "P813"


@dataclass(frozen=True, slots=True)
class Chooser:
    """Chooses from what things say."""

    wanted: Wanted
    rules: Rules
    validator: Validator

    def choose(self, thing: Thing) -> tuple[list[Entry], list[Held]]:
        """Return what is handed over, a new item with CREATE before it, and what is held back."""
        held: list[Held] = []
        merged = list(self._standing(thing, self._merged(thing, held), held))
        merged, twins = without_twins(merged, v3=self.wanted.v3)
        held += [_held(thing, one, Hindrance.SAME_VALUE_TWICE) for one in twins]
        statements = sorted(self._entries(thing, merged, held), key=_order)
        if not thing.subject:
            return self._new_item(thing, statements, held), held
        terms, kept = new_terms(thing, self.validator)
        return [*terms, *statements], held + kept

    def _merged(self, thing: Thing, held: list[Held]) -> list[Merged]:
        """Return the statements that claims make together; hold back what may not be handed over."""
        found: dict[Statement, Merged] = {}
        for one in thing.expressed:
            reasons = tuple(self._against(thing, one.withheld))
            if one.statement is None or reasons:
                reasons = reasons or one.withheld
                held.append(Held(thing.iri, thing.item, reasons, one.statement, (one.claim,)))
                continue
            statement = _opened(normal(one.statement), self.wanted.retrieved)
            key = replace(statement, references=())
            before = found.get(key, Merged(key))
            references = tuple(dict.fromkeys((*before.statement.references, *statement.references)))
            found[key] = Merged(replace(key, references=references), (*before.claims, one.claim))
        return list(found.values())

    def _against(self, thing: Thing, withheld: Iterable[Reason]) -> Iterator[Withholding]:
        for reason in withheld:
            is_created = reason is Reason.SUBJECT_NOT_LINKED and self.wanted.creates
            if not is_created and reason not in self.wanted.include:
                yield reason
        if not thing.subject and self.wanted.creates and not thing.instance_of:
            yield Hindrance.KIND_NOT_MAPPED

    def _standing(self, thing: Thing, merged: Iterable[Merged], held: list[Held]) -> Iterator[Merged]:
        """Yield what goes beside what the item has."""
        for one in merged:
            found: Merged | Withholding = one
            if thing.there:
                found = put_beside(one, thing.there, self.rules, self.wanted)
            elif thing.item and Hindrance.NOT_READ not in self.wanted.include:
                found = Hindrance.NOT_READ
            if isinstance(found, Merged):
                yield found
            else:
                held.append(_held(thing, one, found))

    def _entries(self, thing: Thing, merged: Iterable[Merged], held: list[Held]) -> Iterator[Entry]:
        subject = thing.subject or LAST
        for one in merged:
            try:
                sound = self._sound(subject, one, thing, held)
                lines = statement_lines(subject, sound, v3=self.wanted.v3, apart=one.is_apart)
            except CannotSay as error:
                held.append(_held(thing, one, error.obstacle))
                continue
            if subject == LAST and len(lines) > 1:
                # In one step with its making, the tool would make a statement of each line.
                held += [_held(thing, one, Hindrance.FURTHER_REFERENCE, said=line) for line in lines[1:]]
                lines, sound = lines[:1], replace(sound, references=sound.references[:1])
            if sound.references:
                yield Entry(thing.iri, subject, tuple(lines), sound, one.claims)

    def _sound(self, subject: str, one: Merged, thing: Thing, held: list[Held]) -> Statement:
        """Return a statement with those of its references with which it passes the validator."""
        sound = []
        for reference in one.statement.references or (Reference(()),):
            only = replace(one.statement, references=(reference,))
            lines = statement_lines(subject, only, v3=self.wanted.v3, apart=one.is_apart)
            found = self.validator.check("\n".join([CREATE, *lines]))
            if found:
                traps = dict.fromkeys(finding.trap for finding in found)
                held.append(_held(thing, one, *traps, said=lines[0]))
            else:
                sound.append(reference)
        return replace(one.statement, references=tuple(sound))

    def _new_item(self, thing: Thing, statements: list[Entry], held: list[Held]) -> list[Entry]:
        """Return all that is said of a new item; nothing, if no statement of it has a source."""
        if not self.wanted.creates or not thing.instance_of:
            return []
        if not statements:
            held.append(Held(thing.iri, "", (Hindrance.NOTHING_SOURCED,)))
            return []
        terms, kept = new_terms(thing, self.validator)
        held += kept
        return [Entry(thing.iri, LAST, (CREATE,)), *terms, _instance(thing, statements[0]), *statements]


def _instance(thing: Thing, first: Entry) -> Entry:
    """Return what a new item is, by the source of the first thing that is said of it."""
    references = first.statement.references[:1] if first.statement else ()
    statement = Statement(_INSTANCE_OF, Item(thing.instance_of), references=references)
    return Entry(thing.iri, LAST, tuple(statement_lines(LAST, statement)), statement, first.claims)


def _opened(statement: Statement, day: str) -> Statement:
    """Return a statement with the day on which addresses were opened, where its references lack one."""
    if not day:
        return statement
    retrieved = Snak(_RETRIEVED, Time(f"+{day}T00:00:00Z", DAY))
    references = (
        Reference((*one.snaks, retrieved)) if one.of(_ADDRESS) and not one.of(_RETRIEVED) else one
        for one in statement.references
    )
    return replace(statement, references=tuple(references))


def _held(thing: Thing, one: Merged, *reasons: Withholding, said: str = "") -> Held:
    return Held(thing.iri, thing.subject, reasons, one.statement, one.claims, said)


def _order(entry: Entry) -> tuple[int, tuple[str, ...]]:
    """Order statements by the number of their property."""
    return int(entry.statement.property[1:]) if entry.statement else 0, entry.lines
