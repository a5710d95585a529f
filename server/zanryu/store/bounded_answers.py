"""Answers under a limit of bytes and rows: whole, or an error that names the limit. Never cut."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias, cast

import pyoxigraph as ox

from zanryu.errors import QueryAborted, QueryTooExpensive, ResultTooLarge
from zanryu.store.backend import RESULTS_JSON
from zanryu.store.csv_answers import CsvRows, lines_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import IO

_Result: TypeAlias = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples

_CSV: Final = "text/csv"
# What stands once in every row and never inside a value: values escape the quote, the angle bracket or the
# line end. A JSON row without any value is not counted; it is three bytes long.
_ROW_MARKS: Final = {
    RESULTS_JSON: b'},{"',
    "application/sparql-results+xml": b"</result>",
    "text/tab-separated-values": b"\n",
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
        self._rows: RowCounter | CsvRows | None = None
        self._is_again = False
        self._digest = hashlib.blake2b()  # of what was sent

    def serialise(self, serialisers: Serialisers, result: _Result, media_type: str) -> bytes:
        """Write the answer; return nothing, since all of it went to ``send`` and ``block``.

        :raises ResultTooLarge: naming the limit it passes.
        :raises AmbiguousCsv: see :meth:`begin_again`.
        """
        if isinstance(result, ox.QueryTriples):
            self.write(serialisers.serialise_triples(self._counted(result), media_type))
        elif self._is_again and isinstance(result, ox.QuerySolutions):
            self._write_lines(lines_of(result))
        else:
            self._rows = CsvRows() if media_type == _CSV else RowCounter(media_type)
            if isinstance(result, ox.QuerySolutions):
                result = cast("ox.QuerySolutions", _Solutions(result, self))  # it has the method that counts
            self.write(serialisers.serialise(result, media_type))
        self._check(self.block)
        return b""

    def begin_again(self) -> None:
        """Have the query evaluated once more, after AmbiguousCsv, and its answer written without the engine.

        What was sent already has to come again, byte by byte, and is not sent twice.
        """
        self.block, self._is_again, self._rows = bytearray(), True, None

    def _write_lines(self, lines: Iterator[bytes]) -> None:
        again, left = hashlib.blake2b(), self._sent
        for number, line in enumerate(lines):
            if number > self._max_rows:  # the first has the names
                raise self._too_many()
            sent_before = line[:left]
            again.update(sent_before)
            left -= len(sent_before)
            if sent_before and not left and again.digest() != self._digest.digest():
                raise _not_the_same()
            self.write(line[len(sent_before) :])
        if left:
            raise _not_the_same()

    def write(self, data: bytes) -> int:
        """Take the next bytes, as a file does."""
        self.block += data
        if len(self.block) >= self._block_bytes:
            self._check(self.block)
            self._send(self.block)
            self._sent += len(self.block)
            if isinstance(self._rows, CsvRows):
                self._digest.update(self.block)
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


def _not_the_same() -> QueryAborted:
    return QueryAborted(
        "The query gave other rows, or another order, when it was evaluated again. Ask again, or for JSON.",
        reason="engine",
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
        self._before = b""
        # JSON's marks stand between rows; TSV begins with a line of names.
        self._found = {RESULTS_JSON: 1, "text/tab-separated-values": -1}.get(media_type, 0)

    def count(self, block: bytes | bytearray) -> int:
        """Return the number of rows up to the end of ``block``."""
        if self._mark:
            text = self._before + block
            self._found += text.count(self._mark)
            self._before = bytes(text[-(len(self._mark) - 1) :]) if len(self._mark) > 1 else b""
        return self._found


def too_expensive(memory_bytes: int) -> QueryTooExpensive:
    """Return the error of a query that needs more memory than a worker may have."""
    return QueryTooExpensive(
        f"The query needs more than {memory_bytes // 1_048_576:,} MiB of memory. "
        "Ask for less: name more terms, group less, leave out GROUP_CONCAT of everything.",
        limit=memory_bytes,
    )
