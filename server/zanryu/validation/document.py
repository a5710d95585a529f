"""A document that was sent, read: its triples, and where in its text each subject is described."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, NamedNode, Triple

from zanryu.errors import MalformedRequest
from zanryu.graph.namespaces import RDF_TYPE
from zanryu.graph.sources import lines_of_subjects
from zanryu.store.documents import N_TRIPLES, read_triples

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyoxigraph import Quad

_WITH_LINES: Final = ("text/turtle", N_TRIPLES)
_MAX_EXCERPT_LINES: Final = 40


@dataclass(frozen=True, slots=True)
class Document:
    """A document. ``lines`` tells the line (from 1) where the description of a subject begins, if known.

    ``subjects`` are the IRIs and labels of what it speaks of.
    """

    triples: tuple[Triple, ...]
    subjects: frozenset[str]
    text: tuple[str, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)

    def described(self) -> set[NamedNode | BlankNode | Triple]:
        """Return what it describes for itself: what it says the class of."""
        return {triple.subject for triple in self.triples if triple.predicate == RDF_TYPE}

    def is_about(self, node: str) -> bool:
        """Return whether a node is one of its subjects, or a part of one (a citation of a claim)."""
        while node and node not in self.subjects:
            node = node.rpartition("/")[0]
        return bool(node)

    def excerpt(self, node: str) -> list[tuple[int, str]]:
        """Return the numbered lines that describe a node; none where they are not known."""
        begin = self.lines.get(node)
        if begin is None:
            return []
        others = set(self.lines.values()) - {begin}
        rest = enumerate(self.text[begin - 1 :], start=begin)
        own = list(takewhile(lambda pair: pair[0] not in others, rest))[:_MAX_EXCERPT_LINES]
        while own and not own[-1][1].strip():
            own.pop()
        return own


def read_document(data: bytes, media_type: str) -> Document:
    """Read a document in its asserted form.

    :raises MalformedRequest: if it cannot be read, or says nothing.
    :raises UnsupportedMediaType: for a media type that is none of a graph.
    :raises Refused: see :func:`zanryu.store.documents.read_triples`.
    """
    triples = read_triples(data, media_type, "")
    if not triples:
        raise MalformedRequest("The document holds no triple: there is nothing to validate.")
    subjects = frozenset(_name(triple.subject) for triple in triples)
    if media_type not in _WITH_LINES:
        return Document(tuple(triples), subjects)
    text = data.decode()
    lines = tuple(line.rstrip("\n") for line in io.StringIO(text, newline=None))
    return Document(tuple(triples), subjects, lines, lines_of_subjects(text))


def nodes_of(triple: Triple | Quad) -> list[NamedNode]:
    """Return the IRIs in a triple."""
    return [n for n in (triple.subject, triple.predicate, triple.object) if isinstance(n, NamedNode)]


def _name(node: NamedNode | BlankNode | Triple) -> str:
    return str(node) if isinstance(node, Triple) else node.value
