"""Statements and terms as QuickStatements V1 reads them: a command a line, its fields separated by TABs.

Source: the parsers of QuickStatements 2 (`importDataFromV1`) and 3. TABs and never ``|``: version 3 takes
each ``|`` for a separator, in strings too. Version 2 has one reference a line, so that the line is repeated
for each further one; of the same property and value it makes one statement. ``v3`` writes what version 3
alone reads: ranks, and further references of a line behind ``!S``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, Protocol

from zanryu.wikidata.handover.written_values import CannotSay, Obstacle, settle, settled, write_value
from zanryu.wikidata.model import Rank, Reference, Snak, Statement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CREATE: Final = "CREATE"
LAST: Final = "LAST"
_TAB: Final = "\t"
_RANKS: Final = {Rank.PREFERRED: "R+", Rank.DEPRECATED: "R-"}


class Terms(Protocol):
    """What a thing is called and described as, by Wikimedia's language codes."""

    @property
    def labels(self) -> Mapping[str, str]:
        """The labels."""

    @property
    def aliases(self) -> Mapping[str, Sequence[str]]:
        """Further names."""

    @property
    def descriptions(self) -> Mapping[str, str]:
        """The descriptions."""


def normal(statement: Statement) -> Statement:
    """Return a statement as it is handed over, which says the same.

    Texts are in NFC and in one line, as Wikibase keeps them; what cannot be in an address is percent-encoded;
    dates have zeros beyond their precision; what Wikibase gives itself (identifier, digests) is gone. A
    qualifier or a reference that is there twice is there once, and an empty reference is not there.
    """
    qualifiers = dict.fromkeys(_snak(snak) for snak in statement.qualifiers)
    blocks = (Reference(tuple(map(_snak, one.snaks))) for one in statement.references if one.snaks)
    references = dict.fromkeys(blocks)
    value = settled(statement.value)
    return replace(statement, value=value, qualifiers=tuple(qualifiers), references=tuple(references), id="")


def statement_lines(
    subject: str, statement: Statement, *, v3: bool = False, apart: bool = False
) -> list[str]:
    """Return the lines for a statement about ``subject`` (``Q42`` or ``LAST``), in its :func:`normal` form.

    ``apart`` makes a second statement where there is one with the value already; only version 3 can.

    :raises CannotSay: if a part of it has no form.
    """
    said = normal(statement)
    if said.rank is not Rank.NORMAL and not v3:
        raise CannotSay(Obstacle.RANK_NEEDS_V3)
    sign = "+" if apart else ""
    main = [f"{sign}{subject}", said.property, write_value(said.value)]
    main += [_RANKS[said.rank]] if said.rank in _RANKS else []
    main += [field for snak in said.qualifiers for field in (snak.property, write_value(snak.value))]
    blocks = [_block(reference) for reference in said.references]
    if v3:
        further = (field for block in blocks[1:] for field in _further(block))
        return [_TAB.join([*main, *(blocks[0] if blocks else []), *further])]
    return [_TAB.join([*main, *block]) for block in blocks or [[]]]


def term_lines(subject: str, terms: Terms) -> list[str]:
    """Return the lines for descriptions, labels and aliases, by language.

    Descriptions come first: an item may not get a label and a description that another item has together.
    """
    named = [(f"D{code}", text) for code, text in sorted(terms.descriptions.items())]
    named += [(f"L{code}", text) for code, text in sorted(terms.labels.items())]
    named += [(f"A{code}", text) for code, texts in sorted(terms.aliases.items()) for text in texts]
    lines = (_TAB.join((subject, name, f'"{settle(text)}"')) for name, text in named)
    return list(dict.fromkeys(lines))


def _block(reference: Reference) -> list[str]:
    return [field for snak in reference.snaks for field in (f"S{snak.property[1:]}", write_value(snak.value))]


def _further(block: list[str]) -> list[str]:
    return [f"!{block[0]}", *block[1:]] if block else []


def _snak(snak: Snak) -> Snak:
    return replace(snak, value=settled(snak.value))
