from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from zanryu.errors import DataSyntaxError, InputNotFound
from zanryu.graph.namespaces import GRAPHS, RDF_REIFIES, compact, term
from zanryu.graph.sources import (
    Dataset,
    SourceFile,
    find_dataset,
    lines_of_subjects,
    nodes,
    read,
    read_file,
    subject_lines,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("path", "graph"),
    [
        ("ontology/ontology.ttl", "ontology"),
        ("ontology/alignments/prov.ttl", "ontology"),
        ("ontology/vocabularies/hedges.ttl", "vocabularies"),
        ("data/persons.ttl", "entities"),
        ("data/places.ttl", "entities"),
        ("data/works.ttl", "works"),
        ("data/links.ttl", "links"),
        ("data/claims/sato-haru.ttl", "claims"),
        ("data/conflicts.ttl", "claims"),
    ],
)
def test_each_file_goes_to_the_named_graph_of_its_kind(small_dataset: Dataset, path: str, graph: str) -> None:
    (small_dataset.data / "conflicts.ttl").write_text("", encoding="utf-8")

    found = {
        source.path.relative_to(small_dataset.root).as_posix(): source.graph
        for source in small_dataset.files()
    }

    assert found[path] == GRAPHS[graph]


def test_the_files_come_in_the_order_of_their_paths(small_dataset: Dataset) -> None:
    names = [source.path.as_posix() for source in small_dataset.files()]

    assert names == sorted(names, key=lambda name: ("/data/" in name, name))


def test_shapes_for_rdf_12_and_examples_are_not_among_the_shape_files(small_dataset: Dataset) -> None:
    assert {path.parent.name for path in small_dataset.shape_files()} == {"shapes"}


def test_only_rq_files_are_questions(small_dataset: Dataset) -> None:
    queries = small_dataset.root / "queries"
    queries.mkdir()
    for name in ("cq02.rq", "cq01.rq", "README.md"):
        (queries / name).write_text("", encoding="utf-8")

    assert [path.name for path in small_dataset.query_files()] == ["cq01.rq", "cq02.rq"]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        pytest.param("<a:b> <a:c> .\n", 1, 13, id="no object"),
        pytest.param("<a:b> <a:c> 1 .\n<a:b> zr:c 1 .\n", 2, None, id="unknown prefix on line 2"),
        pytest.param('<a:b> <a:c> "open\n', 1, None, id="open string"),
    ],
)
def test_a_syntax_error_names_file_line_and_column(
    tmp_path: Path, text: str, line: int, column: int | None
) -> None:
    path = tmp_path / "wrong.ttl"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(DataSyntaxError) as raised:
        read_file(SourceFile(path, GRAPHS["claims"]))

    members = raised.value.members
    assert (members["file"], members["line"]) == (str(path), line)
    assert column is None or members["column"] == column
    assert raised.value.detail.startswith(f"{path}:{line}:{members['column']}: ")


def test_a_file_that_is_not_utf_8_is_a_syntax_error(tmp_path: Path) -> None:
    path = tmp_path / "latin.ttl"
    path.write_bytes('<a:b> <a:c> "Hué" .\n'.encode("latin-1"))

    with pytest.raises(DataSyntaxError, match="latin.ttl"):
        read_file(SourceFile(path, GRAPHS["claims"]))


def test_a_missing_file_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputNotFound, match=r"absent\.ttl: No such file"):
        read_file(SourceFile(tmp_path / "absent.ttl", GRAPHS["claims"]))


def test_blank_nodes_of_different_files_never_meet(tmp_path: Path) -> None:
    sources = []
    for name in ("one.ttl", "two.ttl"):
        (tmp_path / name).write_text("_:x <a:b> 1 .\n", encoding="utf-8")
        sources.append(SourceFile(tmp_path / name, GRAPHS["claims"]))

    assert len({quad.subject for quad in read(sources)}) == 2


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("cl:a-1\n    a zr:Assertion .\n", {"claim/a-1": 1}, id="known prefix, on a line alone"),
        pytest.param("# head\n\ncl:a-1 a zr:Assertion .\n", {"claim/a-1": 3}, id="after a comment"),
        pytest.param(
            "<https://w3id.org/zanryu/id/claim/a-1> a zr:Assertion .\n", {"claim/a-1": 1}, id="full IRI"
        ),
        pytest.param(
            "@prefix k: <https://w3id.org/zanryu/id/claim/> .\nk:a-1 a zr:Assertion .\n",
            {"claim/a-1": 2},
            id="own prefix",
        ),
        pytest.param(
            "PREFIX cl: <https://w3id.org/zanryu/id/person/>\ncl:a a zr:Person .\n",
            {"person/a": 2},
            id="prefix redefined",
        ),
        pytest.param(
            "cl:a-1 a zr:Assertion ;\n    zr:note 'cl:b-1 a' .\n", {"claim/a-1": 1}, id="indented text"
        ),
        pytest.param(
            "cl:a-1 a zr:Assertion .\ncl:a-1 zr:note 'x' .\n", {"claim/a-1": 1}, id="first of two blocks"
        ),
    ],
)
def test_the_line_of_a_subject_is_where_its_block_begins(
    tmp_path: Path, text: str, lines: dict[str, int]
) -> None:
    path = tmp_path / "claims.ttl"
    path.write_text(text, encoding="utf-8")

    assert subject_lines(path) == {f"https://w3id.org/zanryu/id/{name}": line for name, line in lines.items()}


def test_every_subject_of_the_small_dataset_has_a_line(small_dataset: Dataset) -> None:
    for source in small_dataset.files():
        subjects = {q.subject.value for q in read_file(source) if isinstance(q.subject, NamedNode)}
        assert subjects <= subject_lines(source.path).keys(), source.path.name


def test_another_dataset_is_found_at_its_folder(small_dataset: Dataset) -> None:
    assert find_dataset(small_dataset.root) == small_dataset


def test_the_dataset_of_this_repository_is_found_without_a_folder(dataset: Dataset) -> None:
    assert (dataset.root / "pyproject.toml").is_file()


def test_a_folder_without_data_is_not_a_dataset(tmp_path: Path) -> None:
    with pytest.raises(InputNotFound, match="it needs the folders ontology/ and data/"):
        find_dataset(tmp_path)


def test_the_nodes_of_a_quad_reach_into_its_triple_term() -> None:
    inner = Triple(NamedNode("a:s"), NamedNode("a:p"), BlankNode("o"))

    found = list(nodes(Quad(NamedNode("a:claim"), RDF_REIFIES, inner)))

    assert found == [NamedNode("a:claim"), RDF_REIFIES, NamedNode("a:s"), NamedNode("a:p"), BlankNode("o")]


@pytest.mark.parametrize(
    ("iri", "name"),
    [
        (term("zr:citation").value, "zr:citation"),
        ("https://w3id.org/zanryu/id/claim/a-1/c1", "cl:a-1/c1"),
        ("https://example.org/x", "<https://example.org/x>"),
    ],
)
def test_an_iri_is_shortened_by_the_longest_prefix(iri: str, name: str) -> None:
    assert compact(iri) == name


def test_a_line_separator_in_a_text_does_not_move_the_lines_after_it() -> None:
    turtle = "@prefix x: <x:> .\nx:a x:p 'one\u2028two\u0085three' .\r\nx:b x:p 1 ."
    assert lines_of_subjects(turtle) == {"x:a": 2, "x:b": 3}


def test_a_file_with_a_byte_order_mark_is_refused_by_that_name(tmp_path: Path) -> None:
    path = tmp_path / "marked.ttl"
    path.write_text("<x:a> <x:b> <x:c> .", encoding="utf-8-sig")

    with pytest.raises(DataSyntaxError, match=r"marked\.ttl:1:1: the file begins with a byte order mark"):
        read_file(SourceFile(path, GRAPHS["claims"]))
