"""What a preview tells of a thing in a few lines: enough to say whether it is the one that is meant."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice, zip_longest
from typing import TYPE_CHECKING, Any, Final

from zanryu.reconciliation.claims import read_known
from zanryu.reconciliation.extending import EDITORS, column_of
from zanryu.reconciliation.names import GROUPS, short

if TYPE_CHECKING:
    from zanryu.reconciliation.claims import Known
    from zanryu.reconciliation.columns import Columns
    from zanryu.reconciliation.extending import Extender

_MAX_LINES: Final = 7
_MAX_VALUES: Final = 2
_MAX_TYPES: Final = 2
_GROUPS: Final = ("rank", "unit", "academy")


@dataclass(frozen=True, slots=True)
class Line:
    """A property with its first values, each with its date (EDTF) or nothing; ``more`` counts the others."""

    name: str
    values: tuple[tuple[str, str], ...]
    more: int


@dataclass(frozen=True, slots=True)
class Preview:
    """A thing in a few lines. ``types`` are called as in the list of types."""

    iri: str
    name: str
    language: str
    description: str
    types: tuple[str, ...]
    lines: list[Line] = field(default_factory=list)
    claims: int = 0


def read_preview(iri: str, columns: Columns, extender: Extender) -> Preview | None:
    """Return the preview of a thing, ``None`` of what is no thing of the graph."""
    language = columns.words.language
    found = columns.terms.matcher.known([iri], language)
    if not found:
        return None
    thing, known = found[0], read_known(extender.backend, [iri])[iri]
    covered = {short(iri) for group in _GROUPS for iri in GROUPS[group]}
    properties = [n for n in columns.terms.properties(thing.types) if n not in covered and n not in GROUPS]
    wanted = (*EDITORS, *_GROUPS, *properties)
    found_lines = (_line(name, columns, extender, known, thing.name) for name in wanted)
    lines = list(islice((line for line in found_lines if line.values), _MAX_LINES))
    claims = sum(len(some) for some in known.claims.values())
    types = tuple(t["name"] for t in columns.terms.types_of(thing.types)[:_MAX_TYPES])
    return Preview(iri, thing.name, thing.name_language, thing.description, types, lines, claims)


def _line(name: str, columns: Columns, extender: Extender, known: Known, title: str) -> Line:
    column = column_of(name)
    values = [_text(value) for value in extender.values(known, column)]
    dates = [_text(value) for value in extender.values(known, column_of(f"{name}.when"))]
    pairs = [
        (value, "" if date == value else date) for value, date in zip_longest(values, dates, fillvalue="")
    ]
    shown = list(dict.fromkeys((value, date) for value, date in pairs if value and value != title))
    return Line(columns.name(column), tuple(shown[:_MAX_VALUES]), len(shown[_MAX_VALUES:]))


def _text(value: dict[str, Any]) -> str:
    return str(value.get("name") or value.get("str") or value.get("int") or "")
