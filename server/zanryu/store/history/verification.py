"""Reading a whole journal: every file, every row, every link of the chain."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from zanryu.errors import BrokenHistory
from zanryu.store.history import patch
from zanryu.store.history.files import file_name, numbers_in
from zanryu.store.history.patch import MalformedPatchError

if TYPE_CHECKING:
    from pathlib import Path


def verify(folder: Path) -> list[str]:
    """Return what is wrong with a journal, each a sentence that names the file; empty where nothing is."""
    try:
        numbers = numbers_in(folder)
    except BrokenHistory as error:
        return [error.detail]
    except OSError as error:
        return [f"{folder} cannot be read ({error.strerror})."]
    found: list[str] = []
    digest = ""
    for number in range(1, max(numbers, default=0) + 1):
        path = folder / file_name(number)
        try:
            file = path.read_bytes()
        except FileNotFoundError:
            found.append(f"{path} is missing.")
            digest = ""
            continue
        except OSError as error:
            found.append(f"{path} cannot be read ({error.strerror}).")
            digest = ""
            continue
        found += [f"{path} {problem}." for problem in _problems(file, number, digest)]
        digest = sha256(file).hexdigest()
    return found


def _problems(file: bytes, number: int, digest: str) -> list[str]:
    """Return what is wrong with a file; ``digest`` is that of the one before, empty where it is unknown."""
    try:
        record = patch.read(file)
    except MalformedPatchError as error:
        return [f"cannot be used: {error}"]
    found = []
    if record.number != number:
        found.append(f"says that it is version {record.number}")
    if number == 1 and record.previous:
        found.append("is the first, and says that it follows another")
    if digest and record.previous != digest:
        found.append(f"does not follow {file_name(number - 1)}: the chain is broken")
    return found
