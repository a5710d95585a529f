"""Derivation and validation of a change at two sizes of the graph: one claim with two citations, a thousand.

Journal and snapshot are left out; ``benchmarks.writing`` measures all together.
``python -m benchmarks.incremental`` generates the graphs in a temporary folder, which takes a minute or two.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from benchmarks.generator import generate
from zanryu.graph.delta import Delta
from zanryu.graph.derivation import Deriver
from zanryu.graph.namespaces import GRAPHS, term
from zanryu.graph.sources import find_dataset
from zanryu.graph.validation import read_shapes
from zanryu.graph.validation.incremental import IncrementalValidator
from zanryu.store.gate.staging import apply

if TYPE_CHECKING:
    from collections.abc import Callable

OFFICERS: Final = (780, 27_600)  # 40 thousand and 1.2 million triples
_UNITS, _WORKS = 39, 200  # as many as both sizes have
_RUNS = 60


def main() -> None:
    """Print the median and the 95th percentile of each size."""
    dataset = find_dataset()
    shapes, reifiers = read_shapes(dataset.shape_files()), read_shapes(dataset.rdf12_shape_files())
    start = time.perf_counter()
    validator = IncrementalValidator(shapes, reifiers, dataset)
    print(f"made in {time.perf_counter() - start:.2f} s")
    for officers in OFFICERS:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "graph.nq"
            generate(officers, file)
            store = ox.Store(str(Path(folder) / "store"))
            store.bulk_load(path=file, format=ox.RdfFormat.N_QUADS)
            store.optimize()
            _measure(store, validator, Changes(officers))


def _measure(store: ox.Store, validator: IncrementalValidator, changes: Changes) -> None:
    steps: dict[str, Callable[[list[ox.Quad]], float]] = {
        "derivation": _Derivation(store),
        "validation": _Validation(store, validator),
    }
    print(f"{len(store):>9,} triples")
    for name, seconds in steps.items():
        seconds(changes.claims(1, seed=0))
        one = sorted(seconds(changes.claims(1, seed)) for seed in range(1, _RUNS + 1))
        many = seconds(changes.claims(1000, seed=_RUNS + 1))
        median, high = statistics.median(one) * 1000, one[int(len(one) * 0.95)] * 1000
        print(f"  {name}: one claim p50 {median:.1f} ms, p95 {high:.1f} ms; 1,000: {many:.2f} s")


class _Derivation:
    """Seconds of extending asserted quads by all that follows from them."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        self._deriver = Deriver()

    def __call__(self, asserted: list[ox.Quad]) -> float:
        delta = Delta(frozenset(asserted))
        start = time.perf_counter()
        self._deriver.consequences(self._store, delta)
        return time.perf_counter() - start


class _Validation:
    """Seconds of validating what was derived."""

    def __init__(self, store: ox.Store, validator: IncrementalValidator) -> None:
        self._store = store
        self._validator = validator

    def __call__(self, asserted: list[ox.Quad]) -> float:
        change = Deriver().consequences(self._store, Delta(frozenset(asserted)))
        apply(self._store, change)
        start = time.perf_counter()
        self._validator.findings(self._store, change)
        seconds = time.perf_counter() - start
        apply(self._store, change.inverse())
        return seconds


class Changes:
    """Claims in the form that an editor gives them."""

    def __init__(self, officers: int) -> None:
        self._officers = officers

    def claims(self, count: int, seed: int) -> list[ox.Quad]:
        """Return ``count`` new claims about officers, with two citations each."""
        chance = random.Random(seed)
        return [q for i in range(count) for q in self._claim(f"cl:new-{seed}-claim-{i}", chance)]

    def _claim(self, name: str, chance: random.Random) -> list[ox.Quad]:
        said: dict[str, ox.NamedNode | ox.Literal] = {
            "rdf:type": term("zr:Assertion"),
            "rdf:subject": term(f"p:officer-{chance.randrange(self._officers)}"),
            "rdf:predicate": term("zr:servedIn"),
            "rdf:object": term(f"u:unit-{chance.randrange(_UNITS)}"),
            "zr:certainty": term("zv:probable"),
            "zr:status": term("zv:normal"),
            "zr:when": ox.Literal(f"{chance.randint(1940, 1954)}-06"),
        }
        quads = [ox.Quad(term(name), term(p), o, GRAPHS["claims"]) for p, o in said.items()]
        for page in (1, 2):
            citation = ox.BlankNode()
            cited: dict[str, ox.NamedNode | ox.Literal] = {
                "zr:work": term(f"w:work-{chance.randrange(_WORKS)}"),
                "zr:locator": ox.Literal(f"p. {page}"),
                "zr:stance": term("zv:supports"),
            }
            quads.append(ox.Quad(term(name), term("zr:citation"), citation, GRAPHS["claims"]))
            quads += [ox.Quad(citation, term(p), o, GRAPHS["claims"]) for p, o in cited.items()]
        return quads


if __name__ == "__main__":
    main()
