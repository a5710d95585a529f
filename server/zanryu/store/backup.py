"""`zanryu backup`: everything that a store is made of, at one moment, while a server may run.

A backup is a folder, or the same in a ``.tar.gz``::

    BACKUP.json   what it is of, and when it was made
    SHA256SUMS    the digests of all other files
    build/        the build under the history: store, dumps, record
    history/      the versions, up to that of the snapshot
    snapshot/     the newest snapshot, if anything was ever written
    tokens.json   who may write; digests only
    wikidata/     the revisions that were read of Wikidata, and wikidata-gaps.jsonl, the counts over time

Snapshots, versions, builds and revisions never change, so hard links are enough; for another file system,
copies are made.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import tarfile
import tempfile
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from zanryu import __version__
from zanryu.errors import InputNotFound, InvalidSetting
from zanryu.store.checksums import write_sums
from zanryu.store.edition import leased_build, version_of
from zanryu.store.files import sync
from zanryu.store.history.files import file_name
from zanryu.store.snapshots import SNAPSHOTS, Snapshots
from zanryu.store.wikidata_files import keep_wikidata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zanryu.config import Settings
    from zanryu.store.worker import Snapshot

MANIFEST: Final = "BACKUP.json"
FORMAT: Final = 1
TOKENS: Final = "tokens.json"
ARCHIVES: Final = (".tar.gz", ".tgz")
_OTHER_ARCHIVES: Final = (".zip", ".tar", ".7z", ".gz", ".bz2", ".xz", ".zst", ".tbz2", ".txz")
_LOOKS: Final = 10


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup is of. ``version`` is the data version, ``number`` that of the last change, or 0."""

    format: int
    made: str
    program: str
    version: str
    number: int


def is_archive(path: Path) -> bool:
    """Return whether a path names one file, not a folder."""
    return path.name.endswith(ARCHIVES)


def back_up(settings: Settings, target: Path) -> Manifest:
    """Make a backup in a folder or file that is not there yet; it appears in one step.

    :raises InvalidSetting: if there is something, or it is the name of another kind of file.
    :raises InputNotFound: if nothing is built, the folder of the target is not there, or the disk refuses.
    """
    if target.exists():
        raise InvalidSetting(f"{target} is there already. Give another name: a backup is never overwritten.")
    if not is_archive(target) and target.name.lower().endswith(_OTHER_ARCHIVES):
        raise InvalidSetting(f"{target}: a backup is a folder or a .tar.gz. Give the name of one.")
    if not target.absolute().parent.is_dir():  # not made: it may be a disk that is not mounted
        raise InputNotFound(f"{target.parent} is not there. Make the folder, or mount its disk.")
    home = settings.store.parent
    try:
        with _scratch(home) as folder:
            manifest = _gather(settings, folder)
            _deliver(folder, target)
    except OSError as error:
        raise InputNotFound(
            f"No backup was made: {error.strerror or error} ({error.filename or home})."
        ) from None
    return manifest


@contextmanager
def _scratch(home: Path) -> Iterator[Path]:
    """Yield a new folder on the file system of the store, where hard links can be made."""
    if not home.is_dir():
        raise InputNotFound(f"{home} is not there; run `zanryu build`, or name the store with --store.")
    folder = Path(tempfile.mkdtemp(prefix=".backup-", dir=home))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _gather(settings: Settings, folder: Path) -> Manifest:
    snapshot = _link_newest(settings, folder / "snapshot")
    base, _, number = snapshot.version.rpartition("-") if snapshot else ("", "", "0")
    build = leased_build(settings, base)
    try:
        version = snapshot.version if snapshot else version_of(build.folder)
        _link_tree(build.folder, folder / "build")
    finally:
        build.release()
    (folder / "history").mkdir()
    for n in range(1, int(number) + 1):
        (folder / "history" / file_name(n)).hardlink_to(settings.history / file_name(n))
    if settings.tokens.is_file():
        shutil.copy2(settings.tokens, folder / TOKENS)
    keep_wikidata(settings, folder)
    made = datetime.now(UTC).isoformat(timespec="seconds")
    manifest = Manifest(FORMAT, made, __version__, version, int(number))
    (folder / MANIFEST).write_text(json.dumps(asdict(manifest), indent=2) + "\n", encoding="utf-8")
    write_sums(folder)
    return manifest


def _link_newest(settings: Settings, folder: Path) -> Snapshot | None:
    snapshots = Snapshots(settings.live / SNAPSHOTS, "any")
    for _ in range(_LOOKS):
        newest = snapshots.newest()
        if newest is None:
            return None
        try:
            _link_tree(newest.folder, folder)
        except FileNotFoundError:  # so many were published meanwhile that it was removed
            shutil.rmtree(folder, ignore_errors=True)
            continue
        return newest
    raise InputNotFound("The newest data changes too fast to be backed up. Try again.")


def _link_tree(source: Path, target: Path) -> None:
    shutil.copytree(source, target, copy_function=os.link)


def _deliver(folder: Path, target: Path) -> None:
    unfinished = target.with_name(f".{target.name}.unfinished")
    if is_archive(target):
        _pack(folder, unfinished)
        unfinished.replace(target)
    else:
        try:
            folder.rename(target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            shutil.rmtree(unfinished, ignore_errors=True)
            shutil.copytree(folder, unfinished)
            for path in unfinished.rglob("*"):
                sync(path)
            unfinished.rename(target)
    sync(target.parent)


def _pack(folder: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor
        with tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as archive:
            archive.add(folder, arcname=".")
        file.flush()
        os.fsync(file.fileno())
