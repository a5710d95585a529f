"""A change that reaches its time limit: what was too long about it, and that nothing was changed."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

import pytest

from zanryu.config import Settings
from zanryu.graph.namespaces import BASE
from zanryu.graph.sources import Dataset
from zanryu.store.build import build, current_folder
from zanryu.store.gate.changes import ChangeTooLarge, GraphChange, Step, Template, Wanted
from zanryu.store.gate.remote import GateSetup, RemoteGate
from zanryu.store.worker import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator

_SECONDS: Final = 3.0
_PERSON: Final = f"{BASE}id/person/ghost"
_NOTE: Final = "http://www.w3.org/2004/02/skos/core#note"
# Ten thousand million combinations, and what is compared depends on each.
_ENDLESS: Final = '?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(CONCAT(?a, ?d, ?g, STR(?l)) = "x")'
_SLOW_SHAPE: Final = f"""
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix zr: <{BASE}ontology/> .
<{BASE}shapes/S99> a sh:NodeShape ; sh:targetClass zr:Person ; sh:sparql [
  sh:message "Never."@en ; sh:select \"\"\"SELECT $this WHERE {{ $this ?p ?o . {_ENDLESS} }}\"\"\" ] .
"""


@pytest.fixture(scope="module")
def gate(small: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RemoteGate]:
    """A gate with a rule that takes for ever."""
    folder = tmp_path_factory.mktemp("slow")
    settings = Settings(store=folder / "home" / "store")
    version = build(small, settings).version
    slow = Dataset(folder / "slow")
    shutil.copytree(small.root, slow.root)
    (slow.root / "shapes" / "slow.ttl").write_text(_SLOW_SHAPE, encoding="utf-8")
    base = Snapshot(current_folder(settings) / "store", version)
    found = RemoteGate(GateSetup(settings.live, base, slow.root, _SECONDS), base, lambda snapshot: None)
    yield found
    found.close()


def test_a_change_that_takes_too_long_to_check_is_too_large_and_says_how_large(gate: RemoteGate) -> None:
    before = gate.snapshot
    rows = [f'<{_PERSON}> <{_NOTE}> "Seen {n}."@en .' for n in range(20)]
    rows.append(f"<{_PERSON}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{BASE}ontology/Person> .")
    change = GraphChange("POST", f"{BASE}graph/entities", "\n".join(rows))

    with pytest.raises(ChangeTooLarge) as refused:
        gate.write(Wanted("A", graph_change=change))

    assert (refused.value.status, refused.value.members) == (413, {"limit": _SECONDS})
    assert refused.value.detail == (
        "Checking the change, which adds 21 quads and removes 0 with what follows, took longer than 3 "
        "seconds. Nothing was changed. Send it in parts."
    )
    assert "Retry-After" not in refused.value.headers
    assert gate.restarts["timeout"] == 1
    assert gate.snapshot == before


def test_an_update_whose_patterns_take_too_long_is_one_that_is_too_large(gate: RemoteGate) -> None:
    before = gate.snapshot
    step = Step(inserts=(Template(None, f'CONSTRUCT {{ ?a <{_NOTE}> "x" }} WHERE {{ {_ENDLESS} }}'),))

    with pytest.raises(ChangeTooLarge, match=r"was not found out within 3 seconds.* Name more terms"):
        gate.write(Wanted("A", steps=(step,)))

    assert gate.snapshot == before
    assert gate.write(Wanted("A")).number is None  # the next one is looked at
