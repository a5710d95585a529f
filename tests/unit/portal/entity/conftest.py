"""A small invented graph, and the pages of its things."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest

from zanryu.graph.namespaces import PREFIXES, term
from zanryu.naming.labels import Labels
from zanryu.portal.entity.context import reading_of
from zanryu.portal.entity.display import Display
from zanryu.portal.entity.page import PageMaker
from zanryu.sparql.results import serialise
from zanryu.store.embedded import EmbeddedStore, create_store
from zanryu.web.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zanryu.portal.entity.page import Page

GRAPH = """
<https://w3id.org/zanryu/> zr:acceptanceThreshold 3 .
zr:Officer rdfs:subClassOf zr:Person . zr:WebSource rdfs:subClassOf zr:Work .
zv:probable skos:prefLabel "probable"@en ; skos:definition "Stated plainly."@en ; zr:level 3 .
zv:possible skos:prefLabel "possible"@en ; zr:level 2 . zv:refuted skos:prefLabel "refuted"@en ; zr:level 0 .
zv:major skos:prefLabel "major"@en ; skos:inScheme zv:army ; zr:seniority 5 .
zv:captain skos:prefLabel "captain"@en ; skos:inScheme zv:army ; zr:seniority 4 .
zv:colonel skos:prefLabel "colonel"@en ; skos:inScheme zv:others ; zr:seniority 1 .
zv:army skos:prefLabel "the army"@en . zv:others skos:prefLabel "the others"@en .
u:battalion a zr:MilitaryUnit ; skos:prefLabel "Battalion"@en ; zr:subUnitOf u:regiment .
u:regiment a zr:MilitaryUnit ; skos:prefLabel "Regiment"@en ; zr:subUnitOf u:division .
u:division a zr:MilitaryUnit ; skos:prefLabel "Division"@en .
ac:hill a zr:Academy ; skos:prefLabel "Hill School"@en .
p:a a zr:Officer ; skos:prefLabel "A"@en, "甲"@ja ; zr:heldRank zv:major, zv:captain, zv:colonel ;
  zr:servedIn u:battalion ; zr:instructedAt ac:hill ; zr:deathDate "1950-05-20"^^edtf:EDTF-level1 ;
  zr:nationality zv:japanese ; zr:unlisted "kept" .
p:b a zr:Person ; skos:prefLabel "B"@en ; zr:instructedAt ac:hill .
p:c skos:prefLabel "C"@en ; zr:instructedAt ac:hill .
w:book a zr:Work ; skos:prefLabel "Book"@en ; zr:tier zv:secondary ; dcterms:language "fr" .
w:copy a zr:WebSource ; skos:prefLabel "Copy"@en ; zr:mirrorOf w:book .
w:item a zr:WebSource ; skos:prefLabel "Item"@en ; dcterms:type zv:wikidata-revision .
p:w a zr:Person ; skos:prefLabel "W"@en . w:pamphlet a zr:WebSource ; skos:prefLabel "Pamphlet"@en .
cf:rank a zr:Conflict ; zr:concerns cl:rank-1, cl:rank-2 ; zr:resolution zv:open ;
  zr:rationale "Hard to say."@en .
"""


def claim(
    slug: str, statement: str, rest: str = "", citations: str = 'zr:work w:book ; zr:locator "p. 1"'
) -> str:
    """Return a claim in Turtle: ``statement`` is subject, property and value; bars part citations."""
    subject, predicate, value = statement.split(" ", 2)
    nodes = [f"<{PREFIXES['cl']}{slug}/c{n}>" for n, _ in enumerate(citations.split(" | "), start=1)]
    proofs = "".join(f"{n} {said} .\n" for n, said in zip(nodes, citations.split(" | "), strict=True))
    certainty = "" if "zr:certainty" in rest else "; zr:certainty zv:probable"
    return (
        f"cl:{slug} a zr:Assertion ; rdf:subject {subject} ; rdf:predicate {predicate} ; rdf:object {value} "
        f"{certainty} {rest} ; zr:citation {', '.join(nodes)} .\n{proofs}"
    )


def when(edtf: str, earliest: str = "", latest: str = "") -> str:
    """Return a date in Turtle, with its bounds."""
    bounds = f' ; zr:earliest "{earliest}"' * bool(earliest) + f' ; zr:latest "{latest}"' * bool(latest)
    return f'; zr:when "{edtf}"{bounds}'


CLAIMS = "".join([
    claim("rank-1", "p:a zr:heldRank zv:major", "; zr:status zv:preferred ; zr:conflictsWith cl:rank-2"),
    claim("rank-2", "p:a zr:heldRank zv:lieutenant", "; zr:conflictsWith cl:rank-1; zr:certainty zv:possible",
          "zr:work w:book ; zr:hedge zv:hedge ; zr:cue \"peut-être\""),
    claim("rank-3", "p:a zr:heldRank zv:captain", when("1941", "1941-01-01", "1941-12-31")),
    claim("rank-4", "p:a zr:heldRank zv:colonel", when("1947", "1947-01-01", "1947-12-31")),
    claim("unit-1", "p:a zr:servedIn u:battalion", when("1941/1945", "1941-01-01", "1945-12-31")),
    claim("taught-1", "p:a zr:instructedAt ac:hill", when("1946", "1946-01-01", "1946-12-31"),
          "zr:work w:copy | zr:work w:book"),
    claim("taught-2", "p:a zr:instructedAt ac:hill", "; zr:certainty zv:possible" + when("1999")),
    claim("taught-3", "p:b zr:instructedAt ac:hill", when("1946-03", "1946-03-01", "1946-03-31")),
    claim("taught-4", "p:c zr:instructedAt ac:hill", when("1950", "1950-01-01", "1950-12-31")),
    claim("headed-1", "p:a zr:headed ac:hill", "; zr:certainty zv:possible"),
    claim("met-1", "p:a zr:met p:b", "; zr:polarity zv:negative"),
    claim("met-2", "p:a zr:met p:c", "; zr:status zv:deprecated ; zr:deprecationReason \"a slip\"@en"),
    claim("met-3", "p:a zr:met p:d", "; zr:certainty zv:refuted"),
    claim("death-1", "p:a zr:deathDate \"1950-05-20\"^^edtf:EDTF-level1", when("1950-05-20")),
    claim("name-1", "p:a zr:nativeName \"甲\"@ja-Hani"),
    claim("name-2", "p:a zr:adoptedName \"Giáp\"@vi"),
    claim("said-1", "p:w zr:occupation zv:poet", "", "zr:work w:item | zr:work w:pamphlet"),
    claim("said-2", "p:w zr:occupation zv:baker", "", "zr:work w:item"),
    claim("other-1", "p:b zr:founded u:battalion", "; zr:companion p:a"),
])  # fmt: skip

_GROUPS = {
    f"{PREFIXES['zs']}{local}": {"names": {"en": name}, "order": order}
    for local, name, order in (("Life", "life", 1.0), ("Ranks", "ranks", 2.0), ("OtherGroup", "other", 9.0))
}
_SHOWN = {
    "zr:deathDate": ("Life", 2.0, "day of death"), "zr:nationality": ("Life", 1.0, "from"),
    "zr:heldRank": ("Ranks", 1.0, "rank"),
}  # fmt: skip
DISPLAY = Display(
    groups=_GROUPS,
    properties={
        term(path).value: {"names": {"en": name}, "group": PREFIXES["zs"] + group, "order": order}
        for path, (group, order, name) in _SHOWN.items()
    },
    pages={term("zr:Person").value: [term(path).value for path in _SHOWN]},
)


@pytest.fixture(scope="session")
def backend(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    """A store of the graph."""
    home: Path = tmp_path_factory.mktemp("entity")
    prefixes = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
    quads: Any = ox.parse(prefixes + GRAPH + CLAIMS, format=ox.RdfFormat.TURTLE)
    named = [ox.Quad(q.subject, q.predicate, q.object, ox.NamedNode("http://g")) for q in quads]
    ox.serialize(named, home / "data.nq", ox.RdfFormat.N_QUADS)
    create_store(home / "store", home / "data.nq")
    return EmbeddedStore(home / "store", "v1", serialise)


@pytest.fixture
def page_of(backend: EmbeddedStore) -> Callable[..., Page]:
    """Returns the page of a thing: ``page_of("p:a")``."""

    def make(curie: str, display: Display = DISPLAY, number: int = 1) -> Page:
        return PageMaker(reading_of(Labels(backend), Words("en"), display), term(curie).value).page(number)

    return make
