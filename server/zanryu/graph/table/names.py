"""What things are called: labels and names in any script, found without guessing."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import defaultdict
from copy import copy
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from zanryu.graph.materialise import describe
from zanryu.graph.namespaces import (
    ASSERTION,
    GRAPHS,
    PREFIXES,
    RDF_OBJECT,
    RDF_PREDICATE,
    RDF_SUBJECT,
    RDF_TYPE,
    compact,
    term,
)
from zanryu.graph.table.cells import Candidate, CellError, shown
from zanryu.graph.table.columns import SEPARATOR
from zanryu.graph.wording import Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import Quad

    from zanryu.graph.materialise import Description, Node

CLAIM_PROPERTY = term("zr:ClaimProperty")
SENTINEL = term("zr:SentinelValue")
_LABELS = tuple(term(p) for p in ("skos:prefLabel", "dcterms:title", "rdfs:label"))
_OTHER_LABELS = (term("skos:altLabel"),)
# The claim properties whose values are names of the subject.
_NAMING = frozenset(
    term(f"zr:{name}")
    for name in (
        "nativeName",
        "kanaName",
        "adoptedName",
        "birthName",
        "pseudonym",
        "nickname",
        "nameAsPrinted",
        "officialName",
    )
)
_NAMED_GRAPHS = frozenset(GRAPHS[name] for name in ("entities", "works", "vocabularies"))
_NOT_MEANT = (term("zr:polarity"), term("zv:negative")), (term("zr:status"), term("zv:deprecated"))
_FULL_IRI = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
_PREFIXED = re.compile(r"(?P<prefix>[a-z]+):(?P<local>[^\s<>\"{}|\\^`]+)")
_MAX_CANDIDATES = 5
# Looking for what an unknown name resembles takes a hundredth of a second; a table may hold thousands.
_MAX_SEARCHES = 200


def folded(text: str) -> str:
    """Return the form in which names are compared: NFC, without case, white space as one space."""
    return " ".join(unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold()).split())


def expanded(text: str) -> NamedNode | None:
    """Return the IRI that an IRI (bare or in ``<>``) or a prefixed name stands for; ``None`` for others."""
    bare = text[1:-1] if text.startswith("<") and text.endswith(">") else text
    if _FULL_IRI.fullmatch(bare):
        return NamedNode(bare)
    found = _PREFIXED.fullmatch(bare)
    if found and found["prefix"] in PREFIXES:
        return NamedNode(PREFIXES[found["prefix"]] + found["local"])
    return None


class Names:
    """The things of the graph by every name they have. Claims and conflicts have none."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        quads = list(quads)
        index = describe(quads)
        above = {s: set(_iris(index[s], term("rdfs:subClassOf"))) for s in index}
        described = {q.subject for q in quads if q.graph_name in _NAMED_GRAPHS}
        self._kinds: dict[NamedNode, frozenset[NamedNode]] = {}
        self._labels: dict[NamedNode, list[Literal]] = {}
        self._named: dict[str, set[NamedNode]] = defaultdict(set)
        self._searches = 0
        for node, properties in index.items():
            kinds = _closure(_iris(properties, RDF_TYPE), above)
            if isinstance(node, NamedNode) and (node in described or kinds & {CLAIM_PROPERTY, SENTINEL}):
                self._add(node, properties, kinds)
        for properties in index.values():
            self._add_claimed_name(properties)

    def _add(self, node: NamedNode, properties: Description, kinds: set[NamedNode]) -> None:
        self._kinds[node] = frozenset(kinds.union(_iris(properties, term("skos:inScheme"))))
        self._labels[node] = [v for p in _LABELS for v in _literals(properties, p)]
        others = [v for p in _OTHER_LABELS for v in _literals(properties, p)]
        for label in [*self._labels[node], *others]:
            self._named[folded(label.value)].add(node)
        if CLAIM_PROPERTY in kinds:
            self._named[folded(node.value.removeprefix(PREFIXES["zr"]))].add(node)

    def _add_claimed_name(self, claim: Description) -> None:
        if ASSERTION not in claim.get(RDF_TYPE, ()) or not _NAMING.intersection(claim.get(RDF_PREDICATE, ())):
            return
        if any(value in claim.get(predicate, ()) for predicate, value in _NOT_MEANT):
            return
        for subject in _iris(claim, RDF_SUBJECT):
            for name in _literals(claim, RDF_OBJECT):
                self._named[folded(name.value)].add(subject)

    def find(self, text: str, kind: NamedNode | None = None) -> NamedNode:
        """Return the one thing that is called ``text``: an IRI, a prefixed name, or a name in any script.

        Where several things share a name, ``kind`` (a class or a scheme) tells which may stand here.

        :raises CellError: naming candidates, if no thing or more than one is called so.
        """
        if iri := expanded(text):
            if iri in self._kinds:
                return iri
            raise self._unknown(Message("Nothing is known as %(text)s.", text=shown(text)), text, kind)
        found = self._named.get(folded(text), set())
        fitting = {node for node in found if self.fits(node, kind)} or found
        if len(fitting) == 1:
            return next(iter(fitting))
        if fitting:
            candidates = self._candidates(fitting)
            ambiguous = Message("Several things are called %(text)s.", text=shown(text))
            raise CellError(
                ambiguous, Message("Write one of: %(names)s.", names=_listed(candidates)), candidates
            )
        raise self._unknown(Message("Nothing is called %(text)s.", text=shown(text)), text, kind)

    def for_another_table(self) -> Names:
        """Return the same names, with nothing searched for yet."""
        others = copy(self)
        others._searches = 0
        return others

    def fits(self, node: NamedNode, kind: NamedNode | None) -> bool:
        """Return whether a thing is of a class (or below it) or in a scheme; of everything, for ``None``."""
        return kind is None or kind in self._kinds.get(node, ())

    def of_kind(self, kind: NamedNode) -> list[NamedNode]:
        """Return all things of a class or scheme, sorted by IRI."""
        return sorted((n for n, kinds in self._kinds.items() if kind in kinds), key=str)

    def sentinel(self, text: str) -> NamedNode | None:
        """Return the value "unknown" or "absent" if that is what the text names."""
        found = expanded(text) or next(iter(self._named.get(folded(text), ())), None)
        return found if found and self.fits(found, SENTINEL) else None

    def label(self, node: NamedNode, language: str, kind: NamedNode | None = None) -> str:
        """Return a name by which :meth:`find` finds the thing again: a label, else its prefixed name."""
        labels = self._labels.get(node, [])
        ordered = sorted(labels, key=lambda v: ((v.language != language, v.language != "en"), v.value))
        for label in ordered:
            if (
                SEPARATOR not in label.value
                and not expanded(label.value)
                and self._is_called(node, label, kind)
            ):
                return " ".join(label.value.split())
        short = compact(node.value)
        return short if expanded(short) == node else node.value

    def _is_called(self, node: NamedNode, label: Literal, kind: NamedNode | None) -> bool:
        found = self._named.get(folded(label.value), set())
        return ({n for n in found if self.fits(n, kind)} or found) == {node}

    def _unknown(self, fault: Message, text: str, kind: NamedNode | None) -> CellError:
        self._searches += 1
        if self._searches > _MAX_SEARCHES:
            return CellError(fault)
        if found := self._candidates(self._resembling(text, kind)):
            return CellError(fault, Message("Perhaps: %(names)s.", names=_listed(found)), found)
        return CellError(fault, Message("Add it to the data first, or write another of its names."))

    def _resembling(self, text: str, kind: NamedNode | None) -> list[NamedNode]:
        """Return the things that may have been meant."""
        fitting = {n: nodes for n, nodes in self._named.items() if any(self.fits(m, kind) for m in nodes)}
        names = {**fitting, **{folded(compact(n.value)): {n} for n in self._kinds if self.fits(n, kind)}}
        words = folded(text).split()
        close = [name for name in names if all(word in name for word in words)][:_MAX_CANDIDATES]
        close += difflib.get_close_matches(folded(text), names, n=_MAX_CANDIDATES, cutoff=0.7)
        nodes = dict.fromkeys(n for name in close for n in names[name] if self.fits(n, kind))
        return list(nodes)[:_MAX_CANDIDATES]

    def _candidates(self, nodes: Iterable[NamedNode]) -> tuple[Candidate, ...]:
        return tuple(sorted(Candidate(compact(n.value), self._in_words(n)) for n in nodes))

    def _in_words(self, node: NamedNode) -> str:
        labels = sorted(self._labels.get(node, []), key=lambda v: v.language != "en")
        return shown(labels[0].value)[1:-1] if labels else ""


def _listed(candidates: Iterable[Candidate]) -> str:
    return ", ".join(map(str, candidates))


def _iris(properties: Description, predicate: NamedNode) -> Iterator[NamedNode]:
    return (o for o in properties.get(predicate, ()) if isinstance(o, NamedNode))


def _literals(properties: Description, predicate: NamedNode) -> Iterator[Literal]:
    return (o for o in properties.get(predicate, ()) if isinstance(o, Literal))


def _closure(kinds: Iterable[NamedNode], above: dict[Node, set[NamedNode]]) -> set[NamedNode]:
    """Return classes with all classes above them."""
    found: set[NamedNode] = set()
    waiting = list(kinds)
    while waiting:
        kind = waiting.pop()
        if kind not in found:
            found.add(kind)
            waiting.extend(above.get(kind, ()))
    return found
