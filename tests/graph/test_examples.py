"""Every constraint has an example that breaks it and one that does not; both engines agree on each."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import SH, Graph, URIRef
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.evaluate import evalQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.processor import SPARQLProcessor

from zanryu.graph.materialise import materialise
from zanryu.graph.namespaces import GRAPHS, term
from zanryu.graph.sources import SourceFile, find_dataset, read
from zanryu.graph.validation import Finding, Shapes, read_shapes, validate, validate_reifiers
from zanryu.graph.validation.engines import to_graph
from zanryu.graph.validation.findings import from_report
from zanryu.graph.validation.source_checks import check_sources

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rdflib.plugins.sparql.sparql import Query
    from rdflib.term import Identifier

DATASET = find_dataset()
EXAMPLES = DATASET.root / "shapes" / "examples"
VALID = sorted(EXAMPLES.glob("valid/*"))
INVALID = sorted(EXAMPLES.glob("invalid/*"))
BY_HAND = "# derived: by hand"
FOLLOWED = {
    term(name)
    for name in (
        "rdf:type",
        "rdfs:subClassOf",
        "rdfs:subPropertyOf",
        "rdfs:domain",
        "rdfs:range",
        "skos:inScheme",
    )
}
# Shapes refuse to target a class that nobody declares, so these are always there.
TARGET_CLASSES = [
    ox.NamedNode(str(cls))
    for cls in read_shapes(DATASET.shape_files()).graph.objects(None, SH.targetClass)
    if isinstance(cls, URIRef)
]
# MODEL's constraints and those added since, but for two that ask of the files beside an example.
CONSTRAINTS = {f"S{number:02}" for number in range(1, 63)} - {"S54", "S55"}


@cache
def background() -> tuple[SourceFile, ...]:
    """The ontology and vocabularies, without the data."""
    return tuple(s for s in DATASET.files() if s.path.is_relative_to(DATASET.root / "ontology"))


@cache
def background_quads() -> tuple[ox.Quad, ...]:
    return tuple(read(background()))


@cache
def shapes() -> Shapes:
    return read_shapes(DATASET.shape_files())


@cache
def quads_of(path: Path) -> tuple[ox.Quad, ...]:
    """The materialised example with the part of the ontology and vocabularies that it speaks of."""
    own = read([SourceFile(path, GRAPHS["claims"])])
    by_hand = BY_HAND in path.read_text(encoding="utf-8")
    derived = materialise([*spoken_of(own), *([] if by_hand else own)]).plain
    return (*derived, *own) if by_hand else tuple(derived)


def findings_of(path: Path) -> list[Finding]:
    """What the checker finds about an example."""
    if path.suffix == ".nq":
        reified = [*materialise(background_quads()).plain, *ox.parse(path=path, format=ox.RdfFormat.N_QUADS)]
        return validate_reifiers(reified, read_shapes(DATASET.rdf12_shape_files()))
    quads = quads_of(path)
    everything = [*background_quads(), *quads]
    return check_sources(everything, DATASET, shapes().graph) + validate(quads, shapes())


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
        assert {promised(path) for path in paths} >= CONSTRAINTS


@pytest.mark.parametrize(
    "path",
    [p for p in INVALID + VALID if p.suffix == ".ttl"],
    ids=lambda p: f"{p.parent.name}-{p.stem}",
)
@pytest.mark.usefixtures("rules_parsed_once")
def test_both_engines_together_report_what_pyshacl_reports_alone(path: Path) -> None:
    """On the part of the ontology that the example speaks of: pySHACL asks each rule once per focus node."""
    quads = quads_of(path)

    _, report, _ = pyshacl.validate(to_graph(quads), shacl_graph=shapes().graph, inference="none")

    assert isinstance(report, Graph)
    assert set(validate(quads, shapes())) == set(from_report(report))


@pytest.fixture
def rules_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let rdflib keep the parsed rules: it would parse the same forty texts anew for every focus node."""

    def query(
        self: SPARQLProcessor,
        text: str,
        initBindings: Mapping[str, Identifier] | None = None,  # noqa: N803 - rdflib's names
        initNs: object = None,  # noqa: ARG001, N803
        base: str | None = None,
        DEBUG: bool = False,  # noqa: ARG001, N803
    ) -> Mapping[str, object]:
        return evalQuery(self.graph, parsed(text), initBindings, base)

    monkeypatch.setattr(SPARQLProcessor, "query", query)


@cache
def parsed(text: str) -> Query:
    return translateQuery(parseQuery(text), None, {})


def spoken_of(example: list[ox.Quad]) -> list[ox.Quad]:
    """The descriptions that can be reached from the example along the links that shapes follow."""
    index = background_index()
    waiting = [*TARGET_CLASSES, *(node for q in example for node in (q.subject, q.predicate, q.object))]
    reached: set[object] = set()
    while waiting:
        node = waiting.pop()
        if node not in reached:
            reached.add(node)
            waiting += [q.object for q in index.get(node, []) if q.predicate in FOLLOWED]
    return [quad for node in reached for quad in index.get(node, [])]


@cache
def background_index() -> dict[object, list[ox.Quad]]:
    index: dict[object, list[ox.Quad]] = {}
    for quad in background_quads():
        index.setdefault(quad.subject, []).append(quad)
    return index
