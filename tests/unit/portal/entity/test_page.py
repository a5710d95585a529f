"""The page of a thing: order, cards, disputes, what is told at a glance, and who names it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest

from zanryu.errors import MalformedRequest, NotFound
from zanryu.portal.entity.display import Display
from zanryu.portal.entity.incoming import PER_PAGE, Slice, read_page_number

if TYPE_CHECKING:
    from zanryu.portal.entity.cards import Card
    from zanryu.portal.entity.page import Page


class PageOf(Protocol):
    """Returns the page of a thing."""

    def __call__(self, curie: str, display: Display = ..., number: int = 1) -> Page: ...


def cards(page: Page) -> dict[str, Card]:
    statements = [s for section in page.sections for s in section.statements]
    return {card.anchor: card for s in statements for card in (*s.live, *s.hidden)}


def test_statements_stand_under_the_headings_and_in_the_order_of_the_shapes(page_of: PageOf) -> None:
    sections = [(s.heading.text, [x.property.text for x in s.statements]) for s in page_of("p:a").sections]

    assert sections[:2] == [("Life", ["from", "day of death"]), ("Ranks", ["rank"])]
    assert sections[2][0] == "Other"


def test_a_property_that_no_shape_lists_still_appears(page_of: PageOf) -> None:
    other = page_of("p:a").sections[-1].statements
    bare = page_of("p:a", Display()).sections

    assert "kept" in [value.text for statement in other for value in statement.values]
    assert [s.heading.text for s in bare] == ["Other statements"]
    assert len(bare[0].statements) == len([s for x in page_of("p:a").sections for s in x.statements])


def test_every_claim_has_one_card_and_its_accepted_triple_is_not_stated_again(page_of: PageOf) -> None:
    page = page_of("p:a")
    ranks = page.sections[1].statements[0]

    assert page.count == len(cards(page)) == 14
    assert (ranks.values, [c.anchor for c in ranks.live]) == ([], ["rank-1", "rank-3", "rank-4"])


def test_denied_deprecated_overruled_and_refuted_claims_are_folded_away_and_marked(page_of: PageOf) -> None:
    found = cards(page_of("p:a"))

    assert {anchor: card.marks for anchor, card in found.items() if card.marks} == {
        "rank-2": ("overruled",), "met-1": ("denied",), "met-2": ("deprecated",), "met-3": ("refuted",)
    }  # fmt: skip
    assert [reason.text for reason in found["met-2"].reasons] == ["a slip"]


def test_a_card_tells_how_sure_the_editors_and_how_sure_the_source_is(page_of: PageOf) -> None:
    card = cards(page_of("p:a"))["rank-2"]

    assert [(c.shown.text, c.level) for c in card.certainty] == [("possible", 2)]
    assert [(cue.text, cue.language) for cue in card.sources[0].cue] == [("peut-être", "fr")]
    assert cards(page_of("p:a"))["rank-1"].certainty[0].definition == "Stated plainly."


def test_a_card_tells_which_source_repeats_another(page_of: PageOf) -> None:
    card = cards(page_of("p:a"))["taught-1"]
    copy, book = card.sources

    assert (copy.work.text, [w.text for w in copy.repeats]) == ("Copy", ["Book"])
    assert (book.is_independent, [w.text for w in book.repeated_by]) == (True, ["Copy"])
    assert card.witnesses == 1


def test_a_revision_of_wikidata_is_no_witness(page_of: PageOf) -> None:
    found = cards(page_of("p:w"))

    assert [source.is_witness for source in found["said-1"].sources] == [False, True]
    assert (found["said-1"].witnesses, found["said-2"].witnesses) == (1, 0)


def test_what_wikidata_says_too_rests_on_the_other_source_alone(page_of: PageOf) -> None:
    cited = {curie: page_of(curie).glance.testimonies for curie in ("w:item", "w:pamphlet")}
    alone = {work: {c.row.anchor: c.rests_alone for c in told.cited} for work, told in cited.items() if told}

    assert alone == {"w:item": {"said-1": False, "said-2": True}, "w:pamphlet": {"said-1": True}}


def test_only_the_claims_that_yield_an_accepted_triple_count_as_accepted(page_of: PageOf) -> None:
    found = cards(page_of("p:a"))

    assert found["taught-1"].is_accepted
    assert not found["taught-2"].is_accepted, "the triple is accepted, but not on the strength of this claim"


def test_the_summary_is_made_of_accepted_claims_alone(page_of: PageOf) -> None:
    line = "; ".join(part.text for part in page_of("p:a").glance.summary)

    assert line == "Major, Battalion; colonel; taught at Hill School (1946); died: 20 May 1950"
    assert {part.anchor for part in page_of("p:a").glance.summary} <= cards(page_of("p:a")).keys()


def test_of_whom_nothing_is_accepted_nothing_is_summed_up(page_of: PageOf) -> None:
    assert page_of("p:c").glance.summary == []


def test_a_dispute_shows_both_sides_with_its_state_and_reason(page_of: PageOf) -> None:
    [dispute] = page_of("p:a").disputes

    assert [card.anchor for card in dispute.sides] == ["rank-1", "rank-2"]
    assert (dispute.is_open, [r.text for r in dispute.rationale]) == (True, ["Hard to say."])
    assert all(card.sources for card in dispute.sides)


def test_the_pages_of_a_claim_and_of_a_conflict_show_the_rivals(page_of: PageOf) -> None:
    claim, conflict = page_of("cl:rank-2"), page_of("cf:rank")

    assert claim.card is not None
    assert claim.card.anchor == "rank-2"
    assert [[c.anchor for c in sides] for _, sides in claim.disputes_of(claim.card)] == [["rank-1"]]
    assert [len(d.sides) for d in conflict.disputes] == [2]
    assert conflict.name.text == "A · rank"


def test_names_say_what_they_are_and_in_which_script(page_of: PageOf) -> None:
    names = [(n.card.shown.text, n.script) for n in page_of("p:a").glance.names]

    assert names == [("甲", "kanji"), ("Giáp", "Vietnamese")]


def test_ranks_are_told_by_force_and_units_with_those_above(page_of: PageOf) -> None:
    glance = page_of("p:a").glance

    assert {f.scheme.text: [r.shown.text for r in f.ranks] for f in glance.ranks} == {
        "the army": ["captain", "major"], "the others": ["colonel"]
    }  # fmt: skip
    assert [[u.text for u in chain] for stay in glance.units for chain in stay.chains] == [
        ["Regiment", "Division"]
    ]


def test_companions_were_in_the_same_body_at_the_same_time(page_of: PageOf) -> None:
    assert [c.person.text for c in page_of("p:a").glance.companions] == ["B"]


def test_a_unit_shows_the_chain_of_command_both_ways(page_of: PageOf) -> None:
    chain = page_of("u:regiment").glance.chain

    assert chain is not None
    assert [[u.text for u in way] for way in chain.above] == [["Division"]]
    assert [node.unit.text for node in chain.below] == ["Battalion"]


def test_the_life_line_keeps_its_bars_on_the_axis(page_of: PageOf) -> None:
    line = page_of("p:a").glance.life

    assert line is not None
    assert [bar.card.anchor for bar in line.bars] == ["rank-3", "unit-1", "taught-1", "rank-4"]
    assert all(bar.start >= 0 and bar.start + bar.width <= 240 for bar in line.bars)


def test_who_names_a_thing_is_listed_by_property_the_most_telling_first(page_of: PageOf) -> None:
    groups = [(p.text, [r.anchor for r in rows]) for p, rows in page_of("ac:hill").incoming.groups]

    assert groups[0] == ("zr:headed", ["headed-1"])
    assert groups[1] == ("zr:instructedAt", ["taught-1", "taught-3", "taught-4", "taught-2"])
    assert [r.anchor for _, rows in page_of("p:a").incoming.groups for r in rows] == ["other-1"]


def test_a_work_tells_what_it_supports_and_what_rests_on_it_alone(page_of: PageOf) -> None:
    told = page_of("w:copy").glance.testimonies

    assert told is not None
    assert [(c.row.anchor, c.rests_alone) for c in told.cited] == [("taught-1", True)]
    assert [w.text for w in told.repeats] == ["Book"]


def test_the_bibliography_counts_the_claims_that_each_work_supports(page_of: PageOf) -> None:
    assert [(w.work.text, w.supports) for w in page_of("p:a").bibliography] == [("Book", 14), ("Copy", 1)]


def test_a_claim_in_a_line_says_that_it_is_overruled_and_contradicted(page_of: PageOf) -> None:
    told = page_of("w:book").glance.testimonies
    assert told
    rows = {one.row.anchor: one.row for one in told.cited}

    assert (rows["rank-2"].marks, rows["rank-2"].is_disputed) == (("overruled",), True)
    assert (rows["rank-1"].marks, rows["rank-1"].is_disputed) == ((), True)
    assert not rows["rank-3"].is_disputed


def test_a_thing_of_which_nothing_is_said_has_no_page(page_of: PageOf) -> None:
    with pytest.raises(NotFound):
        page_of("p:nobody")


@pytest.mark.parametrize("values", [["0"], ["-1"], ["x"], ["1", "2"], [""], ["９"]])
def test_a_part_that_is_no_number_is_refused_by_name(values: list[str]) -> None:
    with pytest.raises(MalformedRequest, match="`page`"):
        read_page_number(values)


def test_a_list_is_cut_into_parts_and_a_part_beyond_it_is_refused() -> None:
    whole = [str(n) for n in range(PER_PAGE + 1)]

    assert Slice(2, len(whole)).of(whole) == [str(PER_PAGE)]
    with pytest.raises(MalformedRequest, match="there are 2"):
        Slice(3, len(whole)).of(whole)
