"""Where claims from a table go: into the file that holds the claims of their subject."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zanryu.graph.namespaces import GRAPHS, RDF_SUBJECT
from zanryu.graph.sources import read_file
from zanryu.graph.table.claims import put
from zanryu.graph.turtle import read_turtle, write_turtle

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pyoxigraph import NamedNode

    from zanryu.graph.sources import Dataset
    from zanryu.graph.table.claims import Change


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file as it is (empty: not there yet) and as it would be."""

    path: Path
    old: str
    new: str


def place_changes(
    changes: Iterable[Change], dataset: Dataset, output: Path | None = None
) -> list[FileChange]:
    """Return the files that the changes of an import come to, without writing any.

    A claim that the dataset has stays in its file. A new one goes to the file with most claims of its
    subject, or else to a new file with the subject's name. ``output`` is a file for everything, or a folder
    for files of these names.

    :raises DataSyntaxError: if a file is not in house style and would lose a comment.
    """
    homes = _Homes(dataset)
    files: dict[Path, list[Change]] = defaultdict(list)
    for change in changes:
        files[homes.find(change, output)].append(change)
    return [_changed(path, files[path]) for path in sorted(files)]


class _Homes:
    def __init__(self, dataset: Dataset) -> None:
        self.folder = dataset.data / "claims"
        self.of_claim: dict[object, Path] = {}
        self.of_subject: dict[object, Counter[Path]] = defaultdict(Counter)
        for source in dataset.files():
            if source.graph == GRAPHS["claims"]:
                for quad in read_file(source):
                    if quad.predicate == RDF_SUBJECT:
                        self.of_claim[quad.subject] = source.path
                        self.of_subject[quad.object][source.path] += 1

    def find(self, change: Change, output: Path | None) -> Path:
        home = self.of_claim.get(change.new.name)
        if home and (output is None or output.resolve().is_relative_to(self.folder.parent.resolve())):
            return home  # never in two files of one dataset
        if output and not _is_folder(output):
            return output
        path = home or self._of(change.new.subject)
        return output / path.name if output else path

    def _of(self, subject: NamedNode | None) -> Path:
        if found := self.of_subject.get(subject):
            return min(found, key=lambda path: (-found[path], path))
        name = subject.value.rsplit("/", 1)[-1] if subject else "claims"
        return self.folder / f"{name}.ttl"


def _is_folder(output: Path) -> bool:
    return output.is_dir() or output.suffix != ".ttl"


def _changed(path: Path, changes: list[Change]) -> FileChange:
    old = path.read_text(encoding="utf-8") if path.is_file() else ""
    graph, head = read_turtle(old, str(path))
    for change in changes:
        put(change.new, graph)
    return FileChange(path, old, write_turtle(graph, head or ["# Claims from a table."]))
