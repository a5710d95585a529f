"""`zanryu restore`: a backup in place of what there is, in one step, after everything in it was looked at."""

from __future__ import annotations

import json
import os
import shutil
import tarfile
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from zanryu.errors import InputNotFound, InvalidData, ZanryuError
from zanryu.graph.namespaces import GRAPHS
from zanryu.graph.validation import read_shapes, validate, validate_reifiers
from zanryu.store.backup import FORMAT, MANIFEST, Manifest
from zanryu.store.build import current_folder
from zanryu.store.checksums import check_sums
from zanryu.store.files import hand_over, sync
from zanryu.store.gate.lock import lock_gate, sole_server
from zanryu.store.replacement import DECIDED, PLAN, finish
from zanryu.store.snapshots import SNAPSHOTS
from zanryu.store.verification import State, problems_of
from zanryu.store.wikidata_files import add_wikidata
from zanryu.store.worker import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from zanryu.config import Settings
    from zanryu.graph.sources import Dataset

_UNPACKED: Final = ".restoring"


class InvalidBackup(ZanryuError):
    """A backup lacks something, was altered, or is of a later format; nothing was put in place."""

    title = "The backup cannot be used"
    slug = "invalid-backup"
    exit_code = 1


@dataclass(frozen=True, slots=True)
class Restored:
    """What is in place now, and the folder of what was there before, if anything was."""

    manifest: Manifest
    kept: Path | None


def restore(settings: Settings, source: Path, dataset: Dataset, *, force: bool = False) -> Restored:
    """Put a backup in place. With ``force``, also one whose data breaks the shapes of today.

    :raises InputNotFound: if there is no backup, a server runs, or the disk refuses.
    :raises InvalidBackup: if anything in it is missing, altered or does not fit; nothing is changed.
    :raises InvalidData: if its data has violations; nothing is changed.
    """
    home = settings.store.parent
    home.mkdir(parents=True, exist_ok=True)
    with sole_server(settings.live):
        gate = lock_gate(settings.live)  # that of a server that was killed may still be ending
        try:
            finish(settings)
            unpacked = home / _UNPACKED
            shutil.rmtree(unpacked, ignore_errors=True)
            _unpack(source, unpacked)
            manifest = _examine(unpacked, dataset, force=force)
            add_wikidata(settings, unpacked)  # which loses nothing, should the rest not be decided
            _arrange(settings, unpacked, manifest)
            unpacked.rename(home / DECIDED)
            sync(home)
            kept = finish(settings)
        except OSError as error:
            raise InputNotFound(
                f"The backup cannot be put in place: {error.strerror or error} ({error.filename or home})."
            ) from None
        finally:
            os.close(gate)
            shutil.rmtree(home / _UNPACKED, ignore_errors=True)
    return Restored(manifest, kept)


def _unpack(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target)
        return
    if not source.is_file():
        raise InputNotFound(f"{source}: there is no such backup.")
    try:
        with tarfile.open(source) as archive:
            archive.extractall(target, filter="data")
    except (tarfile.TarError, EOFError, OSError) as error:
        raise InvalidBackup(f"{source} cannot be unpacked ({error}). Nothing was changed.") from None


def _examine(folder: Path, dataset: Dataset, *, force: bool) -> Manifest:
    try:
        manifest = Manifest(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        raise InvalidBackup(f"This is no backup: it has no {MANIFEST} that can be read.") from None
    if manifest.format != FORMAT:
        raise InvalidBackup(f"The backup is of format {manifest.format}; this program reads {FORMAT}.")
    snapshot = Snapshot(folder / "snapshot", manifest.version) if manifest.number else None
    found = check_sums(folder)
    found = found or problems_of(State(folder / "build", folder / "history", snapshot))
    if found:
        named = [problem.replace(f"{folder}{os.sep}", "") for problem in found[:5]]
        more = f" And {len(found) - 5} more." if len(found) > 5 else ""
        raise InvalidBackup(f"The backup cannot be used, and nothing was changed. {' '.join(named)}{more}")
    store = ox.Store.read_only(str(snapshot.folder if snapshot else folder / "build" / "store"))
    if not force and (violations := _violations(store, dataset)):
        raise InvalidData(
            f"The data of the backup has {violations} violations, by the shapes of today; nothing was "
            "changed. With --force it is put in place all the same."
        )
    return manifest


def _violations(quads: Iterable[ox.Quad], dataset: Dataset) -> int:
    every = list(quads)
    findings = validate(
        [quad for quad in every if quad.graph_name != GRAPHS["reifiers"]], read_shapes(dataset.shape_files())
    )
    if shapes := dataset.rdf12_shape_files():
        findings += validate_reifiers(every, read_shapes(shapes))
    return sum(finding.level == "violation" for finding in findings)


def _arrange(settings: Settings, folder: Path, manifest: Manifest) -> None:
    """Give the parts the places that they will have, and write down what is to be done."""
    now = datetime.now(UTC)
    live = folder / "live"
    (live / SNAPSHOTS).mkdir(parents=True)
    (folder / "history").rename(live / settings.history.name)
    if manifest.number:
        (folder / "snapshot").rename(live / SNAPSHOTS / manifest.version)
    build = current_folder(settings)
    is_empty = not build.is_dir() and not settings.history.is_dir()
    plan = {
        "kept": None if is_empty else f"before-restore-{now:%Y%m%d-%H%M%S-%f}",
        "build": f"restored-{now:%Y%m%d-%H%M%S-%f}",
        "before": build.name if build.is_dir() else None,
    }
    (folder / PLAN).write_text(json.dumps(plan), encoding="utf-8")
    for path in (folder, *folder.rglob("*")):
        hand_over(path, settings.store.parent)
        sync(path)
