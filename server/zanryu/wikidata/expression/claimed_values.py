"""The object of a claim as a value of Wikidata."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from zanryu.graph.edtf import InvalidEDTF
from zanryu.wikidata.expression.citing import plain
from zanryu.wikidata.expression.languages import wikimedia_language
from zanryu.wikidata.expression.reading import name
from zanryu.wikidata.expression.reasons import Reason
from zanryu.wikidata.expression.times import Dated, read_date
from zanryu.wikidata.model import Item, Monolingual, Nothing, Text, Unknown

if TYPE_CHECKING:
    from zanryu.store.backend import Term
    from zanryu.wikidata.expression.alignment import Alignment
    from zanryu.wikidata.expression.reading import Reading
    from zanryu.wikidata.model import Snak, Value

# A value with the qualifiers that belong to it, such as the bounds of a date.
Valued: TypeAlias = "tuple[Value, tuple[Snak, ...]]"


def claimed_value(term: Term, datatype: str, reading: Reading, alignment: Alignment) -> Valued | Reason:
    """Return the value of a claim with the qualifiers that belong to it, or why there is none."""
    sentinels: dict[str, Value] = {name("zr:someValue"): Unknown(), name("zr:noValue"): Nothing()}
    if term.kind == "iri" and term.value in sentinels:
        return sentinels[term.value], ()
    if datatype == "wikibase-item":
        item = linked_item(term, reading, alignment)
        return (Item(item), ()) if item else Reason.VALUE_NOT_LINKED
    value = _literal(term, datatype) if term.kind == "literal" else None
    if isinstance(value, Dated):
        return value.value, value.qualifiers
    return (value, ()) if value else Reason.VALUE_NOT_SAID


def linked_item(term: Term, reading: Reading, alignment: Alignment) -> str:
    """Return the item for a thing or a concept: that of its link, or of the mapping."""
    return (reading.item(term.value) or alignment.item(term.value)) if term.kind == "iri" else ""


def _literal(term: Term, datatype: str) -> Value | Dated | None:
    text = plain(term.value)
    if not text:
        return None
    match datatype:
        case "time":
            try:
                return read_date(text)
            except InvalidEDTF:
                return None
        case "monolingualtext":
            language = wikimedia_language(term.language)
            return Monolingual(text, language) if language else None
        case "string" | "url":
            return Text(text)
    return None
