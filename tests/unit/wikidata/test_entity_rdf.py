from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from wikidata.reference import FIXTURES, bare, enveloped, needs_fixtures
from zanryu.errors import UnreadableEntity
from zanryu.wikidata.entities.entity_json import read_entity
from zanryu.wikidata.entities.entity_rdf import read_entity_turtle
from zanryu.wikidata.model import (
    JULIAN,
    Coordinates,
    Foreign,
    Item,
    Monolingual,
    Nothing,
    Quantity,
    Rank,
    Reference,
    Snak,
    Text,
    Time,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from zanryu.wikidata.model import Entity, Statement


@pytest.fixture(scope="module")
def turtle() -> Entity:
    return read_entity_turtle((FIXTURES / "rdf-ttl" / "Q42.ttl").read_bytes(), "Q42")


@pytest.fixture(scope="module")
def json() -> Entity:
    return read_entity(enveloped(bare("Q42")), "Q42")


def _truncated(value: Value) -> Value:
    """Return a value without what is finer than its precision: RDF does not tell 00 from 01 there."""
    if not isinstance(value, Time) or value.precision >= 11:
        return value
    return replace(value, text=f"{value.text[: 8 if value.precision == 10 else 5]}…")


def _sorted(snaks: tuple[Snak, ...]) -> list[tuple[str, str]]:
    return sorted((snak.property, repr(_truncated(snak.value))) for snak in snaks)


def _said(statement: Statement) -> tuple[object, ...]:
    return statement.property, _truncated(statement.value), statement.rank, _sorted(statement.qualifiers)


# What editors changed between the two revisions that are at hand, of 2022 and of 2023: names as printed,
# captions, ranks, corrected identifiers. Looked at one by one.
EDITED = 23


@needs_fixtures
def test_the_turtle_says_of_a_statement_what_the_json_says(turtle: Entity, json: Entity) -> None:
    in_turtle, in_json = ({s.id: s for s in entity.statements} for entity in (turtle, json))
    both = in_turtle.keys() & in_json.keys()
    other = [guid for guid in both if _said(in_turtle[guid]) != _said(in_json[guid])]

    assert len(both) == 226
    assert len(other) == EDITED


@needs_fixtures
def test_references_of_the_same_digest_say_the_same(turtle: Entity, json: Entity) -> None:
    def by_digest(entity: Entity) -> dict[str, list[tuple[str, str]]]:
        return {r.digest: _sorted(r.snaks) for s in entity.statements for r in s.references}

    in_turtle, in_json = by_digest(turtle), by_digest(json)
    both = in_turtle.keys() & in_json.keys()
    assert len(both) == 40
    assert {digest: in_turtle[digest] for digest in both} == {digest: in_json[digest] for digest in both}


@needs_fixtures
def test_the_dates_of_birth_are_the_same_with_every_reference(turtle: Entity, json: Entity) -> None:
    (in_turtle,), (in_json,) = turtle.of("P569"), json.of("P569")

    assert _said(in_turtle) == _said(in_json)
    assert in_turtle.id == in_json.id
    assert {r.digest for r in in_turtle.references} & {r.digest for r in in_json.references}


@needs_fixtures
def test_every_statement_that_the_document_counts_is_read(turtle: Entity) -> None:
    assert len(turtle.statements) == 307  # wikibase:statements
    assert (turtle.id, turtle.revision, turtle.modified) == ("Q42", 1997465481, "2023-10-26T05:30:17Z")


@needs_fixtures
def test_labels_and_aliases_are_by_language() -> None:
    entity = read_entity_turtle((FIXTURES / "rdf-ttl" / "Q37599471.ttl").read_bytes(), "Q37599471")

    assert entity.labels["nl"] == "Loop Quantum Gravity"


_PREFIXES = {
    "wikibase": "http://wikiba.se/ontology#",
    "schema": "http://schema.org/",
    "prov": "http://www.w3.org/ns/prov#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "wd": "http://www.wikidata.org/entity/",
    "s": "http://www.wikidata.org/entity/statement/",
    "v": "http://www.wikidata.org/value/",
    "ref": "http://www.wikidata.org/reference/",
    "p": "http://www.wikidata.org/prop/",
    "ps": "http://www.wikidata.org/prop/statement/",
    "psv": "http://www.wikidata.org/prop/statement/value/",
    "pq": "http://www.wikidata.org/prop/qualifier/",
    "pr": "http://www.wikidata.org/prop/reference/",
    "wdno": "http://www.wikidata.org/prop/novalue/",
}
_HEAD = (
    "".join(f"@prefix {prefix}: <{namespace}> . " for prefix, namespace in _PREFIXES.items())
    + "<https://www.wikidata.org/wiki/Special:EntityData/Q1> schema:about wd:Q1 ; schema:version 7 . "
)


def _read(text: str) -> Entity:
    return read_entity_turtle((_HEAD + text).encode(), "Q1")


def _statement(text: str) -> Statement:
    return _read(f"wd:Q1 p:P1 s:Q1-A . s:Q1-A wikibase:rank wikibase:NormalRank ; {text}").statements[0]


def _time(value: str, precision: int, calendar: str = "Q1985727") -> str:
    return (
        f'ps:P1 "{value}"^^xsd:dateTime ; psv:P1 v:1 . v:1 wikibase:timeValue "{value}"^^xsd:dateTime ; '
        f"wikibase:timePrecision {precision} ; wikibase:timeCalendarModel wd:{calendar} ."
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("ps:P1 wd:Q5 .", Item("Q5"), id="item"),
        pytest.param("ps:P1 wd:L7 .", Foreign("wikibase-lexeme"), id="lexeme"),
        pytest.param("ps:P1 _:b .", Unknown(), id="somevalue"),
        pytest.param("ps:P1 <http://x/.well-known/genid/1> .", Unknown(), id="somevalue, skolemised"),
        pytest.param("a wdno:P1 .", Nothing(), id="novalue"),
        pytest.param('ps:P1 "x" .', Text("x"), id="string"),
        pytest.param("ps:P1 <http://x/y> .", Text("http://x/y"), id="url"),
        pytest.param(
            "ps:P1 <http://commons.wikimedia.org/wiki/Special:FilePath/A%20b%27c.jpg> .",
            Text("A b'c.jpg"),
            id="file",
        ),
        pytest.param('ps:P1 "x"^^<http://www.w3.org/1998/Math/MathML> .', Foreign("math"), id="formula"),
        pytest.param(
            "ps:P1 <http://commons.wikimedia.org/data/main/Data:A.map> .", Foreign("geo-shape"), id="shape"
        ),
        pytest.param('ps:P1 "例"@ja .', Monolingual("例", "ja"), id="text"),
        pytest.param(_time("1919-03-01T00:00:00Z", 10), Time("+1919-03-00T00:00:00Z", 10), id="month"),
        pytest.param(_time("1919-01-01T00:00:00Z", 9), Time("+1919-00-00T00:00:00Z", 9), id="year"),
        pytest.param(_time("1200-01-01T00:00:00Z", 8), Time("+1200-00-00T00:00:00Z", 8), id="decade"),
        pytest.param(
            _time("1917-11-07T00:00:00Z", 11, "Q1985786"),
            Time("+1917-10-25T00:00:00Z", 11, JULIAN),
            id="Julian day",
        ),
        pytest.param(
            _time("1516-08-01T00:00:00Z", 10, "Q1985786"),
            Time("+1516-08-00T00:00:00Z", 10, JULIAN),
            id="Julian month",
        ),
        pytest.param(_time("0000-01-01T00:00:00Z", 9), Time("-0001-00-00T00:00:00Z", 9), id="1 BCE"),
        pytest.param(_time("-0043-03-15T00:00:00Z", 11), Time("-0044-03-15T00:00:00Z", 11), id="44 BCE"),
        pytest.param(
            'psv:P1 v:1 . v:1 wikibase:quantityAmount "+2"^^xsd:decimal ; wikibase:quantityUnit wd:Q199 .',
            Quantity("+2"),
            id="number",
        ),
        pytest.param(
            'psv:P1 v:1 . v:1 wikibase:quantityAmount "+2.50"^^xsd:decimal ; '
            'wikibase:quantityUnit wd:Q11573 ; wikibase:quantityLowerBound "+2"^^xsd:decimal ; '
            'wikibase:quantityUpperBound "+3"^^xsd:decimal .',
            Quantity("+2.50", "Q11573", "+2", "+3"),
            id="quantity",
        ),
        pytest.param(
            "psv:P1 v:1 . v:1 wikibase:geoLatitude 21e0 ; wikibase:geoLongitude 105.5e0 ; "
            "wikibase:geoGlobe wd:Q2 .",
            Coordinates(21.0, 105.5),
            id="coordinates",
        ),
    ],
)
def test_a_value_is_what_the_json_has(text: str, value: Value) -> None:
    assert _statement(text).value == value


def test_a_qualifier_without_a_value_is_told_from_a_statement_without_one() -> None:
    statement = _statement("a wdno:P2 ; ps:P1 wd:Q5 ; pq:P3 _:b .")

    assert statement.value == Item("Q5")
    assert statement.qualifiers == (Snak("P2", Nothing()), Snak("P3", Unknown()))


def test_ranks_guids_and_references_are_read() -> None:
    entity = _read(
        "wd:Q1 p:P1 s:q1-A-B . s:q1-A-B wikibase:rank wikibase:PreferredRank ; ps:P1 wd:Q5 ; "
        'prov:wasDerivedFrom ref:abc . ref:abc pr:P248 wd:Q7 ; pr:P304 "12" .'
    )

    (statement,) = entity.statements
    assert (statement.id, statement.rank) == ("q1$A-B", Rank.PREFERRED)
    assert statement.references == (Reference((Snak("P248", Item("Q7")), Snak("P304", Text("12"))), "abc"),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("<a> <b>", "not Turtle", id="cut off"),
        pytest.param('wd:Q1 p:P1 s:A . s:A ps:P1 "x" .', "not as Wikibase writes it", id="no rank"),
        pytest.param(
            "wd:Q1 p:P1 s:A . s:A wikibase:rank wikibase:NormalRank .", "not as Wikibase", id="no value"
        ),
        pytest.param(
            "wd:Q1 p:P1 s:A . s:A wikibase:rank wikibase:NormalRank ; psv:P1 v:1 .",
            "not as Wikibase",
            id="no node",
        ),
    ],
)
def test_what_is_no_entity_is_refused_in_one_sentence(text: str, said: str) -> None:
    with pytest.raises(UnreadableEntity) as refused:
        _read(text)

    assert said in refused.value.detail


def test_turtle_that_is_about_nothing_is_refused() -> None:
    with pytest.raises(UnreadableEntity, match="without an entity"):
        read_entity_turtle(b"<http://a> <http://b> <http://c> .", "Q1")
