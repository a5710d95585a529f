"""Reading what the graph says of names, in questions that each go through it once.

Only in the process that makes an index: see :mod:`zanryu.reconciliation.building`.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from zanryu.graph.namespaces import PREFIXES
from zanryu.reconciliation.names import BROADER, CLAIMED_NAMES, GROUPS, LABELS, NOT_NAMED, OTHER_LABELS
from zanryu.store.index_building import rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zanryu.store.backend import Backend

RDFS_LABEL: Final = LABELS[1]
# An IRI may have a comma, and the engine (Oxigraph 0.5.13) does not quote it: so every column is a string.
_USED: Final = ("zr", "zv", "rdf", "rdfs", "owl", "skos")
_PROLOGUE: Final = "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in _USED)
_CLASSES: Final = """SELECT (STR(?class) AS ?c) (STR(?above) AS ?a)
WHERE { ?class a owl:Class OPTIONAL { ?class rdfs:subClassOf ?above } }"""
_INSTANCES: Final = "SELECT DISTINCT (STR(?thing) AS ?t) WHERE {{ ?thing a <{}> FILTER(ISIRI(?thing)) }}"
_NUMBERS: Final = """SELECT (STR(?thing) AS ?t) (COUNT(?claim) AS ?claims)
WHERE { ?claim rdf:subject ?thing } GROUP BY ?thing"""
_LABELLED: Final = """SELECT DISTINCT (STR(?thing) AS ?t) ?name (LANG(?name) AS ?language)
WHERE {{ ?thing <{}> ?name FILTER(ISLITERAL(?name)) }}"""
_DEAD: Final = """BIND(EXISTS { ?claim zr:status zv:deprecated } || EXISTS { ?claim zr:polarity zv:negative }
  AS ?isDead)"""
_CLAIMED: Final = """SELECT DISTINCT (STR(?thing) AS ?t) ?name (LANG(?name) AS ?language) ?isDead
WHERE {{ ?claim rdf:predicate <{}> ; rdf:subject ?thing ; rdf:object ?name FILTER(ISLITERAL(?name)) {} }}"""
_PROPERTIES: Final = "SELECT DISTINCT (STR(?property) AS ?p) WHERE { ?claim rdf:predicate ?property }"
_FACTS: Final = """SELECT DISTINCT (STR(?thing) AS ?t) (STR(?value) AS ?v)
  (STR(DATATYPE(?value)) AS ?datatype) ?when
WHERE {{ ?claim rdf:predicate <{}> ; rdf:subject ?thing ; rdf:object ?value {}
  FILTER(!?isDead) OPTIONAL {{ ?claim zr:when ?when }} }}"""
_STATED: Final = """SELECT DISTINCT (STR(?thing) AS ?t) (STR(?value) AS ?v)
WHERE {{ ?thing <{}> ?value FILTER(ISIRI(?value)) }}"""
_WORKS: Final = """SELECT DISTINCT (STR(?thing) AS ?t) (STR(?work) AS ?w)
WHERE { ?claim rdf:subject ?thing ; zr:citation/zr:work ?work }"""
_IDENTIFIERS: Final = """SELECT DISTINCT (STR(?thing) AS ?t) (STR(?other) AS ?o)
WHERE { ?thing skos:exactMatch ?other }"""
_SENIORITIES: Final = (
    "SELECT (STR(?rank) AS ?r) (STR(?seniority) AS ?s) WHERE { ?rank zr:seniority ?seniority }"
)
_TERMS: Final = """SELECT DISTINCT (STR(?term) AS ?t) ?name (LANG(?name) AS ?language)
WHERE { ?term rdfs:label ?name ; rdfs:isDefinedBy ?ontology }"""
_RANGES: Final = "SELECT (STR(?property) AS ?p) (STR(?range) AS ?r) WHERE { ?property rdfs:range ?range }"


class Name(NamedTuple):
    """A name of a thing; ``property`` is the IRI under which it stands. ``is_denied``: nobody upholds it."""

    thing: str
    text: str
    language: str
    property: str
    is_denied: bool = False


class Fact(NamedTuple):
    """What is claimed of a thing: an IRI, an EDTF date or other text; ``when`` is EDTF or empty."""

    thing: str
    property: str
    value: str
    datatype: str = ""
    when: str = ""


class GraphReader:
    """Reads a graph from an engine that answers in CSV and has no time limit."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def types(self) -> dict[str, frozenset[str]]:
        """Return the classes of each thing that can have a name, with those above them."""
        above: dict[str, set[str]] = defaultdict(set)
        for name, higher in self._rows(_CLASSES):
            above[name].add(higher)
        found: dict[str, frozenset[str]] = {}
        alike: dict[frozenset[str], frozenset[str]] = {}  # most things are of few kinds
        for name in sorted(above.keys() - set(NOT_NAMED)):
            classes = frozenset(_closure(name, above) & above.keys())
            for (thing,) in self._rows(_INSTANCES.format(name)):
                together = found.get(thing, classes) | classes
                found[thing] = alike.setdefault(together, together)
        return found

    def claims(self) -> dict[str, int]:
        """Return of how many claims each thing is the subject."""
        return {thing: int(number) for thing, number in self._rows(_NUMBERS)}

    def names(self) -> Iterator[Name]:
        """Yield every name, of whatever it is; a name may come several times."""
        for name in LABELS + OTHER_LABELS:
            for thing, text, language in self._rows(_LABELLED.format(name)):
                yield Name(thing, text, language, name)
        for name in CLAIMED_NAMES:
            for thing, text, language, is_dead in self._rows(_CLAIMED.format(name, _DEAD)):
                yield Name(thing, text, language, name, is_dead == "true")

    def terms(self) -> Iterator[Name]:
        """Yield the names of classes and properties."""
        return (Name(term, name, tag, RDFS_LABEL) for term, name, tag in self._rows(_TERMS))

    def facts(self) -> Iterator[Fact]:
        """Yield what is claimed of things, but not what is denied or deprecated; names are left out."""
        for (name,) in self._rows(_PROPERTIES):
            if name in CLAIMED_NAMES:
                continue
            for thing, value, datatype, when in self._rows(_FACTS.format(name, _DEAD)):
                yield Fact(thing, name, value, datatype, when)

    def sources(self) -> Iterable[tuple[str, str]]:
        """Return pairs of a thing and a work that is cited for a claim about it."""
        return ((thing, work) for thing, work in self._rows(_WORKS))

    def broader(self) -> Iterator[tuple[str, str, str]]:
        """Yield a thing, how, and of what it is a part, as far as that is accepted."""
        for name in BROADER:
            for thing, whole in self._rows(_STATED.format(name)):
                yield thing, name, whole

    def identifiers(self) -> Iterable[tuple[str, str]]:
        """Return pairs of a thing and an IRI that names it elsewhere."""
        return ((thing, other) for thing, other in self._rows(_IDENTIFIERS))

    def ranks(self) -> dict[str, str]:
        """Return the highest rank that is accepted of each person."""
        seniority = {rank: int(number) for rank, number in self._rows(_SENIORITIES) if number.isdecimal()}
        found: dict[str, str] = {}
        for name in GROUPS["rank"]:
            for person, rank in self._rows(_STATED.format(name)):
                offered = seniority.get(rank, 0), rank
                if person not in found or offered > (seniority.get(found[person], 0), found[person]):
                    found[person] = rank
        return found

    def ranges(self) -> dict[str, str]:
        """Return the class of the values of each property, the first by name."""
        return dict(sorted(((name, found) for name, found in self._rows(_RANGES)), reverse=True))

    def _rows(self, query: str) -> Iterator[list[str]]:
        return rows(self._backend, _PROLOGUE + query)


def _closure(name: str, above: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [name]
    while waiting:
        if (next_one := waiting.pop()) not in found:
            found.add(next_one)
            waiting.extend(above.get(next_one, ()))
    return found
