"""`zanryu build`: derive, write the release and the database, and swap both in at once.

Everything built lives beside the store: ``current`` points at one complete build in ``builds/``, and
``store`` and ``dist`` point into it. A new build replaces ``current`` in one atomic rename, so a crash at any
moment leaves the old build whole.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import tempfile
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import zanryu
from zanryu.errors import InputNotFound, InvalidData
from zanryu.store.files import made_whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from zanryu.config import Settings
    from zanryu.graph.sources import Dataset

RECORD = "build.json"
DISPLAY = "display.json"
_STALE_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Build:
    """A finished build. ``inputs`` is the digest of everything it was made from."""

    inputs: str
    version: str
    counts: dict[str, int]
    reused: bool = False


def build(
    dataset: Dataset,
    settings: Settings,
    progress: Callable[[str], None] = lambda step: None,
    *,
    force: bool = False,
) -> Build:
    """Build ``settings.store`` and ``settings.dist`` from the dataset, or keep them where nothing changed.

    :raises InvalidData: if the data has violations; nothing is replaced.
    """
    home = settings.store.parent
    inputs = _digest_inputs(dataset, settings)
    if not force and (last := current_build(settings)) and last.inputs == inputs:
        return replace(last, reused=True)
    builds = home / "builds"
    builds.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="", dir=builds))
    folder.chmod(0o755)  # mkdtemp makes it private; a server may run as another user
    with ExitStack() as undo:
        undo.callback(shutil.rmtree, folder, ignore_errors=True)
        built = _build_into(folder, dataset, settings, inputs, progress)
        put_in_place(folder, home, settings.store.name)
        undo.pop_all()
    _remove_old(builds, keep={folder.name, *_previous(builds, folder)})
    return built


def current_build(settings: Settings) -> Build | None:
    """Return the record of the build in place, or ``None`` where there is no complete one."""
    record = settings.store.parent / "current" / RECORD
    if not (record.is_file() and settings.store.is_dir() and settings.dist.is_dir()):
        return None
    return Build(**json.loads(record.read_text(encoding="utf-8")))


def current_folder(settings: Settings) -> Path:
    """Return the folder of the build in place, which never changes; the next one has another."""
    return (settings.store.parent / "current").resolve()


def _build_into(
    folder: Path, dataset: Dataset, settings: Settings, inputs: str, progress: Callable[[str], None]
) -> Build:
    # Imported here: a build with nothing to do must not pay for the engines.
    from zanryu.graph.checking import examine
    from zanryu.graph.display import read_display
    from zanryu.graph.release import RDF12_FILE, counts, write_release
    from zanryu.store.embedded import create_store

    materialised, findings = examine(dataset, dataset.files(), settings.acceptance_threshold, progress)
    violations = sum(finding.level == "violation" for finding in findings)
    if violations:
        raise InvalidData(f"The data has {violations} violations; nothing was built. Run `zanryu check`.")
    dist = folder / "dist"
    dist.mkdir()
    version = write_release(materialised, read_context(dataset), dist, progress)
    progress("Loading the store")
    create_store(folder / "store", dist / RDF12_FILE)
    # The shapes stay with the sources; a server may have only the store. What its pages need goes with it.
    display = json.dumps(read_display(dataset.shape_files()), ensure_ascii=False)
    (folder / DISPLAY).write_text(display, encoding="utf-8")
    built = Build(inputs, version, counts(materialised))
    record = {key: value for key, value in asdict(built).items() if key != "reused"}
    (folder / RECORD).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    return built


def read_context(dataset: Dataset) -> dict[str, object]:
    """Return the JSON-LD context document of the dataset."""
    path = dataset.root / "ontology" / "context.jsonld"
    if not path.is_file():
        raise InputNotFound(f"{path}: no such file; the JSON-LD dump needs it.")
    context: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return context


def _digest_inputs(dataset: Dataset, settings: Settings) -> str:
    """Digest the sources, the shapes, the program and the settings that shape the result."""
    program = Path(zanryu.__file__).parent
    groups = [
        (
            dataset.root,
            [*dataset.root.glob("ontology/**/*"), *dataset.root.glob("data/**/*"), *dataset.shape_files()],
        ),
        (program, [*program.glob("graph/**/*.py"), *program.glob("store/**/*.py")]),
    ]
    digest = hashlib.sha256(f"{zanryu.__version__} {settings.acceptance_threshold}".encode())
    for root, paths in groups:
        for path in sorted(p for p in paths if p.is_file()):
            digest.update(f"\n{path.relative_to(root).as_posix()} ".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def put_in_place(folder: Path, home: Path, store_name: str) -> None:
    """Make a complete build the current one, in one rename.

    :raises InputNotFound: if something else is under the names of the store or the dumps.
    """
    for name in (store_name, "dist"):
        target = Path("current") / ("store" if name == store_name else name)
        if not (home / name).is_symlink():
            _refuse_to_overwrite(home / name)
            _link(home / name, target)
    _link(home / "current", folder.relative_to(home))


def _refuse_to_overwrite(path: Path) -> None:
    if path.exists():
        raise InputNotFound(
            f"{path} exists and was not made by a build. Move it away or choose another --store."
        )


def _link(link: Path, target: Path) -> None:
    """Point ``link`` at ``target`` in one rename (POSIX: rename replaces atomically)."""
    with made_whole(link) as new:
        new.symlink_to(target)


def _previous(builds: Path, new: Path) -> list[str]:
    """Return the name of the build before this one: a server may still be reading it."""
    others = [p for p in builds.iterdir() if p != new and (p / RECORD).is_file()]
    return [max(others, key=lambda p: (p / RECORD).stat().st_mtime).name] if others else []


def _remove_old(builds: Path, keep: set[str]) -> None:
    for folder in builds.iterdir():
        finished = (folder / RECORD).is_file()
        abandoned = time.time() - folder.stat().st_mtime > _STALE_SECONDS
        if folder.name not in keep and (finished or abandoned) and not _is_leased(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _is_leased(folder: Path) -> bool:
    """Return whether a server reads the build; see :class:`zanryu.store.edition.Lease`."""
    try:
        with (folder / RECORD).open("rb") as record:
            fcntl.flock(record, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False  # unfinished
    return False
