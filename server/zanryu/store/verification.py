"""`zanryu verify`: what is on disk is what was put there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from zanryu.graph.delta import Delta
from zanryu.store.build import RECORD, current_folder
from zanryu.store.checksums import check_sums
from zanryu.store.gate.rebase import last_build
from zanryu.store.history import verification as history
from zanryu.store.history.journal import Journal
from zanryu.store.replacement import DECIDED
from zanryu.store.snapshots import SNAPSHOTS, Snapshots

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from zanryu.config import Settings
    from zanryu.store.worker import Snapshot

_LOOKS: Final = 3


@dataclass(frozen=True, slots=True)
class State:
    """Data on disk: a build's folder, the history over it, and the newest snapshot, if there is one."""

    build: Path
    history: Path
    snapshot: Snapshot | None


def problems(settings: Settings) -> list[str]:
    """Return what is wrong, each a sentence that names the file; empty where nothing is.

    A server may run meanwhile.
    """
    snapshots = Snapshots(settings.live / SNAPSHOTS, "any")
    build = current_folder(settings)
    if (decided := settings.store.parent / DECIDED).exists():
        return [f"{decided} is there: a restore was interrupted. Run it again, or start the server."]
    if not build.is_dir():
        return history.verify(settings.history)
    found: list[str] = []
    for _ in range(_LOOKS):
        newest = snapshots.newest()
        found = problems_of(State(build, settings.history, newest))
        if not found or snapshots.newest() == newest:
            break  # else it may have been removed while it was read
    return found


def problems_of(state: State) -> list[str]:
    """Return what is wrong with data on disk: see :func:`problems`."""
    found = [*history.verify(state.history), *_problems_of_build(state.build)]
    if found or state.snapshot is None:
        return found
    return list(_differences(state, state.snapshot))


def _problems_of_build(build: Path) -> list[str]:
    try:
        record = json.loads((build / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return [f"{build / RECORD} cannot be read ({error})."]
    if not isinstance(record, dict) or not isinstance(record.get("version"), str):
        return [f"{build / RECORD} does not name a version."]
    return check_sums(build / "dist")


def _differences(state: State, snapshot: Snapshot) -> Iterator[str]:
    """Compare a snapshot with the build and all that was recorded over it, quad by quad."""
    base, _, number = snapshot.version.rpartition("-")
    journal = Journal(state.history)
    if int(number) > len(journal):
        yield f"{snapshot.folder} has version {number}, and {state.history} ends at {len(journal)}."
        return
    version = json.loads((state.build / RECORD).read_text(encoding="utf-8"))["version"]
    if base != version:
        return  # another build was put in place; the next start of the server turns to it
    written = Delta()
    for heading in journal.since(last_build(journal))[: int(number) - last_build(journal)]:
        written = written.then(journal.read(heading.number).delta)
    try:
        built = ox.Store.read_only(str(state.build / "store"))
        stored = ox.Store.read_only(str(snapshot.folder))
        yield from (f"{snapshot.folder} {problem}." for problem in _compare(built, written, stored))
    except (OSError, RuntimeError) as error:
        yield f"{snapshot.folder} or the build's store cannot be read ({error})."


def _compare(built: ox.Store, written: Delta, stored: ox.Store) -> Iterator[str]:
    """Say how ``stored`` differs from ``built`` with ``written``; stops at the first quad that differs."""
    expected = 0
    for quad in built:
        is_expected = quad not in written.removed
        expected += is_expected
        if (quad in stored) is not is_expected:
            yield f"{'lacks' if is_expected else 'still has'} {quad}"
            return
    for quad in written.added:
        expected += 1
        if quad not in stored:
            yield f"lacks {quad}"
            return
    if (found := sum(1 for _ in stored)) != expected:
        yield f"has {found} quads, and the build with all that was written has {expected}"
