from __future__ import annotations

import os
import shutil
import time
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from rdflib import RDF, XSD, Dataset, Graph, Literal, URIRef
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID

import zanryu
from zanryu.config import Settings
from zanryu.errors import InputNotFound, Refused
from zanryu.graph.materialise import Materialised, materialise
from zanryu.graph.namespaces import GRAPHS, PREFIXES, REIFIERS
from zanryu.graph.notebook import open_dataset
from zanryu.graph.sources import Dataset as Sources
from zanryu.graph.sources import read
from zanryu.graph.validation.engines import to_graph, to_rdflib
from zanryu.store.build import build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

_REIFIES = URIRef(PREFIXES["rdf"] + "reifies")  # rdflib's own RDF namespace is closed and lacks it
_CLAIMS = URIRef(GRAPHS["claims"].value)
_SATO = URIRef(PREFIXES["p"] + "sato-haru")
_PREFERRED_LABEL = URIRef(PREFIXES["skos"] + "prefLabel")

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")


@pytest.fixture(scope="module")
def settings(small: Sources, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(store=tmp_path_factory.mktemp("notebook") / "store")
    build(small, settings)
    return settings


@pytest.fixture
def opened(settings: Settings) -> Dataset:
    return open_dataset(settings.store)


@pytest.fixture(scope="module")
def expected(small: Sources) -> Materialised:
    return materialise(read(small.files()))


def _plain(terms: Iterable[object]) -> bool:
    return not any(isinstance(part, tuple) for part in terms)


def _lines(graph: Graph) -> set[str]:
    return {f"{s.n3()} {p.n3()} {o.n3()}" for s, p, o in graph}


# ---------------------------------------------------------------- triple terms never surface


def test_the_store_does_hold_triple_terms(settings: Settings) -> None:
    store = ox.Store.read_only(str(settings.store.resolve()))

    assert any(isinstance(quad.object, ox.Triple) for quad in store)


def test_iterating_over_the_dataset_yields_rdf_11_quads_only(opened: Dataset, expected: Materialised) -> None:
    found = list(opened)

    assert all(_plain(quad) for quad in found)
    assert len(found) == len(set(found)) == len(expected.plain)


def test_no_triple_is_found_by_the_property_of_the_reifiers(opened: Dataset) -> None:
    assert list(opened.triples((None, _REIFIES, None))) == []
    assert list(opened.quads((None, _REIFIES, None, None))) == []
    assert list(opened.objects(None, _REIFIES)) == []


def test_the_length_counts_each_triple_of_the_union_once(opened: Dataset, expected: Materialised) -> None:
    assert len(opened) == len({quad.triple for quad in expected.plain})


def test_the_triples_are_those_of_the_union_each_once(opened: Dataset, expected: Materialised) -> None:
    found = list(opened.triples((None, None, None)))

    assert len(found) == len(set(found)) == len({quad.triple for quad in expected.plain})


def test_the_graph_of_the_reifiers_is_not_among_the_graphs(opened: Dataset) -> None:
    names = {graph.identifier for graph in opened.graphs()}

    assert names == {URIRef(g.value) for g in GRAPHS.values() if g != REIFIERS} | {DATASET_DEFAULT_GRAPH_ID}


def test_the_graph_of_the_reifiers_looks_empty_when_asked_for(opened: Dataset) -> None:
    graph = opened.graph(URIRef(REIFIERS.value))

    assert (len(graph), list(graph), list(graph.query("SELECT * { ?s ?p ?o }"))) == (0, [], [])
    assert graph.serialize(format="ox-nt") == ""


@pytest.mark.parametrize("syntax", ["trig", "nquads", "ox-trig", "ox-nquads"])
def test_the_whole_dataset_is_written_as_quads_without_triple_terms(
    opened: Dataset, expected: Materialised, syntax: str
) -> None:
    written = opened.serialize(format=syntax)

    parsed = ox.parse(
        written, format=ox.RdfFormat.from_extension(syntax.removeprefix("ox-").replace("quads", "q"))
    )
    assert "<<" not in written
    assert {(q.triple, q.graph_name) for q in parsed} == {(q.triple, q.graph_name) for q in expected.plain}


@pytest.mark.parametrize("syntax", ["turtle", "nt", "xml", "ox-turtle", "ox-nt"])
def test_the_union_is_written_as_triples_without_triple_terms(
    opened: Dataset, expected: Materialised, syntax: str
) -> None:
    written = opened.serialize(format=syntax)

    names = {"turtle": "turtle", "nt": "nt", "xml": "xml"}
    found = Graph().parse(data=written, format=names[syntax.removeprefix("ox-")])
    assert len(found) == len({quad.triple for quad in expected.plain})


@pytest.mark.parametrize("syntax", ["turtle", "ox-turtle", "json-ld"])
def test_one_named_graph_can_be_written(opened: Dataset, expected: Materialised, syntax: str) -> None:
    written = opened.graph(_CLAIMS).serialize(format=syntax)

    found = Graph().parse(data=written, format=syntax.removeprefix("ox-"))
    assert len(found) == sum(quad.graph_name == GRAPHS["claims"] for quad in expected.plain)


def test_the_dataset_can_be_copied_into_memory(opened: Dataset, expected: Materialised) -> None:
    copy = Dataset()
    copy += opened  # type: ignore[arg-type] # as rdflib's own annotation has it

    assert len(list(copy)) == len(expected.plain)


@pytest.mark.parametrize("name", ["claims", "entities", "accepted"])
def test_a_named_graph_can_be_copied_into_memory(opened: Dataset, expected: Materialised, name: str) -> None:
    graph = opened.graph(URIRef(GRAPHS[name].value))

    copy = Graph() + graph

    assert _lines(copy) == _lines(to_graph(q for q in expected.plain if q.graph_name == GRAPHS[name]))


def test_the_union_can_be_copied_into_memory(opened: Dataset, expected: Materialised) -> None:
    copy = Graph()
    copy += opened.triples((None, None, None))

    assert _lines(copy) == _lines(to_graph(expected.plain))


# ---------------------------------------------------------------- queries


def test_a_query_sees_the_union_of_the_named_graphs(opened: Dataset) -> None:
    query = """SELECT ?label {
        ?claim rdf:subject ?p ; rdf:object/zr:seniority ?seniority . ?p skos:prefLabel ?label
    }"""

    assert {str(row[0]) for row in opened.query(query) if isinstance(row, tuple)} == {"Satō Haru", "佐藤春"}


def test_a_query_of_everything_finds_no_triple_term(opened: Dataset) -> None:
    assert all(_plain(row) for row in opened.query("SELECT ?s ?p ?o { ?s ?p ?o }") if isinstance(row, tuple))
    assert not opened.query("ASK { ?s rdf:reifies ?o }").askAnswer
    assert not opened.query("ASK { GRAPH ?g { ?s rdf:reifies ?o } }").askAnswer
    assert not opened.query("ASK { GRAPH zg:reifiers { ?s ?p ?o } }").askAnswer


def test_a_construct_of_everything_is_a_graph_of_the_union(opened: Dataset, expected: Materialised) -> None:
    result = opened.query("CONSTRUCT WHERE { ?s ?p ?o }")

    assert result.graph is not None
    assert _lines(result.graph) == _lines(to_graph(expected.plain))
    assert "zr:Assertion" in result.graph.serialize(format="turtle")


def test_a_query_names_the_graphs_that_it_reads(opened: Dataset) -> None:
    found = {
        str(row[0])
        for row in opened.query("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")
        if isinstance(row, tuple)
    }

    assert found == {graph.value for graph in GRAPHS.values() if graph != REIFIERS}


def test_a_query_of_one_graph_sees_that_graph_only(opened: Dataset) -> None:
    links = opened.graph(URIRef(GRAPHS["links"].value))

    assert len(links.query("SELECT * { ?s ?p ?o }")) == len(links) == 1


@pytest.mark.parametrize(
    ("query", "count"),
    [
        pytest.param("SELECT * FROM zg:links { ?s ?p ?o }", 1, id="one graph"),
        pytest.param("SELECT * FROM NAMED zg:links { GRAPH ?g { ?s ?p ?o } }", 1, id="one named graph"),
        pytest.param("SELECT * FROM NAMED zg:links { ?s ?p ?o }", 0, id="no default graph"),
        pytest.param("# FROM zg:x\nSELECT ?from { VALUES ?from { 'FROM zg:x' } }", 1, id="no FROM at all"),
    ],
)
def test_the_dataset_that_a_query_names_takes_the_place_of_the_union(
    opened: Dataset, query: str, count: int
) -> None:
    assert len(opened.query(query)) == count


@pytest.mark.parametrize(
    "clause",
    [
        "FROM zg:reifiers",
        f"FROM NAMED <{REIFIERS.value}>",
        "FROM zg:claims from named zg:reifiers",
        "FROM<x/reifiers>",
    ],
)
def test_a_query_that_names_the_reifiers_as_its_dataset_is_refused(opened: Dataset, clause: str) -> None:
    with pytest.raises(Refused, match="ask the SPARQL endpoint"):
        opened.query(f"SELECT * {clause} {{ ?s ?p ?o }}")


def test_bindings_given_beside_the_query_are_used(opened: Dataset) -> None:
    rows = opened.query("SELECT ?p ?label { ?p skos:prefLabel ?label }", initBindings={"p": _SATO})

    assert {row[1] for row in rows if isinstance(row, tuple)} == {
        Literal("Satō Haru", lang="en"),
        Literal("佐藤春", lang="ja"),
    }


def test_an_unbound_variable_is_none(opened: Dataset) -> None:
    (row,) = opened.query("SELECT ?x ?y { VALUES (?x ?y) { (1 UNDEF) } }")

    assert isinstance(row, tuple)
    assert row == (Literal(1), None)


def test_a_result_can_be_iterated_twice_and_counted(opened: Dataset) -> None:
    result = opened.query("SELECT ?c { ?c a zr:Assertion }")

    assert len(list(result)) == len(list(result)) == len(result) == 9


def test_a_query_that_is_not_sparql_says_where(opened: Dataset) -> None:
    with pytest.raises(SyntaxError, match="1:"):
        opened.query("SELECT * {")


# ---------------------------------------------------------------- looking things up


def test_a_plain_text_equals_the_literal_one_would_write(opened: Dataset) -> None:
    locators = set(opened.objects(None, URIRef(PREFIXES["zr"] + "locator")))

    assert Literal("p. 41") in locators
    assert Literal("p. 41", datatype=XSD.string) not in locators


def test_a_language_tag_matches_whatever_its_case(opened: Dataset) -> None:
    assert list(opened.subjects(None, Literal("佐藤春", lang="ja-Hani")))
    assert (_SATO, _PREFERRED_LABEL, Literal("佐藤春", lang="ja")) in opened


def test_the_bounds_of_a_date_are_python_dates(opened: Dataset) -> None:
    claim = URIRef(PREFIXES["cl"] + "sato-haru-birth-1")

    found = opened.value(claim, URIRef(PREFIXES["zr"] + "earliest"))

    assert isinstance(found, Literal)
    assert found.toPython() == date(1919, 12, 1)


def test_a_property_path_is_followed_through_the_union(opened: Dataset) -> None:
    path = URIRef(PREFIXES["zr"] + "citation") / URIRef(PREFIXES["zr"] + "work")

    assert set(opened.objects(URIRef(PREFIXES["cl"] + "sato-haru-rank-1"), path)) == {
        URIRef(PREFIXES["w"] + "memoir"),
        URIRef(PREFIXES["w"] + "web-page"),
    }


def test_a_quad_says_which_graph_it_is_in(opened: Dataset) -> None:
    graphs = {graph for *_, graph in opened.quads((_SATO, None, None, None))}

    assert graphs == {URIRef(GRAPHS[name].value) for name in ("entities", "accepted")}


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param((Literal("x"), None, None), id="literal as subject"),
        pytest.param((None, Literal("x"), None), id="literal as property"),
        pytest.param((URIRef("not an IRI"), None, None), id="space in an IRI"),
    ],
)
def test_a_pattern_that_cannot_match_finds_nothing(
    opened: Dataset, pattern: tuple[URIRef, None, None]
) -> None:
    assert list(opened.triples(pattern)) == []


def test_an_unknown_graph_looks_empty(opened: Dataset) -> None:
    assert len(opened.graph(URIRef("https://example.org/graph"))) == 0


def test_the_prefixes_of_the_project_are_bound(opened: Dataset) -> None:
    bound = {prefix: str(namespace) for prefix, namespace in opened.namespaces()}

    assert PREFIXES.items() <= bound.items()
    assert opened.graph(_CLAIMS).qname(PREFIXES["cl"] + "a-1") == "cl:a-1"


# ---------------------------------------------------------------- no writing


_TRIPLE = (_SATO, RDF.type, RDF.Bag)


@pytest.mark.parametrize("part", ["dataset", "named graph"])
@pytest.mark.parametrize("act", ["add", "remove", "update", "parse", "ox parse", "set", "+="])
def test_writing_is_refused_in_a_sentence(opened: Dataset, part: str, act: str) -> None:
    graph = opened if part == "dataset" else opened.graph(_CLAIMS)
    acts: dict[str, Callable[[], object]] = {
        "add": lambda: graph.add(_TRIPLE),
        "remove": lambda: graph.remove((_SATO, None, None)),
        "update": lambda: graph.update("INSERT DATA { <a:b> <a:c> 1 }"),
        "parse": lambda: graph.parse(data="<a:b> <a:c> 1 .", format="turtle"),
        "ox parse": lambda: graph.parse(BytesIO(b"<a:b> <a:c> 1 ."), format="ox-turtle"),
        "set": lambda: opened.graph(_CLAIMS).set(_TRIPLE),
        "+=": lambda: opened.graph(_CLAIMS).__iadd__([_TRIPLE]),
    }
    before = len(opened)

    with pytest.raises(Refused, match=r"read-only: .* `mine = rdflib.Graph\(\) \+ graph`"):
        acts[act]()

    assert len(opened) == before


def test_a_graph_of_the_store_cannot_be_removed(opened: Dataset) -> None:
    with pytest.raises(Refused, match="read-only"):
        opened.remove_graph(_CLAIMS)


# ---------------------------------------------------------------- opening


def test_the_store_of_the_settings_is_opened_by_default(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZANRYU_STORE", str(settings.store))

    assert len(zanryu.open_dataset()) == len(open_dataset(str(settings.store)))


def test_a_folder_that_is_not_a_store_is_an_input_error_and_stays_empty(tmp_path: Path) -> None:
    with pytest.raises(InputNotFound, match=r"is not a built store\. Run `zanryu build`"):
        open_dataset(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_opening_leaves_the_store_as_it_was(settings: Settings, tmp_path: Path) -> None:
    copy = shutil.copytree(settings.store.resolve(), tmp_path / "store")
    before = {path.name: path.stat().st_mtime_ns for path in copy.iterdir()}

    list(open_dataset(copy))

    assert {path.name: path.stat().st_mtime_ns for path in copy.iterdir()} == before


def test_a_dataset_opened_before_a_new_build_still_answers(small_dataset: Sources, tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "var" / "store")
    build(small_dataset, settings)
    opened = open_dataset(settings.store)
    before = len(opened)

    build(small_dataset, settings, force=True)

    assert len(list(opened.triples((None, None, None)))) == before


def test_opening_copies_nothing(tmp_path: Path) -> None:
    """A store twenty times as large is opened in about the same time and without reading it."""

    def seconds(size: int) -> float:
        folder = tmp_path / str(size)
        store = ox.Store(str(folder))
        node = ox.NamedNode("https://example.org/p")
        store.bulk_extend(
            ox.Quad(ox.NamedNode(f"a:{i}"), node, ox.Literal(str(i)), GRAPHS["claims"]) for i in range(size)
        )
        store.flush()
        del store
        begin = time.process_time()
        open_dataset(folder)
        return time.process_time() - begin

    seconds(10)
    assert seconds(20_000) < 10 * seconds(1_000) + 0.05


def test_the_real_dataset_opens_with_all_its_rdf_11_triples(built: Settings, quads: Materialised) -> None:
    opened = open_dataset(built.store)

    assert len(opened) == len({quad.triple for quad in quads.plain})
    assert os.fspath(built.store) not in str(opened)
    assert to_rdflib(GRAPHS["claims"]) in {graph.identifier for graph in opened.graphs()}
