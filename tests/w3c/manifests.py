"""The manifests of the SPARQL 1.1 test suites, as plain values.

A manifest lists its tests in ``mf:entries``; what is defined beside the list is not part of the suite.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Store, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyoxigraph import Triple

Resource: TypeAlias = "NamedNode | BlankNode"
Node: TypeAlias = "NamedNode | BlankNode | Literal | Triple"

MF: Final = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT: Final = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
UT: Final = "http://www.w3.org/2009/sparql/tests/test-update#"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"

# Where the W3C publishes the suites: the base of every relative IRI in manifests, data, queries and results.
PUBLISHED: Final = "https://w3c.github.io/rdf-tests/sparql/sparql11/"

# Folders of a full checkout that are not run here, and why.
OUT_OF_SCOPE: Final = {
    "entailment": "no entailment regime but simple entailment is offered",
    "service": "federated queries are refused by default, and need two remote endpoints",
    "syntax-fed": "federated queries are refused by default",
    "http-rdf-update": "deprecated by the W3C for graph-store-protocol",
}


def suites() -> Path:
    """Return the folder of the suites, which may not exist: it is beside the repository, not in it."""
    named = os.environ.get("W3C_TESTS")
    root = Path(named) if named else Path(__file__).resolve().parents[2].parent / "shared" / "w3c"
    return root / "rdf-tests" / "sparql" / "sparql11"


@dataclass(frozen=True, slots=True)
class File:
    """A file of a suite, and the IRI that the W3C publishes it under."""

    iri: str
    path: Path

    def read(self) -> bytes:
        """Return the file's bytes, as they are."""
        return self.path.read_bytes()

    def text(self) -> str:
        """Return the file's text; line ends stay what they are."""
        return self.read().decode("utf-8")


@dataclass(frozen=True, slots=True)
class DatasetFiles:
    """The files of a dataset: those of the default graph, and the named graphs by IRI."""

    default: tuple[File, ...] = ()
    named: tuple[tuple[str, File], ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """A test: ``id`` is ``folder/local name``, ``kind`` the local name of its class."""

    id: str
    name: str
    kind: str


class Manifest:
    """The RDF of one manifest file."""

    def __init__(self, path: Path) -> None:
        self.folder = path.parent.name
        self._base = f"{PUBLISHED}{self.folder}/"
        self._folder = path.parent
        self._store = Store()
        quads = parse(path.read_bytes(), RdfFormat.TURTLE, base_iri=self._base + path.name)
        self._store.extend(quads)

    def objects(self, subject: Resource, predicate: str) -> list[Node]:
        """Return the objects of a property, sorted so that every run sees the same order."""
        quads = self._store.quads_for_pattern(subject, NamedNode(predicate), None, None)
        return sorted((quad.object for quad in quads), key=str)

    def resources(self, subject: Resource, predicate: str) -> list[Resource]:
        """Return the objects of a property that are IRIs or blank nodes."""
        found = self.objects(subject, predicate)
        return [term for term in found if isinstance(term, NamedNode | BlankNode)]

    def resource(self, subject: Resource, predicate: str) -> Resource | None:
        """Return the one object of a property that is an IRI or a blank node."""
        return next(iter(self.resources(subject, predicate)), None)

    def value(self, subject: Resource, predicate: str) -> str | None:
        """Return the text of the one literal of a property."""
        found = self.objects(subject, predicate)
        return next((term.value for term in found if isinstance(term, Literal)), None)

    def members(self, head: Resource | None) -> Iterator[Resource]:
        """Yield the members of an RDF list."""
        while head is not None and head != NamedNode(f"{RDF}nil"):
            yield from self.resources(head, f"{RDF}first")
            head = self.resource(head, f"{RDF}rest")

    def file(self, node: Resource | None) -> File:
        """Return the file that an IRI of this manifest names."""
        if not isinstance(node, NamedNode):
            raise TypeError(f"{self.folder}: {node} names no file")
        return File(node.value, self._folder / node.value.removeprefix(self._base))

    def entries(self) -> Iterator[tuple[Resource, Case]]:
        """Yield the tests of the suite."""
        for quad in self._store.quads_for_pattern(None, NamedNode(f"{MF}entries"), None, None):
            if isinstance(quad.object, NamedNode | BlankNode):
                for entry in self.members(quad.object):
                    yield entry, self._case(entry)

    def _case(self, entry: Resource) -> Case:
        local = entry.value.rpartition("#")[2]
        kind = self.resource(entry, f"{RDF}type")
        name = self.value(entry, f"{MF}name")
        return Case(f"{self.folder}/{local}", name or local, kind.value.rpartition("#")[2] if kind else "")

    def dataset(self, subject: Resource | None, vocabulary: str) -> DatasetFiles:
        """Return the dataset that an action or a result describes with ``data`` and ``graphData``."""
        if subject is None:
            return DatasetFiles()
        default = tuple(self.file(node) for node in self.resources(subject, f"{vocabulary}data"))
        named = tuple(self._graph(node) for node in self.resources(subject, f"{vocabulary}graphData"))
        return DatasetFiles(default, named)

    def _graph(self, node: Resource) -> tuple[str, File]:
        """A named graph is a file with its own IRI as name, or a file with the name in ``rdfs:label``."""
        if isinstance(node, NamedNode):
            return node.value, self.file(node)
        file = self.file(self.resource(node, f"{UT}graph"))
        return self.value(node, f"{RDFS}label") or file.iri, file


@cache
def manifest(relative: str) -> Manifest:
    """Return a manifest by its path below the suites' folder."""
    return Manifest(suites() / relative)


def manifests() -> Iterator[Manifest]:
    """Yield the manifests of all suites in scope."""
    for path in sorted(suites().glob("*/manifest.ttl")):
        if path.parent.name not in OUT_OF_SCOPE:
            yield manifest(f"{path.parent.name}/manifest.ttl")
