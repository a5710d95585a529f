"""A version as a file in RDF Patch: https://jena.apache.org/documentation/rdf-patch/.

Each row is one line that ends with a dot. The first header, ``seal``, is the SHA-256 of every byte below it,
so that a file that was cut or altered is known by itself; ``prev`` is that of the whole previous file. Rows
are in N-Quads 1.2 with the labels of blank nodes kept, removed before added, each sorted::

    H seal "9f86…" .
    H format "1" .
    H number "2" .
    H prev "2c26…" .
    H time "2026-11-21T10:00:00.000Z" .
    …
    TX .
    D <https://w3id.org/zanryu/id/claim/x-1> … .
    A <https://w3id.org/zanryu/id/claim/x-1> … .
    TC .
"""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from zanryu.graph.delta import Delta
from zanryu.store.history.record import Entry, Heading, Kind, Record, timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_FORMAT: Final = "1"
_START: Final = b"TX .\n"
ROWS_BEGIN: Final = b"\n" + _START
_END: Final = b"TC .\n"
_SEAL: Final = re.compile(rb'H seal "(?P<digest>[0-9a-f]{64})" \.\n')
_HEADER: Final = re.compile(rb'H (?P<name>[a-z]+) "(?P<value>(?:[^"\\\n]|\\.)*)" \.')
_REQUIRED: Final = frozenset(
    ("format", "number", "time", "editor", "message", "base", "kind", "added", "removed")
)
_OPTIONAL: Final = frozenset(("prev", "reverts", "key"))


class MalformedPatchError(ValueError):
    """A file is not what :func:`write` writes; says why, for somebody who knows which file it is."""


def write(entry: Entry, number: int, previous: str, time: datetime) -> tuple[Heading, bytes]:
    """Return what an entry is known by, and its file. The same values give the same bytes."""
    rows = [*_rows(b"D ", entry.delta.removed), *_rows(b"A ", entry.delta.added)]
    headers = {
        "format": _FORMAT,
        "number": str(number),
        "prev": previous,
        "time": timestamp(time),
        "editor": entry.editor,
        "message": entry.message,
        "base": entry.base,
        "kind": entry.kind.value,
        "reverts": "" if entry.reverts is None else str(entry.reverts),
        "key": entry.key,
        "added": str(len(entry.delta.added)),
        "removed": str(len(entry.delta.removed)),
    }
    written = [_header(n, value) for n, value in headers.items() if value or n in _REQUIRED]
    content = b"".join([*written, _START, *rows, _END])
    file = _header("seal", sha256(content).hexdigest()) + content
    return read_heading(file, sha256(file).hexdigest()), file


def read(file: bytes) -> Record:
    """Return the version that a file holds.

    :raises MalformedPatchError: if it is cut, altered, or of a later format.
    """
    check_seal(file)
    heading = read_heading(file, sha256(file).hexdigest())
    delta = _read_rows(file[file.index(ROWS_BEGIN) + len(ROWS_BEGIN) :])
    if (len(delta.added), len(delta.removed)) != (heading.added, heading.removed):
        raise MalformedPatchError("it does not have as many rows as it says")
    return Record(**asdict(heading), delta=delta)


def check_seal(file: bytes) -> None:
    """Make sure that a file is whole.

    :raises MalformedPatchError: if it is not.
    """
    seal = _SEAL.match(file)
    if seal is None:
        raise MalformedPatchError("it does not begin with a seal")
    if not file.endswith(b"\n" + _END):
        raise MalformedPatchError("it is cut: the last line is not `TC .`")
    if sha256(file[seal.end() :]).hexdigest() != seal["digest"].decode():
        raise MalformedPatchError("its content is not what was sealed; it was altered after it was written")


def read_heading(start: bytes, digest: str) -> Heading:
    """Return what the headers say; ``start`` has to reach to the rows, ``digest`` is that of the file.

    :raises MalformedPatchError: for a header that is missing, unknown, twice there or not understood.
    """
    head, mark, _ = start.partition(ROWS_BEGIN)
    if not mark:
        raise MalformedPatchError("it is cut: the headers do not end with `TX .`")
    found = _headers(head.split(b"\n"))
    if found.get("format", _FORMAT) != _FORMAT:
        raise MalformedPatchError(
            f"it is of format {found['format']}, and this program reads format {_FORMAT}"
        )
    if unknown := found.keys() - _REQUIRED - _OPTIONAL - {"seal"}:
        raise MalformedPatchError(f"it has the unknown header `{min(unknown)}`")
    if missing := _REQUIRED - found.keys():
        raise MalformedPatchError(f"it lacks the header `{min(missing)}`")
    try:
        return _heading(found, digest)
    except ValueError as error:
        raise MalformedPatchError(f"a header cannot be understood ({error})") from None


def _headers(lines: Iterable[bytes]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in lines:
        header = _HEADER.fullmatch(line)
        if header is None:
            raise MalformedPatchError(f"`{line[:60].decode(errors='replace')}` is no header")
        name = header["name"].decode()
        if name in found:
            raise MalformedPatchError(f"it has the header `{name}` twice")
        found[name] = _text(header["value"])
    return found


def _heading(found: Mapping[str, str], digest: str) -> Heading:
    reverts = found.get("reverts")
    return Heading(
        number=int(found["number"]),
        digest=digest,
        previous=found.get("prev", ""),
        time=datetime.fromisoformat(found["time"]),
        editor=found["editor"],
        message=found["message"],
        base=found["base"],
        kind=Kind(found["kind"]),
        reverts=int(reverts) if reverts else None,
        key=found.get("key", ""),
        added=int(found["added"]),
        removed=int(found["removed"]),
    )


def _header(name: str, value: str) -> bytes:
    return f"H {name} {ox.Literal(value)} .\n".encode()


def _text(written: bytes) -> str:
    """Return the text of a literal as N-Triples writes it, without its quotation marks."""
    if b"\\" not in written:
        return written.decode()
    (quad,) = ox.parse(b'<x:s> <x:p> "' + written + b'" .', ox.RdfFormat.N_TRIPLES)
    if not isinstance(quad.object, ox.Literal):
        raise TypeError(f"no literal: {quad.object}")
    return quad.object.value


def _rows(operation: bytes, quads: Iterable[ox.Quad]) -> list[bytes]:
    written = ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""
    return [operation + line + b"\n" for line in sorted(written.split(b"\n")) if line]


def _read_rows(body: bytes) -> Delta:
    rows = body.removesuffix(_END).split(b"\n")[:-1]
    if odd := next((row for row in rows if row[:2] not in (b"A ", b"D ")), None):
        raise MalformedPatchError(f"`{odd[:60].decode(errors='replace')}` is no row of a patch")
    delta = Delta(*(_quads(row[2:] for row in rows if row[:2] == operation) for operation in (b"A ", b"D ")))
    if delta.added & delta.removed:
        raise MalformedPatchError("it adds and removes the same quad")
    return delta


def _quads(statements: Iterable[bytes]) -> frozenset[ox.Quad]:
    lines = list(statements)
    try:
        quads = frozenset(ox.parse(b"\n".join(lines), ox.RdfFormat.N_QUADS))
    except (SyntaxError, ValueError) as error:
        raise MalformedPatchError(f"a row cannot be read ({error})") from None
    if len(quads) != len(lines):
        raise MalformedPatchError("a row is there twice, or does not hold one quad")
    return quads
