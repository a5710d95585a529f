"""A new build for a server that takes writes: taken up while it serves, or refused, and nothing is lost."""

from __future__ import annotations

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import pytest

from attack.server import pause, wait_until
from writing.crashing import gate_of
from writing.editor import claim, editing, insert, told
from writing.test_revert import run
from zanryu.graph.sources import Dataset
from zanryu.store.build import build
from zanryu.store.history.journal import Journal
from zanryu.store.history.record import Kind
from zanryu.store.history.verification import verify

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from attack.server import Server
    from writing.editor import Editor
    from zanryu.config import Settings

SECONDS: Final = 60.0
_PAGE: Final = "/page/person/ishii-takuo"


@pytest.fixture
def desk(few: Dataset, tmp_path: Path) -> Dataset:
    """A copy of the dataset, to export to and to build from."""
    shutil.copytree(few.root, tmp_path / "desk")
    return Dataset(tmp_path / "desk")


def _next_build(desk: Dataset, own: Settings, folder: Path, note: str, *, exports: bool = True) -> str:
    """Build from what was written and a change of a file; return the version."""
    if exports:
        exported = run("export", "--data", str(desk.root), folder=folder, store=str(own.store))
        assert exported.returncode == 0, exported.stderr
    with (desk.data / "persons.ttl").open("a", encoding="utf-8") as file:
        file.write(f'\np:tran-van-an <http://www.w3.org/2004/02/skos/core#editorialNote> "{note}"@en .\n')
    return build(desk, own).version


@contextmanager
def _reading(editor: Editor) -> Iterator[list[int]]:
    """Yield the statuses that readers get, who ask for new answers all the time."""
    statuses: list[int] = []
    is_over = threading.Event()

    def read(reader: int) -> None:
        while not is_over.is_set():
            text = f"ASK {{ ?s ?p ?o }} # {reader} {len(statuses)}"
            statuses.extend((editor.server.query(text).status, editor.server.get(_PAGE).status))
            pause(0.02)  # they are not a load: nobody else would come to anything on a small machine

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read, number) for number in range(2)]
        try:
            yield statuses
        finally:
            is_over.set()
        for reader in readers:
            reader.result()


def _figure(server: Server, line: str) -> float:
    (found,) = [row for row in server.get("/metrics").text.splitlines() if row.startswith(f"{line} ")]
    return float(found.rpartition(" ")[2])


def test_a_new_build_is_taken_up_while_readers_read_and_writers_wait(
    own: Settings, desk: Dataset, tmp_path: Path
) -> None:
    with editing(own, tmp_path) as editor:
        editor.made(insert(claim("ishii-takuo-kept-1")))
        whole = _next_build(desk, own, tmp_path, "second")
        before = gate_of(editor.server)
        with _reading(editor) as statuses, ThreadPoolExecutor(3) as pool:
            command = pool.submit(run, "reload", folder=tmp_path, store=str(own.store))
            wait_until(lambda: gate_of(editor.server) not in (before, None), SECONDS, "it is replaced")
            waiting = [pool.submit(editor.update, insert(claim(f"ishii-takuo-late-{n}"))) for n in (1, 2)]
            made = [answer.result() for answer in waiting]
            reloaded = command.result()
            turned = len(statuses)
            wait_until(lambda: len(statuses) > turned + 8, SECONDS, "readers go on")

        assert (reloaded.returncode, reloaded.stderr) == (0, "")
        assert f"serves version {whole} in place of" in reloaded.stdout
        assert set(statuses) == {200}
        assert [answer.status for answer in made] == [200, 200]
        assert {told(answer)["version"] for answer in made} == {f"{whole}-3", f"{whole}-4"}
        for name in ("kept-1", "late-1", "late-2"):
            assert editor.holds(f"cl:ishii-takuo-{name} a zr:Assertion")
        assert editor.holds('p:tran-van-an skos:editorialNote "second"@en')
        assert editor.version == f"{whole}-4"
        assert _figure(editor.server, 'zanryu_gate_restarts_total{reason="reload"}') == 1
        assert _figure(editor.server, 'zanryu_reloads_total{outcome="done"}') == 1

    kinds = [(heading.kind, heading.editor) for heading in Journal(own.history).since(0)]
    assert [kind for kind, _ in kinds] == [Kind.write, Kind.build, Kind.write, Kind.write]
    assert verify(own.history) == []


def test_a_build_that_lacks_what_was_written_is_refused_with_the_reason_and_everything_goes_on(
    own: Settings, desk: Dataset, tmp_path: Path
) -> None:
    with editing(own, tmp_path) as editor:
        first = editor.made(insert(claim("ishii-takuo-kept-1")))["version"]
        lacking = _next_build(desk, own, tmp_path, "without", exports=False)

        with _reading(editor) as statuses:
            refused = run("reload", folder=tmp_path, store=str(own.store))
            state = (editor.version, editor.holds("cl:ishii-takuo-kept-1 a zr:Assertion"))
            later = editor.update(insert(claim("ishii-takuo-later-1")))
        whole = _next_build(desk, own, tmp_path, "with")
        accepted = run("reload", folder=tmp_path, store=str(own.store))

        assert (refused.returncode, refused.stdout) == (2, "")
        assert f"not {lacking}. The build {lacking} lacks" in refused.stderr
        assert "zanryu export --data" in refused.stderr
        assert len(refused.stderr.splitlines()) == 1
        assert state == (first, True)
        assert set(statuses) == {200}
        assert (later.status, told(later)["number"]) == (200, 2), later.text
        assert accepted.returncode == 0, accepted.stderr
        assert editor.version == f"{whole}-3"
        assert editor.holds("cl:ishii-takuo-later-1 a zr:Assertion")
        assert _figure(editor.server, 'zanryu_reloads_total{outcome="failed"}') == 1


def test_where_nothing_was_written_the_new_build_takes_the_place_of_the_old(
    own: Settings, desk: Dataset, tmp_path: Path
) -> None:
    with editing(own, tmp_path) as editor:
        before = editor.version
        second = _next_build(desk, own, tmp_path, "second", exports=False)

        reloaded = run("reload", folder=tmp_path, store=str(own.store))
        again = run("reload", folder=tmp_path, store=str(own.store))

        assert f"version {second} in place of {before}" in reloaded.stdout
        assert f"version {second} as before" in again.stdout
        assert editor.version == second
        assert editor.made(insert(claim("ishii-takuo-new-1")))["version"] == f"{second}-1"
