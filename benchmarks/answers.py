"""What a server answered, in a form in which answers of different servers can be compared.

The order of rows and the spelling of a literal's type differ between servers that are all right, so an answer
is the number of its rows and a sum of digests, which no order changes.
"""

from __future__ import annotations

import csv
import http.client
import io
import json
import re
import time
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

from benchmarks.load import HOST
from benchmarks.workloads import CSV, JSON

_XSD_STRING: Final = "http://www.w3.org/2001/XMLSchema#string"
_READ_WHOLE_BYTES = 64 << 20
_VALUE_KEY = b'"value"'
_HEAD_BYTES = 4096
_VARIABLES = re.compile(rb'"vars"\s*:\s*(\[[^\]]*\])')


class Refused(Exception):
    """The server gave no answer; the message says what it gave."""


@dataclass(frozen=True, slots=True)
class Answer:
    """``digest`` is ``None`` where the answer is too large to be held: then only rows are compared."""

    rows: int
    digest: int | None
    seconds: float = 0.0

    def agrees_with(self, other: Answer) -> bool:
        """Whether both say the same, as far as both were read."""
        digests = {self.digest, other.digest} - {None}
        return self.rows == other.rows and len(digests) < 2


def fetch(port: int, path: str, accept: str, patience: float) -> Answer:
    """Ask and read the answer to its end.

    :raises Refused: if the status is not 200, the answer is cut off, or ``patience`` seconds pass.
    """
    connection = http.client.HTTPConnection(HOST, port, timeout=patience)
    start = time.monotonic()
    try:
        connection.request("GET", path, headers={"Accept": accept})
        response = connection.getresponse()
        if response.status != 200:
            said = response.read(300).decode(errors="replace")
            raise Refused(f"status {response.status}: {' '.join(said.split())}")
        body = io.BufferedReader(_Raw(response), 1 << 20)
        rows, digest = _read(body, accept)
    except (OSError, http.client.HTTPException) as error:
        raise Refused(f"{type(error).__name__} after {time.monotonic() - start:.0f} s") from error
    finally:
        connection.close()
    return Answer(rows, digest, time.monotonic() - start)


class _Raw(io.RawIOBase):
    """The body of a response; ``http.client`` raises where it is cut off, its ``readinto`` does not."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self._response = response

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any writable buffer
        data = self._response.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _read(body: io.BufferedReader[Any], accept: str) -> tuple[int, int | None]:
    if accept == CSV:
        lines = csv.reader(io.TextIOWrapper(body, encoding="utf-8", newline=""))
        header = next(lines)
        return _summed(tuple(zip(header, row, strict=True)) for row in lines)
    if accept == JSON:
        return _read_json(body)
    return 1, len(body.read())


def _read_json(body: io.BufferedReader[Any]) -> tuple[int, int | None]:
    start = body.read(_READ_WHOLE_BYTES)
    if len(start) < _READ_WHOLE_BYTES:
        return _summed(_plain(row) for row in json.loads(start)["results"]["bindings"])
    count, seam, last, ends = 0, b"", b"", start[:_HEAD_BYTES]
    while start:
        piece = seam + start
        count += piece.count(_VALUE_KEY)
        seam = piece[-len(_VALUE_KEY) + 1 :]
        last, start = piece[-_HEAD_BYTES:], body.read(1 << 20)
    variables = _VARIABLES.search(ends + last)  # some write the head behind the results
    if variables is None:
        raise Refused("an answer in JSON without `vars`")
    return count // len(json.loads(variables[1])), None


def _plain(row: dict[str, dict[str, str]]) -> tuple[tuple[str, str, str, str], ...]:
    return tuple(
        (name, value["value"], value.get("xml:lang", "").lower(), value.get("datatype", _XSD_STRING))
        for name, value in sorted(row.items())
    )


def _summed(rows: Iterable[object]) -> tuple[int, int]:
    count = total = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007 - the last count is the result
        total += int.from_bytes(blake2b(repr(row).encode(), digest_size=8).digest())
    return count, total % (1 << 64)
