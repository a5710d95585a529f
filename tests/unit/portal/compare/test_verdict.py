"""How columns stand: agreement, contradiction and mere difference are three things."""

from __future__ import annotations

import pytest

from zanryu.graph.edtf import bounds
from zanryu.naming.labels import Shown
from zanryu.portal.compare.columns import Said, Witness, verdict


def said(
    claim: str, value: str, when: str = "", *, is_withdrawn: bool = False, disputes: bool = False
) -> Said:
    span = bounds(value) if value[:2] == "19" else None
    nothing = Shown("")
    return Said(
        (value, when), Shown(value), when, nothing, [], claim, "", is_withdrawn, False, False, span,
        [Witness(nothing, "", disputes)],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([[said("a", "x")], []], "alone"),
        ([[], []], "alone"),
        ([[said("a", "x")], [said("a", "x")]], "same"),
        ([[said("a", "x", "1945")], [said("b", "x", "1946")]], "partly"),
        ([[said("a", "x")], [said("b", "y")]], "different"),
        ([[said("a", "x"), said("b", "y")], [said("b", "y")]], "partly"),
        ([[said("a", "1950")], [said("b", "1950-05-20")]], "partly"),
        ([[said("a", "1951")], [said("b", "1950-05-20")]], "different"),
        ([[said("a", "x")], [said("r", "z")]], "contradict"),
        ([[said("a", "x")], [said("r", "z", is_withdrawn=True)]], "alone"),
        ([[said("a", "x")], [said("a", "x", disputes=True)]], "alone"),
        ([[said("a", "x")], [], [said("b", "x")]], "same"),
        ([[said("a", "x")], [said("b", "x")], [said("c", "y")]], "different"),
    ],
)
def test_columns_stand_as_their_claims_do(cells: list[list[Said]], expected: str) -> None:
    assert verdict(cells, {"a": {"r"}, "r": {"a"}}) == expected
