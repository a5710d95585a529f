"""The index of the listings: what is written into it comes out narrowed down, counted and in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from zanryu.errors import MalformedRequest
from zanryu.portal.overviews.asking import EVERYTHING, check_page, pages_around, read_asked
from zanryu.portal.overviews.index import FacetValue, Index, Writer, folded, open_index, slug_of
from zanryu.portal.overviews.listings import LISTINGS, OFFICERS
from zanryu.portal.overviews.queries import page_query

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_RANK = "https://w3id.org/zanryu/vocab/{}"
_NAMES = {
    "urn:a": "Ōnishi",
    "urn:b": "Đỗ Ca Sơn",
    "urn:c": "Ishii Takuo",
    "urn:d": "Igawa Sei",
    "urn:e": "",
}


@pytest.fixture
def index(tmp_path: Path) -> Index:
    writer = Writer(tmp_path / "index", "v1")
    writer.write(
        OFFICERS,
        _NAMES,
        {"claims": {"urn:c": 53, "urn:d": 48, "urn:a": 3}, "sources": {"urn:c": 8, "urn:d": 10}},
        {
            "who": [(iri, "officers") for iri in ("urn:a", "urn:c", "urn:d")],
            "rank": [
                ("urn:c", _RANK.format("major")),
                ("urn:d", _RANK.format("major")),
                ("urn:c", _RANK.format("colonel")),
                ("urn:nobody", _RANK.format("general")),
            ],
            "fate": [("urn:d", "urn:p/died urn:v/ambush"), ("urn:d", "urn:p/joined urn:o/viet-minh")],
        },
    )
    writer.close()
    return open_index(tmp_path / "index")


def asked_by(**parameters: str) -> Callable[[str], list[str]]:
    return lambda name: [parameters[name]] if name in parameters else []


def iris(index: Index, sort: str = "name", **wanted: str) -> list[str]:
    return [member.iri[-1] for member in index.members(OFFICERS, wanted, sort, 0, 10)]


def test_names_are_in_order_whatever_their_marks(index: Index) -> None:
    assert iris(index) == ["e", "b", "d", "c", "a"]
    assert folded("Đỗ Ca SƠN") == "do ca son"


def test_the_largest_number_comes_first(index: Index) -> None:
    assert iris(index, "claims")[:3] == ["c", "d", "a"]
    assert iris(index, "sources")[:2] == ["d", "c"]


def test_filters_narrow_down_together(index: Index) -> None:
    assert iris(index, who="officers") == ["d", "c", "a"]
    assert iris(index, who="officers", rank="major") == ["d", "c"]
    assert iris(index, rank="colonel", fate="died:ambush") == []
    assert index.total(OFFICERS, {"rank": "major"}) == 2


def test_a_facet_is_counted_under_the_others_and_not_under_itself(index: Index) -> None:
    def ranks(**wanted: str) -> dict[str, int]:
        return {value.slug: value.count for value in index.facets(OFFICERS, wanted)["rank"]}

    assert ranks() == ranks(who="officers") == ranks(rank="colonel") == {"major": 2, "colonel": 1}
    assert ranks(fate="died:ambush") == ranks(fate="died:ambush", rank="major") == {"major": 1}
    assert index.facets(OFFICERS, {"rank": "colonel"})["who"] == [FacetValue("officers", "officers", 1)]


def test_a_member_says_some_of_much_and_how_much_it_is(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "index", "v")
    writer.write(
        OFFICERS,
        {"urn:a": "A"},
        {"claims": {}, "sources": {}},
        {"unit": [("urn:a", f"urn:u/{number:03}") for number in range(40)]},
    )
    writer.close()
    [member] = open_index(tmp_path / "index").members(OFFICERS, {}, "name", 0, 10)
    assert (len(member.values["unit"]), member.totals["unit"]) == (12, 40)


def test_a_slug_leads_back_to_its_value(index: Index) -> None:
    assert index.value_of(OFFICERS, "rank", "major") == _RANK.format("major")
    assert index.value_of(OFFICERS, "rank", "urn:nobody") is None
    assert slug_of("https://x.org/ontology/joined https://x.org/id/o/viet-minh") == "joined:viet-minh"


def test_the_usual_choice_is_no_parameter_and_everything_is_one() -> None:
    assert read_asked(OFFICERS, asked_by()).wanted == {"who": "officers"}
    everybody = read_asked(OFFICERS, asked_by(who=EVERYTHING))
    assert everybody.wanted == {}
    assert everybody.path() == "/officers?who=all"
    assert read_asked(OFFICERS, asked_by()).path(rank="major") == "/officers?rank=major"
    assert everybody.path(rank="major", sort="claims") == "/officers?sort=claims&rank=major&who=all"


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ({"page": "0"}, "page"),
        ({"page": "١"}, "page"),
        ({"page": "9" * 5000}, "page"),
        ({"sort": "rank"}, "sort"),
        ({"unit": "x" * 121}, "unit"),
    ],
)
def test_a_parameter_that_cannot_be_is_refused_by_its_name(parameters: dict[str, str], name: str) -> None:
    with pytest.raises(MalformedRequest) as refused:
        read_asked(OFFICERS, asked_by(**parameters))
    assert refused.value.members["parameter"] == name


def test_a_value_that_nobody_has_and_a_page_after_the_last_are_refused(index: Index) -> None:
    asked = read_asked(OFFICERS, asked_by(rank="emperor", page="2"))
    with pytest.raises(MalformedRequest, match="emperor"):
        asked.terms(index)
    with pytest.raises(MalformedRequest, match="the last page, 1"):
        check_page(asked, 50, 50)
    assert pages_around(asked, 50) == []
    assert pages_around(asked, 5000) == [1, 2, 3, 4, 100]


def test_what_a_value_says_cannot_change_the_query() -> None:
    query = page_query(OFFICERS, {"fate": '") } DELETE { ?s ?p ?o } #\n\\'})
    assert '\\") } DELETE { ?s ?p ?o } #\\n\\\\"' in query


def test_every_number_and_dimension_has_a_name_of_its_own() -> None:
    for listing in LISTINGS.values():
        names = [d.name for d in listing.dimensions] + [n.name for n in listing.numbers]
        assert len(set(names)) == len(names)
        assert set(listing.sorts) <= {"name", *(number.name for number in listing.numbers)}
