"""House style of the hand-edited Turtle: one subject block each, one predicate a line, sorted, stable.

``rdf:type`` comes first, then what a claim states, then the rest by name; numbers sort naturally (2, 10).
Read with rdflib, which keeps the case of language tags (``ja-Hani``), where Oxigraph lowers it.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from rdflib import RDF, BNode, Graph, Literal, URIRef
from rdflib.namespace import XSD

from zanryu.errors import DataSyntaxError
from zanryu.graph.namespaces import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rdflib.term import Node

_LOCAL_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?|")
_TOKENS = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"'
    r"|'''(?:[^'\\]|\\.|'(?!''))*'''|'(?:[^'\\\n]|\\.)*'"
    r"|<[^>\s]*>|(?P<comment>#[^\n]*)",
    re.DOTALL,
)
_FIRST = ["rdf:type", "rdf:subject", "rdf:predicate", "rdf:object", "zr:work", "zr:locator", "zr:stance"]
_INDENT = "    "
_BARE = {XSD.integer: r"[+-]?\d+", XSD.boolean: r"true|false"}


def format_turtle(text: str, name: str) -> str:
    """Return the text in house style; comments are kept only at the head of the file.

    :raises DataSyntaxError: for text that is not Turtle, for a comment in the body, which would be lost, and
        for a blank node used twice, which house style has no name for.
    """
    return write_turtle(*read_turtle(text, name))


def read_turtle(text: str, name: str) -> tuple[Graph, list[str]]:
    """Return the graph and the comments at the head of a text; see :func:`format_turtle` for the errors."""
    text = text.removeprefix("\ufeff")  # the byte order mark that some editors write
    head, body = _split_head(text)
    _refuse_comments(body, name, len(head))
    graph = Graph()
    try:
        graph.parse(data=text, format="turtle")
    except SyntaxError as error:
        raise DataSyntaxError(f"{name}: {error}", file=name) from None
    _refuse_shared_blank_nodes(graph, name)
    return graph, head


def write_turtle(graph: Graph, head: list[str]) -> str:
    """Return a graph in house style, below the lines of ``head``."""
    return _Writer(graph).document(head)


def _split_head(text: str) -> tuple[list[str], str]:
    lines = text.splitlines(keepends=True)
    count = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    return [line.rstrip() for line in lines[:count]], "".join(lines[count:])


def _refuse_comments(body: str, name: str, offset: int) -> None:
    for found in _TOKENS.finditer(body):
        if found["comment"]:
            line = body.count("\n", 0, found.start()) + offset + 1
            raise DataSyntaxError(
                f"{name}:{line}: a comment here would be lost. Make it a zr:note or skos:editorialNote, "
                "or move it to the head of the file.",
                file=name,
                line=line,
            )


def _refuse_shared_blank_nodes(graph: Graph, name: str) -> None:
    """Blank nodes are written inside the one block that uses them: no second use, no circle."""
    uses = Counter(o for o in graph.objects() if isinstance(o, BNode))
    within: dict[Node, Node] = {o: s for s, o in graph.subject_objects() if isinstance(o, BNode)}
    for node in uses:
        path: list[Node] = [node]
        while path[-1] in within and within[path[-1]] not in path:
            path.append(within[path[-1]])
        if uses[node] > 1 or path[-1] in within:
            raise DataSyntaxError(f"{name}: a blank node is used more than once. Give it an IRI.", file=name)


class _Writer:
    """Writes one graph; ``used`` collects the prefixes that the text needs."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.used: set[str] = set()
        declared = {prefix: str(namespace) for prefix, namespace in graph.namespaces()}
        self.prefixes = {**{p: n for p, n in declared.items() if n not in PREFIXES.values()}, **PREFIXES}

    def document(self, head: list[str]) -> str:
        subjects = {s for s in self.graph.subjects() if not self._inline(s)}
        blocks = [self.block(s) for s in sorted(subjects, key=self._subject_key)]
        prefixes = [f"@prefix {p}: <{n}> ." for p, n in self.prefixes.items() if p in self.used]
        parts = ["\n".join(head + prefixes), *blocks]
        return "\n\n".join(part for part in parts if part) + "\n"

    def _inline(self, node: Node) -> bool:
        return isinstance(node, BNode) and any(True for _ in self.graph.subjects(None, node))

    def _subject_key(self, node: Node) -> tuple[object, ...]:
        parts = re.split(r"(\d+)", self.term(node))
        return tuple((int(p), "") if p.isdigit() else (-1, p) for p in parts)

    def block(self, subject: Node) -> str:
        lines = [f"{_INDENT}{line}" for line in self._predicates(subject, f"\n{_INDENT}{_INDENT}")]
        name = "[]" if isinstance(subject, BNode) else self.term(subject)
        return f"{name}\n" + " ;\n".join(lines) + " ."

    def _predicates(self, subject: Node, separator: str) -> list[str]:
        properties = sorted(set(self.graph.predicates(subject)), key=self._predicate_key)
        return [self._line(subject, p, separator) for p in properties]

    def _predicate_key(self, predicate: Node) -> tuple[int, str]:
        name = self.term(predicate)
        return (_FIRST.index(name) if name in _FIRST else len(_FIRST)), name

    def _line(self, subject: Node, predicate: Node, separator: str) -> str:
        name = "a" if predicate == RDF.type else self.term(predicate)
        values = self._sorted(self.graph.objects(subject, predicate))
        if len(values) == 1 or predicate == RDF.type:
            return f"{name} {', '.join(values)}"
        return name + separator + f" ,{separator}".join(values)

    def _sorted(self, values: Iterable[Node]) -> list[str]:
        return sorted(self.term(v) for v in values)

    def term(self, node: Node) -> str:
        if isinstance(node, BNode):
            return f"[ {' ; '.join(self._predicates(node, ' '))} ]"
        if isinstance(node, Literal):
            return self._literal(node)
        return self._iri(str(node))

    def _iri(self, iri: str) -> str:
        for prefix, namespace in self.prefixes.items():
            local = iri.removeprefix(namespace)
            if local != iri and _LOCAL_NAME.fullmatch(local):
                self.used.add(prefix)
                return f"{prefix}:{local}"
        return f"<{iri}>"

    def _literal(self, literal: Literal) -> str:
        kind = literal.datatype
        if kind in _BARE and re.fullmatch(_BARE[kind], str(literal)):
            return str(literal)
        escaped = (
            str(literal).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
        )
        if literal.language:
            return f'"{escaped}"@{literal.language}'
        return f'"{escaped}"' + (f"^^{self._iri(str(kind))}" if isinstance(kind, URIRef) else "")
