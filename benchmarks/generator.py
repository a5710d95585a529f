"""A seeded generator of claims in our own model, written to disk as N-Quads without being held in memory.

The same officers and seed give the same bytes. Each officer has two labels and 2 to 5 claims with 1 to 3
citations each. What a build would derive is written too, as the build derives it: citation IRIs, bounds of
dates, accepted triples and reifiers, each in its named graph. Ontology and vocabularies are the dataset's
own, so pages and labels work.

``python -m benchmarks.generator OFFICERS FILE`` writes one and says how many triples it has.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from benchmarks.claims import Generator, Scale, Writer
from zanryu.graph.materialise import materialise
from zanryu.graph.namespaces import GRAPHS
from zanryu.graph.sources import find_dataset, read

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED: Final = 1945


def generate(officers: int, path: Path, seed: int = SEED) -> dict[str, int]:
    """Write the N-Quads of ``officers`` officers to ``path`` and return the triples of each named graph."""
    with _replacing(path) as out:
        writer = Writer(out)
        for graph, line in _vocabularies():
            out.write(line)
            writer.counts[graph] += 1
        Generator(Scale(officers), random.Random(seed), writer).write()
    return dict(sorted(writer.counts.items()))


def _vocabularies() -> Iterator[tuple[str, str]]:
    """Yield graph name and line of each quad of the dataset's ontology and vocabularies."""
    names = {str(GRAPHS[name]): name for name in ("ontology", "vocabularies")}
    files = [file for file in find_dataset().files() if str(file.graph) in names]
    for quad in materialise(read(files)).plain:
        if name := names.get(str(quad.graph_name)):
            yield name, f"{quad} .\n"


@contextmanager
def _replacing(path: Path) -> Iterator[TextIO]:
    """Open a new file that takes the place of ``path`` once it is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}")
    with new.open("w", encoding="utf-8", buffering=1 << 20) as out:
        yield out
    new.replace(path)


def main() -> None:
    """Write one file and print the triples of each graph."""
    parser = argparse.ArgumentParser(prog="benchmarks.generator", description="Generate claims as N-Quads.")
    parser.add_argument("officers", type=int)
    parser.add_argument("file", type=Path)
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    counts = generate(given.officers, given.file, given.seed)
    for name, count in itertools.chain(counts.items(), [("total", sum(counts.values()))]):
        sys.stdout.write(f"{name:14} {count:12,}\n")


if __name__ == "__main__":
    main()
