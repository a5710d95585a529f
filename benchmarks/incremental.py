"""Validation of a change at two sizes of the graph: one claim with two citations, and a thousand at once.

Derivation, journal and snapshot are left out; ``benchmarks.writing`` measures them together.
``python -m benchmarks.incremental`` generates the graphs in a temporary folder, which takes a minute or two.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from benchmarks.generator import generate
from zanryu.graph.delta import Delta
from zanryu.graph.materialise import materialise
from zanryu.graph.namespaces import GRAPHS, term
from zanryu.graph.sources import Dataset, find_dataset, read
from zanryu.graph.validation import read_shapes
from zanryu.graph.validation.incremental import IncrementalValidator

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
            _measure(store, validator, Changes(dataset, officers))


def _measure(store: ox.Store, validator: IncrementalValidator, changes: Changes) -> None:
    _seconds(store, validator, changes.claims(1, seed=0))
    one = sorted(_seconds(store, validator, changes.claims(1, seed)) for seed in range(1, _RUNS + 1))
    many = _seconds(store, validator, changes.claims(1000, seed=_RUNS + 1))
    median, high = statistics.median(one) * 1000, one[int(len(one) * 0.95)] * 1000
    print(f"{len(store):>9,} triples: one claim p50 {median:.1f} ms, p95 {high:.1f} ms; 1,000: {many:.2f} s")


def _seconds(store: ox.Store, validator: IncrementalValidator, change: Delta) -> float:
    store.extend(change.added)
    start = time.perf_counter()
    validator.findings(store, change)
    seconds = time.perf_counter() - start
    for quad in change.added:
        store.remove(quad)
    return seconds


class Changes:
    """Claims in the form that a build gives them."""

    def __init__(self, dataset: Dataset, officers: int) -> None:
        files = [file for file in dataset.files() if not file.path.is_relative_to(dataset.data)]
        self._ontology = read(files)
        self._known = set(materialise(self._ontology).plain)
        self._officers = officers

    def claims(self, count: int, seed: int) -> Delta:
        """Return ``count`` new claims about officers, with two citations each."""
        chance = random.Random(seed)
        asserted = [q for i in range(count) for q in self._claim(f"cl:new-{seed}-claim-{i}", chance)]
        made = materialise([*self._ontology, *asserted])
        return Delta(frozenset({*made.plain, *made.reifiers} - self._known))

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
