"""What was read of Wikidata, in a backup: claims are cited from these revisions, and Wikidata may drop one.

A revision never changes. So a restore adds what is missing and replaces nothing: what was read since stays.
"""

from __future__ import annotations

import os
import re
import shutil
from typing import TYPE_CHECKING, Final

from zanryu.store.files import hand_over, made_whole, sync

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from zanryu.config import Settings

READ: Final = "wikidata"
COUNTS: Final = "wikidata-gaps.jsonl"
_ENTITY: Final = re.compile(r"[QP][1-9][0-9]{0,15}")
_REVISION: Final = re.compile(r"[0-9]+\.json")


def counts_beside(read: Path) -> Path:
    """Return the file of the counts over time that belong to a folder of what was read."""
    return read.with_name(f"{read.name}-gaps.jsonl")


def keep_wikidata(settings: Settings, folder: Path) -> None:
    """Put what was read, and the counts over time, into a backup, without files that vanish meanwhile."""
    for source in _files(settings.wikidata):
        _link(source, folder / READ / source.parent.name / source.name)
    counts = counts_beside(settings.wikidata)
    if counts.is_file():
        shutil.copy2(counts, folder / COUNTS)


def add_wikidata(settings: Settings, folder: Path) -> None:
    """Copy what a backup has of Wikidata, and is not there, to its place, and take it out of ``folder``.

    A redirect is taken for a number of which nothing is there, the counts where there are none: what is there
    is newer.
    """
    home, read = settings.store.parent, settings.wikidata
    known = {path.parent.name for path in _files(read)}
    for source in _files(folder / READ):
        target = read / source.parent.name / source.name
        if _REVISION.fullmatch(source.name) or source.parent.name not in known:
            _add(source, target, home)
    _add(folder / COUNTS, counts_beside(read), home)
    if (folder / READ).is_dir():
        os.utime(read)  # by which a server sees that something was added
        shutil.rmtree(folder / READ)
    (folder / COUNTS).unlink(missing_ok=True)


def _files(read: Path) -> Iterator[Path]:
    """Yield the revisions and redirects in a folder, and nothing that is being made there."""
    for path in sorted(read.glob("*/*")):
        is_ours = _REVISION.fullmatch(path.name) or path.name == "redirect"
        if _ENTITY.fullmatch(path.parent.name) and is_ours and path.is_file():
            yield path


def _link(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        target.hardlink_to(source)
    except FileNotFoundError:
        return
    except OSError:  # on another file system, or of another user
        shutil.copy2(source, target)


def _add(source: Path, target: Path, home: Path) -> None:
    if target.exists() or not source.is_file():
        return
    new = [folder for folder in (target.parent.parent, target.parent) if not folder.is_dir()]
    with made_whole(target) as unfinished:
        shutil.copyfile(source, unfinished)
        unfinished.chmod(0o644)
        sync(unfinished)
    for path in (*new, target):
        hand_over(path, home)
