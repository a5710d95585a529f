"""Whatever JSON is sent, it is read or refused in words; what the parts of a query mean."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zanryu.errors import BodyTooLarge, MalformedRequest
from zanryu.graph.namespaces import PREFIXES
from zanryu.reconciliation.batches import (
    MAX_LIMIT,
    VALUES_FOR_A_NAME,
    read_batch,
    read_draft_batch,
    read_single,
)
from zanryu.reconciliation.extending import read_extension
from zanryu.reconciliation.questions import Condition, Quantifier, Query

if TYPE_CHECKING:
    from collections.abc import Callable

_WORDS = [
    *("queries", "query", "type", "limit", "properties", "pid", "v", "id", "name", "conditions", "matchType"),
    *("propertyValue", "propertyId", "property", "required", "ids", "settings", "content", "type_strict"),
]
_LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(_WORDS) | st.text(max_size=5)
)
_JSON = st.recursive(
    _LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(_WORDS) | st.text(max_size=3), inner)
    ),
    max_leaves=25,
)


@pytest.mark.parametrize(
    "read",
    [
        lambda text: read_batch(text, 5, "en"),
        lambda text: read_single("{" + text, 5, "en"),
        lambda text: read_draft_batch(text.encode(), 5, "en"),
        lambda text: read_draft_batch(b'{"queries": [{"conditions": [' + text.encode() + b"]}]}", 5, "en"),
        lambda text: read_extension(text, "extend", 5),
    ],
    ids=["0.2", "single", "1.0", "conditions", "extend"],
)
@given(document=_JSON)
def test_any_json_is_read_or_refused_in_words(read: Callable[[str], object], document: Any) -> None:
    with suppress(MalformedRequest, BodyTooLarge):
        read(json.dumps(document))


def _one(**query: object) -> Query:
    (asked,) = read_batch(json.dumps({"q": query}), 5, "ja")
    return asked.queries[0]


def test_types_and_properties_may_be_named_by_their_iris() -> None:
    ontology = PREFIXES["zr"]
    query = _one(
        query="x", type=f"{ontology}Officer", properties=[{"pid": f"{ontology}heldRank", "v": "major"}]
    )

    assert query.types == ("Officer",)
    assert query.conditions == (Condition("heldRank", ("major",)),)
    assert query.language == "ja"


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("x", ("x",)),
        (1919, ("1919",)),
        (1919.0, ("1919",)),
        (True, ("true",)),
        (["x", 2], ("x", "2")),
        ({"id": "unit/one", "name": "One"}, (f"{PREFIXES['u']}one",)),
        ({"id": "Q42", "name": "One"}, ("One",)),
        ({"id": "Q42"}, ("Q42",)),
    ],
)
def test_values_are_read_as_text_and_things_of_ours_as_iris(value: object, read: tuple[str, ...]) -> None:
    assert _one(properties=[{"pid": "p", "v": value}]).conditions == (Condition("p", read),)


@pytest.mark.parametrize(("strictness", "needs_all"), [("any", False), ("should", False), ("all", True)])
def test_only_all_types_are_needed_if_that_is_asked(strictness: str, needs_all: bool) -> None:
    assert _one(query="x", type=["A", "B"], type_strict=strictness).needs_all_types is needs_all


def test_a_limit_has_a_default_and_a_ceiling() -> None:
    assert [_one(query="x", limit=limit).limit for limit in (3, 5.0, 100_000)] == [3, 5, MAX_LIMIT]
    assert _one(query="x").limit == 10


def test_each_spelling_of_a_name_is_a_query_with_the_same_conditions() -> None:
    conditions = [
        {"matchType": "name", "propertyValue": ["A", "B"]},
        {"matchType": "name", "propertyValue": "C"},
        {"matchType": "property", "propertyId": "p", "propertyValue": "v", "matchQuantifier": "none"},
        {"matchType": "id", "propertyValue": ["person/x", "no such thing"]},
    ]
    (asked,) = read_draft_batch(json.dumps({"queries": [{"conditions": conditions}]}).encode(), 5, "en")

    assert [query.text for query in asked.queries] == ["A", "B", "C"]
    assert {query.conditions for query in asked.queries} == {
        (Condition("p", ("v",), quantifier=Quantifier.NONE),)
    }
    assert asked.queries[0].iris[0] == f"{PREFIXES['p']}x"


def test_a_name_that_begins_with_a_brace_is_json_and_any_other_is_a_name() -> None:
    assert read_single(' {"query": "x", "limit": 2}', 5, "en").queries[0].limit == 2
    assert read_single("[x]", 5, "en").queries[0].text == "[x]"


_MOST = 2
_FULL = _MOST * VALUES_FOR_A_NAME


def _old(count: int) -> object:
    return {"query": "x", "properties": [{"pid": "rank", "v": [str(n) for n in range(count)]}]}


def _new(match_type: str, count: int, spellings: int = 1) -> bytes:
    values = {
        "matchType": match_type,
        "propertyId": "rank",
        "propertyValue": [f"person/x{n}" for n in range(count)],
    }
    names = {"matchType": "name", "propertyValue": ["x"] * spellings}
    return json.dumps({"queries": [{"conditions": [names, values]}]}).encode()


@pytest.mark.parametrize(
    "read",
    [
        lambda more: read_batch(
            json.dumps({"a": _old(VALUES_FOR_A_NAME), "b": _old(VALUES_FOR_A_NAME + more)}), _MOST, "en"
        ),
        lambda more: read_batch(
            json.dumps({"a": {"properties": [{"pid": "p", "v": []}] * (_FULL + more)}}), _MOST, "en"
        ),
        lambda more: read_single(json.dumps(_old(_FULL + more)), _MOST, "en"),
        lambda more: read_draft_batch(_new("property", _FULL + more), _MOST, "en"),
        lambda more: read_draft_batch(_new("id", _FULL + more), _MOST, "en"),
        lambda more: read_draft_batch(_new("property", VALUES_FOR_A_NAME + more, spellings=2), _MOST, "en"),
    ],
    ids=["0.2", "conditions without values", "single", "1.0", "identifiers", "two spellings"],
)
def test_a_batch_has_no_more_values_than_its_names_are_worth(read: Callable[[int], object]) -> None:
    read(0)
    with pytest.raises(BodyTooLarge, match=f"at most {_FULL} at once") as refused:
        read(1)

    assert refused.value.members["limit"] == _FULL
