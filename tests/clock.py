"""Time that passes when a test says so."""

from __future__ import annotations


class Clock:
    """A clock in seconds that goes on when it is told to: ``clock.now += 5``."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        """Return the time."""
        return self.now
