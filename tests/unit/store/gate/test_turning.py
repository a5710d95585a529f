"""The gate turns to another build, and is killed as it does: then it is over one or the other, whole."""

from __future__ import annotations

import os
import shutil
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox
import pytest

from attack.server import census, pause, wait_until
from writing.test_revert import run
from zanryu.config import Settings
from zanryu.errors import ChangeLost, InputNotFound, TooBusy
from zanryu.graph.namespaces import BASE
from zanryu.graph.sources import Dataset
from zanryu.store.build import build, current_folder
from zanryu.store.gate.changes import GraphChange, Wanted
from zanryu.store.gate.remote import GateSetup, RemoteGate
from zanryu.store.history.journal import Journal
from zanryu.store.history.verification import verify
from zanryu.store.worker import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator

_SECONDS: Final = 60.0
_PERSON: Final = f"{BASE}id/person/ghost"
_LABEL: Final = "http://www.w3.org/2004/02/skos/core#prefLabel"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A live store with one version over ``first``, and ``second``, which has it."""

    home: Path
    dataset: Dataset
    first: Snapshot
    second: Snapshot


@pytest.fixture(scope="module")
def prepared(small: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    folder = tmp_path_factory.mktemp("turning")
    desk = Dataset(folder / "desk")
    shutil.copytree(small.root, desk.root)
    settings = Settings(store=folder / "home" / "store")
    first = _built(desk, settings)
    with _gate(settings.live, first, desk) as gate:
        assert gate.write(_labelled("Ghost", "en")).number == 1
    exported = run("export", "--data", str(desk.root), folder=folder, store=str(settings.store))
    assert exported.returncode == 0, exported.stderr
    return Prepared(settings.live, desk, first, _built(desk, settings))


def _built(dataset: Dataset, settings: Settings) -> Snapshot:
    version = build(dataset, settings).version
    return Snapshot(current_folder(settings) / "store", version)


@contextmanager
def _gate(home: Path, base: Snapshot, dataset: Dataset, queue_length: int = 32) -> Iterator[RemoteGate]:
    setup = GateSetup(home, base, dataset.root, queue_length=queue_length)
    gate = RemoteGate(setup, base, lambda snapshot: None)
    try:
        yield gate
    finally:
        gate.close()


def _labelled(text: str, language: str) -> Wanted:
    rows = [
        f'<{_PERSON}> <{_LABEL}> "{text}"@{language} .',
        f"<{_PERSON}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{BASE}ontology/Person> .",
        f"<{_PERSON}> <{BASE}ontology/nationality> <{BASE}vocab/vietnamese> .",
    ]
    return Wanted("A", graph_change=GraphChange("POST", f"{BASE}graph/entities", "\n".join(rows)))


def _labels(snapshot: Snapshot) -> set[str]:
    store = ox.Store.read_only(str(snapshot.folder))
    found = store.quads_for_pattern(ox.NamedNode(_PERSON), ox.NamedNode(_LABEL), None, None)
    return {str(quad.object) for quad in found}


def test_a_build_becomes_a_version_and_writing_goes_on_over_it(prepared: Prepared, tmp_path: Path) -> None:
    home = shutil.copytree(prepared.home, tmp_path / "live")
    with _gate(home, prepared.first, prepared.dataset) as gate:
        gate.turn_to(prepared.second)
        turned = gate.snapshot
        made = gate.write(_labelled("Geist", "de"))

    assert turned.version == f"{prepared.second.version}-2"
    assert set(ox.Store.read_only(str(turned.folder))) == set(ox.Store.read_only(str(prepared.second.folder)))
    assert made.version == f"{prepared.second.version}-3"
    assert gate.restarts["reload"] == 1
    assert verify(home / "history") == []


def test_a_build_that_cannot_be_opened_leaves_the_gate_over_the_one_before(
    prepared: Prepared, tmp_path: Path
) -> None:
    home = shutil.copytree(prepared.home, tmp_path / "live")
    broken = Snapshot(tmp_path / "broken", "broken")
    broken.folder.mkdir()
    with _gate(home, prepared.first, prepared.dataset) as gate:
        before = gate.write(_labelled("Geist", "de")).version
        with pytest.raises(InputNotFound, match="The build broken cannot be opened"):
            gate.turn_to(broken)
        after = gate.write(_labelled("Fantôme", "fr")).version

    assert (before, after) == (f"{prepared.first.version}-2", f"{prepared.first.version}-3")


@pytest.mark.parametrize("after_seconds", [0.0, 0.6, 1.0])
def test_a_gate_that_is_killed_as_it_turns_is_over_one_build_or_the_other(
    prepared: Prepared, tmp_path: Path, after_seconds: float
) -> None:
    _turn_and_kill(prepared, tmp_path, after_seconds)


@pytest.mark.long
def test_at_whatever_moment_it_is_killed(prepared: Prepared, tmp_path: Path) -> None:
    outcomes = [_turn_and_kill(prepared, tmp_path / str(n), n * 0.06) for n in range(36)]

    assert {True, False} <= set(outcomes)


def _processes() -> set[int]:
    """Return the processes of gates that this one has started."""
    found = set()
    for process in census(os.getpid()):
        with suppress(OSError):
            if b"zanryu.store.gate.gate_process" in Path(f"/proc/{process.id}/cmdline").read_bytes():
                found.add(process.id)
    return found


def _turn_and_kill(prepared: Prepared, folder: Path, after_seconds: float) -> bool:
    """Return whether the gate turned to the second build, of which it is killed after so many seconds."""
    home = shutil.copytree(prepared.home, folder / "live")
    with _gate(home, prepared.first, prepared.dataset) as gate, ThreadPoolExecutor(1) as pool:
        wait_until(lambda: gate.process_id is not None, _SECONDS, "the gate is there")
        old = _processes()
        turning = pool.submit(gate.turn_to, prepared.second)
        wait_until(lambda: bool(_processes() - old), _SECONDS, "the next one is there")
        pause(after_seconds)
        for process in _processes():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        error = turning.exception()
        made = gate.write(_labelled("Geist", "de"))

    assert error is None or isinstance(error, ChangeLost)
    base = prepared.first if error else prepared.second
    assert made.version == f"{base.version}-{len(Journal(home / 'history'))}"
    assert _labels(gate.snapshot) == {'"Ghost"@en', '"Geist"@de'}
    assert verify(home / "history") == []
    return error is None


def test_who_finds_the_queue_full_while_the_gate_turns_is_told_of_the_build(
    prepared: Prepared, tmp_path: Path
) -> None:
    home = shutil.copytree(prepared.home, tmp_path / "live")
    with _gate(home, prepared.first, prepared.dataset, queue_length=1) as gate, ThreadPoolExecutor(2) as pool:
        wait_until(lambda: gate.process_id is not None, _SECONDS, "the gate is there")
        old = _processes()
        turning = pool.submit(gate.turn_to, prepared.second)
        wait_until(lambda: bool(_processes() - old), _SECONDS, "the next one is there")
        (starting,) = _processes() - old
        os.kill(starting, signal.SIGSTOP)  # for as long as somebody else comes
        first = pool.submit(gate.write, _labelled("Geist", "de"))
        wait_until(lambda: gate.waiting == 1, _SECONDS, "one waits")
        with pytest.raises(TooBusy, match="turning to a new build, and 1 change is") as refused:
            gate.write(_labelled("Fantôme", "fr"))
        os.kill(starting, signal.SIGCONT)
        turning.result()
        made = first.result()

    assert int(refused.value.headers["Retry-After"]) >= 15
    assert made.version == f"{prepared.second.version}-3"
