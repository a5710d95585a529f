"""Two engines against one: the findings are the same, the time is not."""

from __future__ import annotations

import pyshacl
from rdflib import SH, Graph

from benchmarks.timing import median_seconds
from zanryu.graph.materialise import materialise
from zanryu.graph.sources import find_dataset, read
from zanryu.graph.validation import read_shapes, validate
from zanryu.graph.validation.engines import run_core, to_graph


def main() -> None:
    """Measure on the repository's own data and print one row per way."""
    dataset = find_dataset()
    quads = materialise(read(dataset.files())).plain
    shapes = read_shapes(dataset.shape_files())
    data = to_graph(quads)
    linked = Graph()
    linked += (t for t in shapes.graph if t[1] != SH.sparql)
    print(f"{len(data)} triples")
    rows = {
        "both engines": median_seconds(lambda: validate(quads, shapes), 5),
        "pySHACL alone": median_seconds(
            lambda: pyshacl.validate(data, shacl_graph=shapes.graph, inference="none"), 1
        ),
        "Core, shapes targeted": median_seconds(lambda: run_core(data, shapes.core), 5),
        "Core, shapes linked": median_seconds(lambda: run_core(data, linked), 3),
    }
    for name, seconds in rows.items():
        print(f"{name:24} {seconds:8.2f} s")
    print(f"pySHACL alone / both engines: {rows['pySHACL alone'] / rows['both engines']:.0f}")
    print(f"linked / targeted:            {rows['Core, shapes linked'] / rows['Core, shapes targeted']:.1f}")


if __name__ == "__main__":
    main()
