"""The mapping between our terms and Wikidata's, as ``ontology/alignments/wikidata.ttl`` has it.

The program acts on ``zr:expressedAs`` alone; the matches of SKOS beside it are for readers. What a number
stands for is told by its form in the RDF of Wikibase (Wikibase/Indexing/RDF Dump Format, Prefixes used).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from zanryu.graph.namespaces import PREFIXES
from zanryu.store.backend import RESULTS_JSON, UNION, read_solutions
from zanryu.wikidata.model import Rank

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from zanryu.store.backend import Backend, Solutions

ITEM: Final = PREFIXES["wd"]
_WIKIBASE: Final = "http://wikiba.se/ontology#"
_PLACES: Final = {
    "statement": "http://www.wikidata.org/prop/",
    "qualifier": "http://www.wikidata.org/prop/qualifier/",
    "reference": "http://www.wikidata.org/prop/reference/",
    "item": ITEM,
}
# As the JSON names the datatypes that are written here (Wikibase/DataModel/JSON, Snaks).
_DATATYPES: Final = {
    "WikibaseItem": "wikibase-item",
    "Time": "time",
    "String": "string",
    "Monolingualtext": "monolingualtext",
    "Url": "url",
}
_RANKS: Final = {
    f"{_WIKIBASE}PreferredRank": Rank.PREFERRED,
    f"{_WIKIBASE}NormalRank": Rank.NORMAL,
    f"{_WIKIBASE}DeprecatedRank": Rank.DEPRECATED,
}
_QUERY: Final = f"""
PREFIX zr: <{PREFIXES["zr"]}>
PREFIX rdfs: <{PREFIXES["rdfs"]}>
PREFIX skos: <{PREFIXES["skos"]}>
PREFIX schema: <{PREFIXES["schema"]}>
PREFIX wikibase: <{_WIKIBASE}>
SELECT DISTINCT ?subject ?property ?value WHERE {{
  {{ VALUES ?property {{ zr:expressedAs zr:dateExpressedAs zr:notExpressed rdfs:subClassOf
                         wikibase:propertyType schema:domainIncludes }}
     ?subject ?property ?value }}
  UNION {{ VALUES ?value {{ {" ".join(f"<{rank}>" for rank in _RANKS)} }}
           ?subject skos:closeMatch ?value BIND(skos:closeMatch AS ?property) }}
  UNION {{ ?subject a wikibase:Property ; rdfs:label ?value BIND(rdfs:label AS ?property) }}
}}"""


@dataclass(frozen=True, slots=True)
class Property:
    """A property of Wikidata: ``P569``, its English label there, and its datatype as its JSON names it.

    ``subjects`` are the classes of ours that it is for; empty: any.
    """

    id: str
    label: str
    datatype: str
    subjects: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Form:
    """What says one term of ours there, by place: numbers of properties, and of an item."""

    statement: tuple[str, ...] = ()
    qualifier: str = ""
    reference: str = ""
    item: str = ""


_NO_FORM: Final = Form()


@dataclass(frozen=True, slots=True)
class Alignment:
    """The mapping of one data version. Terms of ours are given by IRI, Wikidata's by number.

    ``dates`` are the qualifiers that say the date of claim properties of which each claim is of a moment.
    ``unexpressed`` has the reason for each claim property that is not mapped.
    """

    properties: dict[str, Property] = field(default_factory=dict)
    forms: dict[str, Form] = field(default_factory=dict)
    dates: dict[str, str] = field(default_factory=dict)
    unexpressed: dict[str, str] = field(default_factory=dict)
    ranks: dict[str, Rank] = field(default_factory=dict)
    broader: dict[str, frozenset[str]] = field(default_factory=dict)
    _chosen: frozenset[str] = frozenset()

    def item(self, term: str) -> str:
        """Return the item that stands for a term of ours, or nothing."""
        return self.forms.get(term, _NO_FORM).item

    def qualifier(self, term: str, value: str = "") -> str:
        """Return the qualifier for a property of ours; one that is said of its value goes first."""
        return self.forms.get(value, _NO_FORM).qualifier or self.forms.get(term, _NO_FORM).qualifier

    def reference(self, term: str) -> str:
        """Return the part of a reference for a property of ours, or nothing."""
        return self.forms.get(term, _NO_FORM).reference

    def main(self, term: str, types: Collection[str], value: str = "") -> Property | None:
        """Return the property that says a claim; ``types`` are those of its subject, ``value`` an IRI or "".

        Of several, a value may choose one, and one that some value chooses is not taken without being chosen.
        """
        offered = self.forms.get(term, _NO_FORM).statement
        choice = [number for number in self.forms.get(value, _NO_FORM).statement if number in offered]
        free = [number for number in offered if number not in self._chosen]
        known = [self.properties[number] for number in choice or free if number in self.properties]
        classes = {above for one in types for above in (one, *self.broader.get(one, ()))}
        fitting = [one for one in known if not one.subjects or one.subjects & classes]
        return fitting[0] if fitting else None


def read_alignment(backend: Backend) -> Alignment:
    """Read the mapping from the graph: one query, whose cost does not grow with the claims."""
    answer = read_solutions(b"".join(backend.query(_QUERY, UNION, RESULTS_JSON)))
    said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for subject, name, value in _rows(answer):
        said[name][subject].append(value)
    forms = {term: _form(values) for term, values in said["expressedAs"].items()}
    return Alignment(
        properties=_properties(said),
        forms=forms,
        dates={term: _number(values[0], "qualifier") for term, values in said["dateExpressedAs"].items()},
        unexpressed={term: values[0] for term, values in said["notExpressed"].items()},
        ranks={term: _RANKS[values[0]] for term, values in said["closeMatch"].items()},
        broader=_closure(said["subClassOf"]),
        _chosen=frozenset(
            number
            for term, form in forms.items()
            if not term.startswith(PREFIXES["zr"])
            for number in form.statement
        ),
    )


@dataclass(slots=True)
class Alignments:
    """The mapping of the data version at hand, read once for each."""

    _version: str = ""
    _kept: Alignment | None = None

    def of(self, backend: Backend) -> Alignment:
        """Return the mapping of the backend's data version."""
        if self._kept is None or self._version != backend.version:
            self._version, self._kept = backend.version, read_alignment(backend)
        return self._kept


def _rows(answer: Solutions | bool) -> Iterable[tuple[str, str, str]]:
    """Yield subject, local name of the property, and value, in a stable order."""
    if isinstance(answer, bool):
        raise TypeError("a SELECT was answered like an ASK")
    rows = {tuple(row[name].value for name in ("subject", "property", "value")) for row in answer.rows}
    for subject, name, value in sorted(rows):
        yield subject, name.replace("#", "/").rpartition("/")[2], value


def _number(iri: str, place: str) -> str:
    """Return the number that an IRI has in a place, or nothing if it is the IRI of another place."""
    number = iri.removeprefix(_PLACES[place]) if iri.startswith(_PLACES[place]) else ""
    return number if number[1:].isdigit() and number[0] in "PQ" else ""


def _form(iris: list[str]) -> Form:
    found = {place: [n for iri in iris if (n := _number(iri, place))] for place in _PLACES}
    return Form(
        tuple(sorted(found["statement"], key=lambda number: int(number[1:]))),
        *(next(iter(found[place]), "") for place in ("qualifier", "reference", "item")),
    )


def _properties(said: dict[str, dict[str, list[str]]]) -> dict[str, Property]:
    found = {}
    for iri, (kind, *_) in said["propertyType"].items():
        datatype = _DATATYPES.get(kind.removeprefix(_WIKIBASE))
        if datatype and (number := _number(iri, "item")):
            subjects = frozenset(said["domainIncludes"].get(iri, ()))
            found[number] = Property(number, said["label"].get(iri, [number])[0], datatype, subjects)
    return found


def _closure(parents: dict[str, list[str]]) -> dict[str, frozenset[str]]:
    """Return all classes above each class."""
    found = {}
    for name, first in parents.items():
        above = list(first)
        for one in above:  # grows while it is read
            above.extend(up for up in parents.get(one, ()) if up not in above)
        found[name] = frozenset(above)
    return found
