"""The index: what is found, in which order, with which counts, and that nothing asked can break it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unit.portal.search.indexed import ADOPTED, PRIMARY, TERTIARY, THINGS, thing
from zanryu.graph.namespaces import BASE
from zanryu.portal.search.documents import Document, Text
from zanryu.portal.search.index import FACET_BITS, change, create, place_of, serial_of
from zanryu.portal.search.searching import Filters, Index
from zanryu.portal.search.terms import Question

if TYPE_CHECKING:
    from pathlib import Path


def found(index: Index, text: str, filters: Filters | None = None) -> list[str]:
    answer = index.search(Question(text), filters or Filters())
    return [document.iri.removeprefix(f"{BASE}id/") for document in answer.documents]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Quang Ngai", "place/quang-ngai"),
        ("Quảng Ngãi", "place/quang-ngai"),
        ("quangngai", "place/quang-ngai"),
        ("Hanoi", "place/hanoi"),
        ("ha noi", "place/hanoi"),
        ("Vietminh", "organization/viet-minh"),
        ("Nguyen Son", "person/son"),
        ("Takuo Ishii", "person/ishii"),
        ("Ishii, Takuo", "person/ishii"),
        ("takuoishii", "person/ishii"),
        ("nguyen van thong", "person/ishii"),
        ("石井", "person/ishii"),
        ("卓雄", "person/ishii"),
        ("雄", "person/ishii"),
        ("石井 卓雄", "person/ishii"),
        ("Ryosuke", "person/ishida"),
        ("Ryousuke Ishida", "person/ishida"),
        ("Isida Ryohsuke", "person/ishida"),
        ("Junichi", "person/inoue"),
        ("Jun-ichi", "person/inoue"),
        ("Zyun'iti", "person/inoue"),
        ("国沢", "person/kunizawa"),
        ("國澤", "person/kunizawa"),
        ("ぐえんそん", "person/son"),
        ("ｸｧﾝｶﾞｲ", "place/quang-ngai"),
        ("reportedly", "claim/ishii-1"),
        ("Ish", "person/ishii"),
        ("Takuo Ish", "person/ishii"),
        ("Quang Ngai mil", "academy/quang-ngai"),
    ],
)
def test_a_name_is_found_by_any_of_its_spellings(index: Index, text: str, first: str) -> None:
    assert found(index, text)[0] == first


def test_the_letters_of_a_name_go_before_its_reading(index: Index) -> None:
    assert found(index, "Inoe") == ["person/inoue"]
    assert found(index, "Inoue") == ["person/inoue"]


def test_names_go_before_beginnings_and_those_before_words_and_notes(index: Index) -> None:
    assert found(index, "Ishii Takuo")[:2] == ["person/ishii", "work/ishii"]
    assert found(index, "Quang Ngai") == ["place/quang-ngai", "academy/quang-ngai", "claim/ishii-1"]


def test_of_as_well_documented_a_person_goes_before_a_work(index: Index) -> None:
    assert found(index, "Ishii") == ["person/ishii", "work/ishii", "person/son", "claim/ishii-1"]


def test_nothing_is_found_across_two_names(index: Index) -> None:
    assert found(index, "雄グエン") == []
    assert found(index, "石卓") == []


def test_a_letter_is_mended_only_where_nothing_is_found(index: Index) -> None:
    answer = index.search(Question("Ihsii"))
    assert (answer.question.text, answer.total) == ("ishii", 4)
    assert index.search(Question("Ishii")).question.text == "Ishii"
    assert index.search(Question("Xyzzyx")).total == 0


def test_facets_count_what_the_other_filter_leaves(index: Index) -> None:
    everything = index.search(Question("Ishii"))
    persons = index.search(Question("Ishii"), Filters("person"))
    primary = index.search(Question("Ishii"), Filters("", PRIMARY))

    assert everything.kinds == {"person": 2, "work": 1, "claim": 1}
    assert everything.tiers == {TERTIARY: 3, PRIMARY: 1}
    assert (persons.total, persons.kinds, persons.tiers) == (2, everything.kinds, {TERTIARY: 2})
    assert (primary.total, primary.kinds) == (1, {"work": 1})
    assert found(index, "Ishii", Filters("person", PRIMARY)) == []


def test_pages_follow_each_other_without_gap_or_overlap(index: Index) -> None:
    whole = found(index, "Ishii")
    pages = [index.search(Question("Ishii"), start=start, size=2).documents for start in (0, 2, 4)]
    assert [document.iri.removeprefix(f"{BASE}id/") for page in pages for document in page] == whole


def test_suggestions_are_of_names_alone(index: Index) -> None:
    suggested = index.suggest(Question("ishi")).documents
    assert [document.kind for document in suggested] == ["person", "work", "person"]


@pytest.mark.parametrize(
    "text",
    [
        '"',
        "'; DROP TABLE documents; --",
        "NEAR(a b, 2)",
        "whole: x",
        "{names} : x",
        "a* OR b^ AND NOT c",
        "\x00Ishii\x00",
        "\u202eIshii",
        "\ue000",
        "- - -",
        "( ( (",
        "\ud800x",
        "石" * 200,
        "a " * 100,
        "or and not near",
    ],
)
def test_a_question_is_never_taken_for_an_expression(index: Index, text: str) -> None:
    if not Question(text).is_empty:
        index.search(Question(text))
        index.suggest(Question(text))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Index:
    path = tmp_path_factory.mktemp("index") / "things.sqlite"
    create(path, THINGS, "v1")
    return Index(path)


@given(st.text(max_size=40))
def test_whatever_is_asked_is_answered(shared: Index, text: str) -> None:
    question = Question(text)
    if not question.is_empty:
        assert shared.search(question).total >= len(shared.search(question).documents)


@given(st.data())
def test_every_name_finds_its_own_thing(shared: Index, data: st.DataObject) -> None:
    document = data.draw(st.sampled_from([one for one in THINGS if one.names]))
    words = data.draw(st.sampled_from(document.names)).text.split()
    question = Question(" ".join(data.draw(st.permutations(words))))
    assert document.iri in [one.iri for one in shared.search(question).documents]


def test_an_index_that_is_changed_finds_the_new_and_not_the_old(index: Index) -> None:
    changed: dict[str, Document | None] = {
        f"{BASE}id/person/ishii": thing("person/ishii", "Kawamoto@en", claims=1, tiers=("x:new",)),
        f"{BASE}id/person/kunizawa": None,
    }
    change(index.path, changed, "v2", "digest")

    assert found(index, "Kawamoto") == ["person/ishii"]
    assert found(index, "Ishii") == ["work/ishii", "person/son", "claim/ishii-1"]
    assert found(index, "国沢") == []
    assert (index.version, index.history) == ("v2", "digest")
    assert "x:new" in index.tiers()


def test_a_change_that_fails_leaves_the_index_as_it_was(index: Index) -> None:
    broken = thing("person/ishii", "Kawamoto@en")
    broken.kind = "no kind"
    with pytest.raises(ValueError, match="not in"):
        change(index.path, {broken.iri: broken}, "v2", "")
    assert index.version == "v1"
    assert found(index, "石井")[0] == "person/ishii"


@given(st.integers(0, 10**7), st.integers(0, 10**7), st.integers(1, 2**40 - 1), st.integers(0, 255))
def test_a_row_keeps_its_serial_and_the_better_documented_comes_first(
    claims: int, more: int, serial: int, bits: int
) -> None:
    one, other = (thing("person/x", claims=number) for number in (claims, claims + more))
    place = place_of(one, serial, bits)
    assert 0 <= place < 2**63
    assert serial_of(place) == serial
    assert place & 255 == bits
    assert place_of(other, serial, bits) <= place
    assert place % (1 << FACET_BITS) == place_of(other, serial, bits) % (1 << FACET_BITS)


def test_a_claimed_name_tells_its_kind_in_the_place_of_a_label(tmp_path: Path) -> None:
    from zanryu.store.backend import Term

    document = thing("person/x")
    name = Term("literal", "Trần Chí Dũng", "vi")
    document.add_name(name, "http://www.w3.org/2004/02/skos/core#altLabel")
    document.add_name(name, ADOPTED)
    document.add_name(name, ADOPTED)
    assert document.names == [Text("Trần Chí Dũng", "vi", ADOPTED)]
