"""Judging a document: what would follow from it, what the shapes find fault with, and where in its text.

It is derived and validated as a write is, in a store that is put back afterwards; so a document that is found
good here is found good by the gate, as far as nothing else changes meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from zanryu.graph.checking import Located, locate
from zanryu.graph.delta import Delta
from zanryu.graph.derivation import Deriver
from zanryu.graph.validation import read_shapes
from zanryu.graph.validation.incremental import IncrementalValidator
from zanryu.graph.writable import graph_for
from zanryu.store.gate.staging import apply

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zanryu.graph.sources import Dataset
    from zanryu.graph.validation import Finding
    from zanryu.validation.document import Document

_DOCUMENT: Final = Path("-")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found about a document, in the order of its text; ``change`` is it with all that follows."""

    document: Document
    change: Delta
    findings: tuple[Located, ...]


class Judge:
    """Judges documents by the shapes of a dataset."""

    def __init__(self, dataset: Dataset) -> None:
        self._deriver = Deriver()
        self._validator = _validator_of(dataset)

    def judge_alone(self, store: ox.Store, document: Document) -> Judgement:
        """Judge a document by itself; nothing is found about what it only refers to.

        :raises Refused: for what no editor may write.
        """
        change, findings, _ = self._look(store, document)
        return _judgement(document, change, findings, store)

    def judge_in(self, store: ox.Store, document: Document, asserted: Delta | None = None) -> Judgement:
        """Judge a document as if it were added. Of what others say, only what is new is found.

        ``asserted`` is what would be added and removed, if that is not simply the triples of the document.

        :raises Refused: for what no editor may write.
        """
        change, own, others = self._look(store, document, asserted)
        if others:
            before = set(self._validator.findings(store, change.inverse()))
            own += [finding for finding in others if finding not in before]
        return _judgement(document, change, own, store)

    def _look(
        self, store: ox.Store, document: Document, asserted: Delta | None = None
    ) -> tuple[Delta, list[Finding], list[Finding]]:
        """Return the change, the findings about the document, and those about its neighbours."""
        change = self._deriver.consequences(store, asserted or _addition(store, document))
        apply(store, change)
        try:
            findings = self._validator.findings(store, change)
        finally:
            apply(store, change.inverse())
        own: list[Finding] = []
        others: list[Finding] = []
        for finding in findings:
            (own if document.is_about(str(finding.focus)) else others).append(finding)
        return change, own, others


def _addition(store: ox.Store, document: Document) -> Delta:
    quads = (ox.Quad(t.subject, t.predicate, t.object, graph_for(t)) for t in document.triples)
    return Delta(frozenset(quad for quad in quads if quad not in store))


def _validator_of(dataset: Dataset) -> IncrementalValidator:
    reifier_files = dataset.rdf12_shape_files()
    reifier_shapes = read_shapes(reifier_files) if reifier_files else None
    return IncrementalValidator(read_shapes(dataset.shape_files()), reifier_shapes, dataset)


def _judgement(document: Document, change: Delta, findings: Iterable[Finding], store: ox.Store) -> Judgement:
    places = {iri: (_DOCUMENT, line) for iri, line in document.lines.items()}
    located = locate(findings, [*change.added, *_around(change, store)], places)
    return Judgement(document, change, tuple(sorted(located, key=_place)))


def _around(change: Delta, store: ox.Store) -> Iterator[ox.Quad]:
    """Yield what is said of the things that the change names: their labels tell people whom it is about."""
    for node in {quad.object for quad in change.added if isinstance(quad.object, ox.NamedNode)}:
        yield from store.quads_for_pattern(node, None, None, None)


def _place(found: Located) -> tuple[object, ...]:
    return found.line or 0, found.sort_key()
