"""Two engines against one: the findings are the same, the time is not.

pySHACL alone needs many minutes for the whole data, so both ways are compared on a part of it: ontology,
vocabularies, works and entities, and the claims of two files. The Core constraints alone, which are fast, are
compared on everything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyshacl
from rdflib import SH, Graph

from benchmarks.timing import median_seconds
from zanryu.graph.materialise import materialise
from zanryu.graph.sources import find_dataset, read
from zanryu.graph.validation import read_shapes, validate
from zanryu.graph.validation.engines import run_core, to_graph

if TYPE_CHECKING:
    from zanryu.graph.sources import SourceFile

_CLAIM_FILES = 2


def main() -> None:
    """Measure on the repository's own data and print one row per way."""
    dataset = find_dataset()
    files = dataset.files()
    shapes = read_shapes(dataset.shape_files())
    some, every = materialise(read(_part(files))).plain, materialise(read(files)).plain
    part, data = to_graph(some), to_graph(every)
    linked = Graph()
    linked += (t for t in shapes.graph if t[1] != SH.sparql)
    print(f"{len(part)} triples with the claims of {_CLAIM_FILES} files; {len(data)} in all")
    rows = {
        "both engines, part": median_seconds(lambda: validate(some, shapes), 3),
        "pySHACL alone, part": median_seconds(
            lambda: pyshacl.validate(part, shacl_graph=shapes.graph, inference="none"), 1
        ),
        "both engines, all": median_seconds(lambda: validate(every, shapes), 3),
        "Core, shapes targeted, all": median_seconds(lambda: run_core(data, shapes.core), 3),
        "Core, shapes linked, all": median_seconds(lambda: run_core(data, linked), 1),
    }
    for name, seconds in rows.items():
        print(f"{name:28} {seconds:8.2f} s")
    alone, both = rows["pySHACL alone, part"], rows["both engines, part"]
    linked_seconds, targeted = rows["Core, shapes linked, all"], rows["Core, shapes targeted, all"]
    print(f"pySHACL alone / both engines: {alone / both:.0f}")
    print(f"linked / targeted:            {linked_seconds / targeted:.1f}")


def _part(files: list[SourceFile]) -> list[SourceFile]:
    """Return every file but those of claims, and the two smallest of these."""
    of_claims = [file for file in files if file.path.parent.name == "claims"]
    smallest = sorted(of_claims, key=lambda file: file.path.stat().st_size)[:_CLAIM_FILES]
    return [file for file in files if file not in of_claims or file in smallest]


if __name__ == "__main__":
    main()
