from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikidata.reference import FIXTURES, bare, described, enveloped, needs_fixtures
from zanryu.errors import UnreadableEntity
from zanryu.wikidata.entities.entity_json import read_entity
from zanryu.wikidata.model import (
    GREGORIAN,
    JULIAN,
    Coordinates,
    Entity,
    Foreign,
    Item,
    Monolingual,
    Nothing,
    Quantity,
    Rank,
    Snak,
    Text,
    Time,
    Unknown,
)


def _features(entity: Entity) -> Counter[str]:
    """Count as the manifest does: a property once in each statement's qualifiers, or reference."""
    found: Counter[str] = Counter()
    for statement in entity.statements:
        value = statement.value
        kind = {Unknown: "somevalue", Nothing: "novalue"}.get(type(value), "value")
        found.update(["statements", f"rank:{statement.rank}", f"snak:{kind}", f"claim:{statement.property}"])
        found.update(f"qual:{name}" for name in {snak.property for snak in statement.qualifiers})
        if isinstance(value, Time):
            found.update([f"timePrecision:{value.precision}"])
            found.update(["julian"] if value.calendar == JULIAN else [])
        for reference in statement.references:
            found.update(["references", *(f"ref:{name}" for name in {s.property for s in reference.snaks})])
    return found


@needs_fixtures
@pytest.mark.parametrize("file", described(), ids=lambda file: str(file["qid"]))
def test_an_entity_has_as_many_of_everything_as_the_manifest_counts(file: dict[str, Any]) -> None:
    entity = read_entity((FIXTURES / file["file"]).read_bytes(), file["qid"])

    counted = _features(entity)
    assert {name: counted[name] for name in file["features"]} == file["features"]
    assert entity.id == file["qid"]
    assert {language: entity.labels.get(language) for language in ("en", "ja", "vi")} == {
        language: file[language] for language in ("en", "ja", "vi")
    }


@needs_fixtures
def test_an_answer_of_the_action_api_is_read_too() -> None:
    data = (FIXTURES / "api-json" / "wbgetentites-Oliver-Kahn.json").read_bytes()

    assert read_entity(data, "Q131261").of("P569")


@needs_fixtures
def test_the_parts_of_a_reference_come_in_the_order_that_is_said() -> None:
    references = read_entity(enveloped(bare("Q42")), "Q42").of("P569")[0].references

    assert [s.property for s in references[1].snaks] == ["P248", "P227", "P813"]


@needs_fixtures
def test_the_revision_and_its_time_are_those_of_the_envelope() -> None:
    entity = read_entity(enveloped(bare("Q42"), 77, "2022-11-01T10:00:00Z"), "Q42")

    assert (entity.revision, entity.modified, entity.asked) == (77, "2022-11-01T10:00:00Z", "Q42")


def test_an_answer_to_a_redirect_is_its_target() -> None:
    entity = read_entity(enveloped({"id": "Q2", "claims": {}}), "Q1")

    assert (entity.id, entity.asked) == ("Q2", "Q1")


def test_of_several_entities_the_one_that_was_asked_for_is_read() -> None:
    data = json.dumps({"entities": {"Q1": {"id": "Q1"}, "Q2": {"id": "Q2"}}}).encode()

    assert read_entity(data, "Q2").id == "Q2"


def test_empty_lists_of_php_are_empty_objects() -> None:
    entity = read_entity(b'{"id": "Q1", "labels": [], "descriptions": [], "aliases": [], "claims": []}', "Q1")

    assert entity == Entity("Q1", asked="Q1")


def _statement(mainsnak: dict[str, Any], **more: Any) -> bytes:
    statement = {"mainsnak": {"property": "P1", **mainsnak}, "id": "Q1$A", "rank": "normal", **more}
    return json.dumps({"id": "Q1", "claims": {"P1": [statement]}}).encode()


def _valued(kind: str, value: Any, datatype: str | None = None) -> dict[str, Any]:
    own = {"datatype": datatype} if datatype else {}
    return {"snaktype": "value", "datavalue": {"type": kind, "value": value}, **own}


_WD = "http://www.wikidata.org/entity/"
_TIME = {"time": "+1919-03-00T00:00:00Z", "precision": 10, "calendarmodel": f"{_WD}Q1985727"}
_QUANTITY = {"amount": "+2", "unit": f"{_WD}Q11573", "upperBound": "+3", "lowerBound": "+1"}
_POINT = {"latitude": 21, "longitude": 105.5, "precision": None, "globe": f"{_WD}Q2"}


@pytest.mark.parametrize(
    ("snak", "value"),
    [
        pytest.param({"snaktype": "somevalue"}, Unknown(), id="somevalue"),
        pytest.param({"snaktype": "novalue"}, Nothing(), id="novalue"),
        pytest.param(_valued("wikibase-entityid", {"id": "Q5"}), Item("Q5"), id="item"),
        pytest.param(
            _valued("wikibase-entityid", {"entity-type": "property", "numeric-id": 31}),
            Item("P31"),
            id="old form of a number",
        ),
        pytest.param(
            _valued("wikibase-entityid", {"id": "L7-F2"}), Foreign("wikibase-form"), id="form of a lexeme"
        ),
        pytest.param(
            _valued("wikibase-entityid", {"id": "E10"}, "entity-schema"),
            Foreign("entity-schema"),
            id="schema",
        ),
        pytest.param(_valued("time", _TIME), Time("+1919-03-00T00:00:00Z", 10, GREGORIAN), id="time"),
        pytest.param(_valued("string", "x"), Text("x"), id="string, datatype not said"),
        pytest.param(_valued("string", "http://x", "url"), Text("http://x"), id="url"),
        pytest.param(_valued("string", "x^2", "math"), Foreign("math"), id="formula"),
        pytest.param(_valued("string", "Data:A.map", "geo-shape"), Foreign("geo-shape"), id="shape"),
        pytest.param(
            _valued("monolingualtext", {"text": "例", "language": "ja"}), Monolingual("例", "ja"), id="text"
        ),
        pytest.param(_valued("quantity", _QUANTITY), Quantity("+2", "Q11573", "+1", "+3"), id="quantity"),
        pytest.param(
            _valued("quantity", {"amount": "+2", "unit": "1"}), Quantity("+2"), id="number without bounds"
        ),
        pytest.param(_valued("globecoordinate", _POINT), Coordinates(21.0, 105.5), id="coordinates"),
        pytest.param(
            _valued("thing-of-2031", {"a": 1}), Foreign("thing-of-2031"), id="type that is not known"
        ),
    ],
)
def test_a_value_is_read_by_its_type(snak: dict[str, Any], value: object) -> None:
    assert read_entity(_statement(snak), "Q1").statements[0].value == value


def test_ranks_qualifiers_and_their_order_are_kept() -> None:
    qualifiers = {
        "P5": [{"snaktype": "novalue", "property": "P5"}],
        "P4": [{"snaktype": "somevalue", "property": "P4"}],
    }
    data = _statement(
        {"snaktype": "novalue"},
        rank="deprecated",
        qualifiers=qualifiers,
        **{"qualifiers-order": ["P4", "P5"]},
    )

    statement = read_entity(data, "Q1").statements[0]
    assert statement.rank == Rank.DEPRECATED
    assert statement.qualifiers == (Snak("P4", Unknown()), Snak("P5", Nothing()))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(b"", "not JSON", id="nothing"),
        pytest.param(b'{"entities": {"Q1": {"id": "Q1", "cl', "not JSON", id="cut off"),
        pytest.param(b"<html>", "not JSON", id="page"),
        pytest.param(b"\xff\xfe", "not JSON", id="no UTF-8"),
        pytest.param(b"[" * 100_000, "not JSON", id="nested without end"),
        pytest.param(b"[]", "it is no object", id="list"),
        pytest.param(b"{}", "no “id”", id="no entity"),
        pytest.param(b'{"entities": []}', "holds 0 entities", id="empty envelope"),
        pytest.param(
            b'{"entities": {"a": {"id": "Q2"}, "b": {"id": "Q3"}}}', "holds 2 entities", id="others"
        ),
        pytest.param(b'{"entities": {"Q1": {"id": "Q1", "missing": ""}}}', "no such entity", id="missing"),
        pytest.param(
            b'{"error": {"code": "maxlag", "info": "Waiting"}}', "says: maxlag: Waiting", id="error"
        ),
        pytest.param(b'{"id": "Q1", "lastrevid": "x"}', "Q1: lastrevid is not as Wikibase", id="revision"),
        pytest.param(b'{"id": "Q1", "labels": {"en": "x"}}', "Q1: labels is not as Wikibase", id="labels"),
        pytest.param(b'{"id": "Q1", "claims": {"P1": 3}}', "the list of P1 is not", id="no list"),
        pytest.param(b'{"id": "Q1", "claims": {"P1": [{}]}}', "statement 1 of P1 is not", id="no statement"),
        pytest.param(_statement({"snaktype": "new"}), "unknown snaktype", id="snaktype"),
        pytest.param(
            _statement(_valued("string", "\ud800")), "found '\\ud800'", id="half of a surrogate pair"
        ),
        pytest.param(_statement({"snaktype": "value"}), "statement 1 of P1 is not", id="no value"),
        pytest.param(_statement({"snaktype": "novalue"}, rank="best"), "'best'", id="rank"),
        pytest.param(_statement(_valued("time", {"time": 3})), "statement 1 of P1 is not", id="time"),
    ],
)
def test_what_is_no_entity_is_refused_in_one_sentence_that_says_where(data: bytes, said: str) -> None:
    with pytest.raises(UnreadableEntity, match="^Q1: ") as refused:
        read_entity(data, "Q1")

    assert said in refused.value.detail
    assert "\n" not in refused.value.detail


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=5), inside, max_size=3),
)
_PARTS = st.sampled_from(
    ["id", "labels", "claims", "mainsnak", "snaktype", "datavalue", "references", "snaks"]
)


@given(st.dictionaries(_PARTS, _JSON), _JSON)
def test_whatever_is_sent_is_an_entity_or_refused(parts: dict[str, Any], claim: Any) -> None:
    document = {"id": "Q1", **parts, "claims": {"P1": [{"mainsnak": claim, **parts}]}}
    try:
        read_entity(json.dumps(document).encode(), "Q1")
    except UnreadableEntity as refused:
        assert refused.detail
