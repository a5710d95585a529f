"""Clients that write without a pause, processes that are killed, and what has to be on disk then."""

from __future__ import annotations

import signal
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from os import kill
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from attack.server import census, pause, wait_until
from writing.editor import PROLOGUE, claim, insert
from zanryu.graph.materialise import materialise
from zanryu.graph.namespaces import BASE, GRAPHS, term
from zanryu.graph.release import canonical
from zanryu.graph.sources import SourceFile, read
from zanryu.store.snapshots import Snapshots
from zanryu.store.verification import problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attack.server import Server
    from writing.editor import Editor
    from zanryu.config import Settings
    from zanryu.graph.sources import Dataset

_GATE: Final = b"zanryu.store.gate.gate_process"
_CERTAINTY: Final = term("zr:certainty")
_PROBABLE: Final = term("zv:probable")
_SECONDS: Final = 90.0
# What a client may see while a process is replaced: no connection, half an answer, or a refusal.
_LOST: Final = (OSError, HTTPException)


@dataclass(slots=True)
class Load:
    """What clients wrote: pairs of claims, each in one request; some are corrected in another one later.

    ``acknowledged`` has for each pair how many of its two requests were, ``refusals`` the answers that were
    neither 200 nor 503. ``last`` is when the last acknowledgement came.
    """

    editor: Editor
    prefix: str
    acknowledged: dict[str, int] = field(default_factory=dict)
    tried: dict[str, int] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)
    last: float = 0.0
    count: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _is_ending: bool = False

    def wait_for(self, more: int) -> None:
        """Wait until so many more requests are acknowledged."""
        with self._changed:
            wanted = self.count + more
            held = self._changed.wait_for(lambda: self.count >= wanted or bool(self.refusals), _SECONDS)
            assert held, f"not {more} more acknowledged in {_SECONDS:g} seconds"
            assert not self.refusals

    def write(self, client: int) -> None:
        """Write until the end."""
        number = 0
        while not self._is_ending:
            number += 1
            pair = f"{self.prefix}-{client}-{number}"
            if self._send(pair, 1, added(pair)) and number % 3 == 0:
                self._send(pair, 2, corrected(pair))

    def end(self) -> None:
        """Have the clients end after the request under way."""
        self._is_ending = True

    def _send(self, pair: str, step: int, text: str) -> bool:
        self.tried[pair] = step
        try:
            answer = self.editor.update(text, message=f"{pair} {step}")
        except _LOST:
            pause(0.02)
            return False
        if answer.status == 200:
            with self._changed:
                self.acknowledged[pair] = step
                self.count += 1
                self.last = time.monotonic()
                self._changed.notify_all()
            return True
        if answer.status != 503:
            self.refusals.append(answer.text[:1000])
            with self._changed:
                self._is_ending = True
                self._changed.notify_all()
        return False


def added(pair: str) -> str:
    return insert(*(claim(f"{pair}-{half}") for half in "12"))


def corrected(pair: str) -> str:
    """Return an update that changes two triples of each claim of a pair."""
    removed = [f"cl:{pair}-{h} zr:certainty ?c{h} ; rdf:object ?o{h} ." for h in "12"]
    new = [f'cl:{pair}-{h} zr:certainty zv:possible ; rdf:object "corrected ({pair}-{h})"@en .' for h in "12"]
    old = "".join(removed)
    return f"{PROLOGUE}DELETE {{ {old} }} INSERT {{ {''.join(new)} }} WHERE {{ {old} }}"


def expected(pair: str, step: int) -> str:
    """Return the claims of a pair in Turtle, as the files in git would have them."""
    if step == 1:
        return "\n".join(claim(f"{pair}-{h}") for h in "12")
    claims = "\n".join(claim(f"{pair}-{h}", says="corrected") for h in "12")
    return claims.replace("zr:certainty zv:probable", "zr:certainty zv:possible")


@contextmanager
def loading(editor: Editor, prefix: str, clients: int = 3) -> Iterator[Load]:
    """Have clients write until the end of the block, and let them end."""
    load = Load(editor, prefix)
    threads = [threading.Thread(target=load.write, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    try:
        yield load
    finally:
        load.end()
        for thread in threads:
            thread.join(_SECONDS)


@contextmanager
def reading(server: Server) -> Iterator[list[int]]:
    """Ask without a pause until the end of the block; yields the statuses of the answers."""
    statuses: list[int] = []
    ending = threading.Event()

    def ask() -> None:
        while not ending.is_set():
            # Another text each time: an answer that was kept would say nothing of the workers.
            query = f"SELECT (COUNT(*) AS ?n{len(statuses)}) {{ ?claim a <{BASE}ontology/Assertion> }}"
            with suppress(*_LOST):
                statuses.append(server.query(query).status)
                continue
            statuses.append(0)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield statuses
    finally:
        ending.set()
        thread.join(_SECONDS)


def gate_of(server: Server) -> int | None:
    """Return the process of the gate."""
    for process in census(server.process.pid):
        with suppress(OSError):
            if _GATE in Path(f"/proc/{process.id}/cmdline").read_bytes():
                return process.id
    return None


def kill_gate(server: Server, after_seconds: float = 0.0) -> int:
    """Kill the process of the gate, once there is one and some time has gone by; return its id."""
    wait_until(lambda: gate_of(server) is not None, _SECONDS, "there is a gate")
    pause(after_seconds)
    process = gate_of(server)
    if process is None:
        return kill_gate(server)
    with suppress(ProcessLookupError):
        kill(process, signal.SIGKILL)
    return process


def kill_server(server: Server) -> None:
    """Kill the process that an operator started, and see all below it end by themselves."""
    below = {process.id for process in server.census()}
    server.process.kill()
    server.process.wait()
    wait_until(lambda: not any(_lives(process) for process in below), _SECONDS, "no process is left")


def _lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_bytes().rpartition(b")")[2].split()[0] != b"Z"
    except OSError:
        return False


def stored(settings: Settings) -> list[ox.Quad]:
    """Return what the newest snapshot holds."""
    newest = Snapshots(settings.live / "snapshots", "any").newest()
    return list(ox.Store.read_only(str(newest.folder if newest else settings.store.resolve())))


def assert_sound(settings: Settings, dataset: Dataset, folder: Path, *loads: Load) -> None:
    """See that every acknowledged write is there and whole, no other one half, and nothing else is.

    What is there has to be what a build makes of files with the same claims.
    """
    assert not problems(settings)
    quads = stored(settings)
    certainties = {
        q.subject.value: 1 if q.object == _PROBABLE else 2
        for q in quads
        if q.predicate == _CERTAINTY and isinstance(q.subject, ox.NamedNode)
    }
    states = {pair: _state(certainties, pair) for load in loads for pair in load.tried}
    for load in loads:
        assert not load.refusals
        lost = {pair for pair, step in load.acknowledged.items() if states[pair] < step}
        assert not lost, f"acknowledged, and not there: {lost}"
    path = folder / "written.ttl"
    claims = "\n".join(expected(pair, step) for pair, step in states.items() if step)
    path.write_text(f"{PROLOGUE}\n{claims}\n", encoding="utf-8")
    built = materialise(read([*dataset.files(), SourceFile(path, GRAPHS["claims"])]))
    assert in_order(quads) == in_order([*built.plain, *built.reifiers])


def in_order(quads: list[ox.Quad]) -> list[str]:
    """Return quads as sorted lines that do not depend on the names of blank nodes."""
    reifiers = [quad for quad in quads if quad.graph_name == GRAPHS["reifiers"]]
    plain = [quad for quad in quads if quad.graph_name != GRAPHS["reifiers"]]
    return sorted(str(quad) for quad in [*canonical(plain), *canonical(reifiers)])


def _state(certainties: dict[str, int], pair: str) -> int:
    """Return 0 if a pair is not there, 1 if it is as it was added, 2 if it is corrected."""
    a, b = (certainties.get(f"{BASE}id/claim/{pair}-{half}", 0) for half in "12")
    assert a == b, f"half of {pair} is there"
    return a
