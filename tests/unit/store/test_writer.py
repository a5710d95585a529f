from __future__ import annotations

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from unit.store.conftest import SERIALISERS
from zanryu.errors import (
    InputNotFound,
    MalformedQuery,
    MalformedRequest,
    NotFound,
    PreconditionFailed,
    Refused,
    UnsupportedMediaType,
)
from zanryu.store.backend import UNION, QueryDataset
from zanryu.store.snapshots import Snapshots
from zanryu.store.workers import Limits, WorkerPool
from zanryu.store.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from zanryu.store.worker import Snapshot

GRAPH = "http://example.org/graph"
TURTLE = "text/turtle"
ONE = b'<http://example.org/a> <http://example.org/p> "one" .'
TWO = b'<http://example.org/a> <http://example.org/p> "two" .'
INSERT = (
    'INSERT DATA { GRAPH <http://example.org/graph> { <http://example.org/a> <http://example.org/p> "one" } }'
)


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    writer = Writer(tmp_path / "database", Snapshots(tmp_path / "snapshots", "v"))
    yield writer
    writer.close()


def published(snapshot: Snapshot) -> ox.Store:
    return ox.Store.read_only(str(snapshot.folder))


def objects(writer: Writer) -> set[str]:
    return {quad.object.value for quad in published(writer.snapshot) if isinstance(quad.object, ox.Literal)}


# Updates


def test_an_update_is_in_the_snapshot_that_acknowledges_it(writer: Writer) -> None:
    change = writer.update(INSERT)
    assert change.version == writer.snapshot.version == "v-2"
    assert objects(writer) == {"one"}


def test_an_update_is_carried_out_whole_or_not_at_all(writer: Writer) -> None:
    with pytest.raises(Refused, match="already exists"):
        writer.update(f"{INSERT} ; CREATE GRAPH <{GRAPH}>")
    assert objects(writer) == set()
    assert writer.snapshot.version == "v-1"


def test_an_update_that_is_not_sparql_has_its_place(writer: Writer) -> None:
    with pytest.raises(MalformedQuery) as caught:
        writer.update("INSERT DATA {\n nonsense }")
    assert caught.value.members["line"] == 2


def test_an_update_s_relative_iris_are_resolved_against_its_base(writer: Writer) -> None:
    base = QueryDataset(base_iri="http://example.org/")
    writer.update("INSERT DATA { GRAPH <graph> { <a> <p> 'one' } }", base)
    assert [str(quad.subject) for quad in quads(writer, GRAPH)] == ["<http://example.org/a>"]


def test_a_dataset_beside_the_update_is_refused_not_ignored(writer: Writer) -> None:
    with pytest.raises(Refused, match="USING"):
        writer.update(INSERT, QueryDataset(default_graphs=(GRAPH,)))


def test_no_increment_is_lost_among_threads(writer: Writer) -> None:
    writer.update("INSERT DATA { GRAPH <urn:g> { <urn:n> <urn:is> 0 } }")
    add = """DELETE { GRAPH <urn:g> { <urn:n> <urn:is> ?n } } INSERT { GRAPH <urn:g> { <urn:n> <urn:is> ?m } }
             WHERE { GRAPH <urn:g> { <urn:n> <urn:is> ?n BIND(?n + 1 AS ?m) } }"""
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: writer.update(add), range(40)))
    assert objects(writer) == {"40"}


def test_of_changes_that_depend_on_one_version_the_first_alone_is_made(writer: Writer) -> None:
    seen = writer.snapshot.version

    def put(number: int) -> bool:
        try:
            writer.put_graph(GRAPH, b"<urn:s> <urn:p> '%d' ." % number, "text/turtle", seen)
        except PreconditionFailed:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(put, range(20)))
    assert made.count(True) == 1
    assert objects(writer) == {str(made.index(True))}


def test_changes_under_load_share_snapshots_and_each_is_in_its_own(writer: Writer) -> None:
    is_held = threading.Event()
    may_go_on = threading.Event()

    class Slow:
        def publish(self, folder: Path, version: str) -> None:
            is_held.set()
            may_go_on.wait(10)

        def folders_in_use(self) -> set[Path]:
            return set()

    writer.attach(Slow())

    def insert(number: int) -> int:
        text = f"INSERT DATA {{ GRAPH <urn:g> {{ <urn:s> <urn:p> 'n{number}' }} }}"
        version = writer.update(text).version
        assert f"n{number}" in objects(writer)
        return int(version.rpartition("-")[2])

    with ThreadPoolExecutor(20) as threads:
        first = threads.submit(insert, 0)
        assert is_held.wait(10)
        others = [threads.submit(insert, number) for number in range(1, 20)]
        may_go_on.set()
        numbers = [first.result(), *(other.result() for other in others)]
    assert len(set(numbers)) < len(numbers)


# Graphs


def test_put_replaces_post_adds_delete_removes(writer: Writer) -> None:
    assert writer.put_graph(GRAPH, ONE, TURTLE).created
    assert not writer.put_graph(GRAPH, TWO, TURTLE).created
    assert objects(writer) == {"two"}
    assert not writer.post_graph(GRAPH, ONE, TURTLE).created
    assert objects(writer) == {"one", "two"}
    writer.delete_graph(GRAPH)
    assert objects(writer) == set()
    with pytest.raises(NotFound):
        writer.delete_graph(GRAPH)


def test_the_default_graph_is_replaced_added_to_and_emptied(writer: Writer) -> None:
    assert not writer.put_graph(None, ONE, TURTLE).created
    writer.post_graph(None, TWO, TURTLE)
    assert objects(writer) == {"one", "two"}
    writer.delete_graph(None)
    assert objects(writer) == set()


@pytest.mark.parametrize("send", [Writer.put_graph, Writer.post_graph], ids=["put", "post"])
def test_an_empty_document_makes_an_empty_graph(writer: Writer, send: object) -> None:
    assert callable(send)
    assert send(writer, GRAPH, b"", TURTLE).created
    assert published(writer.snapshot).contains_named_graph(ox.NamedNode(GRAPH))
    assert quads(writer, GRAPH) == []


def test_a_document_that_cannot_be_read_changes_nothing(writer: Writer) -> None:
    writer.put_graph(GRAPH, ONE, TURTLE)
    with pytest.raises(MalformedRequest) as caught:
        writer.put_graph(GRAPH, TWO + b"\nnonsense", TURTLE)
    assert caught.value.members["line"] == 2
    assert objects(writer) == {"one"}


def test_a_document_s_relative_iris_are_the_graph_s(writer: Writer) -> None:
    writer.put_graph(GRAPH, b"<> <#p> <b> .", TURTLE)
    assert [str(quad) for quad in quads(writer, GRAPH)] == [
        "<http://example.org/graph> <http://example.org/graph#p> <http://example.org/b>"
    ]


@pytest.mark.parametrize(
    ("value", "named"),
    [
        (r'"\"} } ; DROP ALL ; INSERT DATA { <urn:a> <urn:b> \"" ', "quotes"),
        (r'"line\nend\r\t\\"@ja', "escapes"),
        ("<<( <urn:a> <urn:b> _:c )>>", "triple-term"),
        ('"残留"@ja', "unicode"),
        ("_:b", "blank-node"),
    ],
    ids=lambda value: value if value.isascii() and value.isidentifier() else "",
)
def test_put_writes_what_post_writes(writer: Writer, value: str, named: str) -> None:
    document = f"<urn:s> <urn:p> {value} .".encode()
    writer.put_graph("urn:put", document, TURTLE)
    writer.post_graph("urn:post", document, TURTLE)
    graphs = [ox.Dataset(quads(writer, name)) for name in ("urn:put", "urn:post")]
    for graph in graphs:
        graph.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    assert graphs[0] == graphs[1], named
    assert len(graphs[0]) == 1


def quads(writer: Writer, graph: str) -> list[ox.Quad]:
    found = published(writer.snapshot).quads_for_pattern(None, None, None, ox.NamedNode(graph))
    return [ox.Quad(quad.subject, quad.predicate, quad.object) for quad in found]


def test_a_name_that_is_no_iri_is_refused(writer: Writer) -> None:
    with pytest.raises(MalformedRequest, match="absolute IRI"):
        writer.put_graph("urn:g> { } ; DROP ALL ; #", ONE, TURTLE)


def test_a_graph_comes_in_the_syntaxes_of_graphs_only(writer: Writer) -> None:
    with pytest.raises(UnsupportedMediaType) as caught:
        writer.put_graph(GRAPH, b"a,b", "text/csv")
    assert TURTLE in caught.value.members["accepted"]  # type: ignore[operator]


# Readers and restarts


def test_workers_see_a_change_as_soon_as_it_is_acknowledged(writer: Writer) -> None:
    pool = WorkerPool(writer.snapshot.folder, writer.snapshot.version, SERIALISERS, Limits(workers=2))
    writer.attach(pool)
    for number in range(12):
        version = writer.put_graph(GRAPH, f'<urn:s> <urn:p> "{number}" .'.encode(), TURTLE).version
        assert (
            b"".join(pool.query("SELECT ?o { ?s ?p ?o }", UNION, "text/csv")) == f"o\r\n{number}\r\n".encode()
        )
        assert pool.health().version == version
    pool.close()


def test_only_one_writer_opens_a_database(writer: Writer, tmp_path: Path) -> None:
    with pytest.raises(InputNotFound, match="for writing"):
        Writer(tmp_path / "database", Snapshots(tmp_path / "others", "v"))


def test_an_acknowledged_change_outlives_the_kill_of_its_server(tmp_path: Path) -> None:
    program = f"""
from pathlib import Path
from zanryu.store.snapshots import Snapshots
from zanryu.store.writer import Writer
home = Path({str(tmp_path)!r})
writer = Writer(home / "database", Snapshots(home / "snapshots", "v"))
print(writer.update({INSERT!r}).version, flush=True)
input()
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == "v-2\n"
        server.kill()
    writer = Writer(tmp_path / "database", Snapshots(tmp_path / "snapshots", "v"))
    assert objects(writer) == {"one"}
    assert writer.snapshot.version == "v-3"
    writer.close()
