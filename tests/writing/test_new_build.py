"""What was written over a build, and the next build: it has everything, or it is not served."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from writing.editor import claim, editing, insert, told
from writing.test_revert import run
from zanryu.config import Settings
from zanryu.errors import CannotBeUndone, InputNotFound
from zanryu.graph.namespaces import BASE
from zanryu.graph.sources import Dataset
from zanryu.store.build import build
from zanryu.store.gate.changes import GraphChange, Wanted
from zanryu.store.gate.opening import open_gate
from zanryu.store.history.journal import Journal
from zanryu.store.history.record import Kind
from zanryu.store.history.verification import verify
from zanryu.store.worker import Snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from zanryu.store.gate.gate import Gate

_PERSON = f"{BASE}id/person/ghost"


def test_the_next_build_has_what_was_exported_and_is_served_with_the_history_going_on(
    small_dataset: Dataset, tmp_path: Path
) -> None:
    settings = Settings(store=tmp_path / "home" / "store")
    first = build(small_dataset, settings).version
    _write(settings, small_dataset, first, _label("Ghost"))
    export = run("export", "--data", str(small_dataset.root), folder=tmp_path, store=str(settings.store))

    second = build(small_dataset, settings).version
    gate = _open(settings, small_dataset, second)
    live, version = _quads(gate), gate.snapshot.version
    gate.close()
    _write(settings, small_dataset, second, _label("Geist", "de"))

    assert export.returncode == 0, export.stderr
    assert "Ghost" in (small_dataset.data / "persons.ttl").read_text(encoding="utf-8")
    assert live == set(ox.Store.read_only(str(settings.store.resolve())))
    assert version == f"{second}-2"
    journal = Journal(settings.history)
    assert [(h.kind, h.base) for h in journal.since(0)] == [
        (Kind.write, first),
        (Kind.build, second),
        (Kind.write, second),
    ]
    assert verify(settings.history) == []


def test_a_build_that_lacks_what_was_written_is_refused_and_nothing_is_lost(
    small_dataset: Dataset, tmp_path: Path
) -> None:
    settings = Settings(store=tmp_path / "home" / "store")
    first = build(small_dataset, settings).version
    _write(settings, small_dataset, first, _label("Ghost"))
    before = (settings.store.parent / "current").readlink()
    _change_a_file(small_dataset)

    second = build(small_dataset, settings, force=True).version
    with pytest.raises(
        InputNotFound, match="lacks .* of what was written over HTTP.*zanryu export --data"
    ) as refused:
        _open(settings, small_dataset, second)
    (settings.store.parent / "current").unlink()
    (settings.store.parent / "current").symlink_to(before)
    gate = _open(settings, small_dataset, first)
    kept = _PERSON in {str(getattr(q.subject, "value", "")) for q in _quads(gate)}
    gate.close()

    assert second in refused.value.detail
    assert "Ghost" in refused.value.detail or "ghost" in refused.value.detail
    assert kept
    assert len(Journal(settings.history)) == 1


def test_a_build_that_has_again_what_was_removed_is_refused(small_dataset: Dataset, tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "home" / "store")
    first = build(small_dataset, settings).version
    store = ox.Store.read_only(str(settings.store.resolve()))
    note = next(iter(store.quads_for_pattern(None, ox.NamedNode(f"{BASE}ontology/note"), None, None)))
    graph = str(note.graph_name).strip("<>")
    patch = Wanted("A", graph_change=GraphChange("PATCH", graph, f"D {_row(note)}"))
    _write(settings, small_dataset, first, patch)
    _change_a_file(small_dataset)

    second = build(small_dataset, settings).version

    assert first != second
    with pytest.raises(InputNotFound, match="has what was removed"):
        _open(settings, small_dataset, second)


def test_a_build_is_not_undone_as_a_version(small_dataset: Dataset, tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "home" / "store")
    first = build(small_dataset, settings).version
    _write(settings, small_dataset, first, _label("Ghost"))
    run("export", "--data", str(small_dataset.root), folder=tmp_path, store=str(settings.store))
    second = build(small_dataset, settings).version
    gate = _open(settings, small_dataset, second)

    with pytest.raises(CannotBeUndone, match="is a build"):
        gate.write(Wanted("A", reverts=2))
    gate.close()


@pytest.mark.long
def test_a_server_keeps_what_was_written_until_a_build_has_it_and_then_goes_on(
    whole: Settings, dataset: Dataset, tmp_path: Path
) -> None:
    desk = Dataset(tmp_path / "desk")
    for name in ("data", "ontology", "shapes"):
        shutil.copytree(dataset.root / name, desk.root / name)
    with editing(whole, tmp_path) as editor:
        first = editor.made(insert(claim("ishii-takuo-kept-1")))["version"]

    _change_a_file(desk)
    build(desk, whole)
    with editing(whole, tmp_path) as editor:
        lacking = (editor.version, editor.holds("cl:ishii-takuo-kept-1 a zr:Assertion"))
        refused = editor.update(insert(claim("ishii-takuo-late-1")))

    exported = run("export", "--data", str(desk.root), folder=tmp_path, store=str(whole.store))
    second = build(desk, whole).version
    with editing(whole, tmp_path) as editor:
        is_there = editor.holds("cl:ishii-takuo-kept-1 a zr:Assertion")
        made = editor.made(insert(claim("ishii-takuo-late-1")))

    assert lacking == (first, True)
    assert (refused.status, "zanryu export --data" in told(refused)["detail"]) == (503, True), refused.text
    assert exported.returncode == 0, exported.stderr
    assert made["version"] == f"{second}-3"
    assert is_there


def _change_a_file(dataset: Dataset) -> None:
    with (dataset.data / "persons.ttl").open("a", encoding="utf-8") as file:
        file.write('\np:tran-van-an <http://www.w3.org/2004/02/skos/core#editorialNote> "x"@en .\n')


def _label(text: str, language: str = "en") -> Wanted:
    label = f'<{_PERSON}> <http://www.w3.org/2004/02/skos/core#prefLabel> "{text}"@{language} .\n'
    whole = (
        f"<{_PERSON}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{BASE}ontology/Person> .\n"
        f"<{_PERSON}> <{BASE}ontology/nationality> <{BASE}vocab/vietnamese> .\n"
    )
    return Wanted("A", graph_change=GraphChange("POST", f"{BASE}graph/entities", label + whole))


def _row(quad: ox.Quad) -> str:
    return f"{ox.Quad(quad.subject, quad.predicate, quad.object)} ."


def _open(settings: Settings, dataset: Dataset, version: str) -> Gate:
    folder = (settings.store.parent / "current").resolve()
    return open_gate(settings.live, Snapshot(folder / "store", version), dataset)


def _write(settings: Settings, dataset: Dataset, version: str, wanted: Wanted) -> None:
    gate = _open(settings, dataset, version)
    try:
        outcome = gate.write(wanted)
    finally:
        gate.close()
    assert outcome.number, outcome.findings


def _quads(gate: Gate) -> set[ox.Quad]:
    return set(ox.Store.read_only(str(gate.snapshot.folder)))
