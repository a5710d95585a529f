"""`zanryu export --data`: what the store holds, written back into the hand-edited files.

What a file says already stays there, and a file whose content does not change keeps its bytes. What is new
goes to the file of its subject, and a new subject to the file where its kind, or its claims, stand. Edits
that the files have had since they were built may stay, too.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox
from pyoxigraph import Literal, NamedNode, Quad

from zanryu.errors import InputNotFound
from zanryu.graph.asserted import asserted
from zanryu.graph.materialise import SYMMETRIC_PROPERTY
from zanryu.graph.namespaces import ENTITY_KINDS, GRAPHS, PREFIXES, RDF_SUBJECT, RDF_TYPE
from zanryu.graph.sources import SourceFile, data_graph, read_file
from zanryu.graph.statements import Key, Statement, merged, statements_of
from zanryu.graph.turtle import format_turtle, read_turtle
from zanryu.graph.writable import WRITABLE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from zanryu.graph.materialise import Node

_PREFIX_LINE = re.compile(r"^\s*@?prefix\s[^\n]*", re.IGNORECASE | re.MULTILINE)
_FILES: Final = {
    "person": "persons.ttl", "unit": "units.ttl", "academy": "academies.ttl", "group": "groups.ttl",
    "organization": "organizations.ttl", "place": "places.ttl", "event": "events.ttl",
}  # fmt: skip
_FILE_OF_PREFIX: Final = {
    PREFIXES[prefix]: _FILES[kind] for prefix, kind in ENTITY_KINDS.items() if kind in _FILES
}


@dataclass(slots=True)
class _File:
    """A file of the layout: what it said, and what it is going to say."""

    path: Path
    graph: NamedNode
    old: list[Statement] = field(default_factory=list)
    new: list[Statement] = field(default_factory=list)

    def is_changed(self) -> bool:
        return Counter(s.key for s in self.old) != Counter(s.key for s in self.new)

    def text(self) -> str:
        """Return the file in house style, with the comments at its head; an empty text for no triples."""
        if not self.new:
            return ""
        present = self.path.read_text(encoding="utf-8") if self.path.exists() else ""
        _, head = read_turtle(present, str(self.path))  # refuses comments in the body, which would be lost
        said = [_line(quad) for statement in self.new for quad in statement.quads]
        return format_turtle("\n".join([*head, *_PREFIX_LINE.findall(present), *said]), str(self.path))


@dataclass(frozen=True, slots=True)
class Since:
    """What files were built into, a database in the folder ``built``, and the things ``touched`` since."""

    built: Path
    touched: Collection[str]


def export_layout(store: Path, folder: Path, since: Since | None = None) -> list[Path]:
    """Write what the database in the folder ``store`` holds into ``folder``; return the files that changed.

    ``folder`` is a dataset, or its ``data/`` itself, or a new folder. With ``since``, what its files were
    edited to since they were built stays.

    :raises DataSyntaxError: for a file that cannot be read, or that changes and has comments in its body.
        Nothing is written then.
    :raises Refused: for a thing that was edited in its file and touched in the store; nothing is written.
    """
    home = folder / "data" if (folder / "data").is_dir() else folder
    files = [_read(path, home) for path in sorted(home.rglob("*.ttl"))]
    written = [quad for file in files for statement in file.old for quad in statement.quads]
    statements = statements_of(_stated(store, written))
    if since and files:
        said = [statement for file in files for statement in file.old]
        statements = merged(statements, said, statements_of(_stated(since.built, written)), since.touched)
    files = _placed(statements, files, home)
    texts = {file.path: file.text() for file in files if file.is_changed()}
    for path, text in texts.items():
        if text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        else:
            path.unlink()
    return list(texts)


def _stated(store: Path, written: list[Quad]) -> list[Quad]:
    try:
        opened = ox.Store.read_only(str(store.resolve(strict=True)))
    except OSError as error:
        raise InputNotFound(f"{store} cannot be opened ({error}); run `zanryu build`.") from None
    held = [q for graph in WRITABLE for q in opened.quads_for_pattern(None, None, None, graph)]
    symmetric = opened.quads_for_pattern(None, RDF_TYPE, SYMMETRIC_PROPERTY, None)
    return [q for q in asserted([*held, *symmetric], frozenset(written)) if q.graph_name in WRITABLE]


def _read(path: Path, home: Path) -> _File:
    graph = GRAPHS[data_graph(path.relative_to(home).parts[0])]
    return _File(path, graph, statements_of(read_file(SourceFile(path, graph))))


def _placed(statements: list[Statement], files: list[_File], home: Path) -> list[_File]:
    """Give each statement to the files that say it, else to the file of its subject, else to a new place."""
    by_key: dict[Key, list[Statement]] = defaultdict(list)
    for statement in statements:
        by_key[statement.key].append(statement)
    left = Counter({key: len(same) for key, same in by_key.items()})
    for file in files:
        for statement in file.old:
            # Two equal citations are two; a triple that two files say is one.
            if left[statement.key] > 0 or (statement.key in by_key and not statement.has_brackets):
                left[statement.key] -= 1
                file.new.append(statement)
    places = _Places(files, home, statements)
    for key, count in left.items():
        for statement in by_key[key][: max(count, 0)]:
            places.file_of(statement).new.append(statement)
    return list(places.files.values())


class _Places:
    """Where new statements go."""

    def __init__(self, files: list[_File], home: Path, statements: Iterable[Statement]) -> None:
        self.files = {file.path: file for file in files}
        self._home = home
        told = {s.subject: s.quads[0].object for s in statements if s.quads[0].predicate == RDF_SUBJECT}
        self._about = {claim: about for claim, about in told.items() if isinstance(about, NamedNode)}
        self._held: dict[tuple[NamedNode, Node], Counter[Path]] = defaultdict(Counter)
        self._told: dict[Node, Counter[Path]] = defaultdict(Counter)
        for file in files:
            for statement in file.old:
                self._held[file.graph, statement.subject][file.path] += 1
                about = statement.quads[0].object
                if statement.quads[0].predicate == RDF_SUBJECT and isinstance(about, NamedNode):
                    self._told[about][file.path] += 1

    def file_of(self, statement: Statement) -> _File:
        graph = statement.quads[0].graph_name
        if not isinstance(graph, NamedNode):
            raise TypeError(f"{statement.quads[0]} is in no named graph")
        held = self._held.get((graph, statement.subject))
        path = held.most_common(1)[0][0] if held else self._new_place(statement.subject, graph)
        return self.files.setdefault(path, _File(path, graph))

    def _new_place(self, subject: Node, graph: NamedNode) -> Path:
        iri = subject.value if isinstance(subject, NamedNode) else ""
        if graph == GRAPHS["claims"]:
            return self._place_of_claim(subject, iri)
        if graph != GRAPHS["entities"]:
            return self._home / ("works.ttl" if graph == GRAPHS["works"] else "links.ttl")
        return self._home / next((f for p, f in _FILE_OF_PREFIX.items() if iri.startswith(p)), "catalog.ttl")

    def _place_of_claim(self, subject: Node, iri: str) -> Path:
        if iri.startswith(PREFIXES["cf"]):
            return self._home / "conflicts.ttl"
        about = self._about.get(subject)
        if about and (told := self._told.get(about)):
            return told.most_common(1)[0][0]
        slug = re.sub(r"[^A-Za-z0-9_-]+", "-", (about.value if about else iri).rstrip("/").rsplit("/", 1)[-1])
        return self._home / "claims" / f"{slug.strip('-') or 'other'}.ttl"


def _line(quad: Quad) -> str:
    """Return the triple as a line of N-Triples, with the case that RFC 5646, 2.1.1 gives language tags."""
    value = str(quad.object)
    if isinstance(quad.object, Literal) and (tag := quad.object.language):
        value = value.removesuffix(tag) + _conventional(tag)
    return f"{quad.subject} {quad.predicate} {value} ."


def _conventional(tag: str) -> str:
    first, *others = tag.split("-")
    case = {2: str.upper, 4: str.title}
    return "-".join([first, *(case.get(len(part), str.lower)(part) for part in others)])
