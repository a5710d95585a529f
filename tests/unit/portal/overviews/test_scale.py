"""Numbers on a logarithmic scale."""

from __future__ import annotations

import pytest

from zanryu.portal.overviews.scale import Mark, Scale, mark_of, scale_for


@pytest.mark.parametrize(
    ("number", "low", "high", "mark"),
    [
        pytest.param(186, None, None, Mark(186, 186, 186), id="one number"),
        pytest.param(600, 550, 649, Mark(550, 649, 600), id="about a number"),
        pytest.param(1000, 1000, 2000, Mark(1000, 2000), id="a range, named by its lower bound"),
        pytest.param(3000, 0, 3000, Mark(0, 3000), id="up to a number"),
        pytest.param(3000, None, 3000, Mark(0, 3000), id="up to a number, without a lower bound"),
        pytest.param(30, 30, None, Mark(30, None, 30), id="so many or more"),
        pytest.param(None, 2000, 9999, Mark(2000, 9999), id="a vague word with bounds"),
        pytest.param(None, None, None, None, id="a word alone"),
        pytest.param(7, 7, 7, Mark(7, 7, 7), id="bounds that are the number"),
    ],
)
def test_what_is_drawn_is_what_is_said(
    number: int | None, low: int | None, high: int | None, mark: Mark | None
) -> None:
    assert mark_of(number, low, high) == mark


@pytest.mark.parametrize(
    ("largest", "top"), [(0, 10), (1, 10), (10, 10), (11, 20), (130_000, 200_000), (500, 500), (501, 1000)]
)
def test_the_scale_ends_soon_after_the_largest_number(largest: int, top: int) -> None:
    assert scale_for(largest) == Scale(top)


def test_ten_times_as_many_is_always_equally_far() -> None:
    scale = Scale(100_000)
    assert [scale.at(10**power) for power in range(6)] == [0, 20, 40, 60, 80, 100]
    assert [tick.at for tick in scale.ticks()] == [0, 20, 40, 60, 80, 100]


def test_nothing_is_drawn_beyond_the_scale() -> None:
    scale = Scale(100)
    assert (scale.at(0), scale.at(10**9)) == (0, 100)
    assert scale.width(Mark(10, None)) == 50
    assert scale.width(Mark(90, 90, 90)) > 0
