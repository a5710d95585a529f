"""Who repeats whom among the sources of a claim."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from zanryu.portal.entity.witnesses import Passage, Upstream, count_witnesses, weigh

MIRRORS = Upstream(
    mirrors={"copy": ["original"], "copy-of-copy": ["copy"]}, references={"book": ["original"]}
)
FREE = Upstream({}, {})


def test_two_works_that_share_nothing_are_two_witnesses() -> None:
    passages = [Passage("a"), Passage("b")]

    assert count_witnesses(passages, FREE) == 2
    assert all(told.is_independent and not told.same_as for told in weigh(passages, FREE))


def test_a_copy_repeats_its_original_and_they_are_one_witness() -> None:
    passages = [Passage("copy-of-copy"), Passage("original")]
    copy, original = weigh(passages, MIRRORS)

    assert count_witnesses(passages, MIRRORS) == 1
    assert (copy.repeats, copy.is_independent) == (("copy",), False)
    assert (original.repeated_by, original.is_independent) == (("copy-of-copy",), True)


def test_two_passages_that_rely_on_one_unread_work_are_one_witness() -> None:
    passages = [Passage("a", via=("lost",)), Passage("b", via=("lost",))]
    a, b = weigh(passages, FREE)

    assert count_witnesses(passages, FREE) == 1
    assert (a.repeats, a.same_as, b.same_as) == (("lost",), ("b",), ("a",))


def test_a_list_of_references_is_told_and_decides_nothing() -> None:
    passages = [Passage("book"), Passage("original")]
    book, _ = weigh(passages, MIRRORS)

    assert book.refers_to == ("original",)
    assert book.is_independent
    assert count_witnesses(passages, MIRRORS) == 2


def test_two_passages_of_one_work_are_one_witness() -> None:
    assert count_witnesses([Passage("a"), Passage("a")], FREE) == 1


def test_a_passage_that_disputes_is_no_witness_for_a_claim() -> None:
    assert count_witnesses([Passage("a"), Passage("b", is_support=False)], FREE) == 1


def test_works_that_are_copies_of_each_other_end_the_search() -> None:
    circle = Upstream({"a": ["b"], "b": ["a"]}, {})

    assert circle.origins("a") == ["a", "b"]
    assert count_witnesses([Passage("a"), Passage("b")], circle) == 1


_WORK = st.sampled_from("abcdef")
_PASSAGES = st.lists(st.builds(Passage, _WORK, st.lists(_WORK, max_size=2).map(tuple)), max_size=6)
_MIRRORS = st.dictionaries(_WORK, st.lists(_WORK, max_size=2), max_size=6)


@given(_PASSAGES, _MIRRORS)
def test_the_order_of_sources_does_not_change_how_many_witnesses_there_are(
    passages: list[Passage], mirrors: dict[str, list[str]]
) -> None:
    upstream = Upstream(mirrors, {})
    count = count_witnesses(passages, upstream)

    assert count == count_witnesses(passages[::-1], upstream)
    assert count <= len({p.work for p in passages})
    assert (count == 0) == (not passages)


def test_what_others_wrote_down_is_no_witness() -> None:
    wiki = Upstream({}, {}, frozenset(["item"]))

    assert count_witnesses([Passage("item")], wiki) == 0
    assert count_witnesses([Passage("item"), Passage("book")], wiki) == 1
    assert count_witnesses([Passage("item", via=("letter",)), Passage("book")], wiki) == 1
