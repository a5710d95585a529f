"""Names and descriptions for an item: what it lacks, and nothing in place of what it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zanryu.wikidata.expression.expressing import Termbox
from zanryu.wikidata.handover.entries import Entry, Held
from zanryu.wikidata.handover.hindrances import Hindrance
from zanryu.wikidata.handover.quickstatements import CREATE, LAST, term_lines
from zanryu.wikidata.handover.written_values import settle

if TYPE_CHECKING:
    from zanryu.wikidata.handover.entries import Thing
    from zanryu.wikidata.handover.traps import Validator
    from zanryu.wikidata.model import Entity

_MUL = "mul"


def new_terms(thing: Thing, validator: Validator) -> tuple[list[Entry], list[Held]]:
    """Return the terms that go, a line each, and those that are held back.

    The label of an item is never replaced: ours becomes another name. What an item has is not known before it
    was read, and then nothing goes.
    """
    subject = thing.subject or LAST
    if thing.item and not thing.there:
        is_any = thing.terms.labels or thing.terms.aliases or thing.terms.descriptions
        return [], [Held(thing.iri, thing.item, (Hindrance.NOT_READ,))] if is_any else []
    lines = term_lines(subject, lacking(thing.terms, thing.there) if thing.there else thing.terms)
    traps: dict[str, Held] = {}
    for finding in validator.check("\n".join([CREATE, *lines])):
        line = lines[finding.line - 2]
        traps[line] = Held(thing.iri, thing.subject, (finding.trap,), said=line)
    entries = [Entry(thing.iri, subject, (line,)) for line in lines if line not in traps]
    return entries, [*traps.values(), *_other_descriptions(thing)]


def lacking(ours: Termbox, there: Entity) -> Termbox:
    """Return what an item lacks of our terms."""
    aliases = {code: list(texts) for code, texts in ours.aliases.items()}
    labels = {}
    for code, text in ours.labels.items():
        if code in there.labels:
            aliases.setdefault(code, []).insert(0, text)
        elif there.labels.get(_MUL) != text:
            labels[code] = text
    return Termbox(
        labels=labels,
        aliases={code: _unknown(code, texts, there) for code, texts in aliases.items()},
        descriptions={c: text for c, text in ours.descriptions.items() if c not in there.descriptions},
    )


def _unknown(code: str, texts: list[str], there: Entity) -> tuple[str, ...]:
    known = {there.labels.get(code), *there.aliases.get(code, ()), there.labels.get(_MUL)}
    known |= set(there.aliases.get(_MUL, ()))
    return tuple(text for text in texts if settle(text) not in known)


def _other_descriptions(thing: Thing) -> list[Held]:
    there = thing.there.descriptions if thing.there else {}
    return [
        Held(thing.iri, thing.subject, (Hindrance.OTHER_TERM_THERE,), said=f"D{code}\t{text}")
        for code, text in sorted(thing.terms.descriptions.items())
        if there.get(code, text) != text
    ]
