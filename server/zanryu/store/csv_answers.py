"""CSV that is read as it is meant (SPARQL 1.1 Query Results CSV, 3; RFC 4180).

The engine (Oxigraph 0.5.13) quotes literals, but neither an IRI with a comma nor a triple term. Its answers
are watched for that; one that has it is written once more, here, which takes half as long again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_QUOTED: Final = re.compile(r'[",\r\n]')
_MAY_OPEN: Final = b",\n"


class AmbiguousCsv(Exception):  # noqa: N818 - nobody is told of it
    """What the engine wrote has a comma or a quotation mark that belongs to a value and looks like syntax."""


class CsvRows:
    """Counts the rows of CSV from its bytes, block by block, and looks whether each has its columns."""

    def __init__(self) -> None:
        self._commas_a_row: int | None = None
        self._lines = self._commas = 0
        self._in_quotes = False

    def count(self, block: bytes | bytearray) -> int:
        """Return the number of rows up to the end of ``block``.

        :raises AmbiguousCsv: if a row up to there, or the beginning of one, has a column too many.
        """
        outside = self._outside(block)
        if self._commas_a_row is None and b"\n" in block:
            # Names of variables have no comma: the first line tells how many columns there are.
            self._commas_a_row = self._commas + block[: block.index(b"\n")].count(b",")
        self._lines += sum(part.count(b"\n") for part in outside)
        self._commas += sum(part.count(b",") for part in outside)
        if self._commas_a_row is not None:
            begun = _commas_of_last_line(outside)
            is_whole_line = begun is None  # no line ends in this block: all of it is the beginning of one
            extra = self._commas - self._lines * self._commas_a_row
            if not 0 <= extra <= self._commas_a_row or not (is_whole_line or extra == begun):
                raise AmbiguousCsv
        return max(0, self._lines - 1)

    def _outside(self, block: bytes | bytearray) -> Sequence[bytes | bytearray]:
        """Return what stands outside of quotes; a doubled quote opens and closes nothing."""
        if not (self._in_quotes or b'"' in block):
            return [block]
        pieces = block.split(b'"')
        first = 1 if self._in_quotes else 0
        outside = pieces[first::2]
        is_open = len(pieces) % 2 == 0
        before_quotes = outside if (self._in_quotes ^ is_open) else outside[:-1]
        self._in_quotes ^= is_open
        if any(piece and piece[-1] not in _MAY_OPEN for piece in before_quotes):
            raise AmbiguousCsv
        return outside


def _commas_of_last_line(outside: Sequence[bytes | bytearray]) -> int | None:
    """Return the commas behind the last line end, or ``None`` if there is no line end."""
    commas = 0
    for part in reversed(outside):
        end = part.rfind(b"\n")
        commas += part[end + 1 :].count(b",")
        if end >= 0:
            return commas
    return None


def lines_of(solutions: ox.QuerySolutions) -> Iterator[bytes]:
    """Yield the line of names, then that of each solution."""
    yield _line([variable.value for variable in solutions.variables])
    for solution in solutions:
        yield _line(["" if term is None else _text(term) for term in solution])


def _line(fields: list[str]) -> bytes:
    return (",".join(_field(text) for text in fields) + "\r\n").encode()


def _field(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def _text(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    return str(term) if isinstance(term, ox.BlankNode | ox.Triple) else term.value
