"""Whatever editors send, in whatever order: the live data is what a build of the same claims would hold."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from zanryu.errors import ZanryuError
from zanryu.graph.asserted import asserted
from zanryu.graph.derivation import Deriver
from zanryu.graph.materialise import materialise
from zanryu.graph.namespaces import BASE, GRAPHS, PREFIXES
from zanryu.graph.sources import read
from zanryu.graph.validation import Finding, read_shapes, validate
from zanryu.sparql.update_steps import read_steps
from zanryu.store.gate.changes import GraphChange, Outcome, Wanted
from zanryu.store.gate.gate import Gate
from zanryu.store.gate.opening import open_gate
from zanryu.store.history.verification import verify
from zanryu.store.worker import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from zanryu.graph.delta import Delta
    from zanryu.graph.sources import Dataset

_PROLOGUE = "".join(f"PREFIX {p}: <{PREFIXES[p]}>\n" for p in ("zr", "zv", "cl", "p", "w", "rdf", "skos"))
_NAMES = ("cl:sato-haru-x-1", "cl:sato-haru-x-2", "cl:sato-haru-y-1")
_CITATION = 'zr:citation [ zr:work w:memoir ; zr:locator "p. {0}" ; zr:stance zv:supports ]'


class Lenient:
    """Finds no fault: more edits get through, and more states are reached."""

    def findings(self, store: ox.Store, delta: Delta) -> list[Finding]:
        return []


names = st.sampled_from(_NAMES)
numbers = st.integers(1, 3)


@st.composite
def whole_claims(draw: st.DrawFn) -> str:
    """A claim, mostly with a source."""
    parts = [
        f"{draw(names)} a zr:Assertion ; rdf:subject p:sato-haru ; rdf:predicate zr:describedAs",
        f'rdf:object "a guard {draw(numbers)}"@en',
        f"zr:certainty {draw(st.sampled_from(['zv:probable', 'zv:certain', 'zv:possible']))}",
        f"zr:status {draw(st.sampled_from(['zv:normal', 'zv:preferred']))}",
        *(_CITATION.format(n) for n in draw(st.lists(numbers, max_size=2))),
        *(f"zr:conflictsWith {name}" for name in draw(st.lists(names, max_size=1))),
        *(f'zr:when "{when}"' for when in draw(st.lists(st.sampled_from(["1946", "1945-08~"]), max_size=1))),
    ]
    return f"INSERT DATA {{ {' ; '.join(parts)} }}"


removals = st.builds(
    "DELETE {{ {0} ?p ?o . ?c ?q ?v }} "
    "WHERE {{ {0} ?p ?o OPTIONAL {{ {0} zr:citation ?c . ?c ?q ?v }} }}".format,
    names,
)
corrections = st.builds(
    "DELETE {{ {0} {1} ?old }} INSERT {{ {0} {1} {2} }} WHERE {{ {0} {1} ?old }}".format,
    names,
    st.sampled_from(["zr:status", "zr:certainty", "zr:conflictsWith", "zr:when", "zr:note"]),
    st.sampled_from(
        ["zv:normal", "zv:preferred", "zv:possible", "cl:sato-haru-x-1", '"1946-06"', '"Seen."@en']
    ),
)
citings = st.builds(
    lambda name, number: f"INSERT DATA {{ {name} {_CITATION.format(number)} }}", names, numbers
)
uncitings = st.builds(
    'DELETE WHERE {{ {0} zr:citation ?c . ?c zr:locator "p. {1}" . ?c ?p ?o }}'.format, names, numbers
)
updates = st.lists(
    st.one_of(whole_claims(), whole_claims(), removals, corrections, citings, uncitings),
    min_size=1,
    max_size=3,
).map(" ;\n".join)
reverts = st.integers(1, 6)
replacements = st.sampled_from(["links", "claims"])


def _wanted(edit: str | int) -> Wanted:
    if isinstance(edit, int):
        return Wanted("A", reverts=edit)
    if edit in ("links", "claims"):
        graph = f"{BASE}graph/{edit}"
        return Wanted("A", graph_change=GraphChange("DELETE", graph))
    return Wanted("A", steps=tuple(read_steps(_PROLOGUE + edit)))


def _attempt(gate: Gate, edit: str | int) -> Outcome | None:
    try:
        outcome = gate.write(_wanted(edit))
    except ZanryuError as error:
        event(f"refused: {error.slug}")
        return None
    event("blocked" if outcome.is_blocked else "made" if outcome.number else "nothing to do")
    return outcome


@pytest.fixture(scope="session")
def base(small: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("base") / "store"
    store = ox.Store(folder)
    store.bulk_extend(_built(read(small.files())))
    store.flush()
    return Snapshot(folder, "b")


def _held(gate: Gate) -> set[ox.Quad]:
    return set(ox.Store.read_only(str(gate.snapshot.folder)))


@pytest.mark.parametrize("is_strict", [True, False], ids=["validated", "lenient"])
def test_after_any_edits_the_live_data_is_what_a_build_of_its_claims_holds(
    is_strict: bool, small: Dataset, base: Snapshot, tmp_path: Path
) -> None:
    shapes = read_shapes(small.shape_files())
    home = tmp_path / "live"

    @settings(max_examples=5 if is_strict else 12)
    @given(st.lists(st.one_of(updates, updates, updates, reverts, replacements), max_size=6))
    def law(edits: list[str | int]) -> None:
        shutil.rmtree(home, ignore_errors=True)
        gate = open_gate(home, base, small) if is_strict else Gate(home, base, Deriver(), Lenient())
        try:
            for edit in edits:
                before = gate.snapshot
                outcome = _attempt(gate, edit)
                is_made = outcome is not None and outcome.number is not None
                assert is_made is (gate.snapshot != before)
            held = _held(gate)
            assert held_as_built(held) == held
        finally:
            gate.close()
        if is_strict:
            plain = [q for q in held if q.graph_name != GRAPHS["reifiers"]]
            assert not [f for f in validate(plain, shapes) if f.level == "violation"]
        assert verify(home / "history") == []
        shutil.rmtree(home / "snapshots", ignore_errors=True)
        replayed = Gate(home, base, Deriver(), Lenient())
        try:
            assert _held(replayed) == held
        finally:
            replayed.close()

    law()


def held_as_built(held: set[ox.Quad]) -> set[ox.Quad]:
    """Return what a build makes of the claims that are held, with the engine's spelling of literals."""
    store = ox.Store()
    store.extend(_built(asserted(held)))
    return set(store)


def _built(claims: Iterable[ox.Quad]) -> list[ox.Quad]:
    materialised = materialise(claims)
    return [*materialised.plain, *materialised.reifiers]
