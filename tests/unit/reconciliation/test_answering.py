"""Several spellings of a name give one answer."""

from __future__ import annotations

from zanryu.reconciliation.answering import together
from zanryu.reconciliation.questions import Candidate


def _candidate(name: str, score: float, *, match: bool = False) -> Candidate:
    return Candidate(f"urn:{name}", name, "en", "", (), score, match, name, ())


def test_each_thing_stands_once_with_its_best_score() -> None:
    found = together(
        [[_candidate("a", 80), _candidate("b", 70)], [_candidate("b", 90), _candidate("c", 60)]], 2
    )

    assert [(c.name, c.score) for c in found] == [("b", 90), ("a", 80)]


def test_equal_scores_are_ordered_by_iri() -> None:
    assert [c.name for c in together([[_candidate("b", 80)], [_candidate("a", 80)]], 5)] == ["a", "b"]


def test_one_thing_that_two_spellings_are_sure_of_is_matched() -> None:
    found = together(
        [[_candidate("a", 100, match=True)], [_candidate("a", 97, match=True), _candidate("b", 60)]], 5
    )

    assert [(c.name, c.match) for c in found] == [("a", True), ("b", False)]


def test_a_match_is_not_lost_to_a_better_score_that_is_none() -> None:
    found = together([[_candidate("a", 96, match=True)], [_candidate("a", 98)]], 5)

    assert [c.match for c in found] == [True]


def test_spellings_that_are_sure_of_different_things_match_none() -> None:
    found = together([[_candidate("a", 100, match=True)], [_candidate("b", 100, match=True)]], 5)

    assert [c.match for c in found] == [False, False]
