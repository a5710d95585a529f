"""Matching: who is found by which name, in which order, and who may be taken without a look."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from unit.reconciliation.invented import BASE, CAPTAIN, MAJOR, make_matcher
from zanryu.reconciliation.matching import FEATURES, Matcher, open_matcher
from zanryu.reconciliation.questions import Candidate, Condition, Quantifier, Query

if TYPE_CHECKING:
    from pathlib import Path

_TARO = "person/reiji-taro"


@pytest.fixture(scope="module")
def matcher(tmp_path_factory: pytest.TempPathFactory) -> Matcher:
    return make_matcher(tmp_path_factory.mktemp("names") / "index.sqlite")


def ask(matcher: Matcher, text: str, *conditions: Condition, types: tuple[str, ...] = ()) -> list[Candidate]:
    return matcher.match([Query(text, types, 10, conditions)])[0]


def found(candidates: list[Candidate]) -> list[str]:
    return [candidate.iri.removeprefix(BASE) for candidate in candidates]


def taken(candidates: list[Candidate]) -> list[str]:
    return found([candidate for candidate in candidates if candidate.match])


def having(name: str, *values: str) -> Condition:
    return Condition(name, values)


@pytest.mark.parametrize(
    "text",
    [
        "Reiji Tarō",
        "TARO REIJI",
        "Reiji Tarou",
        "例示太郎",
        "例示 太郎",
        "Nguyen Van Du",
        "グエン・ヴァン・ズ",
        "れいじ たろう",
        "Reiji Taro (1913-)",
        "例示太朗",
        "Reizi Tarro",
        "Major Reiji Tarō",
    ],
)
def test_he_is_found_first_by_any_spelling(matcher: Matcher, text: str) -> None:
    assert found(ask(matcher, text, types=("Person",)))[0] == _TARO


def test_the_same_kanji_are_enough(matcher: Matcher) -> None:
    assert taken(ask(matcher, "例示太郎")) == [_TARO]


def test_old_forms_of_kanji_are_the_same(matcher: Matcher) -> None:
    assert taken(ask(matcher, "沢田国男")) == ["person/mihon-hajime"]


@pytest.mark.parametrize("text", ["Reiji Tarō", "れいじ たろう", "例示太朗", "例示", "仮谷", "例示三郎"])
def test_nobody_is_taken_by_less(matcher: Matcher, text: str) -> None:
    assert taken(ask(matcher, text, types=("Person",))) == []


def test_latin_letters_and_something_that_confirms_are_enough(matcher: Matcher) -> None:
    assert taken(ask(matcher, "Taro Reiji", having("birthDate", "1913"), types=("Person",))) == [_TARO]


def test_what_contradicts_is_not_outvoted(matcher: Matcher) -> None:
    conditions = having("rank", "major"), having("birthDate", "1921")
    best = ask(matcher, "例示太郎", *conditions)[0]
    assert (best.match, best.score) == (False, 77.78)


def test_a_family_name_alone_needs_two_that_confirm(matcher: Matcher) -> None:
    assert taken(ask(matcher, "Kari", having("source", "anything"))) == []


def test_of_namesakes_nobody_is_taken_unless_something_tells_them_apart(matcher: Matcher) -> None:
    both = ["person/mihon-hajime", "person/mihon-hajime-2"]
    untold = ask(matcher, "Mihon Hajime", types=("Person",))
    assert (found(untold)[:2], taken(untold)) == (both, [])
    told = ask(matcher, "Mihon Hajime", having("rank", "captain"), types=("Person",))
    assert (found(told)[:2], taken(told)) == (both, both[:1])


def test_a_work_about_him_is_no_man(matcher: Matcher) -> None:
    assert {"work/about-taro", _TARO} <= set(found(ask(matcher, "Reiji Tarō")))
    assert "work/about-taro" not in found(ask(matcher, "Reiji Tarō", types=("Person",)))
    assert found(ask(matcher, "Reiji Tarō", types=("Work",))) == ["work/about-taro"]


def test_a_type_that_nothing_has_finds_nothing(matcher: Matcher) -> None:
    assert ask(matcher, "Reiji Tarō", types=("Ship",)) == []


def test_all_types_or_one_of_them(matcher: Matcher) -> None:
    any_of, all_of = (
        matcher.match([Query("Reiji Tarō", ("Person", "Work"), needs_all_types=needed)])[0]
        for needed in (False, True)
    )
    assert (len(any_of) > 1, all_of) == (True, [])


def test_a_name_that_is_denied_weighs_less(tmp_path: Path) -> None:
    denied = make_matcher(tmp_path / "denied.sqlite", denied="澤田國男")
    best = ask(denied, "澤田國男")[0]
    assert (best.score, best.match) == (70.0, False)
    assert {feature.id: feature.value for feature in best.features}["is_denied_name"] is True


def test_an_identifier_is_enough(matcher: Matcher) -> None:
    for asked in (Query("Q0"), Query(f"{BASE}person/kari"), Query("", iris=(f"{BASE}person/kari",))):
        (only,) = matcher.match([asked])[0]
        assert (only.iri, only.match, only.score) == (f"{BASE}person/kari", True, 100.0)


def test_words_of_a_vocabulary_are_no_candidates(matcher: Matcher) -> None:
    assert ask(matcher, "captain") == []


def test_features_tell_the_score(matcher: Matcher) -> None:
    best = ask(matcher, "Nguyễn Văn Dụ", having("rank", MAJOR), having("unit", "no such unit"))[0]
    told = {feature.id: feature.value for feature in best.features}
    assert (told["name_similarity"], told["name_weight"]) == (100.0, 95.0)
    assert (told["property:rank"], told["property:unit"]) == (100.0, 0.0)
    assert best.score == round((95 + 0.4 * 100) / 1.8, 2)
    assert {name for name in told if not name.startswith("property:")} <= set(FEATURES)


def test_an_answer_is_always_the_same(matcher: Matcher) -> None:
    queries = [Query(text) for text in ("Mihon Hajime", "Reiji", "例示", "Nguyen", "division")]
    assert matcher.match(queries) == matcher.match(queries)


def test_a_limit_is_kept_and_decides_nothing(matcher: Matcher) -> None:
    (one,) = matcher.match([Query("Mihon Hajime", limit=1)])[0]
    assert not one.match
    assert matcher.match([Query("Mihon Hajime", limit=0)]) == [[]]


@pytest.mark.parametrize(
    "text", ["", " ", "・・", '" OR "*', "NEAR(", "x" * 5_000, "\x00", "字" * 5_000, "♪"]
)
def test_any_text_has_an_answer(matcher: Matcher, text: str) -> None:
    assert isinstance(ask(matcher, text), list)
    assert isinstance(matcher.suggest(text, "entity"), list)


def test_names_and_lines_are_in_the_language_asked(matcher: Matcher) -> None:
    best = matcher.match([Query("例示太郎", language="ja")])[0][0]
    assert (best.name, best.name_language, best.description) == ("例示太郎", "ja", "人物, major, 1913–")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("rank", "major", 100.0),
        ("rank", MAJOR, 100.0),
        ("heldRank", "captain", 0.0),
        ("rank", CAPTAIN, 0.0),
        ("rank", "major general", None),
        ("unit", "911th Infantry Regiment", 100.0),
        ("unit", "91st Division", 100.0),
        ("unit", "912th Infantry Regiment", 0.0),
        ("birthDate", "1913", 100.0),
        ("birthDate", "1913-04-30T00:00:00Z", 100.0),
        ("birthDate", "1912/1914", 100.0),
        ("birthDate", "1913-05", 0.0),
        ("birthDate", "spring", None),
        ("date", "1945-05", 100.0),
        ("date", "1960", None),
        ("source", "Reiji Tarō", 100.0),
        ("source", "an unknown book", None),
        ("place", "Nowhere", None),
        ("noSuchProperty", "x", None),
    ],
)
def test_a_condition_confirms_contradicts_or_says_nothing(
    matcher: Matcher, name: str, value: str, expected: float | None
) -> None:
    best = next(one for one in ask(matcher, "例示太郎", having(name, value)) if one.iri == f"{BASE}{_TARO}")
    assert {feature.id: feature.value for feature in best.features}.get(f"property:{name}") == expected


def test_values_of_a_condition_may_all_be_needed_or_none(matcher: Matcher) -> None:
    ranks = ("major", "captain")
    scores = [
        next(
            one.score
            for one in ask(matcher, "例示太郎", Condition("rank", ranks, quantifier=quantifier))
            if one.iri == f"{BASE}{_TARO}"
        )
        for quantifier in (Quantifier.ANY, Quantifier.ALL, Quantifier.NONE)
    ]
    assert scores == [100.0, 71.43, 71.43]


def test_what_is_required_has_to_be_confirmed(matcher: Matcher) -> None:
    required = Condition("rank", ("major",), is_required=True)
    assert found(ask(matcher, "Reiji", required)) == [_TARO]


@pytest.mark.parametrize("typed", ["Rei", "Reiji T", "例", "例示太", "tarou", "nguyen van"])
def test_he_is_suggested_while_his_name_is_typed(matcher: Matcher, typed: str) -> None:
    assert f"{BASE}{_TARO}" in [one.id for one in matcher.suggest(typed, "entity")]


def test_types_and_properties_are_suggested_by_their_names(matcher: Matcher) -> None:
    assert [one.id for one in matcher.suggest("per", "type")] == ["Person"]
    assert "birthDate" in [one.id for one in matcher.suggest("birth", "property")]
    assert [one.id for one in matcher.properties("Person")][:6] == [
        "rank",
        "unit",
        "academy",
        "place",
        "source",
        "date",
    ]


def test_things_are_told_in_the_order_asked(matcher: Matcher) -> None:
    asked = [f"{BASE}unit/911th", "urn:nobody", f"{BASE}{_TARO}"]
    assert [one.id for one in matcher.known(asked)] == [asked[0], asked[2]]


def test_a_file_that_is_no_index_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    path.write_text("no database at all, but long enough to be looked at as if it were one" * 10)
    with pytest.raises(sqlite3.Error):
        open_matcher(path)
