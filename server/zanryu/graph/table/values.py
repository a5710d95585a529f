"""A cell and what it says: read into RDF terms, and written back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from zanryu.graph.edtf import InvalidEDTF, bounds
from zanryu.graph.namespaces import EDTF_LEVEL_1, PREFIXES, term
from zanryu.graph.table.cells import AS_TEXT, Cell, CellError, shown
from zanryu.graph.table.claims import language_tag
from zanryu.graph.table.columns import SEPARATOR, Column, Kind
from zanryu.graph.table.names import CLAIM_PROPERTY, Names, expanded
from zanryu.graph.wording import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pyoxigraph import Quad

    from zanryu.graph.materialise import Term

_RANGE: Final = term("rdfs:range")
_DOMAIN: Final = term("rdfs:domain")
_XSD_INTEGER: Final = term("xsd:integer")
_LANGUAGE_TEXT: Final = term("rdf:langString")
_ANYTHING: Final = term("rdfs:Resource")
_NOT_A_CLASS: Final = (PREFIXES["xsd"], PREFIXES["edtf"], PREFIXES["geo"], _LANGUAGE_TEXT.value)

_WHOLE_NUMBER = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_WITH_LANGUAGE = re.compile(r"(?P<text>.*\S)\s*@(?P<tag>[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)", re.DOTALL)
# 15/08/1945, 8-15-45, Aug-45, 15-Aug-1945: what spreadsheets make of a date.
_RESHAPED = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|(?:\d{1,2}[ -])?[A-Za-z]{3}[ -]\d{2,4}", re.ASCII)
# A number in a date cell is a year, or the serial number by which spreadsheets count days; 2100 is 1905.
_YEARS = range(1000, 2100)


class Ranges:
    """What the ontology lets a property take: the range of its values, the domain of its subjects."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._of: dict[tuple[NamedNode, NamedNode], NamedNode] = {}
        for quad in quads:
            is_said = quad.predicate in (_RANGE, _DOMAIN)
            if is_said and isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
                self._of[quad.subject, quad.predicate] = quad.object

    def range(self, node: NamedNode | None) -> NamedNode | None:
        """Return what the values of a property are; ``None`` where nothing is said."""
        return self._of.get((node, _RANGE)) if node else None

    def domain(self, node: NamedNode | None) -> NamedNode | None:
        """Return what the subjects of a property are."""
        return self._of.get((node, _DOMAIN)) if node else None


class Values:
    """Reads cells in every language, and writes them in one."""

    def __init__(self, names: Names, ranges: Ranges, language: str = "en") -> None:
        self.names = names
        self.ranges = ranges
        self.language = language

    @classmethod
    def of(cls, quads: Iterable[Quad], language: str = "en") -> Values:
        """Take names and ranges from the quads of a dataset, ontology and vocabularies included."""
        quads = list(quads)
        return cls(Names(quads), Ranges(quads), language)

    def for_another_table(self) -> Values:
        """Return the same, for a table of its own: what resembles an unknown name is looked for anew."""
        return Values(self.names.for_another_table(), self.ranges, self.language)

    def kind_of(self, column: Column, claimed: NamedNode | None) -> NamedNode | None:
        """Return the class or scheme that a column asks for, in a row about the property ``claimed``."""
        if column.heading == "property":
            return CLAIM_PROPERTY
        if column.heading == "subject":
            return self.ranges.domain(claimed)
        if column.kind is Kind.VALUE:
            return self.ranges.range(claimed)
        return column.scheme or self.ranges.range(column.property)

    def read(
        self,
        cell: Cell,
        column: Column,
        claimed: NamedNode | None = None,
        claims: Callable[[str], NamedNode] | None = None,
    ) -> frozenset[Term]:
        """Return what a filled cell says; ``claimed`` is the property of its row.

        ``claims`` finds the claim that a word in a column of claims names, or raises :class:`CellError`.

        :raises CellError: if it cannot be read.
        """
        parts = [part.strip() for part in cell.text.split(SEPARATOR)] if column.many else [cell.text]
        if not all(parts):
            raise CellError(
                Message(
                    "Something is missing beside %(sign)s, which stands between two names.", sign=SEPARATOR
                )
            )
        kind = self.kind_of(column, claimed)
        _refuse_reshaped(cell, column.kind is Kind.DATE or kind == EDTF_LEVEL_1)
        if column.kind is Kind.CLAIMS and claims:
            return frozenset(claims(part) for part in parts)
        readers: Mapping[Kind, Callable[[str], Term]] = {
            Kind.THING: lambda text: self.names.find(text, kind),
            Kind.VALUE: lambda text: self._value(text, kind),
            Kind.DATE: lambda text: Literal(_date(text)),
            Kind.NUMBER: _integer,
            Kind.TEXT: Literal,
            Kind.SENTENCE: _sentence,
        }
        return frozenset(readers[column.kind](part) for part in parts)

    def _value(self, text: str, kind: NamedNode | None) -> Term:
        if kind is None or not kind.value.startswith(_NOT_A_CLASS):
            return _integer(text) if kind == _ANYTHING and _is_number(text) else self.names.find(text, kind)
        if sentinel := self.names.sentinel(text):
            return sentinel
        if kind == EDTF_LEVEL_1:
            return Literal(_date(text), datatype=EDTF_LEVEL_1)
        if kind == _XSD_INTEGER:
            return _integer(text)
        return _name(text) if kind == _LANGUAGE_TEXT else Literal(text, datatype=kind)

    def write(self, values: Iterable[Term], column: Column, claimed: NamedNode | None = None) -> str:
        """Return the text of a cell; what cannot be held is written so that it does not read the same."""
        kind = self.kind_of(column, claimed)
        return f" {SEPARATOR} ".join(self._written(value, column, kind) for value in values)

    def _written(self, value: Term, column: Column, kind: NamedNode | None) -> str:
        if isinstance(value, NamedNode):
            return self.names.label(value, self.language, kind)
        if not isinstance(value, Literal):
            return ""
        if not value.language:
            return value.value
        tagged = f"{value.value}@{language_tag(value.language)}"
        bare = column.kind is Kind.SENTENCE and _sentence(value.value) == value
        return value.value if bare else tagged


def _refuse_reshaped(cell: Cell, is_date: bool) -> None:
    if cell.refusal:
        raise cell.refusal
    if cell.form == "date" and not is_date:
        made = Message("The spreadsheet has made the date %(date)s of this.", date=cell.text)
        raise CellError(made, AS_TEXT)
    if cell.form == "number" and not _is_number(cell.text):
        made = Message("The spreadsheet has made the number %(number)s of this.", number=cell.text)
        raise CellError(made, AS_TEXT)
    if cell.form == "number" and is_date and int(cell.text) not in _YEARS:
        raise CellError(
            Message("%(number)s is a number and no year.", number=cell.text),
            Message("Write a date as text: 1945, 1945-08 or 1945-08-15."),
        )


def _is_number(text: str) -> bool:
    return _WHOLE_NUMBER.fullmatch(text) is not None


def _date(text: str) -> str:
    try:
        bounds(text)
    except InvalidEDTF as error:
        changed = Message("A spreadsheet may have changed it; format the column as text.")
        raise CellError(error.message, changed if _RESHAPED.fullmatch(text) else "") from None
    return text


def _integer(text: str) -> Literal:
    if not _is_number(text):
        raise CellError(
            Message("%(text)s is not a whole number.", text=shown(text)),
            Message("Write digits alone, such as 300."),
        )
    return Literal(str(int(text)), datatype=_XSD_INTEGER)


def _name(text: str) -> Literal:
    found = _WITH_LANGUAGE.fullmatch(text)
    if found is None:
        raise CellError(
            Message(
                "Say the language of %(text)s at its end: Ikawa@ja-Latn, 井川省@ja-Hani, …@en, …@vi.",
                text=shown(text),
            )
        )
    return Literal(found["text"], language=found["tag"])


def _sentence(text: str) -> Literal:
    found = _WITH_LANGUAGE.fullmatch(text)
    return Literal(found["text"], language=found["tag"]) if found else Literal(text, language="en")


def claim_name(text: str) -> NamedNode | None:
    """Return the claim that an IRI or a prefixed name (``cl:…``) names; ``None`` for other words.

    :raises CellError: if it names something that is no claim.
    """
    found = expanded(text)
    if found and not found.value.startswith(PREFIXES["cl"]):
        raise CellError(
            Message("%(text)s is not the name of a claim, which begins with cl:.", text=shown(text))
        )
    return found
