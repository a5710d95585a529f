"""The hand-edited files: where they are, which named graph each belongs to, how they are read.

A dataset is a folder with ``ontology/``, ``data/``, ``shapes/`` and ``queries/``. From a checkout it is the
checkout itself; an installed package carries a copy.
"""

from __future__ import annotations

import io
import re
from codecs import BOM_UTF8
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Triple, parse

from zanryu.errors import DataSyntaxError, InputNotFound
from zanryu.graph.namespaces import GRAPHS, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_PREFIX_LINE = re.compile(r"^\s*@?prefix\s+(?P<prefix>[\w-]*):\s*<(?P<namespace>[^>]*)>", re.IGNORECASE)
_SUBJECT_LINE = re.compile(r"^(?:<(?P<iri>[^>\s]+)>|(?P<prefix>[\w-]*):(?P<local>[^\s;,.\[\]()]+))(?:\s|$)")
_MARKED = "the file begins with a byte order mark; save it as UTF-8 without one, or run `zanryu format` on it"
_PARSER_PLACE = re.compile(r"^Parser error (?:at|between) [^:]*: ")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A Turtle file and the named graph that its triples go to."""

    path: Path
    graph: NamedNode


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset folder, with the Turtle files of each kind in a stable order."""

    root: Path

    @property
    def data(self) -> Path:
        """The folder of the hand-edited claims and entities."""
        return self.root / "data"

    def files(self) -> list[SourceFile]:
        """Return every source file with its graph, sorted by path."""
        named = [
            (p, self._graph_of(p))
            for folder in ("ontology", "data")
            for p in _turtle_files(self.root / folder)
        ]
        return [SourceFile(path, GRAPHS[graph]) for path, graph in named]

    def _graph_of(self, path: Path) -> str:
        folder, *rest = path.relative_to(self.root).parts
        if folder == "ontology":
            return "vocabularies" if rest[0] == "vocabularies" else "ontology"
        return data_graph(rest[0])

    def shape_files(self) -> list[Path]:
        """Return the shapes that RDF 1.1 engines read, without the examples."""
        return sorted((self.root / "shapes").glob("*.ttl"))

    def rdf12_shape_files(self) -> list[Path]:
        """Return the shapes about reifiers, and the prefixes they share with the others."""
        shapes = self.root / "shapes"
        own = sorted(shapes.glob("rdf12/*.ttl"))
        return [*own, *shapes.glob("prefixes.ttl")] if own else []

    def query_files(self) -> list[Path]:
        """Return the competency questions."""
        return sorted((self.root / "queries").glob("*.rq"))

    def archive(self) -> Path:
        """Return the folder of fingerprints of archived texts."""
        return self.data / "archive"


def data_graph(name: str) -> str:
    """Return the graph of a file or folder that stands in ``data/``."""
    if name in ("claims", "conflicts.ttl"):
        return "claims"
    return {"works.ttl": "works", "links.ttl": "links"}.get(name, "entities")


def find_dataset(root: Path | None = None) -> Dataset:
    """Return the dataset at ``root``, of this checkout, or inside the installed package, in this order.

    :raises InputNotFound: if ``root`` has no ``data`` folder.
    """
    package = Path(__file__).resolve().parents[1]
    candidates = [root] if root else [package.parents[1], package / "dataset"]
    for candidate in candidates:
        if (candidate / "data").is_dir() and (candidate / "ontology").is_dir():
            return Dataset(candidate)
    raise InputNotFound(f"{candidates[0]} is not a dataset: it needs the folders ontology/ and data/.")


def _turtle_files(folder: Path) -> Iterator[Path]:
    yield from sorted(p for p in folder.rglob("*.ttl") if p.is_file())


def read(files: Iterable[SourceFile]) -> list[Quad]:
    """Read source files into quads; blank nodes of different files never meet.

    :raises DataSyntaxError: naming file, line and column.
    """
    return [quad for source in files for quad in read_file(source)]


def read_file(source: SourceFile) -> list[Quad]:
    """Read one source file; see :func:`read`."""
    try:
        parsed = parse(path=source.path, format=RdfFormat.TURTLE, rename_blank_nodes=True)
        return [Quad(q.subject, q.predicate, q.object, source.graph) for q in parsed]
    except SyntaxError as error:
        line, column = error.lineno or 1, error.offset or 1
        reason = _MARKED if _begins_with_mark(source.path) else _PARSER_PLACE.sub("", str(error.msg))
        raise DataSyntaxError(
            f"{source.path}:{line}:{column}: {reason}", file=str(source.path), line=line, column=column
        ) from None
    except UnicodeDecodeError as error:
        raise DataSyntaxError(f"{source.path}: not UTF-8 ({error.reason}).", file=str(source.path)) from None
    except OSError as error:
        raise InputNotFound(f"{source.path}: {error.strerror or error}.") from None


def _begins_with_mark(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(BOM_UTF8)) == BOM_UTF8


def subject_lines(path: Path) -> dict[str, int]:
    """Return where each subject of a file is described; see :func:`lines_of_subjects`."""
    return lines_of_subjects(path.read_text(encoding="utf-8"))


def lines_of_subjects(turtle: str) -> dict[str, int]:
    """Return the line (from 1) on which each subject's block begins; house style starts it in column 1."""
    prefixes = dict(PREFIXES)
    lines: dict[str, int] = {}
    # Lines as the parser counts them: U+2028 in a literal ends none.
    for number, text in enumerate(io.StringIO(turtle, newline=None), start=1):
        if declared := _PREFIX_LINE.match(text):
            prefixes[declared["prefix"]] = declared["namespace"]
        elif found := _SUBJECT_LINE.match(text):
            iri = found["iri"] or prefixes.get(found["prefix"], "") + found["local"]
            lines.setdefault(iri, number)
    return lines


def nodes(quad: Quad) -> Iterator[NamedNode | BlankNode]:
    """Yield the IRIs and blank nodes of a quad's triple."""
    for node in (quad.subject, quad.predicate, quad.object):
        if isinstance(node, NamedNode | BlankNode):
            yield node
        elif isinstance(node, Triple):
            yield from nodes(Quad(node.subject, node.predicate, node.object))
