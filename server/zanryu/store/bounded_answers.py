"""Answers under a limit of bytes and rows: whole, or an error that names the limit. Never cut."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol, TypeAlias, cast

import pyoxigraph as ox

from zanryu.errors import NotAcceptable, QueryTooExpensive, ResultTooLarge
from zanryu.store.backend import RESULTS_JSON

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import IO

_Result: TypeAlias = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples

_CSV: Final = "text/csv"
# What stands once in every row and never inside a value: values escape the quote, the angle bracket or the
# line end. A JSON row without any value is not counted; it is three bytes long.
_ROW_MARKS: Final = {
    RESULTS_JSON: b'},{"',
    "application/sparql-results+xml": b"</result>",
    "text/tab-separated-values": b"\n",
    _CSV: b"\n",
}


class Serialisers(Protocol):
    """The module of the SPARQL floor that knows the syntaxes of answers."""

    def serialise(self, result: _Result, media_type: str) -> bytes:
        """Return a query's whole answer."""

    def serialise_triples(self, triples: Iterable[ox.Triple], media_type: str) -> bytes:
        """Return triples in an RDF syntax."""


class BoundedAnswer:
    """An answer on its way out: ``send`` gets it in blocks of ``block_bytes``, the rest is in ``block``.

    Solutions are written while they are found, so a long answer needs neither twice its size nor its size.
    """

    def __init__(
        self, max_bytes: int, max_rows: int, send: Callable[[bytearray], None], block_bytes: int
    ) -> None:
        self.block = bytearray()
        self._max_bytes = max_bytes
        self._max_rows = max_rows
        self._send = send
        self._block_bytes = block_bytes
        self._sent = 0
        self._rows: RowCounter | None = None

    def serialise(self, serialisers: Serialisers, result: _Result, media_type: str) -> bytes:
        """Write the answer; return nothing, since all of it went to ``send`` and ``block``.

        :raises ResultTooLarge: naming the limit it passes.
        :raises NotAcceptable: for CSV that no reader would read as it is meant.
        """
        if isinstance(result, ox.QueryTriples):
            self.write(serialisers.serialise_triples(self._counted(result), media_type))
        else:
            self._rows = RowCounter(media_type)
            if isinstance(result, ox.QuerySolutions):
                result = cast("ox.QuerySolutions", _Solutions(result, self))  # it has the method that counts
            self.write(serialisers.serialise(result, media_type))
        self._check(self.block)
        if self._rows is not None and self._rows.is_ambiguous:
            raise NotAcceptable(
                "The answer has an IRI with a comma, which CSV would take apart. "
                "Write STR(?name) for its column, or ask for JSON or TSV.",
                available=[name for name in _ROW_MARKS if name != _CSV],
            )
        return b""

    def write(self, data: bytes) -> int:
        """Take the next bytes, as a file does."""
        self.block += data
        if len(self.block) >= self._block_bytes:
            self._check(self.block)
            self._send(self.block)
            self._sent += len(self.block)
            self.block = bytearray()
        return len(data)

    def flush(self) -> None:
        """Do nothing: what is left in ``block`` goes out with the end of the answer."""

    def _check(self, block: bytearray) -> None:
        if self._sent + len(block) > self._max_bytes:
            raise ResultTooLarge(
                f"The answer is longer than {self._max_bytes:,} bytes. Ask for less, or page it with LIMIT.",
                limit=self._max_bytes,
                unit="bytes",
            )
        if self._rows is not None and self._rows.count(block) > self._max_rows:
            raise self._too_many()

    def _counted(self, triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
        for number, triple in enumerate(triples):
            if number >= self._max_rows:
                raise self._too_many()
            yield triple

    def _too_many(self) -> ResultTooLarge:
        return ResultTooLarge(
            f"The answer has more than {self._max_rows:,} rows. Ask for less, or page it with LIMIT.",
            limit=self._max_rows,
            unit="rows",
        )


class _Solutions:
    """Solutions that write themselves to a bounded answer instead of to memory."""

    def __init__(self, solutions: ox.QuerySolutions, answer: BoundedAnswer) -> None:
        self._solutions = solutions
        self._answer = answer

    def serialize(self, *, format: ox.QueryResultsFormat) -> bytes:  # noqa: A002 - pyoxigraph's name
        """Write to the answer; see :meth:`pyoxigraph.QuerySolutions.serialize`."""
        self._solutions.serialize(output=cast("IO[bytes]", self._answer), format=format)
        return b""


class RowCounter:
    """Counts the rows of an answer from its bytes, block by block: faster than one by one."""

    def __init__(self, media_type: str) -> None:
        self._mark = _ROW_MARKS.get(media_type, b"")
        self._is_csv = media_type == _CSV
        self._commas = 0
        self._commas_a_row: int | None = None
        self._before = b""
        self._in_quotes = False
        # JSON's marks stand between rows; CSV and TSV begin with a line of names.
        self._found = {RESULTS_JSON: 1, _CSV: -1, "text/tab-separated-values": -1}.get(media_type, 0)

    def count(self, block: bytes | bytearray) -> int:
        """Return the number of rows up to the end of ``block``."""
        if self._is_csv:
            self._count_csv(block)
        elif self._mark:
            text = self._before + block
            self._found += text.count(self._mark)
            self._before = bytes(text[-(len(self._mark) - 1) :]) if len(self._mark) > 1 else b""
        return self._found

    @property
    def is_ambiguous(self) -> bool:
        """Whether whole CSV has more commas than its columns need: the engine quotes literals, but no IRI."""
        # The line of names is one more, and is not counted as a row.
        return self._is_csv and self._commas != (self._found + 1) * (self._commas_a_row or 0)

    def _count_csv(self, block: bytes | bytearray) -> None:
        """Count line ends and commas outside quotes (RFC 4180: a doubled quote opens and closes nothing)."""
        if self._commas_a_row is None and b"\n" in block:
            self._commas_a_row = self._commas + block[: block.index(b"\n")].count(b",")
        parts: Sequence[bytes | bytearray] = [block]
        if self._in_quotes or b'"' in block:
            pieces = block.split(b'"')
            parts = pieces[1::2] if self._in_quotes else pieces[::2]
            self._in_quotes ^= len(pieces) % 2 == 0
        self._found += sum(part.count(b"\n") for part in parts)
        self._commas += sum(part.count(b",") for part in parts)


def too_expensive(memory_bytes: int) -> QueryTooExpensive:
    """Return the error of a query that needs more memory than a worker may have."""
    return QueryTooExpensive(
        f"The query needs more than {memory_bytes // 1_048_576:,} MiB of memory. "
        "Ask for less: name more terms, group less, leave out GROUP_CONCAT of everything.",
        limit=memory_bytes,
    )
