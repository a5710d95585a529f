"""The files of a journal: how they are named, kept for good and read."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from zanryu.errors import BrokenHistory
from zanryu.store.history.patch import ROWS_BEGIN, MalformedPatchError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NAME: Final = re.compile(r"(?P<number>[0-9]{7,})\.rdfp")
_UNFINISHED: Final = ".unfinished"
_HEADERS_BYTES: Final = 4096  # a message may be longer


def file_name(number: int) -> str:
    """Return the name of a version's file."""
    return f"{number:07d}.rdfp"


def numbers_in(folder: Path) -> list[int]:
    """Return the versions that have a file in the folder, ascending; none where there is no folder.

    :raises BrokenHistory: if something else is there; names with a dot in front are nobody's.
    """
    if not folder.is_dir():
        return []
    found = []
    for name in os.listdir(folder):  # noqa: PTH208 - ten thousand names, and no need of paths
        match = _NAME.fullmatch(name)
        if match and name == file_name(int(match["number"])):
            found.append(int(match["number"]))
        elif not name.startswith("."):
            path = str(folder / name)
            raise BrokenHistory(f"{path} is no file of a history. Move it elsewhere.", file=path)
    return sorted(found)


def read_headers(path: Path) -> bytes:
    """Return the start of a file, with all of its headers at least."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        start = os.read(descriptor, _HEADERS_BYTES)
    finally:
        os.close(descriptor)
    return start if ROWS_BEGIN in start else path.read_bytes()


@contextmanager
def understanding(path: Path) -> Iterator[None]:
    """Say which file it is that cannot be read.

    :raises BrokenHistory: in place of a :class:`MalformedPatchError`, and where the file is gone.
    """
    try:
        yield
    except MalformedPatchError as error:
        raise BrokenHistory(f"{path} cannot be used: {error}.", file=str(path)) from None
    except FileNotFoundError:
        raise BrokenHistory(f"{path} is missing.", file=str(path)) from None


def keep(path: Path, content: bytes) -> None:
    """Write a file for good: its whole content and its name are on disk when this returns.

    :raises FileExistsError: if the name is taken: what is kept is never replaced.
    :raises OSError: if the disk refuses; nothing is left under the name.
    """
    _make_folder(path.parent)
    unfinished = path.with_name(_UNFINISHED)
    # Removed, not emptied: after a crash between the link and its removal it is a version's second name.
    unfinished.unlink(missing_ok=True)
    try:
        with unfinished.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(unfinished)  # unlike a rename, it never replaces
        try:
            _sync(path.parent)
        except OSError:
            path.unlink()
            raise
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it, each on disk in the one that holds it."""
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        _sync(folder.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
