from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pyshacl
import pytest
from pyoxigraph import Quad, Triple
from rdflib import RDF, SH, Graph, Literal, URIRef
from rdflib.plugins.sparql import prepareQuery

from zanryu.errors import DataSyntaxError, InvalidShapes
from zanryu.graph.materialise import materialise
from zanryu.graph.namespaces import PREFIXES
from zanryu.graph.sources import Dataset, read
from zanryu.graph.validation import (
    CANARY,
    Finding,
    Shapes,
    read_shapes,
    report_graph,
    validate,
    validate_reifiers,
)
from zanryu.graph.validation.engines import to_graph
from zanryu.graph.validation.findings import from_report
from zanryu.graph.validation.shapes import split

if TYPE_CHECKING:
    from pathlib import Path

    from rdflib.plugins.sparql.sparql import Query
    from rdflib.query import Result


_CLAIMS = "data/claims/sato-haru.ttl"

# Each spoils another claim or thing, so that all of them together are one spoiled dataset.
MUTATIONS = {
    "no source": (
        "S04",
        _CLAIMS,
        '    zr:citation [ zr:work w:memoir ; zr:locator "p. 41" ; zr:stance zv:supports ] ;\n',
        "",
    ),
    "no such certainty": ("S02", _CLAIMS, "zr:certainty zv:possible", "zr:certainty zv:maybe"),
    "two statuses": (
        "S03",
        _CLAIMS,
        "    zr:polarity zv:negative ;\n    zr:status zv:normal",
        "    zr:polarity zv:negative ;\n    zr:status zv:normal, zv:preferred",
    ),
    "unreadable date": ("S07", _CLAIMS, "1946-06~/1946-11", "summer 1946"),
    "deprecated without a reason": (
        "S09",
        _CLAIMS,
        '"title page" ; zr:stance zv:supports ] ;\n    zr:status zv:normal .',
        '"title page" ; zr:stance zv:supports ] ;\n    zr:status zv:deprecated .',
    ),
    "hedge without its words": ("S06", _CLAIMS, ' ; zr:cue "reportedly"', ""),
    "number outside its bounds": ("S11", _CLAIMS, "zr:countMax 7", "zr:countMax 5"),
    "bounds crossed": ("S11", _CLAIMS, "zr:countMin 5", "zr:countMin 50"),
    "unknown value preferred": (
        "S48",
        _CLAIMS,
        '"p. 99" ; zr:stance zv:supports ] ;\n    zr:status zv:normal',
        '"p. 99" ; zr:stance zv:supports ] ;\n    zr:status zv:preferred',
    ),
    "conflict that nobody explains": (
        "S17",
        _CLAIMS,
        '    zr:rationale "The memoir gives his own rank."@en ;\n',
        "",
    ),
    "two names in one language": ("S12", "data/persons.ttl", '"Satō Haru"@en', '"Satō"@en, "Haru"@en'),
    "no Japanese name (info)": ("S13", "data/persons.ttl", '"佐藤春"@ja', '"Satō Haru"@ja'),
    "web source nobody can find": ("S16", "data/works.ttl", 'zr:archivedAs "web-page.txt"', "zr:note 'x'"),
    "work without a tier": ("S15", "data/works.ttl", "    zr:tier zv:primary .", "    zr:note 'x' ."),
    "wrong Wikidata address": ("S14", "data/links.ttl", "wd:Q1 ", "<https://www.wikidata.org/wiki/Q1> "),
}  # fmt: skip


def _spoil(dataset: Dataset, name: str) -> None:
    _, file, old, new = MUTATIONS[name]
    path = dataset.root / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"the mutation “{name}” no longer fits {file}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _plain(dataset: Dataset) -> list[Quad]:
    return materialise(read(dataset.files())).plain


@pytest.fixture(scope="module")
def shapes(small: Dataset) -> Shapes:
    return read_shapes(small.shape_files())


def _key(finding: Finding) -> tuple[object, ...]:
    return (
        finding.focus,
        finding.path,
        finding.value,
        finding.severity,
        finding.component,
        finding.shape,
        finding.constraint,
    )


class _PreparingGraph(Graph):
    """A graph that parses each query once: pySHACL asks the same texts for every focus node."""

    def query(self, query_object: str | Query, *arguments: Any, **options: Any) -> Result:
        if isinstance(query_object, str):
            query_object = _prepare(query_object)
        return super().query(query_object, *arguments, **options)


@cache
def _prepare(text: str) -> Query:
    return prepareQuery(text)


def _pyshacl_alone(quads: list[Quad], shapes: Graph) -> set[tuple[object, ...]]:
    """Run every constraint, ``sh:sparql`` too, with pySHACL."""
    data = _PreparingGraph()
    data += to_graph(quads)
    _, report, _ = pyshacl.validate(
        data, shacl_graph=shapes, inference="none", do_owl_imports=False, inplace=True
    )
    assert isinstance(report, Graph)
    return {_key(finding) for finding in from_report(report)}


# ---------------------------------------------------------------- findings


def test_the_small_dataset_has_no_findings(small_dataset: Dataset, shapes: Shapes) -> None:
    assert validate(_plain(small_dataset), shapes) == []


@pytest.mark.parametrize("name", MUTATIONS)
def test_each_mutation_is_found_by_its_rule(small_dataset: Dataset, shapes: Shapes, name: str) -> None:
    _spoil(small_dataset, name)

    found = validate(_plain(small_dataset), shapes)

    assert MUTATIONS[name][0] in {finding.constraint_id for finding in found}


def test_the_report_of_both_engines_equals_that_of_pyshacl_alone(
    small_dataset: Dataset, shapes: Shapes
) -> None:
    for name in MUTATIONS:
        _spoil(small_dataset, name)
    quads = _plain(small_dataset)

    found = {_key(finding) for finding in validate(quads, shapes)}

    assert found == _pyshacl_alone(quads, shapes.graph)
    assert {finding[4] == SH.SPARQLConstraintComponent for finding in found} == {True, False}
    assert {finding[3] for finding in found} >= {SH.Violation, SH.Info}


def test_findings_come_in_the_same_order_whatever_the_order_of_quads(
    small_dataset: Dataset, shapes: Shapes
) -> None:
    for name in MUTATIONS:
        _spoil(small_dataset, name)
    quads = _plain(small_dataset)

    assert validate(quads, shapes) == validate(reversed(quads), shapes)


def test_a_message_names_the_value_that_it_is_about(small_dataset: Dataset, shapes: Shapes) -> None:
    _spoil(small_dataset, "wrong Wikidata address")

    (found,) = validate(_plain(small_dataset), shapes)

    for language in ("en", "ja", "vi"):
        assert "https://www.wikidata.org/wiki/Q1" in found.message(language)
        assert "{?" not in found.message(language)


def test_a_message_in_an_unknown_language_is_given_in_english(small_dataset: Dataset, shapes: Shapes) -> None:
    _spoil(small_dataset, "wrong Wikidata address")

    (found,) = validate(_plain(small_dataset), shapes)

    assert found.message("fr") == found.message("en")


# ---------------------------------------------------------------- shapes that cannot be trusted

_SHAPE_HEAD = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())


def _split(text: str) -> Shapes:
    return split(Graph().parse(data=_SHAPE_HEAD + text, format="turtle"))


def test_a_mistyped_term_of_shacl_is_refused_with_a_near_miss() -> None:
    with pytest.raises(
        InvalidShapes, match=r"sh:targetclass is not a term of SHACL.* Did you mean sh:targetClass\?"
    ):
        _split("zs:A a sh:NodeShape ; sh:targetclass zr:Assertion .")


def test_a_mistyped_term_without_a_near_miss_is_refused() -> None:
    with pytest.raises(InvalidShapes, match="sh:xyzzy is not a term of SHACL, so it constrains nothing.$"):
        _split("zs:A a sh:NodeShape ; sh:targetClass zr:Assertion ; sh:xyzzy 1 .")


@pytest.mark.parametrize(
    "shape",
    [
        pytest.param("zs:A a sh:NodeShape ; sh:sparql zs:S99 .", id="no target"),
        pytest.param(
            "zs:A sh:targetClass zr:Person ; sh:path zr:when ; sh:sparql zs:S99 .", id="property shape"
        ),
    ],
)
def test_sparql_where_it_would_not_be_run_is_refused(shape: str) -> None:
    with pytest.raises(InvalidShapes, match="has sh:sparql but no target of its own"):
        _split(f'{shape} zs:S99 sh:select "SELECT $this WHERE {{ $this a zr:Person }}" .')


def test_sparql_without_a_select_is_refused() -> None:
    with pytest.raises(InvalidShapes, match=r"zs:S99 has no sh:select"):
        _split("zs:A a sh:NodeShape ; sh:targetClass zr:Person ; sh:sparql zs:S99 . zs:S99 sh:message 'x' .")


def test_a_deactivated_constraint_is_not_run() -> None:
    text = (
        "zs:A a sh:NodeShape ; sh:targetClass zr:Person ; sh:sparql zs:S99 . "
        "zs:S99 sh:deactivated true ; sh:select 'SELECT $this WHERE { $this a zr:Person }' ."
    )

    assert _split(text).sparql == []


@pytest.mark.parametrize(
    ("select", "reason"),
    [
        pytest.param("SELECT $this WHERE {", "zs:S99: ", id="syntax"),
        pytest.param("ASK { ?this ?p ?o }", "must be a SELECT", id="ask"),
        pytest.param("SELECT ?value WHERE { ?value ?p ?o }", r"must project \$this", id="no this"),
    ],
)
def test_a_select_that_cannot_answer_is_refused(small_dataset: Dataset, select: str, reason: str) -> None:
    (small_dataset.root / "shapes" / "wrong.ttl").write_text(
        f"{_SHAPE_HEAD}zs:A a sh:NodeShape ; sh:targetClass zr:Person ; sh:sparql zs:S99 . "
        f"zs:S99 sh:select '{select}' .",
        encoding="utf-8",
    )

    with pytest.raises(InvalidShapes, match=reason):
        validate(_plain(small_dataset), read_shapes(small_dataset.shape_files()))


def test_a_target_class_that_nobody_declared_is_refused(small_dataset: Dataset) -> None:
    (small_dataset.root / "shapes" / "wrong.ttl").write_text(
        f"{_SHAPE_HEAD}zs:A a sh:NodeShape ; sh:targetClass zr:Oficer ; sh:nodeKind sh:IRI .",
        encoding="utf-8",
    )

    with pytest.raises(InvalidShapes, match="zs:A targets zr:Oficer, which the ontology does not declare"):
        validate(_plain(small_dataset), read_shapes(small_dataset.shape_files()))


def test_no_shapes_are_refused(small_dataset: Dataset) -> None:
    with pytest.raises(InvalidShapes, match="There are no shapes"):
        validate(_plain(small_dataset), split(Graph()))


def test_core_constraints_that_find_no_fault_with_the_canary_are_refused(
    small_dataset: Dataset, shapes: Shapes
) -> None:
    silent = Graph()
    for shape in shapes.core.subjects(RDF.type, SH.NodeShape):
        silent.add((shape, RDF.type, SH.NodeShape))
        silent += ((shape, SH.targetClass, cls) for cls in shapes.core.objects(shape, SH.targetClass))

    with pytest.raises(InvalidShapes, match="The Core constraints found no fault"):
        validate(_plain(small_dataset), Shapes(shapes.graph, silent, shapes.sparql))


def test_sparql_constraints_that_find_no_fault_with_the_canary_are_refused(
    small_dataset: Dataset, shapes: Shapes
) -> None:

    with pytest.raises(InvalidShapes, match="The sh:sparql constraints found no fault"):
        validate(_plain(small_dataset), Shapes(shapes.graph, shapes.core, []))


def test_the_canary_is_never_among_the_findings(small_dataset: Dataset, shapes: Shapes) -> None:
    for name in MUTATIONS:
        _spoil(small_dataset, name)

    found = validate(_plain(small_dataset), shapes)

    assert not [f for f in found if CANARY.value in (str(f.focus), str(f.value))]


def test_a_shape_file_that_is_not_turtle_is_a_syntax_error(tmp_path: Path) -> None:
    path = tmp_path / "wrong.ttl"
    path.write_text("zs:A a", encoding="utf-8")

    with pytest.raises(DataSyntaxError, match="wrong.ttl"):
        read_shapes([path])


# ---------------------------------------------------------------- reifiers


@pytest.fixture(scope="module")
def rdf12_shapes(small: Dataset) -> Shapes:
    return read_shapes(small.rdf12_shape_files())


def test_the_reifiers_of_the_small_dataset_have_no_findings(small: Dataset, rdf12_shapes: Shapes) -> None:
    found = materialise(read(small.files()))

    assert validate_reifiers(found.plain + found.reifiers, rdf12_shapes) == []


@pytest.mark.parametrize("change", ["missing", "of another triple", "second"])
def test_a_reifier_that_does_not_fit_its_claim_is_found(
    small: Dataset, rdf12_shapes: Shapes, change: str
) -> None:
    found = materialise(read(small.files()))
    first, *rest = found.reifiers
    assert isinstance(first.object, Triple)
    other = Triple(first.object.subject, first.object.predicate, first.object.subject)
    wrong = Quad(first.subject, first.predicate, other, first.graph_name)
    reifiers = {"missing": rest, "of another triple": [wrong, *rest], "second": [first, wrong, *rest]}[change]

    findings = validate_reifiers(found.plain + reifiers, rdf12_shapes)

    assert {(str(f.focus), f.constraint_id) for f in findings} == {(str(first.subject)[1:-1], "S49")}


def test_reifier_shapes_without_fault_in_the_canary_are_refused(small: Dataset, shapes: Shapes) -> None:
    found = materialise(read(small.files()))

    with pytest.raises(InvalidShapes, match="The SPARQL 1.2 constraints found no fault"):
        validate_reifiers(found.plain, Shapes(shapes.graph, shapes.core, []))


# ---------------------------------------------------------------- the report

_FINDING = Finding(
    focus=URIRef("https://w3id.org/zanryu/id/claim/a-1"),
    severity=SH.Warning,
    component=SH.SPARQLConstraintComponent,
    shape=URIRef(PREFIXES["zs"] + "AssertionWarnings"),
    constraint=URIRef(PREFIXES["zs"] + "S47"),
    value=URIRef("https://w3id.org/zanryu/id/claim/b-1"),
    messages=(Literal("Twice.", lang="en"), Literal("二度。", lang="ja")),
)


def test_a_report_read_again_gives_the_same_findings() -> None:
    (read_again,) = from_report(report_graph([_FINDING]))

    assert (read_again, read_again.messages) == (_FINDING, _FINDING.messages)


@pytest.mark.parametrize(("findings", "conforms"), [([], True), ([_FINDING], False)], ids=["none", "one"])
def test_a_report_conforms_only_without_findings(findings: list[Finding], conforms: bool) -> None:
    report = report_graph(findings)

    assert report.value(report.value(predicate=RDF.type, object=SH.ValidationReport), SH.conforms) == Literal(
        conforms
    )


@pytest.mark.parametrize(
    ("shape", "constraint", "number"),
    [
        ("S04", None, "S04"),
        ("S42b-heading", None, "S42b"),
        ("AssertionRules", "S07-object", "S07"),
        ("AssertionRules", None, "S00"),
    ],
)
def test_the_number_of_a_rule_is_read_from_its_name(shape: str, constraint: str | None, number: str) -> None:
    node = URIRef(PREFIXES["zs"] + constraint) if constraint else None
    finding = Finding(
        RDF.nil, SH.Violation, SH.MinCountConstraintComponent, URIRef(PREFIXES["zs"] + shape), node
    )

    assert finding.constraint_id == number
