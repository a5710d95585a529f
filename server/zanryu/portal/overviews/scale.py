"""The geometry of the chart of numbers: a logarithmic scale, in percent of its width."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

_LEAST_WIDTH: Final = 0.6  # percent: a narrow range is still seen


@dataclass(frozen=True, slots=True)
class Mark:
    """What is drawn of a count: from ``low`` to ``high``, equal where it is one number.

    ``high`` is ``None`` where there is no upper bound. ``point`` is the number that a source gives, unless
    that is only a bound of the range.
    """

    low: int
    high: int | None
    point: int | None = None

    @property
    def largest(self) -> int:
        """The largest number that it may mean, as far as that is known."""
        return max(self.low, self.high or 0)

    @property
    def is_range(self) -> bool:
        """Whether more than one number is meant."""
        return self.high != self.low


def mark_of(number: int | None, low: int | None, high: int | None) -> Mark | None:
    """Return the mark of a number with its bounds, ``None`` where nothing has a place on a scale."""
    if low is None and high is None:
        return None if number is None else Mark(number, number, number)
    if high is None:
        return Mark(low or 0, None, low)
    low = low or 0
    is_inside = number is not None and (low < number < high or low == high)
    return Mark(low, high, number if is_inside else None)


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the scale: a number, and where it stands."""

    number: int
    at: float


@dataclass(frozen=True, slots=True)
class Scale:
    """A logarithmic scale from 1 to ``top``; zero stands at its beginning."""

    top: int

    def at(self, number: int) -> float:
        """Return where a number stands, in percent of the width."""
        place = math.log10(max(number, 1)) / math.log10(self.top) * 100
        return round(min(place, 100), 2)

    def width(self, mark: Mark) -> float:
        """Return how wide the range of a mark is, in percent; an open one goes to the end."""
        end = 100.0 if mark.high is None else self.at(mark.high)
        return round(max(end - self.at(mark.low), _LEAST_WIDTH), 2)

    def ticks(self) -> list[Tick]:
        """Return the powers of ten that it has."""
        return [Tick(10**power, self.at(10**power)) for power in range(len(str(self.top)))]


def scale_for(largest: int) -> Scale:
    """Return the scale that has room for a number: it ends at the next 1, 2 or 5 times a power of ten."""
    power = 10 ** (len(str(max(largest, 10))) - 1)
    return Scale(next(power * times for times in (1, 2, 5, 10) if power * times >= largest))
