"""Data extension: the values of properties for a table's things (0.2 and draft of 1.0, "Data Extension").

Each claim of a property gives one value, and one of each qualifier of it (``heldRank.when``), in the same
order: so columns of a property and of its qualifiers stand beside each other row by row. A place without a
value is the empty value ``{}``. Dates are EDTF in a string: a date-time of the protocol would invent what
nobody stated.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zanryu.graph.namespaces import PREFIXES, term
from zanryu.reconciliation.batches import MAX_TEXT, require_few
from zanryu.reconciliation.claims import Known, read_known
from zanryu.reconciliation.given import Given, read_json
from zanryu.reconciliation.identifiers import IDENTIFIER_SPACE, SCHEMA_SPACE, identifier_of, iri_of
from zanryu.reconciliation.names import GROUPS, SOURCE, full

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zanryu.naming.labels import Labels
    from zanryu.reconciliation.claims import Claim
    from zanryu.store.backend import Backend, Term

MAX_PROPERTIES: Final = 50
CONTENTS: Final = ("name", "literal", "id")
CLAIMS: Final = ("live", "accepted", "all")
# What is said of a claim, by what follows the name of its property.
QUALIFIERS: Final = {
    "when": "zr:when",
    "role": "zr:role",
    "place": "zr:place",
    "in": "zr:postIn",
    "certainty": "zr:certainty",
    "source": "zr:citation",
    "claim": "",
}
_LINKS: Final = {"wikidata": PREFIXES["wd"], "geonames": "https://sws.geonames.org/"}
_LABELS: Final = {f"name-{language}": language for language in ("en", "ja", "vi")}
EDITORS: Final = (*_LABELS, *_LINKS)
_KINDS: Final = {group: f"{IDENTIFIER_SPACE}{group}/" for group in ("unit", "academy", "place")}
_MATCH: Final = term("skos:exactMatch").value
_WORK: Final = term("zr:work").value
_LABEL: Final = term("skos:prefLabel").value
_NONE: Final = frozenset({term("zr:someValue").value, term("zr:noValue").value})
_INTEGER: Final = term("xsd:integer").value
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,15}\Z")
_EMPTY: Final[dict[str, Any]] = {}


@dataclass(frozen=True, slots=True)
class Column:
    """A property that is asked for.

    ``identifier`` is as it was sent; ``base`` the property of the ontology, ``qualifier`` what of its claims.
    ``limit`` 0 is all values; ``content`` and ``claims`` are of the lists above.
    """

    identifier: str
    base: str
    qualifier: str
    limit: int = 0
    content: str = CONTENTS[0]
    claims: str = CLAIMS[0]


@dataclass(frozen=True, slots=True)
class Extension:
    """What a data extension query asks: identifiers as they were sent, and columns."""

    identifiers: tuple[str, ...]
    columns: tuple[Column, ...]


def read_extension(text: str | bytes, place: str, most: int) -> Extension:
    """Read a data extension query, which is the same in both versions.

    :raises MalformedRequest: naming the field.
    :raises BodyTooLarge: if it has more than ``most`` identifiers.
    """
    given = read_json(text, place).object()
    identifiers = given.member("ids")
    if isinstance(identifiers.value, list):
        require_few(len(identifiers.value), most, "identifiers")
    columns = [_read_column(column) for column in given.member("properties").items(MAX_PROPERTIES)]
    found = {column.identifier: column for column in columns}
    return Extension(
        tuple(dict.fromkeys(item.text(MAX_TEXT) for item in identifiers.items(most))), tuple(found.values())
    )


def column_of(identifier: str) -> Column:
    """Return the column of a property without settings."""
    base, _, qualifier = identifier.removeprefix(SCHEMA_SPACE).partition(".")
    return Column(identifier, base, qualifier)


def _read_column(given: Given) -> Column:
    identifier = given.object().member("id").text(MAX_TEXT)
    bare, settings = column_of(identifier), given.member("settings")
    if not settings:
        return bare
    content, claims = settings.object().member("content"), settings.member("claims")
    return Column(
        identifier,
        bare.base,
        bare.qualifier,
        _read_limit(settings.member("limit")),
        content.one_of(*CONTENTS) if content else bare.content,
        claims.one_of(*CLAIMS) if claims else bare.claims,
    )


def _read_limit(given: Given) -> int:
    """Return a limit; clients send it as the text that was typed, too, and 0 or nothing for no limit."""
    value = given.value
    if isinstance(value, str) and len(value) <= MAX_TEXT and (value.isdecimal() or not value):
        value = int(value[:9] or 0)
    return 0 if value in (None, 0) else Given(value, given.place).count()


@dataclass(frozen=True, slots=True)
class Extender:
    """Gives out values, named for readers of ``language``."""

    backend: Backend
    labels: Labels
    language: str

    def rows(self, asked: Extension) -> dict[str, dict[str, list[dict[str, Any]]]]:
        """Return the values of each column for each identifier; every row has every column."""
        iris = {identifier: iri_of(identifier) for identifier in asked.identifiers}
        known = read_known(self.backend, (iri for iri in iris.values() if iri))
        return {
            identifier: {c.identifier: self.values(known.get(iri or "", Known()), c) for c in asked.columns}
            for identifier, iri in iris.items()
        }

    def values(self, known: Known, column: Column) -> list[dict[str, Any]]:
        """Return the values of a column for a thing."""
        if column.base in EDITORS and not column.qualifier:
            found = [{"str": text} for text in _of_editors(known, column.base)]
        elif column.base == SOURCE:
            found = [self._said(work, column.content) for work in _works(known, column)]
        else:
            found = [self._value(claim, column) for claim in _claims(known, column)]
        return found[: column.limit] if column.limit else found

    def _value(self, claim: Claim, column: Column) -> dict[str, Any]:
        if not column.qualifier:
            return self._said(claim.value, column.content) if claim.value else _EMPTY
        if column.qualifier == "claim":
            return {"str": identifier_of(claim.iri)}
        if column.qualifier == "source":
            return _text("; ".join(self._sources(claim)))
        values = (
            claim.facts.get(term(QUALIFIERS[column.qualifier]).value, ())
            if column.qualifier in QUALIFIERS
            else ()
        )
        # More than one of a qualifier is rare, and must not move what stands beside it.
        if len(values) == 1:
            return self._said(values[0], column.content)
        return _text("; ".join(self._name(value) for value in values))

    def _said(self, value: Term, content: str) -> dict[str, Any]:
        if value.value in _NONE:
            return _EMPTY
        if value.kind != "iri":
            return _literal(value)
        if content == "id":
            return {"str": identifier_of(value.value)}
        if content == "literal" or not value.value.startswith(IDENTIFIER_SPACE):
            return {"str": self._name(value)}
        return {"id": identifier_of(value.value), "name": self._name(value)}

    def _name(self, value: Term) -> str:
        return self.labels.show(value, self.language).text

    def _sources(self, claim: Claim) -> Iterable[str]:
        for citation in claim.citations:
            parts = [
                self._name(value)
                for curie in ("zr:work", "zr:locator", "zr:hedge", "zr:via")
                for value in citation.get(term(curie).value, ())
            ]
            yield ", ".join(parts)


def _works(known: Known, column: Column) -> list[Term]:
    """Return the works that the claims about a thing are cited to, each once."""
    claims = _claims(known, column)
    works = (work for c in claims for citation in c.citations for work in citation.get(_WORK, ()))
    return sorted(set(works), key=lambda work: work.value)


def _claims(known: Known, column: Column) -> list[Claim]:
    """Return the claims of a property, of a group of them, or of any (``source``), in one order."""
    properties = GROUPS.get(column.base) or (full(column.base),)
    if column.base == SOURCE:
        properties = tuple(known.claims)
    kind = _KINDS.get(column.base, "")  # who headed a unit headed no academy
    found = sorted(
        (
            c
            for name in properties
            for c in known.claims.get(name, ())
            if c.value is None or c.value.value.startswith(kind)
        ),
        key=lambda c: c.order,
    )
    if column.claims == "all":
        return found
    return [c for c in found if (c.is_accepted if column.claims == "accepted" else c.is_live)]


def _of_editors(known: Known, name: str) -> list[str]:
    if name in _LABELS:
        return [t.value for t in known.facts.get(_LABEL, ()) if t.language.partition("-")[0] == _LABELS[name]]
    space = _LINKS[name]
    links = (t.value for t in known.facts.get(_MATCH, ()))
    return sorted(link.removeprefix(space).rstrip("/") for link in links if link.startswith(space))


def _literal(value: Term) -> dict[str, Any]:
    if value.datatype == _INTEGER and _NUMBER.match(value.value):
        return {"int": int(value.value)}
    return {"str": value.value}


def _text(text: str) -> dict[str, Any]:
    return {"str": text} if text else _EMPTY
