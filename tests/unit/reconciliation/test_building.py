"""The index of names as it is made of a graph, and kept."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox
import pytest

from zanryu.app import require_build
from zanryu.config import Settings
from zanryu.errors import TooBusy
from zanryu.graph.namespaces import BASE, PREFIXES
from zanryu.reconciliation.building import write_index
from zanryu.reconciliation.keeping import MatchKeeper
from zanryu.reconciliation.matching import Matcher, open_matcher
from zanryu.reconciliation.questions import Condition, Query
from zanryu.store.embedded import EmbeddedStore, create_store
from zanryu.store.index_building import serialise
from zanryu.store.index_keeping import Patience

if TYPE_CHECKING:
    from pathlib import Path

    from zanryu.reconciliation.questions import Candidate

_USED: Final = ("zr", "zv", "p", "u", "w", "cl", "rdf", "rdfs", "owl", "skos", "dcterms", "edtf", "wd")
# Invented. What the build would derive is not needed but for what a unit is a part of.
_GRAPH: Final = """
zr:Person a owl:Class ; rdfs:label "person"@en ; rdfs:subClassOf zr:Agent .
zr:Officer a owl:Class ; rdfs:isDefinedBy <urn:o> ; rdfs:label "officer"@en ; rdfs:subClassOf zr:Person .
zr:Agent a owl:Class . zr:MilitaryUnit a owl:Class . zr:Assertion a owl:Class . zr:Work a owl:Class .
zr:servedIn rdfs:label "served in"@en ; rdfs:isDefinedBy <urn:o> ; rdfs:range zr:MilitaryUnit .
p:reiji a zr:Officer ; skos:prefLabel "Reiji Tarō"@en ; skos:exactMatch wd:Q0 .
u:first a zr:MilitaryUnit ; skos:prefLabel "1st Battalion"@en ; zr:subUnitOf u:whole .
u:second a zr:MilitaryUnit ; skos:prefLabel "2nd Battalion"@en .
u:whole a zr:MilitaryUnit ; skos:prefLabel "Whole Regiment"@en .
w:book a zr:Work ; dcterms:title "A book, printed"@en .
cl:1 a zr:Assertion ; rdf:subject p:reiji ; rdf:predicate zr:nativeName ; rdf:object "例示太郎"@ja-Hani .
cl:2 a zr:Assertion ; rdf:subject p:reiji ; rdf:predicate zr:nativeName ; rdf:object "例示花子"@ja-Hani ;
  zr:polarity zv:negative .
cl:3 a zr:Assertion ; rdf:subject p:reiji ; rdf:predicate zr:pseudonym ; rdf:object "仮野一夫"@ja-Hani ;
  zr:status zv:deprecated .
cl:4 a zr:Assertion ; rdf:subject p:reiji ; rdf:predicate zr:servedIn ; rdf:object u:first ;
  zr:when "1945" ; zr:citation [ zr:work w:book ] .
cl:5 a zr:Assertion ; rdf:subject p:reiji ; rdf:predicate zr:servedIn ; rdf:object u:second ;
  zr:status zv:deprecated .
cl:6 a zr:Assertion ; rdf:subject p:reiji ; rdf:predicate zr:pseudonym ; rdf:object "例示花子"@ja-Hani .
"""


@pytest.fixture(scope="module")
def matcher(tmp_path_factory: pytest.TempPathFactory) -> Matcher:
    folder = tmp_path_factory.mktemp("graph")
    prefixes = "".join(f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in _USED)
    quads = ox.parse(f"{prefixes}<{BASE}graph/claims> {{ {_GRAPH} }}", format=ox.RdfFormat.TRIG)
    (folder / "graph.nq").write_bytes(ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"")
    create_store(folder / "store", folder / "graph.nq")
    write_index(EmbeddedStore(folder / "store", "v7", serialise), folder / "index.sqlite")
    found = open_matcher(folder / "index.sqlite")
    assert found
    return found


def best(matcher: Matcher, text: str, *conditions: Condition) -> Candidate:
    return matcher.match([Query(text, (), 5, conditions)])[0][0]


def told(candidate: Candidate) -> dict[str, bool | float]:
    return {feature.id: feature.value for feature in candidate.features}


def test_an_index_is_of_the_version_of_its_graph(matcher: Matcher) -> None:
    assert matcher.version == "v7"


@pytest.mark.parametrize(
    ("name", "weight", "is_denied"),
    [
        ("例示太郎", 100.0, False),
        ("仮野一夫", 70.0, True),
        ("例示花子", 95.0, False),
        ("Reiji Tarō", 100.0, False),
    ],
)
def test_a_name_that_is_denied_or_deprecated_weighs_less_unless_another_claim_has_it(
    matcher: Matcher, name: str, weight: float, is_denied: bool
) -> None:
    features = told(best(matcher, name))
    assert (features["name_weight"], features["is_denied_name"]) == (weight, is_denied)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("unit", "1st Battalion", 100.0),
        ("unit", "Whole Regiment", 100.0),
        ("unit", "2nd Battalion", 0.0),
        ("source", "A book, printed", 100.0),
        ("date", "1945-03", 100.0),
    ],
)
def test_what_is_claimed_and_neither_denied_nor_deprecated_confirms(
    matcher: Matcher, name: str, value: str, expected: float
) -> None:
    assert told(best(matcher, "例示太郎", Condition(name, (value,))))[f"property:{name}"] == expected


def test_a_thing_has_the_types_above_its_own(matcher: Matcher) -> None:
    found = best(matcher, "例示太郎")
    assert set(found.types) == {"Officer", "Person", "Agent"}
    assert found.description == "officer"


def test_an_identifier_elsewhere_names_a_thing(matcher: Matcher) -> None:
    for name in ("Q0", "http://www.wikidata.org/entity/Q0"):
        assert best(matcher, name).iri == f"{BASE}id/person/reiji"


def test_properties_are_those_of_claims_with_what_their_values_are(matcher: Matcher) -> None:
    served = next(one for one in matcher.properties("Person") if one.id == "servedIn")
    assert (served.name, served.types) == ("served in", ("MilitaryUnit",))


PATIENT = Patience(with_old=60.0, without=60.0)


@pytest.fixture
def home(built: Settings, tmp_path: Path) -> Settings:
    """A build of one's own, without an index."""
    ignored = shutil.ignore_patterns("matching", "search", "overviews")
    shutil.copytree(built.store.parent, tmp_path / "home", symlinks=True, ignore=ignored)
    return Settings(store=tmp_path / "home" / "store")


def keeper(settings: Settings, patience: Patience = PATIENT) -> MatchKeeper:
    return MatchKeeper(
        settings, EmbeddedStore(settings.store, require_build(settings).version, serialise), patience
    )


def test_the_index_is_made_beside_the_store_and_found_again_by_the_next(home: Settings) -> None:
    made = keeper(home).index()
    assert best(made, "Takuo Ishii").name == "Ishii Takuo"
    assert made.version == require_build(home).version
    assert keeper(home).index() == made


def test_a_file_that_is_no_index_is_replaced(home: Settings) -> None:
    path = keeper(home).index().path
    path.write_bytes(b"no database" * 1000)
    assert best(keeper(home).index(), "石井卓雄").score == 100


def test_an_index_that_another_server_removed_is_made_again(home: Settings) -> None:
    kept = keeper(home)
    kept.index().path.unlink()
    assert best(kept.index(), "石井卓雄").score == 100


def test_who_cannot_wait_is_told_to_come_again_and_then_is_answered(home: Settings) -> None:
    hasty = keeper(home, Patience(0.0, 0.0))
    with pytest.raises(TooBusy):
        hasty.index()
    hasty.begin().join()
    assert best(hasty.index(), "石井卓雄").score == 100
