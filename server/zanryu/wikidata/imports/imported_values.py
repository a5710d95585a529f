"""A statement of Wikidata in our terms: the property, the value, the date and the other qualifiers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from zanryu.graph.edtf import InvalidEDTF, bounds
from zanryu.graph.literals import NOT_XML
from zanryu.graph.namespaces import EDTF_LEVEL_1, compact, term
from zanryu.graph.table.claims import language_tag
from zanryu.wikidata.expression.times import (
    CIRCA,
    CIRCUMSTANCES,
    EARLIEST,
    END,
    LATEST,
    POINT,
    PRESUMABLY,
    START,
    NotEDTF,
    write_date,
    write_when,
)
from zanryu.wikidata.model import Foreign, Item, Monolingual, Nothing, Rank, Text, Time, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zanryu.wikidata.imports.known import Known, OurProperty
    from zanryu.wikidata.model import Snak, Statement, Value

_DATES: Final = (START, END, POINT, EARLIEST, LATEST)
_REASONS: Final = {Rank.PREFERRED: "P7452", Rank.DEPRECATED: "P2241"}
_LANG_STRING: Final = term("rdf:langString")
_SENTINELS: Final = {Unknown: term("zr:someValue"), Nothing: term("zr:noValue")}
# A position without its name is only that somebody held one (S52 of the shapes).
_NEVER_UNKNOWN: Final = term("zr:heldPosition")
_QUALIFIERS: Final = ("zr:place", "zr:role")
_LANGUAGE: Final = re.compile(r"[a-z]{2,8}(-[a-z0-9]{1,8})*", re.IGNORECASE | re.ASCII)


class NotTaken(ValueError):
    """A statement that no claim of ours can say; the message says why."""


@dataclass(frozen=True, slots=True)
class InOurTerms:
    """A statement about ``subject``; ``when`` is EDTF or empty, ``lost`` what could not be said of it."""

    subject: NamedNode
    predicate: NamedNode
    value: NamedNode | Literal
    when: str = ""
    qualifiers: list[tuple[NamedNode, NamedNode]] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def in_our_terms(statement: Statement, subject: NamedNode, known: Known) -> InOurTerms:
    """Return what a statement says.

    Of several properties of ours the one that says least is taken, of those that fit subject and value.

    :raises NotTaken: if none fits, or if the value is nothing that we know.
    """
    candidates = [p for p in known.properties.get(statement.property, ()) if known.is_a(subject, p.domain)]
    if not candidates:
        raise NotTaken("no property of ours says it of such a thing")
    reasons: list[str] = []
    for candidate in candidates:
        try:
            value = _value(statement, candidate, known)
        except NotTaken as reason:
            reasons.append(str(reason))
            continue
        if value == subject:
            raise NotTaken("it relates the thing to itself")
        return _qualified(statement, InOurTerms(subject, candidate.iri, value), known)
    raise NotTaken(reasons[0])


def _value(statement: Statement, ours: OurProperty, known: Known) -> NamedNode | Literal:
    value = statement.value
    if ours.range == EDTF_LEVEL_1 and isinstance(value, Time | Unknown):
        return _date(value, statement.qualifiers)
    if type(value) in _SENTINELS and ours.iri != _NEVER_UNKNOWN:
        return _SENTINELS[type(value)]
    if isinstance(value, Item):
        return _thing(value, ours, known, known.chosen.get(statement.property))
    if isinstance(value, Monolingual) and ours.range == _LANG_STRING:
        return _name(value)
    raise NotTaken(f"{compact(ours.iri.value)} does not take {_kind(value)}")


def _name(value: Monolingual) -> Literal:
    if not _LANGUAGE.fullmatch(value.language) or NOT_XML.search(value.text):
        raise NotTaken("its language is none, or the text has a character that data may not have")
    return Literal(value.text, language=language_tag(value.language))


def _date(value: Time | Unknown, qualifiers: tuple[Snak, ...]) -> NamedNode | Literal:
    try:
        text = write_date(value, qualifiers)
        if text:
            bounds(text)  # Wikidata has days that are in no calendar
    except (NotEDTF, InvalidEDTF) as error:
        raise NotTaken(f"EDTF cannot say the date: {error}") from None
    return Literal(text, datatype=EDTF_LEVEL_1) if text else _SENTINELS[Unknown]


def _thing(value: Item, ours: OurProperty, known: Known, chosen: list[NamedNode] | None) -> NamedNode:
    linked = known.things.get(value.id, [])
    fitting = [thing for thing in linked if known.is_a(thing, ours.range)]
    if len(fitting) == 1:
        if chosen is not None and fitting[0] not in chosen:
            raise NotTaken(f"it does not say {compact(ours.iri.value)} of {compact(fitting[0].value)}")
        return fitting[0]
    if fitting:
        names = ", ".join(compact(thing.value) for thing in fitting)
        raise NotTaken(f"{value.id} is linked to several things: {names}")
    if linked:
        wanted = compact(ours.range.value) if ours.range else "thing"
        raise NotTaken(f"{compact(linked[0].value)}, linked to {value.id}, is no {wanted}")
    raise NotTaken(f"nothing of ours is linked to {value.id}")


def _kind(value: Value) -> str:
    if isinstance(value, Text):
        return "a text whose language is not said"
    return f"a value of the type “{value.datatype if isinstance(value, Foreign) else type(value).__name__}”"


def _qualified(statement: Statement, said: InOurTerms, known: Known) -> InOurTerms:
    when, lost = _when(statement, said.value)
    dates = _dates(statement, said.value)
    qualifiers: list[tuple[NamedNode, NamedNode]] = []
    rest: dict[str, None] = {}
    for snak in statement.qualifiers:
        if snak.property in dates or _is_mark(snak) or snak.property == _REASONS.get(statement.rank):
            continue
        found = next(_ours(snak, known), None)
        if found:
            qualifiers.append(found)
        else:
            rest[snak.property] = None
    if rest:
        lost.append(f"Qualifiers that are not taken over: {', '.join(rest)}.")
    return InOurTerms(said.subject, said.predicate, said.value, when, qualifiers, lost)


def _when(statement: Statement, value: NamedNode | Literal) -> tuple[str, list[str]]:
    if isinstance(value, Literal) and value.datatype == EDTF_LEVEL_1:
        return value.value, []
    try:
        text = write_when(statement.qualifiers)
        if text:
            bounds(text)
    except (NotEDTF, InvalidEDTF) as error:
        return "", [f"EDTF cannot say its date: {error}"]
    return text, []


def _dates(statement: Statement, value: NamedNode | Literal) -> tuple[str, ...]:
    """Return the qualifiers that the date is made of."""
    if not isinstance(statement.value, Time) or not isinstance(value, Literal):
        return _DATES
    # Limits that contradict the date are no part of it: then the date stands alone.
    marks = [snak for snak in statement.qualifiers if _is_mark(snak)]
    return () if write_date(statement.value, marks) == value.value else (EARLIEST, LATEST)


def _is_mark(snak: Snak) -> bool:
    return snak.property == CIRCUMSTANCES and snak.value in (Item(CIRCA), Item(PRESUMABLY))


def _ours(snak: Snak, known: Known) -> Iterator[tuple[NamedNode, NamedNode]]:
    wanted = [term(name) for name in _QUALIFIERS]
    if isinstance(snak.value, Item):
        for ours in known.qualifiers.get(snak.property, ()):
            things = known.things.get(snak.value.id, []) if ours.iri in wanted else []
            yield from ((ours.iri, thing) for thing in things if known.is_a(thing, ours.range))
