"""The digests of a folder's files, in ``SHA256SUMS`` as ``sha256sum --check`` reads it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

SUMS: Final = "SHA256SUMS"


def write_sums(folder: Path) -> None:
    """Write the digests of all files in a folder and below it."""
    lines = [f"{_digest(folder / name)}  {name}\n" for name in _names(folder)]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def check_sums(folder: Path) -> list[str]:
    """Return what differs from the digests, each a sentence that names the file; empty where nothing does."""
    try:
        listed = _read(folder / SUMS)
    except (OSError, ValueError) as error:
        return [f"{folder / SUMS} cannot be read ({error})."]
    there = set(_names(folder))
    found = [f"{folder / name} is missing." for name in sorted(listed.keys() - there)]
    found += [f"{folder / name} has no digest." for name in sorted(there - listed.keys())]
    for name in sorted(there & listed.keys()):
        try:
            if _digest(folder / name) != listed[name]:
                found.append(f"{folder / name} was altered: its digest is another one.")
        except OSError as error:
            found.append(f"{folder / name} cannot be read ({error.strerror}).")
    return found


def _read(path: Path) -> dict[str, str]:
    listed = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        digest, separator, name = line.partition("  ")
        if not separator:
            raise ValueError(f"{line!r} is no digest with a name")
        listed[name] = digest
    return listed


def _names(folder: Path) -> list[str]:
    found = (path for path in folder.rglob("*") if path.is_file() and path != folder / SUMS)
    return sorted(path.relative_to(folder).as_posix() for path in found)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
