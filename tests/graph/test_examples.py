"""Every constraint has an example that breaks it and one that does not; both engines agree on each."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import Graph

from zanryu.graph.checking import examine
from zanryu.graph.materialise import materialise
from zanryu.graph.namespaces import GRAPHS
from zanryu.graph.sources import SourceFile, find_dataset, read
from zanryu.graph.validation import Finding, Shapes, read_shapes, validate, validate_reifiers
from zanryu.graph.validation.engines import to_graph
from zanryu.graph.validation.findings import from_report

DATASET = find_dataset()
EXAMPLES = DATASET.root / "shapes" / "examples"
VALID = sorted(EXAMPLES.glob("valid/*"))
INVALID = sorted(EXAMPLES.glob("invalid/*"))
BY_HAND = "# derived: by hand"
# MODEL's constraints, the four that need more than the graph, and those added since.
CONSTRAINTS = {f"S{number:02}" for number in range(1, 54)}


@cache
def background() -> tuple[SourceFile, ...]:
    """The ontology and vocabularies, without the data."""
    return tuple(s for s in DATASET.files() if s.path.is_relative_to(DATASET.root / "ontology"))


@cache
def shapes() -> Shapes:
    return read_shapes(DATASET.shape_files())


def findings_of(path: Path) -> list[Finding]:
    """What the checker finds about an example in front of the ontology and the vocabularies."""
    if path.suffix == ".nq":
        quads = [*materialise(read(background())).plain, *ox.parse(path=path, format=ox.RdfFormat.N_QUADS)]
        return validate_reifiers(quads, read_shapes(DATASET.rdf12_shape_files()))
    sources = [*background(), SourceFile(path, GRAPHS["claims"])]
    return examine(DATASET, sources, threshold=3)[1]


def promised(path: Path) -> str:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    found = re.fullmatch(r"# (?:violates|conforms): (S\d\d[a-z]?)", first)
    assert found, f"{path.name} begins with {first!r}"
    return found[1]


@pytest.mark.parametrize("path", INVALID, ids=lambda p: p.stem)
def test_an_invalid_example_triggers_the_constraint_it_names_and_no_other(path: Path) -> None:
    assert {finding.constraint_id for finding in findings_of(path)} == {promised(path)}


@pytest.mark.parametrize("path", VALID, ids=lambda p: p.stem)
def test_a_valid_example_triggers_nothing(path: Path) -> None:
    promised(path)

    assert findings_of(path) == []


def test_every_constraint_has_a_valid_and_an_invalid_example() -> None:
    for paths in (VALID, INVALID):
        assert CONSTRAINTS <= {promised(path) for path in paths}


@pytest.mark.parametrize("path", [p for p in INVALID + VALID if p.suffix == ".ttl"], ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_both_engines_together_report_what_pyshacl_reports_alone(path: Path) -> None:
    sources = [SourceFile(path, GRAPHS["claims"])]
    by_hand = BY_HAND in path.read_text(encoding="utf-8")
    own = read(sources) if by_hand else []
    quads = [*materialise([*read(background()), *([] if by_hand else read(sources))]).plain, *own]

    _, report, _ = pyshacl.validate(to_graph(quads), shacl_graph=shapes().graph, inference="none")

    assert isinstance(report, Graph)
    assert set(validate(quads, shapes())) == set(from_report(report))
