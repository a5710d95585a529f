"""What a dataset knows of Wikidata, for reading its statements: our properties, things and classes by number.

The other way round than :mod:`zanryu.wikidata.expression.alignment`, and from the hand-edited files.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from zanryu.graph.materialise import describe
from zanryu.graph.namespaces import PREFIXES, RDF_TYPE, term

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pyoxigraph import Quad

    from zanryu.graph.materialise import Description, Node

WIKIDATA_REVISION: Final = term("zv:wikidata-revision")
_WD: Final = PREFIXES["wd"]
_MAIN: Final = "http://www.wikidata.org/prop/"
_QUALIFIER: Final = f"{_MAIN}qualifier/"
_EXPRESSED_AS: Final = term("zr:expressedAs")
_ANYTHING: Final = (term("rdfs:Resource"), term("owl:Thing"))


@dataclass(frozen=True, slots=True)
class OurProperty:
    """A property of claims, with what it may be said of; ``None`` where the ontology does not say."""

    iri: NamedNode
    domain: NamedNode | None
    range: NamedNode | None


@dataclass(frozen=True, slots=True)
class Known:
    """Indexes over a dataset; numbers are ``P569`` and ``Q42``.

    ``chosen`` has, for a property of Wikidata that only some values are said with (such as allegiance, P945),
    these values.
    """

    properties: defaultdict[str, list[OurProperty]]
    qualifiers: defaultdict[str, list[OurProperty]]
    chosen: defaultdict[str, list[NamedNode]]
    things: defaultdict[str, list[NamedNode]]
    cited: Mapping[str, list[NamedNode]]
    index: Mapping[Node, Description]

    @classmethod
    def of(cls, quads: Iterable[Quad], target: Callable[[str], str] = str) -> Known:
        """Return what quads of sources know; ``target`` says what an item was merged into."""
        index = describe(quads)
        known = cls(
            defaultdict(list), defaultdict(list), defaultdict(list), defaultdict(list), _cited(index), index
        )
        for node, said in index.items():
            if isinstance(node, NamedNode):
                known._add(node, said, target)
        for candidates in known.properties.values():
            candidates.sort(key=known._precision)
        return known

    def _add(self, node: NamedNode, said: Description, target: Callable[[str], str]) -> None:
        for item in _items(said):
            self.things[target(item)].append(node)
        for name in _numbers(said, _QUALIFIER):
            self.qualifiers[name].append(_property(node, said))
        for name in _numbers(said, _MAIN):
            if term("zr:ClaimProperty") in said.get(RDF_TYPE, ()):
                self.properties[name].append(_property(node, said))
            else:
                self.chosen[name].append(node)

    def is_a(self, thing: NamedNode, wanted: NamedNode | None) -> bool:
        """Whether a thing is of a class, by its types and their superclasses."""
        return wanted is None or wanted in _ANYTHING or wanted in self._above(*self._all(thing, RDF_TYPE))

    def name_of(self, property_id: str) -> str:
        """Return the name of a property for people: ``place of birth (P19)``, where it is mapped."""
        labels = self.index.get(NamedNode(_WD + property_id), {}).get(term("rdfs:label"), ())
        label = next((label.value for label in labels if isinstance(label, Literal)), "")
        return f"{label} ({property_id})" if label else property_id

    def _precision(self, candidate: OurProperty) -> tuple[bool, int, int, str]:
        """Order candidates from the one that says least: no special date, and the widest classes."""
        has_own_date = term("zr:dateExpressedAs") in self.index[candidate.iri]
        of_value, of_subject = (len(self._above(c)) if c else 0 for c in (candidate.range, candidate.domain))
        return has_own_date, of_value, of_subject, candidate.iri.value

    def _all(self, node: Node, predicate: NamedNode) -> list[NamedNode]:
        return [o for o in self.index.get(node, {}).get(predicate, ()) if isinstance(o, NamedNode)]

    def _above(self, *classes: NamedNode) -> list[NamedNode]:
        found = list(dict.fromkeys(classes))
        for one in found:  # grows while it is read
            found.extend(c for c in self._all(one, term("rdfs:subClassOf")) if c not in found)
        return found


def _items(said: Description) -> Iterator[str]:
    """Yield the items that a thing is: linked as the same, or expressed by an item that is close to it."""
    same, close, expressed = (
        {o.value for o in said.get(p, ()) if isinstance(o, NamedNode) and o.value.startswith(f"{_WD}Q")}
        for p in (term("skos:exactMatch"), term("skos:closeMatch"), _EXPRESSED_AS)
    )
    yield from sorted(iri.removeprefix(_WD) for iri in same | close & expressed)


def _numbers(said: Description, namespace: str) -> Iterator[str]:
    expressed = (o.value for o in said.get(_EXPRESSED_AS, ()) if isinstance(o, NamedNode))
    found = (iri.removeprefix(namespace) for iri in expressed if iri.startswith(f"{namespace}P"))
    yield from sorted(found)


def _property(node: NamedNode, said: Description) -> OurProperty:
    domain, range_ = (
        next((o for o in said.get(term(p), ()) if isinstance(o, NamedNode)), None)
        for p in ("rdfs:domain", "rdfs:range")
    )
    return OurProperty(node, domain, range_)


def _cited(index: Mapping[Node, Description]) -> dict[str, list[NamedNode]]:
    """Return the claims that rest on a statement of Wikidata, by its GUID."""
    revisions = {n for n, said in index.items() if WIKIDATA_REVISION in said.get(term("dcterms:type"), ())}
    found: dict[str, list[NamedNode]] = defaultdict(list)
    for node, said in index.items():
        if not isinstance(node, NamedNode):
            continue
        for citation in said.get(term("zr:citation"), ()):
            passage = {} if isinstance(citation, Literal) else index.get(citation, {})
            if revisions.intersection(passage.get(term("zr:work"), ())):
                for locator in passage.get(term("zr:locator"), ()):
                    found[str(getattr(locator, "value", ""))].append(node)
    return found
