from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any, cast

import pyoxigraph as ox
import pytest
from rdflib import Dataset as RdflibDataset
from rdflib import Graph, URIRef
from rdflib.query import ResultRow

from zanryu.graph.materialise import Materialised, materialise
from zanryu.graph.namespaces import DATASET_IRI, GRAPHS, REIFIERS, term
from zanryu.graph.release import canonical, counts, data_version, write_release
from zanryu.graph.release_description import MEDIA_TYPES
from zanryu.graph.sources import Dataset, read
from zanryu.store.build import read_context

if TYPE_CHECKING:
    from pathlib import Path

    from zanryu.config import Settings

_PARSE = {
    "zanryu.ttl": ox.RdfFormat.TURTLE,
    "zanryu.nt": ox.RdfFormat.N_TRIPLES,
    "zanryu.rdf": ox.RdfFormat.RDF_XML,
    "zanryu.jsonld": ox.RdfFormat.JSON_LD,
    "zanryu.trig": ox.RdfFormat.TRIG,
    "zanryu.nq": ox.RdfFormat.N_QUADS,
}
_RDFLIB = {"ttl": "turtle", "nt": "nt", "rdf": "xml", "jsonld": "json-ld", "trig": "trig", "nq": "nquads"}
_SD_NAME = "http://www.w3.org/ns/sparql-service-description#name"


def _materialise(dataset: Dataset) -> Materialised:
    return materialise(read(dataset.files()))


def _release(dataset: Dataset, materialised: Materialised, folder: Path) -> Path:
    folder.mkdir()
    write_release(materialised, read_context(dataset), folder)
    return folder


@pytest.fixture(scope="module")
def release(small: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _release(small, _materialise(small), tmp_path_factory.mktemp("release") / "release")


def test_rdf_xml_is_left_out_where_a_text_has_a_character_that_xml_cannot_write(
    small: Dataset, tmp_path: Path
) -> None:
    made = _materialise(small)
    spoiled = ox.Quad(
        ox.NamedNode("http://h/s"), ox.NamedNode("http://h/p"), ox.Literal("\x1b[31m"), GRAPHS["claims"]
    )
    steps: list[str] = []

    write_release(
        Materialised([*made.plain, spoiled], made.reifiers), read_context(small), tmp_path, steps.append
    )

    assert not (tmp_path / "zanryu.rdf").exists()
    assert any("zanryu.rdf is left out" in step for step in steps)
    assert "zanryu.rdf" not in (tmp_path / "void.ttl").read_text(encoding="utf-8")
    assert "zanryu.rdf" not in (tmp_path / "SHA256SUMS").read_text(encoding="ascii")


def _triples(path: Path) -> list[str]:
    """Return the lines of the file's canonical N-Triples, without graph names."""
    dataset = ox.Dataset(ox.Quad(*q.triple) for q in ox.parse(path=path, format=_PARSE[path.name]))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(str(quad) for quad in dataset)


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


# ---------------------------------------------------------------- the same bytes


def test_the_release_is_the_same_to_the_byte_whatever_the_order_of_quads(
    small: Dataset, release: Path, tmp_path: Path
) -> None:
    found = _materialise(small)
    backwards = Materialised(found.plain[::-1], found.reifiers[::-1])

    assert _bytes(_release(small, backwards, tmp_path / "again")) == _bytes(release)


_RELEASE_IN_A_NEW_PROCESS = """
import sys
from pathlib import Path
from zanryu.graph.materialise import materialise
from zanryu.graph.release import write_release
from zanryu.graph.sources import Dataset, read
from zanryu.store.build import read_context
dataset = Dataset(Path(sys.argv[1]))
write_release(materialise(read(dataset.files())), read_context(dataset), Path(sys.argv[2]))
"""


def test_the_release_is_the_same_to_the_byte_whatever_the_seed_of_hashes(
    small: Dataset, release: Path, tmp_path: Path
) -> None:
    running = {}
    for seed in ("1", "2"):
        folder = tmp_path / seed
        folder.mkdir()
        running[folder] = subprocess.Popen(
            [sys.executable, "-c", _RELEASE_IN_A_NEW_PROCESS, str(small.root), str(folder)],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        )

    assert [process.wait(timeout=60) for process in running.values()] == [0, 0]
    assert [_bytes(folder) for folder in running] == [_bytes(release)] * 2


# ---------------------------------------------------------------- every syntax


@pytest.mark.parametrize("name", [name for name in _PARSE if name != "zanryu.nt"])
def test_every_dump_holds_the_same_triples(release: Path, name: str) -> None:
    assert _triples(release / name) == _triples(release / "zanryu.nt")


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
@pytest.mark.parametrize("name", _PARSE)
def test_rdflib_reads_every_dump_as_the_same_graph(release: Path, name: str) -> None:
    def read_with_rdflib(path: Path) -> Graph:
        syntax = _RDFLIB[path.suffix[1:]]
        if syntax not in ("trig", "nquads"):
            return Graph().parse(path, format=syntax)
        union = Graph()
        for s, p, o, _ in RdflibDataset().parse(path, format=syntax).quads():
            union.add((s, p, o))
        return union

    # Oxigraph writes language tags in lower case, rdflib keeps those of the JSON-LD context.
    found, expected = (
        {f"{s.n3()} {p.n3()} {o.n3()}".lower() for s, p, o in read_with_rdflib(release / file)}
        for file in (name, "zanryu.nt")
    )
    assert found == expected


@pytest.mark.parametrize("name", ["zanryu.trig", "zanryu.nq"])
def test_the_dumps_of_quads_hold_each_named_graph_whole(small: Dataset, release: Path, name: str) -> None:
    found = Counter(q.graph_name for q in ox.parse(path=release / name, format=_PARSE[name]))

    assert found == Counter(q.graph_name for q in _materialise(small).plain)


def test_the_rdf_12_dump_adds_the_reifiers_and_nothing_else(small: Dataset, release: Path) -> None:
    lines = (release / "zanryu-rdf12.nq").read_text(encoding="utf-8").splitlines()
    plain = (release / "zanryu.nq").read_text(encoding="utf-8").splitlines()

    added = set(lines) - set(plain)
    assert set(plain) <= set(lines)
    assert len(added) == len(_materialise(small).reifiers) > 0
    assert all(f" <{REIFIERS.value}> ." in line and "<<(" in line for line in added)


def test_no_other_dump_holds_a_triple_term(release: Path) -> None:
    for name in _PARSE:
        assert "<<(" not in (release / name).read_text(encoding="utf-8")


def test_the_json_ld_dump_uses_the_published_context(small: Dataset, release: Path) -> None:
    document = json.loads((release / "zanryu.jsonld").read_text(encoding="utf-8"))

    assert document["@context"].keys() <= cast("dict[str, Any]", read_context(small)["@context"]).keys()
    assert any(node.get("type") == "Officer" and "heldRank" in node for node in document["graph"])
    assert json.loads((release / "context.jsonld").read_text(encoding="utf-8")) == read_context(small)


# ---------------------------------------------------------------- checksums and version


def test_the_checksums_are_those_of_all_the_other_files(release: Path) -> None:
    lines = (release / "SHA256SUMS").read_text(encoding="ascii").splitlines()

    sums = {name: digest for digest, name in (line.split("  ") for line in lines)}
    assert sums == {
        name: hashlib.sha256(content).hexdigest()
        for name, content in _bytes(release).items()
        if name != "SHA256SUMS"
    }


def test_the_data_version_does_not_depend_on_the_order_of_quads(small: Dataset) -> None:
    found = canonical(_materialise(small).plain)

    assert data_version(found) == data_version(found[::-1]) == data_version(canonical(found[::-1]))


def test_the_data_version_is_sixteen_hexadecimal_digits(small: Dataset) -> None:
    version = data_version(canonical(_materialise(small).plain))

    assert len(version) == 16
    assert set(version) <= set("0123456789abcdef")


@pytest.mark.parametrize("change", ["one more", "one less", "other graph"])
def test_the_data_version_changes_with_a_single_quad(small: Dataset, change: str) -> None:
    found = _materialise(small).plain
    first = found[0]
    changed = {
        "one more": [*found, ox.Quad(first.subject, term("zr:note"), ox.Literal("new"), first.graph_name)],
        "one less": found[1:],
        "other graph": [ox.Quad(first.subject, first.predicate, first.object, GRAPHS["works"]), *found[1:]],
    }[change]

    assert data_version(canonical(changed)) != data_version(canonical(found))


def test_canonical_quads_do_not_depend_on_the_names_of_blank_nodes() -> None:
    def graph(a: str, b: str) -> list[ox.Quad]:
        one, two = ox.BlankNode(a), ox.BlankNode(b)
        return [
            ox.Quad(one, term("zr:note"), two, GRAPHS["claims"]),
            ox.Quad(two, term("zr:note"), ox.Literal("x"), GRAPHS["claims"]),
        ]

    assert canonical(graph("x", "y")) == canonical(graph("q", "a")[::-1])


# ---------------------------------------------------------------- the description


@pytest.fixture
def void(release: Path) -> Graph:
    return Graph().parse(release / "void.ttl", format="turtle")


def _numbers(void: Graph, query: str) -> dict[str, int]:
    return {str(row[0]): int(str(row[1])) for row in void.query(query) if isinstance(row, tuple)}


def test_the_counts_of_the_description_are_those_of_the_data(small: Dataset, void: Graph) -> None:
    triples = {q.triple for q in _materialise(small).plain}

    found = _numbers(void, f"SELECT ?p ?n {{ <{DATASET_IRI}> ?p ?n FILTER(datatype(?n) = xsd:integer) }}")

    assert found == {
        term("void:triples").value: len(triples),
        term("void:distinctSubjects").value: len({t.subject for t in triples}),
        term("void:distinctObjects").value: len({t.object for t in triples}),
        term("void:properties").value: len({t.predicate for t in triples}),
        term("void:classes").value: len({t.object for t in triples if t.predicate == term("rdf:type")}),
    }


def test_the_description_counts_the_triples_of_every_named_graph(small: Dataset, void: Graph) -> None:
    found = _materialise(small)

    said = _numbers(void, f"SELECT ?name ?n {{ ?g <{_SD_NAME}> ?name ; void:triples ?n }}")

    sizes = Counter(q.graph_name for q in [*found.plain, *found.reifiers])
    assert said == {str(name)[1:-1]: size for name, size in sizes.items()}


def test_the_description_counts_the_members_of_each_class(small: Dataset, void: Graph) -> None:
    said = _numbers(void, "SELECT ?class ?n { ?x void:class ?class ; void:entities ?n }")

    sizes = counts(_materialise(small))
    assert said[term("zr:Assertion").value] == sizes["claims"] == 9
    assert said[term("zr:Citation").value] == sizes["citations"] == 10
    assert said[term("zr:Officer").value] == sizes["officers"] == 1


def test_the_description_names_size_type_and_checksum_of_every_dump(release: Path, void: Graph) -> None:
    rows = void.query(
        "PREFIX spdx: <http://spdx.org/rdf/terms#> SELECT ?url ?type ?size ?sum { ?d dcat:downloadURL ?url ; "
        "dcat:mediaType ?type ; dcat:byteSize ?size ; spdx:checksum/spdx:checksumValue ?sum }"
    )
    found = {}
    for row in rows:
        assert isinstance(row, ResultRow)
        url, media_type, size, digest = (str(value) for value in row)
        found[url.rsplit("/", 1)[-1]] = media_type.partition("media-types/")[2], int(size), digest

    expected = {}
    for name, media_type in MEDIA_TYPES.items():
        content = (release / name).read_bytes()
        expected[name] = (media_type, len(content), hashlib.sha256(content).hexdigest())
    assert found == expected


def test_the_description_says_where_to_ask_and_where_the_links_lead(void: Graph) -> None:
    linked = void.query(
        "PREFIX void: <http://rdfs.org/ns/void#> "
        "SELECT ?space ?n { ?links a void:Linkset ; void:triples ?n ; "
        "void:linkPredicate <http://www.w3.org/2004/02/skos/core#exactMatch> ; "
        f"void:subjectsTarget <{DATASET_IRI}> ; void:objectsTarget/void:uriSpace ?space }}"
    )
    asked = URIRef(term("void:sparqlEndpoint").value)

    assert {(str(row[0]), int(str(row[1]))) for row in linked if isinstance(row, ResultRow)} == {
        ("http://www.wikidata.org/entity/", 1)
    }
    assert {str(value) for value in void.objects(URIRef(DATASET_IRI), asked)} == {f"{DATASET_IRI}sparql"}


def test_the_description_gives_the_data_version(small: Dataset, void: Graph) -> None:
    version = data_version(canonical(_materialise(small).plain))

    assert f'"{version}"' in {value.n3() for value in void.objects(None)}


# ---------------------------------------------------------------- the real dataset


def test_every_dump_of_the_real_dataset_holds_the_same_triples(built: Settings, quads: Materialised) -> None:
    expected = {q.triple for q in quads.plain}

    assert not any(isinstance(node, ox.BlankNode) for t in expected for node in (t.subject, t.object))
    for name, syntax in _PARSE.items():
        found = {q.triple for q in ox.parse(path=built.dist / name, format=syntax)}
        assert found == expected, name
